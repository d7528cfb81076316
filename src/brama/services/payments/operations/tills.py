"""The cash books of tills, written from sales' facts."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from brama.contracts import sales
from brama.kernel.database import Transaction
from brama.kernel.ids import new_id
from brama.kernel.inbox import NotYet
from brama.services.payments import store


async def book_cash(
    tx: Transaction,
    *,
    till_id: UUID,
    organiser_id: UUID,
    kind: Literal["float", "sale", "refund", "difference"],
    cause_id: UUID,
    order_code: str | None,
    amount_minor: int,
    currency: str,
    booked_at: datetime,
) -> None:
    """Write a line into a till's book, once per cause; positive is cash that came into the drawer."""
    await store.book_cash(
        tx, new_id(), till_id, organiser_id, kind, cause_id, order_code, amount_minor, currency, booked_at
    )


async def till_opened(tx: Transaction, fact: sales.TillOpened) -> None:
    """Begin a till's book with the cash that was laid into it."""
    assert fact.organiser_id is not None
    await store.add_till(
        tx, fact.till_id, fact.organiser_id, fact.event_id, fact.name, fact.currency, fact.opened_by,
        fact.occurred_at,
    )  # fmt: skip
    await book_cash(
        tx,
        till_id=fact.till_id,
        organiser_id=fact.organiser_id,
        kind="float",
        cause_id=fact.till_id,
        order_code=None,
        amount_minor=fact.float_minor,
        currency=fact.currency,
        booked_at=fact.occurred_at,
    )


async def till_closed(tx: Transaction, fact: sales.TillClosed) -> None:
    """End a till's book with what the count found too much or too little, by sales' reckoning.

    Raises:
        NotYet: the till's opening was not heard yet.
    """
    till = await store.find_till(tx, fact.till_id)
    if till is None:
        raise NotYet(f"till {fact.till_id} unknown")
    await store.close_till(tx, fact.till_id, fact.closed_by, fact.occurred_at, fact.counted_minor)
    difference = fact.counted_minor - fact.expected_minor
    if difference:
        await book_cash(
            tx,
            till_id=till.id,
            organiser_id=till.organiser_id,
            kind="difference",
            cause_id=till.id,
            order_code=None,
            amount_minor=difference,
            currency=till.currency,
            booked_at=fact.occurred_at,
        )
