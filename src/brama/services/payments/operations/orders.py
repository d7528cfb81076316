"""What sales says of orders: the projection, the door's money, invoices that are not needed any more."""

from uuid import UUID

from brama.contracts import sales
from brama.kernel.database import Transaction
from brama.services.payments import store
from brama.services.payments.domain import KnownOrder, OrderState, Payment, PaymentState
from brama.services.payments.operations.desk import Desk
from brama.services.payments.operations.tills import book_cash


async def keep_order(desk: Desk, tx: Transaction, fact: sales.OrderFact, state: OrderState) -> None:
    """Remember an order's newest state; once it needs no money, its open invoices are to be closed."""
    await store.put_order(tx, _known(fact, state))
    known = await store.find_order(tx, fact.order_code)
    if known is None or known.state == OrderState.PENDING:
        return
    if await store.ask_to_close(tx, fact.order_code, desk.clock.now()):
        tx.after_commit(desk.wake_closing)


async def order_paid(desk: Desk, tx: Transaction, fact: sales.OrderPaid) -> None:
    """Remember it, and book cash or terminal money of the door as a payment that is confirmed already.

    The door's money is never told as confirmed: sales said so itself. A free order has no money to book.
    """
    await keep_order(desk, tx, fact, OrderState.PAID)
    if fact.tender in ("online", "free") or fact.total_minor == 0:
        return
    is_new = await store.add_payment(tx, _door_payment(fact))
    if is_new and fact.tender == "cash" and fact.till_id is not None:
        await book_cash(
            tx,
            till_id=fact.till_id,
            organiser_id=_organiser(fact),
            kind="sale",
            cause_id=fact.payment_id,
            order_code=fact.order_code,
            amount_minor=fact.total_minor,
            currency=fact.currency,
            booked_at=fact.paid_at,
        )


def _known(fact: sales.OrderFact, state: OrderState) -> KnownOrder:
    return KnownOrder(
        code=fact.order_code,
        organiser_id=_organiser(fact),
        event_id=fact.event_id,
        event_number=fact.event_number or 0,
        total_minor=fact.total_minor,
        currency=fact.currency,
        state=state,
        expires_at=fact.expires_at,
        locale=fact.buyer.locale,
        version=fact.aggregate_version,
    )


def _door_payment(fact: sales.OrderPaid) -> Payment:
    return Payment(
        id=fact.payment_id,
        organiser_id=_organiser(fact),
        event_id=fact.event_id,
        event_number=fact.event_number or 0,
        order_code=fact.order_code,
        tender=fact.tender,
        provider=fact.tender,
        account_id=None,
        state=PaymentState.CONFIRMED,
        amount_minor=fact.total_minor,
        currency=fact.currency,
        captured_minor=fact.total_minor,
        paid_at=fact.paid_at,
        card=fact.card,
        till_id=fact.till_id,
        version=1,
        created_at=fact.paid_at,
    )


def _organiser(fact: sales.OrderFact) -> UUID:
    assert fact.organiser_id is not None, "an order's fact names its organiser"
    return fact.organiser_id
