"""The only SQL of payments: named queries of `sql/`, and the structs their rows become."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from brama.kernel.database import Transaction
from brama.kernel.queries import Queries
from brama.services.payments import domain, errors

SQL = Queries.of(__package__)


class RequestKey(msgspec.Struct, frozen=True):
    """What an idempotency key was used for."""

    body_hash: bytes
    subject_id: UUID


class Notified(msgspec.Struct, frozen=True):
    """A webhook that waits to be looked into."""

    id: str
    account_id: UUID
    invoice_id: str
    reference: str
    tries: int


class Till(msgspec.Struct, frozen=True):
    """A till as sales told of it; `counted_minor` is known once it is closed."""

    id: UUID
    organiser_id: UUID
    event_id: UUID | None
    name: str
    currency: str
    opened_by: str
    opened_at: datetime
    closed_by: str | None
    closed_at: datetime | None
    counted_minor: int | None


class TillEntry(msgspec.Struct, frozen=True):
    """A line of a till's cash book; positive is cash that came in."""

    id: UUID
    kind: str
    cause_id: UUID
    order_code: str | None
    amount_minor: int
    currency: str
    booked_at: datetime


class Difference(msgspec.Struct, frozen=True):
    """Where the provider and we disagree; `kind` is captured, returned, problem or unknown_there."""

    payment_id: UUID
    order_code: str
    kind: str
    ours_minor: int
    theirs_minor: int


class DueReconciliation(msgspec.Struct, frozen=True):
    """A comparison that is to be made."""

    id: UUID
    organiser_id: UUID
    account_id: UUID
    provider: str
    day: date
    since: datetime
    until: datetime


class Reconciliation(msgspec.Struct, frozen=True):
    """A comparison that was made: sums in minor units, ours and the provider's, and every difference."""

    id: UUID
    organiser_id: UUID
    account_id: UUID
    provider: str
    day: date
    since: datetime
    until: datetime
    checked: int
    unanswered: int
    captured_minor: int
    captured_there_minor: int
    returned_minor: int
    returned_there_minor: int
    currency: str | None
    differences: list[Difference]
    made_at: datetime


_add_payment = SQL.execute("add_payment")
_save_payment = SQL.execute("save_payment")
get_payment = SQL.one(domain.Payment, "get_payment")
find_payment = SQL.maybe(domain.Payment, "get_payment")
lock_payment = SQL.one(domain.Payment, "lock_payment")
find_and_lock_payment = SQL.maybe(domain.Payment, "lock_payment")
payments_of_order = SQL.all(domain.Payment, "payments_of_order")
lock_payments_of_order = SQL.all(domain.Payment, "lock_payments_of_order")
payments_of_organisers = SQL.all(domain.Payment, "payments_of_organisers")
payments_between = SQL.all(domain.Payment, "payments_between")
plan_poll = SQL.execute("plan_poll")
claim_polls = SQL.all(UUID, "claim_polls")
ask_to_close = SQL.execute("ask_to_close")
plan_close = SQL.execute("plan_close")
claim_closings = SQL.all(UUID, "claim_closings")
unopened_payments = SQL.all(UUID, "unopened_payments")

_add_refund = SQL.execute("add_refund")
_save_refund = SQL.execute("save_refund")
get_refund = SQL.one(domain.Refund, "get_refund")
find_refund = SQL.maybe(domain.Refund, "get_refund")
lock_refunds_of_payment = SQL.all(domain.Refund, "lock_refunds_of_payment")
refunds_of_order = SQL.all(domain.Refund, "refunds_of_order")
refunds_of_payments = SQL.all(domain.Refund, "refunds_of_payments")
plan_refund = SQL.execute("plan_refund")
claim_refunds = SQL.all(UUID, "claim_refunds")

add_account = SQL.execute("add_account", {"merchant_account_active": errors.MerchantAccountExists})
get_account = SQL.one(domain.MerchantAccount, "get_account")
find_account = SQL.maybe(domain.MerchantAccount, "get_account")
lock_account = SQL.one(domain.MerchantAccount, "lock_account")
active_account = SQL.one(domain.MerchantAccount, "active_account", missing=errors.ProviderNotConnected)
accounts_of_organisers = SQL.all(domain.MerchantAccount, "accounts_of_organisers")
accounts_with_payments_between = SQL.all(domain.MerchantAccount, "accounts_with_payments_between")
disable_account = SQL.execute("disable_account")
claim_key_fetch = SQL.execute("claim_key_fetch")
change_public_key = SQL.execute("change_public_key")

add_request_key = SQL.execute("add_request_key")
lock_request_key = SQL.one(RequestKey, "lock_request_key")
change_request_subject = SQL.execute("change_request_subject")
drop_request_keys = SQL.execute("drop_request_keys")

_put_order = SQL.execute("put_order")
find_order = SQL.maybe(domain.KnownOrder, "get_order")

add_webhook = SQL.execute("add_webhook")
claim_webhooks = SQL.all(Notified, "claim_webhooks")
finish_webhook = SQL.execute("finish_webhook")
plan_webhook = SQL.execute("plan_webhook")
drop_webhooks = SQL.execute("drop_webhooks")

add_till = SQL.execute("add_till")
close_till = SQL.execute("close_till")
get_till = SQL.one(Till, "get_till")
find_till = SQL.maybe(Till, "get_till")
book_cash = SQL.execute("book_cash")
till_entries = SQL.all(TillEntry, "till_entries")
terminal_takings = SQL.value(int, "terminal_takings")

add_reconciliation = SQL.execute("add_reconciliation")
claim_reconciliation = SQL.maybe(DueReconciliation, "claim_reconciliation")
extend_reconciliation = SQL.execute("extend_reconciliation")
finish_reconciliation = SQL.execute("finish_reconciliation")
reconciliations_of_organisers = SQL.all(Reconciliation, "reconciliations_of_organisers")


async def add_payment(tx: Transaction, p: domain.Payment) -> bool:
    """Whether it is new; one of this id that is there already stays as it is."""
    return bool(await _add_payment(tx, *msgspec.structs.astuple(p)))


async def save_payment(tx: Transaction, p: domain.Payment) -> None:
    """Keep what changed; under the payment's lock."""
    await _save_payment(
        tx, p.id, p.state, p.captured_minor, p.reason, p.invoice_id, p.redirect_url, p.reported_at,
        p.reported_state, p.paid_at, p.card, p.version,
    )  # fmt: skip


async def add_refund(tx: Transaction, refund: domain.Refund) -> bool:
    """Whether it is new; one of this id that is there already stays as it is."""
    return bool(await _add_refund(tx, *msgspec.structs.astuple(refund)))


async def save_refund(tx: Transaction, r: domain.Refund) -> None:
    """Keep what changed; under the payment's lock."""
    await _save_refund(tx, r.id, r.state, r.awaits_tickets, r.tries, r.failure, r.version, r.completed_at)


async def put_order(tx: Transaction, order: domain.KnownOrder) -> None:
    """Keep an order's newest version."""
    await _put_order(tx, *msgspec.structs.astuple(order))
