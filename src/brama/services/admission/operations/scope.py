"""Who may do what at which gate."""

from uuid import UUID

import msgspec

from brama.kernel.access import Caller
from brama.kernel.database import Connection
from brama.services.admission import errors, store
from brama.services.admission.domain.records import CheckInList, Event, Gate


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a scan was made."""

    event: Event
    check_in_list: CheckInList
    gate: Gate


async def event_for(tx: Connection, caller: Caller, event_id: UUID) -> Event:
    """The event, for staff of its organiser or a device that was paired for it.

    Raises:
        EventNotFound: there is none, or it is none of the caller's business.
        Forbidden: the caller's role there is not enough.
        OutOfScope: the device was paired for other events.
    """
    event = await store.get_event(tx, event_id)
    _admit(caller, event)
    return event


async def place_for(tx: Connection, caller: Caller, *, check_in_list_id: UUID, gate_id: UUID) -> Place:
    """The list and the gate, for somebody who may scan there.

    Raises:
        CheckInListNotFound, GateNotFound: unknown, or not the caller's.
        Forbidden: the caller's role there is not enough.
        OutOfScope: the device was paired for other events or gates.
    """
    event = await store.get_event_of_list(tx, check_in_list_id)
    _admit(caller, event)
    rules, gate = event.check_in_list(check_in_list_id), event.gate(gate_id)
    if rules is None:
        raise errors.CheckInListNotFound()
    if gate is None:
        raise errors.GateNotFound()
    if caller.kind == "device" and caller.gate_ids and gate_id not in caller.gate_ids:
        raise errors.OutOfScope()
    return Place(event=event, check_in_list=rules, gate=gate)


def _admit(caller: Caller, event: Event) -> None:
    caller.within(event.organiser_id)
    if caller.kind == "device" and event.event_id not in caller.event_ids:
        raise errors.OutOfScope()
