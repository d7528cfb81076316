"""All that ticketing reads and writes."""

from datetime import datetime

import msgspec

from brama.kernel.queries import Queries
from brama.services.ticketing.domain import Event, Order, Organiser, Ticket

SQL = Queries.of(__package__)


class EventKey(msgspec.Struct, frozen=True):
    """A key pair of an event; the private half is sealed."""

    event_number: int
    key_number: int
    private_sealed: bytes
    public_key: bytes
    not_before: datetime
    not_after: datetime


put_organiser = SQL.execute("put_organiser")
find_organiser = SQL.maybe(Organiser, "get_organiser")
put_event = SQL.execute("put_event")
find_event = SQL.maybe(Event, "get_event")
find_and_lock_event = SQL.maybe(Event, "lock_event")
get_event = SQL.one(Event, "get_event")
put_key_number = SQL.execute("put_key_number")

add_key = SQL.execute("add_key")
get_key = SQL.one(EventKey, "get_key")
count_keys = SQL.value(int, "count_keys")

add_order = SQL.execute("add_order")
find_order = SQL.maybe(Order, "get_order")
find_and_lock_order = SQL.maybe(Order, "lock_order")
lock_order_of_ticket = SQL.one(Order, "lock_order_of_ticket")
next_order_version = SQL.value(int, "next_order_version")
claim_untold = SQL.all(Order, "claim_untold")
put_told = SQL.execute("put_told")
put_pdf = SQL.execute("put_pdf")

add_tickets = SQL.many("add_tickets")
tickets_of_order = SQL.all(Ticket, "tickets_of_order")
get_ticket = SQL.one(Ticket, "get_ticket")
put_ticket_state = SQL.execute("put_ticket_state")
