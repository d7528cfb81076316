"""The HTTP side of payments: parse, one operation, present."""

from datetime import date, datetime
from typing import Annotated, Any, cast
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter

from brama.contracts.common import Locale
from brama.kernel.access import PUBLIC, allow
from brama.kernel.idempotency import creates
from brama.kernel.money import Money
from brama.kernel.problem import Problem
from brama.kernel.web import By, Given, Page, page
from brama.services.payments import errors, operations, store
from brama.services.payments.domain import MerchantAccount, Payment, Refund
from brama.services.payments.operations import Desk, NewAccount, TillBook
from brama.shared.roles import Role

PROBLEMS: dict[type[Problem], int] = {
    errors.OrderNotPayable: 409,
    errors.ProviderUnknown: 422,
    errors.ProviderNotConnected: 422,
    errors.CurrencyNotAccepted: 422,
    errors.ProviderUnavailable: 503,
    errors.PaymentInProgress: 503,
    errors.MerchantTokenRefused: 422,
    errors.MerchantAccountExists: 409,
    errors.WebhookRefused: 400,
}
Limit = Annotated[int, QueryParameter(ge=1, le=200)]
_ShortText = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00-\x1f]+$")]
_REPLAYED = {"Idempotent-Replayed": "true"}
_OrderCode = Annotated[str | None, QueryParameter(pattern="^[0-9A-Za-z -]{1,40}$")]


class AccountBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Connects an organiser with a provider; `token` is the merchant's secret there."""

    organiser_id: UUID
    provider: _ShortText
    token: Annotated[str, msgspec.Meta(pattern=r"^[\x21-\x7e]{1,500}$")]
    name: _ShortText


class AccountSheet(msgspec.Struct, frozen=True):
    """A merchant account; its token is never shown."""

    id: UUID
    organiser_id: UUID
    provider: str
    name: str
    is_active: bool
    created_at: datetime
    disabled_at: datetime | None


class PaymentBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Opens a payment for the order's total."""

    order_code: _ShortText
    order_token: str
    provider: _ShortText


class OpenedPayment(msgspec.Struct, frozen=True):
    """Where the buyer goes to pay."""

    id: UUID
    state: str
    redirect_url: str
    amount: Money


class BuyersPayment(msgspec.Struct, frozen=True):
    """A payment as its buyer sees it; `paid` is what really came."""

    id: UUID
    order_code: str
    state: str
    provider: str
    amount: Money
    paid: Money
    redirect_url: str | None
    valid_until: datetime | None
    reason: str | None


class RefundSheet(msgspec.Struct, frozen=True):
    """A refund as staff see it."""

    id: UUID
    state: str
    amount: Money
    reason: str
    failure: str | None
    requested_by: str | None
    created_at: datetime
    completed_at: datetime | None


class PaymentSheet(msgspec.Struct, frozen=True):
    """A payment as staff see it."""

    id: UUID
    organiser_id: UUID
    order_code: str
    event_id: UUID
    tender: str
    provider: str
    state: str
    amount: Money
    paid: Money
    reason: str | None
    invoice_id: str | None
    masked_pan: str | None
    created_at: datetime
    paid_at: datetime | None
    refunds: list[RefundSheet]


class TillLine(msgspec.Struct, frozen=True):
    """A line of the cash book; a positive amount came into the drawer."""

    kind: str
    amount: Money
    order_code: str | None
    booked_at: datetime


class TillBookSheet(msgspec.Struct, frozen=True):
    """A till's book; `cash` should lie in the drawer, `counted` is what was found at its close."""

    till_id: UUID
    organiser_id: UUID
    name: str
    opened_by: str
    opened_at: datetime
    closed_by: str | None
    closed_at: datetime | None
    cash: Money
    counted: Money | None
    terminal: Money
    entries: list[TillLine]


class DifferenceSheet(msgspec.Struct, frozen=True):
    """Where the provider and we disagreed."""

    payment_id: UUID
    order_code: str
    kind: str
    ours_minor: int
    theirs_minor: int


