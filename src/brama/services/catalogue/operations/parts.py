"""The parts of an event: ticket types, check-in lists, gates. Each change is one of the event's versions."""

from typing import Any, TypeVar
from uuid import UUID

import msgspec

from brama.kernel.access import Caller
from brama.kernel.clock import Clock
from brama.kernel.database import Database
from brama.kernel.ids import new_id
from brama.services.catalogue import domain, errors, store
from brama.services.catalogue.domain.entries import (
    CheckInListEdit,
    CheckInListEntry,
    GateEntry,
    TicketTypeEdit,
    TicketTypeEntry,
)
from brama.services.catalogue.operations.changes import open_for_change, refuse, settle

Part = TypeVar("Part", domain.TicketType, domain.CheckInList, domain.Gate)
Changed = tuple[domain.Sheet, Part]


async def add_ticket_type(
    db: Database, clock: Clock, caller: Caller, event_id: UUID, entry: TicketTypeEntry
) -> Changed[domain.TicketType]:
    """Another kind of ticket, with the next product number.

    Raises:
        EntryRefused: fields are not right.
        TooManyTicketTypes: all 255 numbers are given.
    """
    async with db.transaction() as tx:
        sheet = await open_for_change(tx, caller, event_id, None)
        number = domain.next_product_number(sheet.ticket_types)
        if number is None:
            raise errors.TooManyTicketTypes()
        ticket_type = domain.TicketType(
            **_place(sheet),
            product_number=number,
            name=entry.name,
            description=entry.description,
            price_minor=entry.price.minor,
            quantity=entry.quantity,
            sale_from=entry.sale_from,
            sale_until=entry.sale_until,
            max_per_order=entry.max_per_order,
            position=number if entry.position is None else entry.position,
            archived_at=None,
        )
        refuse(domain.check_ticket_type(ticket_type, entry.price.currency, sheet.event))
        await store.put_ticket_type(tx, ticket_type)
        sheet = await settle(
            tx,
            sheet.event,
            caller,
            "ticket_type.added",
            at=clock.now(),
            details={"name": ticket_type.name.uk},
        )
    return sheet, ticket_type


async def edit_ticket_type(
    db: Database,
    clock: Clock,
    caller: Caller,
    event_id: UUID,
    ticket_type_id: UUID,
    edit: TicketTypeEdit,
    *,
    expected_version: int | None,
) -> Changed[domain.TicketType]:
    """New words, price, quantity or window. Orders that were placed keep the price they were shown."""
    async with db.transaction() as tx:
        sheet = await open_for_change(tx, caller, event_id, expected_version)
        old = _part(sheet.ticket_types, ticket_type_id, errors.TicketTypeNotFound)
        if old.archived_at is not None:
            raise errors.TicketTypeNotFound()
        given = edit.given()
        price = given.pop("price", None)
        if price is not None:
            given["price_minor"] = price.minor
        new = msgspec.structs.replace(old, **given)
        currency = sheet.event.currency if price is None else price.currency
        refuse(domain.check_ticket_type(new, currency, sheet.event))
        await store.put_ticket_type(tx, new)
        details = {"name": new.name.uk, "fields": ", ".join(sorted(edit.given()))}
        sheet = await settle(
            tx,
            sheet.event,
            caller,
            "ticket_type.edited",
            at=clock.now(),
            details=details,
        )
    return sheet, new


async def remove_ticket_type(
    db: Database, clock: Clock, caller: Caller, event_id: UUID, ticket_type_id: UUID
) -> domain.Sheet:
    """Delete a draft's ticket type; a public event's is archived: it sells no more, its tickets stay good."""
    now = clock.now()
    async with db.transaction() as tx:
        sheet = await open_for_change(tx, caller, event_id, None)
        old = _part(sheet.ticket_types, ticket_type_id, errors.TicketTypeNotFound)
        if not sheet.event.is_draft:
            await store.put_ticket_type(tx, domain.archived(old, now=now))
            return await settle(
                tx,
                sheet.event,
                caller,
                "ticket_type.archived",
                at=now,
                details={"name": old.name.uk},
            )
        for each in sheet.check_in_lists:
            ids = domain.without(each.ticket_type_ids, old.id)
            await store.put_check_in_list(tx, msgspec.structs.replace(each, ticket_type_ids=ids))
        await store.delete_ticket_type(tx, old.id)
        return await settle(
            tx,
            sheet.event,
            caller,
            "ticket_type.deleted",
            at=now,
            details={"name": old.name.uk},
        )


