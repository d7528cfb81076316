"""Receipts as others hear of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from brama.contracts.audit import FiscalActionRecorded
from brama.contracts.fiscal import ReceiptFact, ReceiptFailed, ReceiptRegistered
from brama.kernel.access import Caller
from brama.services.fiscal.domain import News, Receipt, ReceiptKind


def of_news(receipt: Receipt, news: News, now: datetime) -> ReceiptFact | None:
    """What to say of a receipt; nothing of a till's cash."""
    if receipt.kind not in (ReceiptKind.SALE, ReceiptKind.RETURN) or news == News.NONE:
        return None
    if news == News.FAILED:
        return ReceiptFailed(**_of_receipt(receipt, now), reason=receipt.reason or "unknown")
    assert receipt.fiscal_code is not None
    assert receipt.registered_at is not None
    return ReceiptRegistered(
        **_of_receipt(receipt, now),
        fiscal_code=receipt.fiscal_code,
        url=receipt.url or "",
        registered_at=receipt.registered_at,
    )


def action(
    caller: Caller, organiser_id: UUID, what: str, subject: tuple[str, UUID], version: int, now: datetime,
    **details: str,
) -> FiscalActionRecorded:  # fmt: skip
    """Somebody changed a register or repeated a receipt, for the audit trail."""
    kind, subject_id = subject
    return FiscalActionRecorded(
        aggregate_id=str(subject_id), aggregate_version=version, occurred_at=now, organiser_id=organiser_id,
        actor_kind="staff", actor_id=caller.id, actor_name=caller.name, action=what, subject_kind=kind,
        subject_id=str(subject_id), details=details,
    )  # fmt: skip


def _of_receipt(receipt: Receipt, now: datetime) -> dict[str, Any]:
    return {
        "aggregate_id": str(receipt.id),
        "aggregate_version": receipt.version,
        "organiser_id": receipt.organiser_id,
        "event_number": receipt.event_number,
        "occurred_at": now,
        "receipt_id": receipt.id,
        "cause_id": receipt.cause_id,
        "kind": receipt.kind.value,
        "order_code": receipt.order_code,
        "event_id": receipt.event_id,
        "total_minor": receipt.total_minor,
        "currency": receipt.currency,
    }