class ReconciliationSheet(msgspec.Struct, frozen=True):
    """A nightly comparison; `unanswered` payments are compared the next night."""

    id: UUID
    organiser_id: UUID
    account_id: UUID
    provider: str
    day: date
    checked: int
    unanswered: int
    currency: str | None
    captured_minor: int
    captured_there_minor: int
    returned_minor: int
    returned_there_minor: int
    differences: list[DifferenceSheet]
    made_at: datetime


@post("/merchant_accounts", opt=allow(Role.OWNER) | creates(own=True))
async def connect_account(
    data: JSONBody[AccountBody], desk: Given[Desk], caller: By, idempotency_key: Given[str]
) -> Response[AccountSheet]:
    """Connect an organiser with a payment provider."""
    asked = NewAccount(
        organiser_id=data.organiser_id, provider=data.provider, token=data.token, name=data.name
    )
    connected = await operations.connect_account(desk, caller, asked, key=idempotency_key)
    headers = _REPLAYED if connected.is_replayed else {}
    return Response(_account(connected.account), status_code=201, headers=headers)


@get("/merchant_accounts", opt=allow(Role.OWNER, Role.MANAGER, Role.ACCOUNTANT))
async def list_accounts(
    desk: Given[Desk],
    caller: By,
    organiser_id: FromQuery[UUID],
    after: FromQuery[UUID | None] = None,
    limit: Limit = 50,
) -> Page:
    """An organiser's accounts at payment providers."""
    caller.within(organiser_id)
    found = await operations.list_accounts(desk, [organiser_id], after=after, limit=limit + 1)
    return _page([_account(account) for account in found], limit)


@delete("/merchant_accounts/{account_id:uuid}", opt=allow(Role.OWNER))
async def disconnect_account(account_id: FromPath[UUID], desk: Given[Desk], caller: By) -> None:
    """Take no new payments through an account."""
    await operations.disconnect_account(desk, caller, account_id)


@post("/payments", opt=PUBLIC | creates(own=True))
async def open_payment(
    data: JSONBody[PaymentBody],
    desk: Given[Desk],
    caller: By,
    locale: Given[str],
    idempotency_key: Given[str],
) -> Response[OpenedPayment]:
    """Open a payment and learn where to pay."""
    opened = await operations.open_payment(
        desk,
        order_code=data.order_code,
        order_token=data.order_token,
        provider=data.provider,
        principal=caller.principal,
        key=idempotency_key,
        locale=cast(Locale, locale),
    )
    payment = opened.payment
    assert payment.redirect_url is not None
    # As it was answered first: a repetition does not tell what became of it, GET does.
    answer = OpenedPayment(payment.id, "created", payment.redirect_url, payment.amount)
    headers = {"Cache-Control": "no-store"} | (_REPLAYED if opened.is_replayed else {})
    return Response(answer, status_code=201, headers=headers)


@get("/payments/{payment_id:uuid}", opt=PUBLIC)
async def show_payment(
    payment_id: FromPath[UUID],
    desk: Given[Desk],
    order_token: Annotated[str, HeaderParameter(name="X-Order-Token")] = "",
) -> Response[BuyersPayment]:
    """What became of a payment, for whoever holds the order's token."""
    payment = await operations.show_payment(desk, payment_id, order_token)
    return Response(_buyers(payment), headers={"Cache-Control": "no-store"})


@get("/payments", opt=allow(Role.OWNER, Role.MANAGER, Role.ACCOUNTANT))
async def list_payments(
    desk: Given[Desk],
    caller: By,
    organiser_id: FromQuery[UUID],
    order_code: _OrderCode = None,
    after: FromQuery[UUID | None] = None,
    limit: Limit = 50,
) -> Page:
    """An organiser's payments with their refunds, the newest first."""
    caller.within(organiser_id)
    views = await operations.list_payments(
        desk, [organiser_id], order_code=order_code, after=after, limit=limit + 1
    )
    return _page([_payment(view.payment, view.refunds) for view in views], limit)


