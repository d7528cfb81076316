"""Files that change without a fact: by time, with a new build, or because somebody emptied the folder."""

from datetime import datetime

from brama.kernel.database import Database, Transaction
from brama.services.publishing import domain, store
from brama.services.publishing.domain import DueKind
from brama.services.publishing.ports import Site

# Names what the folder was made with; hidden, so it is not served, and gone when the folder is emptied.
STAMP = ".made_with"


async def mark_turned(db: Database, *, now: datetime) -> int:
    """Mark events whose sale opened or ended, or which are over; answers how many."""
    async with db.transaction() as tx:
        ids = await store.turning_events(tx, now)
        for event_id in ids:
            event = await store.find_event(tx, event_id)
            if event is None:
                continue
            await store.set_turn(tx, event_id, domain.next_turn(event, now=now))
            await store.mark_due(tx, DueKind.EVENT, now, event_id)
            if event.organiser_id is not None:
                await store.mark_due(tx, DueKind.ORGANISER, now, event.organiser_id)
        if ids:
            await store.mark_due(tx, DueKind.FRONT, now)
    return len(ids)


async def rebuild_if_needed(db: Database, site: Site, digest: str, *, now: datetime) -> bool:
    """Mark every page when templates, words, styles or scripts are others than the pages have, or when the
    folder lost its stamp. Answers whether it did."""
    async with db.transaction() as tx:
        if digest == await store.made_with(tx) and await site.has(STAMP):
            return False
        await _mark_everything(tx, now)
        await store.set_made_with(tx, digest)
        await site.put(STAMP, digest.encode())
    return True


async def _mark_everything(tx: Transaction, now: datetime) -> None:
    for event_id in await store.public_event_ids(tx):
        await store.mark_due(tx, DueKind.EVENT, now, event_id)
    for organiser in await store.all_organisers(tx):
        if organiser.organiser_id is not None:
            await store.mark_due(tx, DueKind.ORGANISER, now, organiser.organiser_id)
    await store.mark_due(tx, DueKind.FRONT, now)
