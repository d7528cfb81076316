"""Writing what is due. A mark goes only when its files stand; a crash between writes the same files again."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from brama.contracts.publishing import PagePublished
from brama.kernel import outbox
from brama.kernel.blobs import Blobs
from brama.kernel.clock import Clock
from brama.kernel.database import Connection, Database, DatabaseUnreachable, Transaction
from brama.kernel.log import get_logger
from brama.kernel.metrics import counter
from brama.services.publishing import domain, store
from brama.services.publishing.domain import Due, DueKind, Night
from brama.services.publishing.pages import Pages
from brama.services.publishing.ports import Site

log = get_logger()
_AFTER_FAILURE = timedelta(seconds=5)
_failed = counter("brama_publishing_failed_total", "Subjects whose files could not be written", ("kind",))


class Press(NamedTuple):
    """What pages are made with and where they go."""

    site: Site
    pages: Pages
    blobs: Blobs
    origin: str


async def write_next(db: Database, clock: Clock, press: Press) -> int:
    """Write the files of the subject that has waited longest; answers 0 when there is none.

    A subject that cannot be written waits a while and holds up no other.
    """
    now = clock.now()
    due = None
    try:
        async with db.transaction() as tx:
            due = await store.take_due(tx, now)
            if due is None:
                return 0
            await _WRITERS[due.kind](tx, press, due, now)
    except DatabaseUnreachable:
        raise
    except Exception:  # the edge of one page: logged and counted, its mark stays
        if due is None:
            raise
        _failed.labels(due.kind.value).inc()
        log.error("page.failed", kind=due.kind.value, subject_id=str(due.subject_id), exc_info=True)
        async with db.transaction() as tx:
            await store.postpone_due(tx, due.kind.value, due.subject_id, now + _AFTER_FAILURE)
    return 1


async def _write_event(tx: Transaction, press: Press, due: Due, now: datetime) -> None:
    night = await _night(tx, due.subject_id, now)
    if night is None:
        return
    poster = await _uploaded_poster(press.blobs, night)
    await _put_all(press.site, await press.pages.event_files(night, poster, press.site.has))
    event = night.event
    await outbox.say(
        tx,
        PagePublished(
            aggregate_id=str(event.event_id),
            aggregate_version=event.aggregate_version,
            occurred_at=now,
            organiser_id=event.organiser_id,
            event_number=event.event_number,
            event_id=event.event_id,
            event_version=event.aggregate_version,
            urls=[f"{press.origin}/{event.slug}", f"{press.origin}/en/{event.slug}"],
        ),
    )
    log.info(
        "page.published",
        slug=event.slug,
        version=event.aggregate_version,
        after_ms=round((now - due.since).total_seconds() * 1000),
    )


async def _write_availability(tx: Transaction, press: Press, due: Due, now: datetime) -> None:
    night = await _night(tx, due.subject_id, now)
    if night is not None:
        await _put_all(press.site, [press.pages.availability(night)])


async def _write_organiser(tx: Transaction, press: Press, due: Due, now: datetime) -> None:
    organiser = await store.find_organiser(tx, due.subject_id)
    if organiser is None:
        return
    nights = [night for night in await _nights(tx, now) if night.event.organiser_id == due.subject_id]
    await _put_all(press.site, press.pages.organiser_files(organiser, nights))


async def _write_front(tx: Transaction, press: Press, _: Due, now: datetime) -> None:
    organisers = await store.all_organisers(tx)
    await _put_all(press.site, press.pages.front_files(await _nights(tx, now), organisers))


_WRITERS = {
    DueKind.EVENT: _write_event,
    DueKind.AVAILABILITY: _write_availability,
    DueKind.ORGANISER: _write_organiser,
    DueKind.FRONT: _write_front,
}


async def _put_all(site: Site, files: Iterable[tuple[str, bytes]]) -> None:
    for path, data in files:
        await site.put(path, data)


async def _night(tx: Connection, event_id: UUID, now: datetime) -> Night | None:
    """A public event as it stands now; None for a draft or one that was never heard of."""
    event = await store.find_event(tx, event_id)
    if event is None or event.published_at is None:
        return None
    organiser = await store.find_organiser(tx, event.organiser_id) if event.organiser_id else None
    return domain.night_of(event, organiser, await store.find_availability(tx, event_id), now=now)


async def _nights(tx: Connection, now: datetime) -> list[Night]:
    organisers = {each.organiser_id: each for each in await store.all_organisers(tx)}
    places = await store.availability_of_public(tx)
    return [
        domain.night_of(event, organisers.get(event.organiser_id), places.get(event.event_id), now=now)
        for event in await store.public_events(tx)
    ]


async def _uploaded_poster(blobs: Blobs, night: Night) -> bytes | None:
    digest = night.event.poster_digest
    blob = await blobs.get(digest, public=True) if digest else None
    return blob.data if blob else None
