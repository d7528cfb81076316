"""Whatever comes in whatever order: the books balance, and no place is sold twice."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from brama.contracts.common import Buyer, LocalText, OrderLine
from brama.kernel.ids import new_id
from brama.kernel.problem import Problem
from brama.services.sales.domain import inventory, orders, refunds
from brama.services.sales.domain.inventory import Event, HoldRequest, TicketType, Wanted
from brama.services.sales.domain.orders import Order
from brama.services.sales.domain.refunds import OrderTicket, Refund

NOW = datetime(2026, 12, 5, 12, tzinfo=UTC)
EVENT = Event(
    id=UUID(int=1), number=7, organiser_id=UUID(int=2), version=1, state="published", slug="nich",
    title=LocalText("Ніч"), starts_at=NOW, ends_at=NOW + timedelta(hours=9), time_zone="Europe/Kyiv", currency="UAH",
)  # fmt: skip


def a_type(number: int, capacity: int) -> TicketType:
    return TicketType(
        id=UUID(int=100 + number), event_id=EVENT.id, name=LocalText("Друга хвиля"), price_minor=100 * number,
        capacity=capacity, sold=0, held=0, sale_from=None, sale_until=None, max_per_order=10, position=number,
        is_on_sale=True,
    )  # fmt: skip


wishes = st.lists(
    st.lists(
        st.tuples(st.integers(1, 4), st.integers(-1, 12), st.none() | st.integers(0, 400)),
        min_size=0,
        max_size=3,
    ),
    max_size=25,
)


@given(wishes=wishes, capacity=st.integers(0, 20))
@settings(max_examples=150, deadline=None)
def test_no_sequence_of_holds_takes_more_than_there_is(
    wishes: list[list[tuple[int, int, int | None]]], capacity: int
) -> None:
    types = {kind.id: kind for kind in (a_type(n, capacity) for n in (1, 2, 3))}
    granted = 0
    for lines in wishes:
        request = HoldRequest(
            event_id=EVENT.id, principal="anonymous", idempotency_key=str(new_id()),
            lines=[
                Wanted(ticket_type_id=UUID(int=100 + n), quantity=q, expected_price_minor=price)
                for n, q, price in lines
            ],
        )  # fmt: skip
        try:
            held = inventory.grant(EVENT, types, request, NOW)
        except Problem:
            continue
        assert held
        granted += sum(line.quantity for line in held)
        types = inventory.with_held(types, held)
    assert all(0 <= kind.held <= kind.capacity for kind in types.values())
    assert granted == sum(kind.held for kind in types.values())


def an_order(quantity: int, price_minor: int) -> Order:
    line = OrderLine(
        ticket_type_id=UUID(int=101), name=LocalText("x"), quantity=quantity, unit_price_minor=price_minor,
        holders=[None] * quantity,
    )  # fmt: skip
    return Order(
        code="0007-AAAA-AAAA", hold_id=None, event_id=EVENT.id, event_number=7, organiser_id=EVENT.organiser_id,
        version=1, channel="online", state="pending", buyer=Buyer(name="x", email=None, phone=None, locale="uk"),
        lines=[line], total_minor=quantity * price_minor, refunded_minor=0, currency="UAH", token="t",
        placed_at=NOW, expires_at=NOW, paid_at=None, payment_id=None, tender=None, till_id=None, sold_by=None,
        cash_received_minor=None,
    )  # fmt: skip


@given(
    quantity=st.integers(1, 5),
    price=st.integers(1, 1000),
    steps=st.lists(
        st.one_of(
            st.tuples(st.just("money"), st.integers(1, 6000)),
            st.tuples(st.just("expire"), st.just(0)),
            st.tuples(st.just("cancel"), st.just(0)),
        ),
        max_size=8,
    ),
)
@settings(max_examples=200, deadline=None)
def test_every_kopiyka_pays_the_order_waits_or_goes_back(
    quantity: int, price: int, steps: list[tuple[str, int]]
) -> None:
    order = an_order(quantity, price)
    came = used = waiting = returned = 0
    for what, amount in steps:
        if what == "money":
            came += amount
            use = orders.use_of_payment(order, amount)
            if use in ("pays", "revive"):
                assert amount >= order.total_minor
                order = orders.paid(order, payment_id=new_id(), tender="online", now=NOW)
                used, returned, waiting = (
                    used + order.total_minor,
                    returned + amount - order.total_minor + waiting,
                    0,
                )
            elif use == "waits":
                waiting += amount
            else:
                returned += amount
        elif order.state == "pending":
            order = orders.moved(order, "expired" if what == "expire" else "cancelled")
            returned, waiting = returned + waiting, 0
    assert came == used + waiting + returned
    assert used == (order.total_minor if order.was_paid else 0)
    assert waiting == 0 or order.state == "pending"


@given(quantity=st.integers(1, 6), price=st.integers(0, 900), data=st.data())
@settings(max_examples=200, deadline=None)
def test_refunds_in_any_order_never_exceed_the_order(quantity: int, price: int, data: st.DataObject) -> None:
    order = orders.paid(an_order(quantity, price), payment_id=new_id(), tender="online", now=NOW)
    tickets = [
        OrderTicket(
            id=UUID(int=200 + n), order_code=order.code, ticket_type_id=UUID(int=101), version=1, state="valid",
            is_admitted=data.draw(st.booleans()),
        )
        for n in range(quantity)
    ]  # fmt: skip
    done: list[Refund] = []
    for _ in range(quantity + 1):
        chosen = data.draw(st.lists(st.sampled_from([ticket.id for ticket in tickets]), max_size=3))
        try:
            dead = refunds.tickets_to_refund(order, tickets, done, chosen, confirmed=data.draw(st.booleans()))
        except Problem:
            continue
        refund = Refund(
            id=new_id(), order_code=order.code, payment_id=new_id(), state="done", tickets=dead,
            amount_minor=refunds.amount_of(dead), reason="x", requested_by="x", requested_at=NOW,
            is_of_order=True, failure=None,
        )  # fmt: skip
        done.append(refund)
        order = refunds.after_refund(order, done, refund)
    killed = [ticket.ticket_id for refund in done for ticket in refund.tickets]
    assert len(killed) == len(set(killed))
    assert order.refunded_minor == sum(refund.amount_minor for refund in done) <= order.total_minor
    assert (order.state == "refunded") == (len(killed) == quantity)