@get(
    "/tills/{till_id:uuid}/book",
    opt=allow(Role.OWNER, Role.MANAGER, Role.ACCOUNTANT, Role.BOX_OFFICE),
)
async def read_till_book(till_id: FromPath[UUID], desk: Given[Desk], caller: By) -> TillBookSheet:
    """A till's cash book."""
    return _book(await operations.read_till_book(desk, caller, till_id))


@get("/reconciliations", opt=allow(Role.OWNER, Role.MANAGER, Role.ACCOUNTANT))
async def list_reconciliations(
    desk: Given[Desk],
    caller: By,
    organiser_id: FromQuery[UUID],
    after: FromQuery[UUID | None] = None,
    limit: Limit = 50,
) -> Page:
    """The nightly comparisons with the providers, the newest first."""
    caller.within(organiser_id)
    found = await operations.list_reconciliations(desk, [organiser_id], after=after, limit=limit + 1)
    return _page([_reconciliation(made) for made in found], limit)


@post("/webhooks/{provider:str}/{account_id:uuid}", opt=PUBLIC, status_code=200, request_max_body_size=65536)
async def receive_webhook(
    provider: FromPath[str], account_id: FromPath[UUID], desk: Given[Desk], request: Request[Any, Any, Any]
) -> Response[None]:
    """Take a provider's notice; 200 as soon as it is stored."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    await operations.receive_webhook(desk, provider, account_id, headers=headers, body=await request.body())
    return Response(None, status_code=200)


ROUTES = [
    connect_account, list_accounts, disconnect_account, open_payment, show_payment, list_payments,
    read_till_book, list_reconciliations, receive_webhook,
]  # fmt: skip


def _page(items: list[Any], limit: int) -> Page:
    """The page, from one item more than it holds: that one tells whether another page follows."""
    has_more = len(items) > limit
    return page(items[:limit], items[limit - 1].id if has_more else None)


def _account(account: MerchantAccount) -> AccountSheet:
    return AccountSheet(
        account.id,
        account.organiser_id,
        account.provider,
        account.name,
        account.is_active,
        account.created_at,
        account.disabled_at,
    )


def _buyers(payment: Payment) -> BuyersPayment:
    return BuyersPayment(
        payment.id,
        payment.order_code,
        payment.state,
        payment.provider,
        payment.amount,
        payment.captured,
        payment.redirect_url,
        payment.valid_until,
        payment.reason,
    )


def _payment(payment: Payment, refunds: list[Refund]) -> PaymentSheet:
    return PaymentSheet(
        id=payment.id,
        organiser_id=payment.organiser_id,
        order_code=payment.order_code,
        event_id=payment.event_id,
        tender=payment.tender,
        provider=payment.provider,
        state=payment.state,
        amount=payment.amount,
        paid=payment.captured,
        reason=payment.reason,
        invoice_id=payment.invoice_id,
        masked_pan=payment.card.masked_pan if payment.card else None,
        created_at=payment.created_at,
        paid_at=payment.paid_at,
        refunds=[_refund(refund) for refund in refunds],
    )


def _refund(refund: Refund) -> RefundSheet:
    return RefundSheet(
        refund.id,
        refund.state,
        refund.amount,
        refund.reason,
        refund.failure,
        refund.requested_by,
        refund.created_at,
        refund.completed_at,
    )


def _book(book: TillBook) -> TillBookSheet:
    till = book.till
    return TillBookSheet(
        till_id=till.id,
        organiser_id=till.organiser_id,
        name=till.name,
        opened_by=till.opened_by,
        opened_at=till.opened_at,
        closed_by=till.closed_by,
        closed_at=till.closed_at,
        cash=Money(book.cash_minor, till.currency),
        counted=None if till.counted_minor is None else Money(till.counted_minor, till.currency),
        terminal=Money(book.terminal_minor, till.currency),
        entries=[
            TillLine(entry.kind, Money(entry.amount_minor, entry.currency), entry.order_code, entry.booked_at)
            for entry in book.entries
        ],
    )


def _reconciliation(made: store.Reconciliation) -> ReconciliationSheet:
    return msgspec.convert(made, ReconciliationSheet, from_attributes=True)
