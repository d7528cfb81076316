"""Domain → contract: what delivery says of e-mails, never an address or a word of them."""

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from brama.contracts import delivery as said
from brama.contracts.audit import DeliveryActionRecorded
from brama.kernel.access import Caller
from brama.kernel.ids import new_id
from brama.services.delivery.domain import Email

F = TypeVar("F", bound=said.EmailFact)


def of_email(kind: type[F], email: Email, version: int, now: datetime, **more: Any) -> F:
    """A fact about an e-mail; `more` are the fields of its kind."""
    return kind(
        aggregate_id=str(email.id), aggregate_version=version, occurred_at=now,
        organiser_id=email.organiser_id, email_id=email.id, kind=email.kind, order_code=email.order_code,
        attempts=email.attempts, **more,
    )  # fmt: skip


def resent(
    caller: Caller, organiser_id: UUID, original: Email, again: Email, now: datetime
) -> DeliveryActionRecorded:
    """Somebody let an e-mail be sent once more."""
    return DeliveryActionRecorded(
        aggregate_id=str(new_id()), aggregate_version=1, occurred_at=now, organiser_id=organiser_id,
        actor_kind="staff", actor_id=caller.id, actor_name=caller.name, action="email.resent",
        subject_kind="email", subject_id=str(original.id),
        details={"kind": original.kind, "order_code": original.order_code or "", "email_id": str(again.id)},
    )  # fmt: skip
