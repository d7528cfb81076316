"""Reading: one payment for its buyer, lists and books for staff."""

from uuid import UUID

import msgspec

from brama.kernel.access import Caller
from brama.kernel.problem import NotFound
from brama.services.payments import store
from brama.services.payments.domain import Payment, Refund
from brama.services.payments.operations.desk import Desk
from brama.services.payments.operations.tokens import read_order_token
from brama.shared.order_code import canonical


class PaymentView(msgspec.Struct, frozen=True):
    """A payment with its refunds."""

    payment: Payment
    refunds: list[Refund]


class TillBook(msgspec.Struct, frozen=True):
    """A till's cash book. `cash_minor` is what should lie in the drawer; the terminal's money does not."""

    till: store.Till
    entries: list[store.TillEntry]
    cash_minor: int
    terminal_minor: int


async def show_payment(desk: Desk, payment_id: UUID, order_token: str) -> Payment:
    """A payment, for whoever holds its order's token.

    Raises:
        NotFound: no such payment, or not of this token's order.
    """
    claims = await read_order_token(desk.trusted, order_token)
    async with desk.db.reading() as tx:
        payment = await store.get_payment(tx, payment_id)
    if payment.order_code != claims.subject:
        raise NotFound()
    return payment


async def list_payments(
    desk: Desk, organiser_ids: list[UUID], *, order_code: str | None, after: UUID | None, limit: int
) -> list[PaymentView]:
    """Payments of organisers, the newest first, each with its refunds."""
    async with desk.db.reading() as tx:
        code = None if order_code is None else canonical(order_code) or order_code
        payments = await store.payments_of_organisers(tx, organiser_ids, code, after, limit)
        refunds = await store.refunds_of_payments(tx, [payment.id for payment in payments])
    return [
        PaymentView(payment, [refund for refund in refunds if refund.payment_id == payment.id])
        for payment in payments
    ]


async def read_till_book(desk: Desk, caller: Caller, till_id: UUID) -> TillBook:
    """A till's book.

    Raises:
        NotFound, Forbidden: no such till, not the caller's organiser, or not with this role.
    """
    async with desk.db.reading() as tx:
        till = await store.get_till(tx, till_id)
        caller.within(till.organiser_id)
        entries = await store.till_entries(tx, till_id)
        terminal_minor = await store.terminal_takings(tx, till_id)
    return TillBook(till, entries, sum(entry.amount_minor for entry in entries), terminal_minor)


async def list_reconciliations(
    desk: Desk, organiser_ids: list[UUID], *, after: UUID | None, limit: int
) -> list[store.Reconciliation]:
    """Comparisons that were made, the newest first."""
    async with desk.db.reading() as tx:
        return await store.reconciliations_of_organisers(tx, organiser_ids, after, limit)
