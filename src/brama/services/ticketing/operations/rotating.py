"""An event signs its new tickets with the next key; what was signed before stays good."""

from uuid import UUID

from msgspec.structs import replace

from brama.kernel import outbox
from brama.kernel.access import Caller
from brama.kernel.clock import Clock
from brama.kernel.database import Database
from brama.kernel.problem import NotFound
from brama.services.ticketing import facts, store
from brama.services.ticketing.domain import Event
from brama.services.ticketing.errors import KeysUsedUp
from brama.services.ticketing.keys import KeyCabinet

_LAST_KEY = 255


async def rotate_key(
    db: Database, clock: Clock, cabinet: KeyCabinet, caller: Caller, event_id: UUID
) -> Event:
    """Take the successor, which gates have known for long, into use, and publish the next one.

    Raises:
        NotFound: no such event at an organiser of the caller, or it was never public.
        KeysUsedUp: there is no further number for a key.
    """
    now = clock.now()
    async with db.transaction() as tx:
        event = await store.find_and_lock_event(tx, event_id)
        if event is None or event.state == "draft":
            raise NotFound()
        caller.within(event.organiser_id)
        if event.key_number + 1 >= _LAST_KEY:
            raise KeysUsedUp()
        event = replace(event, key_number=event.key_number + 1)
        await store.put_key_number(tx, event.id, event.key_number)
        await cabinet.provide(tx, event, now)
        await outbox.say(
            tx,
            facts.action(
                caller, event.organiser_id, "event.key_rotated", "event", str(event.id), event.number, now,
                key_number=str(event.key_number),
            ),
        )  # fmt: skip
    return event