async def add_check_in_list(
    db: Database, clock: Clock, caller: Caller, event_id: UUID, entry: CheckInListEntry
) -> Changed[domain.CheckInList]:
    """Another list by which gates admit."""
    async with db.transaction() as tx:
        sheet = await open_for_change(tx, caller, event_id, None)
        new = domain.CheckInList(**_place(sheet), **entry.given())
        refuse(domain.check_list(new, sheet.ticket_types))
        await store.put_check_in_list(tx, new)
        sheet = await settle(
            tx,
            sheet.event,
            caller,
            "check_in_list.added",
            at=clock.now(),
            details={"name": new.name},
        )
    return sheet, new


async def edit_check_in_list(
    db: Database,
    clock: Clock,
    caller: Caller,
    event_id: UUID,
    list_id: UUID,
    edit: CheckInListEdit,
) -> Changed[domain.CheckInList]:
    """Other rules for a list."""
    async with db.transaction() as tx:
        sheet = await open_for_change(tx, caller, event_id, None)
        old = _part(sheet.check_in_lists, list_id, errors.CheckInListNotFound)
        new = msgspec.structs.replace(old, **edit.given())
        refuse(domain.check_list(new, sheet.ticket_types))
        await store.put_check_in_list(tx, new)
        sheet = await settle(
            tx,
            sheet.event,
            caller,
            "check_in_list.edited",
            at=clock.now(),
            details={"name": new.name},
        )
    return sheet, new


async def remove_check_in_list(
    db: Database, clock: Clock, caller: Caller, event_id: UUID, list_id: UUID
) -> domain.Sheet:
    """Take a list away.

    Raises:
        LastOne: a public event could not be entered without it.
    """
    async with db.transaction() as tx:
        sheet = await open_for_change(tx, caller, event_id, None)
        old = _part(sheet.check_in_lists, list_id, errors.CheckInListNotFound)
        _keep_one(sheet, sheet.check_in_lists)
        await store.delete_check_in_list(tx, old.id)
        return await settle(
            tx,
            sheet.event,
            caller,
            "check_in_list.deleted",
            at=clock.now(),
            details={"name": old.name},
        )


async def add_gate(
    db: Database, clock: Clock, caller: Caller, event_id: UUID, entry: GateEntry
) -> Changed[domain.Gate]:
    """Another place to scan."""
    refuse(domain.check_name("/name", entry.name))
    async with db.transaction() as tx:
        sheet = await open_for_change(tx, caller, event_id, None)
        gate = domain.Gate(**_place(sheet), name=entry.name)
        await store.put_gate(tx, gate)
        sheet = await settle(
            tx,
            sheet.event,
            caller,
            "gate.added",
            at=clock.now(),
            details={"name": gate.name},
        )
    return sheet, gate


async def edit_gate(
    db: Database,
    clock: Clock,
    caller: Caller,
    event_id: UUID,
    gate_id: UUID,
    entry: GateEntry,
) -> Changed[domain.Gate]:
    """Another name for a gate."""
    refuse(domain.check_name("/name", entry.name))
    async with db.transaction() as tx:
        sheet = await open_for_change(tx, caller, event_id, None)
        old = _part(sheet.gates, gate_id, errors.GateNotFound)
        gate = msgspec.structs.replace(old, name=entry.name)
        await store.put_gate(tx, gate)
        sheet = await settle(
            tx,
            sheet.event,
            caller,
            "gate.edited",
            at=clock.now(),
            details={"name": gate.name},
        )
    return sheet, gate


async def remove_gate(
    db: Database, clock: Clock, caller: Caller, event_id: UUID, gate_id: UUID
) -> domain.Sheet:
    """Take a gate away.

    Raises:
        LastOne: a public event needs one.
    """
    async with db.transaction() as tx:
        sheet = await open_for_change(tx, caller, event_id, None)
        old = _part(sheet.gates, gate_id, errors.GateNotFound)
        _keep_one(sheet, sheet.gates)
        await store.delete_gate(tx, old.id)
        return await settle(
            tx,
            sheet.event,
            caller,
            "gate.deleted",
            at=clock.now(),
            details={"name": old.name},
        )


def _place(sheet: domain.Sheet) -> dict[str, Any]:
    return {
        "id": new_id(),
        "event_id": sheet.event.id,
        "organiser_id": sheet.event.organiser_id,
    }


def _part(parts: list[Part], part_id: UUID, missing: type[errors.CatalogueError]) -> Part:
    for part in parts:
        if part.id == part_id:
            return part
    raise missing()


def _keep_one(sheet: domain.Sheet, parts: list[Part]) -> None:
    if not sheet.event.is_draft and len(parts) == 1:
        raise errors.LastOne()
