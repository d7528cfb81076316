"""What analytics counts and shows; pure."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from brama.contracts.common import LocalText
from brama.shared.dates import NIGHT_ENDS_AT

ALWAYS = (datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))
"""From and until of everything."""

STEPS = {
    "5m": timedelta(minutes=5),
    "15m": timedelta(minutes=15),
    "1h": timedelta(hours=1),
    "6h": timedelta(hours=6),
    "1d": timedelta(days=1),
}


class TicketType(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket type as it is sold."""

    id: UUID
    name: LocalText
    price_minor: int
    quantity: int
    position: int


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """An event as its figures need it."""

    event_id: UUID
    event_number: int
    organiser_id: UUID
    state: str
    slug: str
    title: LocalText
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    currency: str
    capacity: int | None
    ticket_types: list[TicketType]

    @property
    def zone(self) -> ZoneInfo:
        """The venue's clock."""
        return ZoneInfo(self.time_zone)

    def type_name(self, id: UUID) -> LocalText | None:
        """How a ticket type is called; None once it was removed."""
        return next((item.name for item in self.ticket_types if item.id == id), None)


class TypeLeft(msgspec.Struct, frozen=True, kw_only=True):
    """What can be had of a ticket type, as sales last said."""

    ticket_type_id: UUID
    state: str
    left: int
    held: int


class ByType(msgspec.Struct, frozen=True, kw_only=True):
    """Tickets and their money, of one type."""

    ticket_type_id: UUID
    quantity: int
    amount_minor: int


class Admitted(msgspec.Struct, frozen=True, kw_only=True):
    """Guests who came, of one type; None for those whose ticket nobody knows."""

    ticket_type_id: UUID | None
    quantity: int


class ByWay(msgspec.Struct, frozen=True, kw_only=True):
    """Paid orders of one channel and tender."""

    channel: str
    tender: str | None
    orders: int
    tickets: int
    amount_minor: int


class RefundsByTender(msgspec.Struct, frozen=True, kw_only=True):
    """Money that went back one way."""

    tender: str
    refunds: int
    amount_minor: int


class Troubles(msgspec.Struct, frozen=True, kw_only=True):
    """How much somebody should look at."""

    receipts_pending: int
    receipts_failed: int
    emails_failed: int
    cases_open: int


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """An event in figures. What was sold is gross; what went back stands beside it."""

    event: Event
    sold: list[ByType]
    returned: list[ByType]
    ways: list[ByWay]
    refunds: list[RefundsByTender]


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """An event as it stands now."""

    figures: Figures
    admitted: list[Admitted]
    inside: int
    left: list[TypeLeft]
    troubles: Troubles
    as_of: datetime


class SalesStep(msgspec.Struct, frozen=True, kw_only=True):
    """What was sold within one step of time."""

    at: datetime
    orders: int
    tickets: int
    amount_minor: int


class AdmissionStep(msgspec.Struct, frozen=True, kw_only=True):
    """How many went in within one step of time."""

    at: datetime
    admitted: int


class OrderRow(msgspec.Struct, frozen=True, kw_only=True):
    """An order in a list."""

    order_code: str
    event_id: UUID
    state: str
    channel: str
    tender: str | None
    buyer_name: str
    buyer_email: str | None
    buyer_phone: str | None
    total_minor: int
    currency: str
    placed_at: datetime
    paid_at: datetime | None
    tickets: int
    refunded_minor: int


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """An order by itself."""

    order_code: str
    organiser_id: UUID
    event_id: UUID
    state: str
    channel: str
    tender: str | None
    buyer_name: str
    buyer_email: str | None
    buyer_phone: str | None
    total_minor: int
    currency: str
    placed_at: datetime
    paid_at: datetime | None
    sold_by: str | None
    refunded_minor: int


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """Tickets of one type in an order."""

    ticket_type_id: UUID
    quantity: int
    unit_price_minor: int


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket of an order."""

    ticket_id: UUID
    ticket_type_id: UUID
    state: str
    holder: str | None


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt of an order."""

    receipt_id: UUID
    kind: str
    state: str
    fiscal_code: str | None
    url: str | None
    reason: str | None


class Email(msgspec.Struct, frozen=True, kw_only=True):
    """An e-mail about an order."""

    email_id: UUID
    kind: str
    state: str
    attempts: int
    reason: str | None


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to an order."""

    happened_at: datetime
    what: str
    details: dict[str, Any]


class Life(msgspec.Struct, frozen=True, kw_only=True):
    """An order with everything that came of it."""

    order: Order
    event: Event | None
    lines: list[Line]
    tickets: list[Ticket]
    receipts: list[Receipt]
    emails: list[Email]
    moments: list[Moment]


class ExportRow(msgspec.Struct, frozen=True, kw_only=True):
    """An order's tickets of one type, for the books."""

    order_code: str
    state: str
    channel: str
    tender: str | None
    buyer_name: str
    buyer_email: str | None
    buyer_phone: str | None
    placed_at: datetime
    paid_at: datetime | None
    ticket_type_id: UUID
    quantity: int
    unit_price_minor: int
    currency: str
    refunded_quantity: int
    fiscal_codes: str | None


def night_bounds(night: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From and until of a business date: 08:00 to 08:00 on the venue's clock, 23 or 25 h when it changes."""
    begin = datetime.combine(night, NIGHT_ENDS_AT, zone)
    end = datetime.combine(night + timedelta(days=1), NIGHT_ENDS_AT, zone)
    return begin.astimezone(UTC), end.astimezone(UTC)


def midnight(at: datetime, zone: ZoneInfo) -> datetime:
    """The midnight before `at` on the venue's clock: where the steps of a curve begin."""
    return at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def card_digits(masked_pan: str | None) -> str | None:
    """The last four digits of a card's mask."""
    tail = (masked_pan or "")[-4:]
    return tail if len(tail) == 4 and tail.isdecimal() else None


def safe_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else text
