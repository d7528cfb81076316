"""What goes in and out over HTTP."""

import re
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from email_validator import EmailNotValidError, validate_email
from litestar.params import QueryParameter
from msgspec import Meta

from brama.contracts.common import Buyer, Locale, LocalText
from brama.kernel.money import Money
from brama.kernel.problem import FieldError, ValidationFailed
from brama.kernel.texts import Texts
from brama.services.sales.domain.inventory import Hold
from brama.services.sales.domain.orders import Order, OrderPayment, Till
from brama.services.sales.domain.refunds import Refund
from brama.services.sales.links import Links
from brama.services.sales.store import Receipt

Name = Annotated[str, Meta(min_length=1, max_length=120)]
Limit = Annotated[int, QueryParameter(ge=1, le=200)]
_texts = Texts.of("brama.services.sales")
_PHONE = re.compile(r"^\+?[0-9 ()\-]{7,20}$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")


class HoldLineIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line asked for."""

    ticket_type_id: UUID
    quantity: Annotated[int, Meta(ge=-(10**6), le=10**6)]
    expected_unit_price: Money | None = None


class HoldIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Places asked for."""

    event_id: UUID
    lines: Annotated[list[HoldLineIn], Meta(max_length=50)]
    voucher: str | None = None


class HoldLineOut(msgspec.Struct, frozen=True):
    """A line granted."""

    ticket_type_id: UUID
    quantity: int
    unit_price: Money


class HoldOut(msgspec.Struct, frozen=True):
    """Places held; `order` once an order came of them."""

    id: UUID
    token: str
    event_id: UUID
    state: str
    expires_at: datetime
    restore_url: str
    lines: list[HoldLineOut]
    total: Money
    order: str | None

    @classmethod
    def of(cls, hold: Hold, links: Links, locale: str, order: Order | None = None) -> "HoldOut":
        """A hold as its holder sees it."""
        lines = [
            HoldLineOut(line.ticket_type_id, line.quantity, Money(line.unit_price_minor, hold.currency))
            for line in hold.lines
        ]
        return cls(
            hold.id, hold.token, hold.event_id, hold.state, hold.expires_at,
            links.order(order) if order else links.hold(hold.id, hold.token, locale), lines,
            Money(hold.total_minor, hold.currency), order.code if order else None,
        )  # fmt: skip


class BuyerIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who buys."""

    name: Name
    email: Annotated[str, Meta(max_length=254)]
    locale: Locale
    phone: Annotated[str, Meta(max_length=20)] | None = None


class HolderIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose name a ticket bears."""

    name: Name
    email: Annotated[str, Meta(max_length=254)] | None = None


class OrderIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A hold to be turned into an order."""

    hold_id: UUID
    hold_token: Annotated[str, Meta(max_length=2048)]
    buyer: BuyerIn
    holders: Annotated[list[HolderIn], Meta(max_length=200)] = []
    accepted_terms: Annotated[list[str], Meta(max_length=20)] = []


class OrderPlacedOut(msgspec.Struct, frozen=True):
    """A new order."""

    code: str
    token: str
    state: str
    total: Money
    expires_at: datetime
    restore_url: str


class LineOut(msgspec.Struct, frozen=True):
    """A line of an order."""

    ticket_type_id: UUID
    name: LocalText
    quantity: int
    unit_price: Money


class BuyerOut(msgspec.Struct, frozen=True):
    """Who bought."""

    name: str
    email: str | None
    phone: str | None
    locale: str


class PaymentOut(msgspec.Struct, frozen=True):
    """A payment of an order."""

    id: UUID
    state: str
    provider: str
    amount: Money


class ReceiptOut(msgspec.Struct, frozen=True):
    """A fiscal receipt of an order."""

    kind: str
    fiscal_code: str | None
    url: str | None
    state: str


class RefundOut(msgspec.Struct, frozen=True):
    """A refund of an order."""

    id: UUID
    state: str
    amount: Money
    reason: str
    ticket_ids: list[UUID]
    requested_at: datetime


class OrderOut(msgspec.Struct, frozen=True):
    """An order, whole."""

    code: str
    event_id: UUID
    channel: str
    state: str
    total: Money
    paid: Money
    refunded: Money
    lines: list[LineOut]
    buyer: BuyerOut
    placed_at: datetime
    expires_at: datetime
    paid_at: datetime | None
    tender: str | None
    payments: list[PaymentOut]
    receipts: list[ReceiptOut]
    refunds: list[RefundOut]
    restore_url: str


class DoorOrderIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sale at the door."""

    event_id: UUID
    till_id: UUID
    lines: Annotated[list[HoldLineIn], Meta(max_length=50)]
    tender: Literal["cash", "terminal"]
    received: Money | None = None
    buyer_name: Annotated[str, Meta(max_length=120)] = ""
    buyer_email: Annotated[str, Meta(max_length=254)] | None = None


class DoorOrderOut(msgspec.Struct, frozen=True):
    """A door sale: paid, with the change to give."""

    code: str
    token: str
    state: str
    total: Money
    change: Money
    tender: str
    lines: list[LineOut]
    restore_url: str


class RefundIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Money to be sent back; no ticket ids means all tickets that are left."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]
    ticket_ids: Annotated[list[UUID], Meta(max_length=200)] = []
    confirm_admitted: bool = False


class RefundAccepted(msgspec.Struct, frozen=True):
    """A refund that is under way."""

    id: UUID
    state: str


class TillIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A till to open; without an event it serves all of the organiser's."""

    name: Name
    float: Money
    event_id: UUID | None = None
    organiser_id: UUID | None = None


class TillCloseIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The cash that was counted."""

    counted: Money


class TillOut(msgspec.Struct, frozen=True):
    """A till."""

    id: UUID
    organiser_id: UUID
    event_id: UUID | None
    name: str
    float: Money
    opened_by: str
    opened_at: datetime
    closed_at: datetime | None
    counted: Money | None

    @classmethod
    def of(cls, till: Till) -> "TillOut":
        """A till as staff see it."""
        counted = None if till.counted_minor is None else Money(till.counted_minor, till.currency)
        return cls(
            till.id, till.organiser_id, till.event_id, till.name, Money(till.float_minor, till.currency),
            till.opened_by, till.opened_at, till.closed_at, counted,
        )  # fmt: skip


def lines_out(order: Order) -> list[LineOut]:
    """An order's lines."""
    return [
        LineOut(line.ticket_type_id, line.name, line.quantity, Money(line.unit_price_minor, order.currency))
        for line in order.lines
    ]


def placed_out(order: Order, links: Links) -> OrderPlacedOut:
    """A new order for its buyer."""
    return OrderPlacedOut(
        order.code, order.token, order.state, Money(order.total_minor, order.currency), order.expires_at,
        links.order(order),
    )  # fmt: skip


def order_out(
    order: Order, payments: list[OrderPayment], receipts: list[Receipt], refunds: list[Refund], links: Links
) -> OrderOut:
    """An order with all that came of it."""
    currency = order.currency
    waiting = sum(payment.amount_minor for payment in payments if payment.use == "waits")
    paid = order.total_minor if order.was_paid else waiting
    return OrderOut(
        code=order.code, event_id=order.event_id, channel=order.channel, state=order.state,
        total=Money(order.total_minor, currency), paid=Money(paid, currency),
        refunded=Money(order.refunded_minor, currency), lines=lines_out(order),
        buyer=BuyerOut(order.buyer.name, order.buyer.email, order.buyer.phone, order.buyer.locale),
        placed_at=order.placed_at, expires_at=order.expires_at, paid_at=order.paid_at, tender=order.tender,
        payments=[PaymentOut(p.id, p.state, p.provider, Money(p.amount_minor, currency)) for p in payments],
        receipts=[ReceiptOut(r.kind, r.fiscal_code, r.url, r.state) for r in receipts],
        refunds=[
            RefundOut(
                r.id, r.state, Money(r.amount_minor, currency), r.reason, [t.ticket_id for t in r.tickets],
                r.requested_at,
            )
            for r in refunds
        ],
        restore_url=links.order(order),
    )  # fmt: skip


def checked_buyer(given: BuyerIn, locale: str) -> Buyer:
    """A buyer who can be written to.

    Raises:
        ValidationFailed: name, e-mail or phone cannot be right; the pointers say which.
    """
    wrong: list[FieldError] = []
    email = _checked_email(given.email, "/buyer/email", wrong, locale)
    if not given.name.strip() or _CONTROL.search(given.name):
        wrong.append(_fault("/buyer/name", "name", locale))
    if given.phone and not _PHONE.match(given.phone):
        wrong.append(_fault("/buyer/phone", "phone", locale))
    if wrong:
        raise ValidationFailed(wrong)
    return Buyer(name=given.name.strip(), email=email, phone=given.phone or None, locale=given.locale)


def _fault(pointer: str, what: str, locale: str) -> FieldError:
    return FieldError(pointer, _texts(f"field.{what}", locale=locale))


def _checked_email(text: str, pointer: str, wrong: list[FieldError], locale: str) -> str:
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        wrong.append(_fault(pointer, "email", locale))
        return ""


def door_buyer(given: DoorOrderIn, locale: str) -> Buyer:
    """A guest at the door, who may stay nameless.

    Raises:
        ValidationFailed: the e-mail cannot be right.
    """
    wrong: list[FieldError] = []
    email = _checked_email(given.buyer_email, "/buyer_email", wrong, locale) if given.buyer_email else None
    if _CONTROL.search(given.buyer_name):
        wrong.append(_fault("/buyer_name", "name", locale))
    if wrong:
        raise ValidationFailed(wrong)
    return Buyer(
        name=given.buyer_name.strip(), email=email, phone=None, locale="en" if locale == "en" else "uk"
    )


def checked_holders(given: list[HolderIn], locale: str) -> list[str | None]:
    """The names for the tickets.

    Raises:
        ValidationFailed: a name holds control characters or only spaces.
    """
    wrong = [
        _fault(f"/holders/{index}/name", "name", locale)
        for index, holder in enumerate(given)
        if not holder.name.strip() or _CONTROL.search(holder.name)
    ]
    if wrong:
        raise ValidationFailed(wrong)
    return [holder.name.strip() for holder in given]
