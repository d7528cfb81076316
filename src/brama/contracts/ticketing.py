"""What ticketing says: tickets through their life, and the keys that prove them."""

from typing import Literal
from uuid import UUID

import msgspec

from brama.contracts.common import Locale, SigningKeyPublished
from brama.kernel.facts import Fact, fact

TicketState = Literal["valid", "blocked", "revoked", "transferred"]


@fact("ticketing.key.published.v1")
class TicketKeyPublished(SigningKeyPublished, frozen=True, kw_only=True):
    """A key that signs an event's tickets (purpose `ticket`).

    `key_number` (0–255) with `event_number` names the key inside the code.
    """

    event_id: UUID
    key_number: int


class TicketSheet(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket as gates and e-mails need it.

    `code_id` is the random 8-byte id inside the code, as 16 hexadecimal digits; `revision` rises with each
    re-issue; `version` with each change of state, so that projections keep the newest.
    """

    ticket_id: UUID
    version: int
    code_id: str
    revision: int
    state: TicketState
    reason: str | None
    ticket_type_id: UUID
    product_number: int
    holder: str | None
    code: str


class TicketsFact(Fact, frozen=True, kw_only=True):
    """Tickets of one order: base of the facts below. The aggregate is the order's code."""

    order_code: str
    event_id: UUID
    tickets: list[TicketSheet]


@fact("ticketing.ticket.issued.v1")
class TicketsIssued(TicketsFact, frozen=True, kw_only=True):
    """All tickets of a paid order came to be, at once.

    `pdf_digest` names the tickets' PDF in the private blob store; None when nobody gets an e-mail.
    """

    locale: Locale
    pdf_digest: str | None


@fact("ticketing.ticket.blocked.v1")
class TicketsBlocked(TicketsFact, frozen=True, kw_only=True):
    """Tickets do not admit for now: a refund (`refund_id`) is under way, or staff blocked them."""

    refund_id: UUID | None


@fact("ticketing.ticket.unblocked.v1")
class TicketsUnblocked(TicketsFact, frozen=True, kw_only=True):
    """Blocked tickets admit again."""

    refund_id: UUID | None


@fact("ticketing.ticket.revoked.v1")
class TicketsRevoked(TicketsFact, frozen=True, kw_only=True):
    """Tickets are dead for good (`reason` in each: refunded, cancelled, reissued)."""

    refund_id: UUID | None
