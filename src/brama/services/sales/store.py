"""All that sales reads and writes."""

from uuid import UUID

import msgspec

from brama.kernel.queries import Queries
from brama.services.sales import errors
from brama.services.sales.domain.inventory import Event, Hold, TicketType
from brama.services.sales.domain.orders import Order, OrderPayment, Till
from brama.services.sales.domain.refunds import OrderTicket, Refund

SQL = Queries.of(__package__)


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """A fiscal receipt of an order, as fiscal told."""

    id: UUID
    order_code: str
    version: int
    kind: str
    state: str
    fiscal_code: str | None
    url: str | None


class KeyUsedMeanwhile(Exception):
    """Another replica has just made a hold under one of these idempotency keys."""


put_organiser = SQL.execute("put_organiser")
put_event = SQL.execute("put_event")
put_ticket_type = SQL.execute("put_ticket_type")
withdraw_ticket_types = SQL.execute("withdraw_ticket_types")
get_event = SQL.one(Event, "get_event")
find_event = SQL.maybe(Event, "get_event")
events_by_id = SQL.all(Event, "events_by_id")
events_on_sale = SQL.all(Event, "events_on_sale")
next_availability_version = SQL.value(int, "next_availability_version")
types_of_event = SQL.all(TicketType, "types_of_event")
lock_types_of_events = SQL.all(TicketType, "lock_types_of_events")
lock_types = SQL.all(TicketType, "lock_types")
move_counts = SQL.execute("move_counts")

add_holds = SQL.execute("add_holds", violations={"hold_idempotent": KeyUsedMeanwhile})
holds_by_key = SQL.all(Hold, "holds_by_key")
get_hold = SQL.one(Hold, "get_hold")
lock_hold = SQL.one(Hold, "lock_hold")
lock_due_holds = SQL.all(Hold, "lock_due_holds")
put_hold_states = SQL.execute("put_hold_states")

add_order = SQL.execute("add_order", violations={"order_once_per_hold": errors.HoldExpired})
get_order = SQL.one(Order, "get_order")
find_order = SQL.maybe(Order, "get_order")
order_of_hold = SQL.maybe(Order, "order_of_hold")
lock_order = SQL.one(Order, "lock_order")
lock_order_if_known = SQL.maybe(Order, "lock_order")
lock_due_orders = SQL.all(Order, "lock_due_orders")
lock_pending_orders_of_event = SQL.all(Order, "lock_pending_orders_of_event")
put_order_state = SQL.execute("put_order_state")
orders_page = SQL.all(Order, "orders_page")

put_payment = SQL.execute("put_payment")
put_payment_use = SQL.execute("put_payment_use")
payments_of_order = SQL.all(OrderPayment, "payments_of_order")
put_ticket = SQL.execute("put_ticket")
put_admission = SQL.execute("put_admission")
tickets_of_order = SQL.all(OrderTicket, "tickets_of_order")
put_receipt = SQL.execute("put_receipt")
receipts_of_order = SQL.all(Receipt, "receipts_of_order")

add_refund = SQL.execute("add_refund")
get_refund = SQL.maybe(Refund, "get_refund")
refunds_of_order = SQL.all(Refund, "refunds_of_order")
put_refund_state = SQL.execute("put_refund_state")

add_till = SQL.execute("add_till")
get_till = SQL.one(Till, "get_till")
lock_till = SQL.one(Till, "lock_till")
close_till = SQL.execute("close_till")
tills_of_organisers = SQL.all(Till, "tills_of_organisers")
till_cash = SQL.value(int, "till_cash")
