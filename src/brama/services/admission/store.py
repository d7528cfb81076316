"""The only SQL of admission: every function is a query in sql/*.sql."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

from brama.kernel.database import Database, DatabaseUnreachable
from brama.kernel.queries import Queries
from brama.services.admission import errors
from brama.services.admission.domain.records import (
    Case,
    Device,
    Event,
    Feed,
    Key,
    Logged,
    StoredScan,
    Ticket,
)
from brama.services.admission.domain.rows import (
    CaseRow,
    DeviceAtWork,
    EventRow,
    FoundTicket,
    GateCount,
    LogRow,
    ScanRow,
    TicketRow,
)

SQL = Queries.of(__package__)

keep_epoch = SQL.execute("keep_epoch")
get_epoch = SQL.value(UUID, "get_epoch")

put_event = SQL.execute("put_event")
get_event = SQL.one(Event, "get_event", missing=errors.EventNotFound)
find_event = SQL.maybe(Event, "get_event")
get_event_of_list = SQL.one(Event, "get_event_of_list", missing=errors.CheckInListNotFound)
put_key = SQL.execute("put_key")
get_key = SQL.maybe(Key, "get_key")
keys_of_organiser = SQL.all(Key, "keys_of_organiser")
put_device_pairing = SQL.execute("put_device_pairing")
put_device_revocation = SQL.execute("put_device_revocation")
get_device = SQL.maybe(Device, "get_device")
mark_seen = SQL.execute("mark_seen")
devices_of_event = SQL.all(DeviceAtWork, "devices_of_event")
add_news = SQL.execute("add_news")
event_with_news = SQL.maybe(UUID, "event_with_news")
take_news = SQL.all(str, "take_news")
put_event_seq = SQL.execute("put_event_seq")
event_after = SQL.maybe(EventRow, "event_after")

put_tickets = SQL.execute("put_tickets")
unnumbered_tickets = SQL.all(UUID, "unnumbered_tickets")
number_tickets = SQL.execute("number_tickets")
get_ticket = SQL.maybe(Ticket, "get_ticket")
count_tickets_of_order = SQL.value(int, "count_tickets_of_order")
find_tickets = SQL.all(FoundTicket, "find_tickets")
tickets_after = SQL.all(TicketRow, "tickets_after")
all_tickets = SQL.all(TicketRow, "all_tickets")

lock_presences = SQL.all(int, "lock_presences")
put_inside = SQL.execute("put_inside")
advance_feed = SQL.one(Feed, "advance_feed")
get_feed = SQL.maybe(Feed, "get_feed")
wake_others = SQL.execute("wake_others")
get_logged = SQL.maybe(Logged, "get_logged")
add_scan = SQL.execute("add_scan", violations={"scan_once": errors.ScanConflict})
add_standing = SQL.execute("add_standing")
put_standing = SQL.execute("put_standing")
put_device_entry = SQL.execute("put_device_entry", violations={"device_seq_once": errors.DeviceSeqConflict})
scans_of = SQL.all(StoredScan, "scans_of")
subjects_with_scans = SQL.all(str, "subjects_with_scans")
add_news_of_device = SQL.execute("add_news_of_device")
scans_after = SQL.all(ScanRow, "scans_after")
scans_before = SQL.all(LogRow, "scans_before")
scans_of_cases = SQL.all(LogRow, "scans_of_cases")
gate_counts = SQL.all(GateCount, "gate_counts")

cases_of_subject = SQL.all(Case, "cases_of_subject")
get_case = SQL.one(Case, "get_case", missing=errors.CaseNotFound)
lock_case = SQL.one(Case, "lock_case", missing=errors.CaseNotFound)
put_case = SQL.execute("put_case")
cases_after = SQL.all(CaseRow, "cases_after")
cases_of_event = SQL.all(CaseRow, "cases_of_event")


async def listen(db: Database, heard: Callable[[str], None]) -> int:
    """Hear of other replicas' commits until the connection breaks; `heard` gets the event's id.

    Raises:
        DatabaseUnreachable: the connection is gone; what was said meanwhile has to be looked up.
    """
    closed = asyncio.Event()

    def notified(_connection: Any, _process_id: int, _channel: str, payload: Any) -> None:
        heard(str(payload))

    def ended(_connection: Any) -> None:
        closed.set()

    async with db.reading() as tx:
        await tx.raw.add_listener("admission_feed", notified)
        tx.raw.add_termination_listener(ended)
        try:
            await closed.wait()
        finally:
            if not tx.raw.is_closed():
                tx.raw.remove_termination_listener(ended)
                await tx.raw.remove_listener("admission_feed", notified)
    raise DatabaseUnreachable()
