"""Domain → contract: how ticketing says what happened."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from brama.contracts import ticketing as said
from brama.contracts.audit import TicketingActionRecorded
from brama.kernel.access import Caller
from brama.kernel.ids import new_id
from brama.kernel.keys import to_text
from brama.services.ticketing.domain import Event, Order, Ticket

F = TypeVar("F", bound=said.TicketsFact)
PURPOSE = "ticket"


def key_published(
    event: Event, number: int, public_key: bytes, now: datetime, until: datetime
) -> said.TicketKeyPublished:
    """A key that may stand in tickets' codes from now on."""
    return said.TicketKeyPublished(
        aggregate_id=f"{event.number}:{number}", aggregate_version=1, occurred_at=now,
        organiser_id=event.organiser_id, event_number=event.number, event_id=event.id, key_number=number,
        key_id=f"{event.number}:{number}", purpose=PURPOSE, public_key=to_text(public_key), not_before=now,
        not_after=until,
    )  # fmt: skip


def of_tickets(
    kind: type[F], order: Order, version: int, tickets: Sequence[Ticket], now: datetime, **more: Any
) -> F:
    """A fact about tickets of one order; `version` counts the order's facts, `more` are the kind's fields."""
    return kind(
        aggregate_id=order.code, aggregate_version=version, occurred_at=now, organiser_id=order.organiser_id,
        event_number=order.event_number, order_code=order.code, event_id=order.event_id,
        tickets=[sheet(ticket) for ticket in tickets], **more,
    )  # fmt: skip


def sheet(ticket: Ticket) -> said.TicketSheet:
    """A ticket as others need it."""
    return said.TicketSheet(
        ticket_id=ticket.id, version=ticket.version, code_id=ticket.code_id, revision=ticket.revision,
        state=ticket.state, reason=ticket.reason, ticket_type_id=ticket.ticket_type_id,
        product_number=ticket.product_number, holder=ticket.holder, code=ticket.code,
    )  # fmt: skip


def action(
    caller: Caller,
    organiser_id: UUID,
    what: str,
    subject_kind: str,
    subject_id: str,
    event_number: int,
    now: datetime,
    **details: str,
) -> TicketingActionRecorded:
    """Somebody did something that the audit trail keeps."""
    return TicketingActionRecorded(
        aggregate_id=str(new_id()), aggregate_version=1, occurred_at=now, organiser_id=organiser_id,
        event_number=event_number, actor_kind="staff", actor_id=caller.id, actor_name=caller.name,
        action=what, subject_kind=subject_kind, subject_id=subject_id, details=details,
    )  # fmt: skip
