"""A receipt's life as the registrar's answers lead it. Repeated and late answers change nothing."""

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from msgspec.structs import replace

from brama.services.fiscal.domain.model import Receipt, ReceiptReport, ReceiptState

LONGEST_PAUSE_S = 300.0


class News(StrEnum):
    """What others are to be told."""

    NONE = "none"
    REGISTERED = "registered"
    FAILED = "failed"


def pause(tries: int, first_s: float = 1.0, longest_s: float = LONGEST_PAUSE_S) -> timedelta:
    """How long to wait after `tries` failures: twice as long after each, five minutes at most."""
    return timedelta(seconds=min(first_s * 2.0 ** min(tries, 20), longest_s))


def reported(
    receipt: Receipt, report: ReceiptReport, now: datetime, *, fresh_id: UUID, silence_s: float, attempts: int
) -> tuple[Receipt, News]:
    """What a registrar's report makes of a receipt.

    A report on another id than the present one is old. DONE wins over everything, however late. ERROR ends
    that id: the next attempt takes `fresh_id`, after `attempts` of them only when a person says so.
    """
    if report.remote_id != receipt.remote_id or receipt.state == ReceiptState.REGISTERED:
        return receipt, News.NONE
    if report.is_done:
        return _registered(receipt, report, now), News.REGISTERED
    if receipt.state == ReceiptState.FAILED:
        return receipt, News.NONE
    if report.is_done is None:
        tries = receipt.tries + 1 if receipt.state == ReceiptState.SENT else 0
        due = now + pause(tries, silence_s)
        return replace(receipt, state=ReceiptState.SENT, try_at=due, tries=tries), News.NONE
    reason = report.reason or "declined without a reason"
    return _declined(replace(receipt, remote_id=fresh_id), reason, now, attempts)


def refused(
    receipt: Receipt, reason: str, now: datetime, *, attempts: int, is_final: bool
) -> tuple[Receipt, News]:
    """What becomes of a receipt that the registrar would not even take; its id stays free."""
    if receipt.state != ReceiptState.QUEUED:
        return receipt, News.NONE
    return _declined(receipt, reason, now, 1 if is_final else attempts)


def _registered(receipt: Receipt, report: ReceiptReport, now: datetime) -> Receipt:
    return replace(
        receipt, state=ReceiptState.REGISTERED, fiscal_code=report.fiscal_code, url=report.url, reason=None,
        try_at=None, registered_at=now, version=receipt.version + 1,
    )  # fmt: skip


def _declined(receipt: Receipt, reason: str, now: datetime, attempts: int) -> tuple[Receipt, News]:
    receipt = replace(receipt, attempts=receipt.attempts + 1, tries=0, asked_at=None, reason=reason)
    if receipt.attempts >= attempts:
        failed = replace(receipt, state=ReceiptState.FAILED, try_at=None, version=receipt.version + 1)
        return failed, News.FAILED
    return replace(receipt, state=ReceiptState.QUEUED, try_at=now + pause(receipt.attempts)), News.NONE


def lost(receipt: Receipt, now: datetime) -> Receipt:
    """The registrar took a receipt and knows nothing of it any more: it is sent again under its id."""
    return replace(receipt, state=ReceiptState.QUEUED, asked_at=now, try_at=now, tries=0)
