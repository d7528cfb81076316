"""The words of fiscal: registers, shifts, receipts, and what a registrar reports of them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from brama.contracts.common import CardFacts


class ReceiptKind(StrEnum):
    """`cash_in` and `cash_out` are a till's float and takings: service receipts, heard of by nobody."""

    SALE = "sale"
    RETURN = "return"
    CASH_IN = "cash_in"
    CASH_OUT = "cash_out"


class ReceiptState(StrEnum):
    """`queued` → `sent` → `registered`; `failed` when a person has to look."""

    QUEUED = "queued"
    SENT = "sent"
    REGISTERED = "registered"
    FAILED = "failed"


class ShiftState(StrEnum):
    """`opening` → `opened` → `closing` → `closed`; `refused` when the registrar would not open it."""

    OPENING = "opening"
    OPENED = "opened"
    CLOSING = "closing"
    CLOSED = "closed"
    REFUSED = "refused"


class Good(msgspec.Struct, frozen=True):
    """A line of a receipt; the price is of one piece, in kopiykas."""

    code: str
    name: str
    price_minor: int
    quantity: int

    @property
    def total_minor(self) -> int:
        return self.price_minor * self.quantity


class Payment(msgspec.Struct, frozen=True):
    """How it was paid, in kopiykas; `value_minor` in cash may exceed the total: the rest was change."""

    is_cash: bool
    value_minor: int
    card: CardFacts | None = None


class Document(msgspec.Struct, frozen=True):
    """What stands on a receipt. `adjustment_minor` brings the goods' sum to the total: below zero a discount.

    A service receipt has no goods.
    """

    goods: list[Good]
    adjustment_minor: int
    payment: Payment


class TicketTypeWords(msgspec.Struct, frozen=True):
    """A ticket type as receipts name it."""

    id: UUID
    product_number: int
    name: str


class Event(msgspec.Struct, frozen=True):
    """An event as receipts name it."""

    id: UUID
    number: int
    title: str
    ticket_types: list[TicketTypeWords]


class Register(msgspec.Struct, frozen=True, kw_only=True):
    """A cash register at a registrar; licence and PIN are sealed in `secret`.

    `trouble` is why the queue rests, `tries` how often in a row it had to.
    """

    id: UUID
    organiser_id: UUID
    name: str
    provider: str
    purpose: str
    secret: bytes
    fiscal_number: str | None
    tax_codes: list[int]
    requests_per_10s: int
    webhook_url: str | None
    webhook_key: bytes | None
    is_active: bool
    trouble: str | None
    tries: int
    lease_until: datetime
    version: int
    created_at: datetime


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """A register's working day, 24 hours at most and closed on the day it began."""

    id: UUID
    register_id: UUID
    organiser_id: UUID
    state: ShiftState
    due_at: datetime
    tries: int
    reason: str | None
    asked_at: datetime
    opened_at: datetime | None
    closed_at: datetime | None


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt on its way; see the migration for what `remote_id`, `asked_at` and `try_at` promise.

    `tries` counts looks in a row, `attempts` how often the registrar declined it.
    """

    id: UUID
    organiser_id: UUID
    cause_id: UUID
    kind: ReceiptKind
    order_code: str | None
    event_id: UUID | None
    event_number: int | None
    channel: str
    till_id: UUID | None
    register_id: UUID | None
    sale_id: UUID | None
    remote_id: UUID
    state: ReceiptState
    document: Document
    total_minor: int
    currency: str
    tax_codes: list[int] | None
    asked_at: datetime | None
    try_at: datetime | None
    tries: int
    attempts: int
    reason: str | None
    fiscal_code: str | None
    url: str | None
    version: int
    created_at: datetime
    registered_at: datetime | None


class ReceiptReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a registrar says of a receipt; `is_done` None while it is under way."""

    remote_id: UUID
    is_done: bool | None
    fiscal_code: str | None = None
    url: str | None = None
    reason: str | None = None


class ShiftReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a registrar says of a shift; CREATED counts as opening."""

    id: UUID
    state: ShiftState
    opened_at: datetime | None
    closed_at: datetime | None
    reason: str | None
