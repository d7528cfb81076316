"""Telling what can be had: at most once a second and event, whatever happens in between."""

from uuid import UUID

from brama.kernel import outbox
from brama.kernel.clock import Clock
from brama.kernel.database import Database, Transaction
from brama.kernel.worker import Worker
from brama.services.sales import facts, store


class AvailabilityDesk:
    """Remembers which events changed, and tells about them on the next beat."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db, self._clock = db, clock
        self._touched: set[UUID] = set()
        self.worker = Worker("availability", self.tell, idle_s=1.0)

    def touch(self, tx: Transaction, *event_ids: UUID) -> None:
        """The counts of these events change with this transaction."""
        for event_id in event_ids:
            tx.after_commit(_Touch(self._touched, event_id))

    async def touch_all(self) -> None:
        """Tell about every event on sale: what a crash left untold, and what time alone has changed."""
        async with self._db.reading() as tx:
            self._touched.update(event.id for event in await store.events_on_sale(tx, self._clock.now()))

    async def tell(self) -> int:
        """Say `availability.changed` for each event that changed."""
        events = set(self._touched)
        self._touched.clear()
        for event_id in sorted(events):
            async with self._db.transaction() as tx:
                version = await store.next_availability_version(tx, event_id)
                event = await store.find_event(tx, event_id)
                if event is not None:
                    types = await store.types_of_event(tx, event_id)
                    await outbox.say(tx, facts.availability_changed(event, types, version, self._clock.now()))
        return 0  # one beat tells all; what changes meanwhile waits for the next


class _Touch:
    """Marks one event; equal marks are registered once."""

    def __init__(self, touched: set[UUID], event_id: UUID) -> None:
        self._touched, self._event_id = touched, event_id

    def __call__(self) -> None:
        self._touched.add(self._event_id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Touch) and other._event_id == self._event_id

    def __hash__(self) -> int:
        return hash(self._event_id)
