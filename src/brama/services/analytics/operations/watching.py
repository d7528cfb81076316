"""An event in figures, now and over time."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from brama.kernel.access import Caller
from brama.kernel.clock import Clock
from brama.kernel.database import Connection, Database
from brama.services.analytics import domain, store
from brama.services.analytics.domain import AdmissionStep, Event, Figures, SalesStep, Summary
from brama.services.analytics.pulses import Pulses

POLL_S = 1.0
_AT_MOST_EVERY_S = 1.0


class Curves(msgspec.Struct, frozen=True, kw_only=True):
    """Sales and admissions over time; a step without either is left out."""

    event: Event
    step: timedelta
    sales: list[SalesStep]
    admissions: list[AdmissionStep]


async def event_for(tx: Connection, caller: Caller, event_id: UUID) -> Event:
    """The event, for those who may see its figures.

    Raises:
        EventNotFound, NotFound: there is none, or it is another organiser's.
        Forbidden: the caller's role there is not enough.
    """
    event = await store.get_event(tx, event_id)
    caller.within(event.organiser_id)
    return event


async def summarise(db: Database, clock: Clock, caller: Caller, *, event_id: UUID) -> Summary:
    """The event as it stands now."""
    async with db.reading() as tx:
        event = await event_for(tx, caller, event_id)
        return await _summary(tx, event, clock.now())


async def allow_stream(db: Database, caller: Caller, *, event_id: UUID) -> None:
    """Let pass who may follow the event's figures."""
    async with db.reading() as tx:
        await event_for(tx, caller, event_id)


async def follow(
    db: Database, clock: Clock, pulses: Pulses, *, event_id: UUID
) -> AsyncIterator[Summary | None]:
    """The summary now, and again when something was learned of the event, at most once a second."""
    seen: int | None = -1
    while True:
        async with db.reading() as tx:
            beats = await store.get_beats(tx, event_id)
            if beats != seen:
                summary = await _summary(tx, await store.get_event(tx, event_id), clock.now())
        if beats == seen:
            yield None
            await pulses.wait(event_id, POLL_S)
            continue
        seen = beats
        yield summary
        # What is learned within this second is told together after it.
        await asyncio.sleep(_AT_MOST_EVERY_S)


async def draw_curves(db: Database, caller: Caller, *, event_id: UUID, step: str) -> Curves:
    """Sales and admissions in steps that begin at midnight of the venue's clock."""
    async with db.reading() as tx:
        event = await event_for(tx, caller, event_id)
        origin, every = domain.midnight(event.starts_at, event.zone), domain.STEPS[step]
        return Curves(
            event=event,
            step=every,
            sales=await store.sales_curve(tx, event_id, origin, every),
            admissions=await store.admission_curve(tx, event_id, origin, every),
        )


async def report(db: Database, caller: Caller, *, event_id: UUID, night: date | None) -> Figures:
    """The books of an event: of one night (a business date), or of all time."""
    async with db.reading() as tx:
        event = await event_for(tx, caller, event_id)
        since, until = domain.night_bounds(night, event.zone) if night else domain.ALWAYS
        return await _figures(tx, event, since, until)


async def _summary(tx: Connection, event: Event, now: datetime) -> Summary:
    since, until = domain.ALWAYS
    return Summary(
        figures=await _figures(tx, event, since, until),
        admitted=await store.admitted_by_type(tx, event.event_id),
        inside=await store.headcount(tx, event.event_id) or 0,
        left=await store.get_availability(tx, event.event_id) or [],
        troubles=await store.troubles(tx, event.event_id),
        as_of=now,
    )


async def _figures(tx: Connection, event: Event, since: datetime, until: datetime) -> Figures:
    return Figures(
        event=event,
        sold=await store.sold_by_type(tx, event.event_id, since, until),
        returned=await store.refunded_by_type(tx, event.event_id, since, until),
        ways=await store.paid_by_way(tx, event.event_id, since, until),
        refunds=await store.refunds_by_tender(tx, event.event_id, since, until),
    )
