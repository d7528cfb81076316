"""The keys that prove tickets: a pair per event and a successor, sealed at rest, opened once."""

from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from brama.kernel import outbox
from brama.kernel.database import Connection, Transaction
from brama.kernel.keys import public_bytes
from brama.kernel.secrets import Sealer
from brama.services.ticketing import facts, store
from brama.services.ticketing.domain import Event, SigningKey

# Events are postponed, and gates look at old tickets long after: the public half must outlast both.
_OUTLASTS = timedelta(days=400)
_PAIRS = 2


class KeyCabinet:
    """Makes, publishes and opens the keys of events."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer
        self._opened: dict[tuple[int, int], SigningKey] = {}

    async def provide(self, tx: Transaction, event: Event, now: datetime) -> None:
        """See that the event has its key and its successor, and tell of what was made.

        The event's row must be locked. Repeating it makes nothing.
        """
        for number in range(await store.count_keys(tx, event.number), event.key_number + _PAIRS):
            await self._create(tx, event, number, now)

    async def current(self, tx: Connection, event: Event) -> SigningKey:
        """The key that signs the event's new tickets."""
        name = (event.number, event.key_number)
        if name not in self._opened:
            row = await store.get_key(tx, *name)
            secret = self._sealer.open(row.private_sealed, _context(*name))
            self._opened[name] = SigningKey(event.key_number, Ed25519PrivateKey.from_private_bytes(secret))
        return self._opened[name]

    async def _create(self, tx: Transaction, event: Event, number: int, now: datetime) -> None:
        private = Ed25519PrivateKey.generate()
        public = public_bytes(private)
        sealed = self._sealer.seal(private.private_bytes_raw(), _context(event.number, number))
        until = max(event.ends_at, now) + _OUTLASTS
        made = await store.add_key(
            tx, event.number, number, event.id, event.organiser_id, sealed, public, now, until, now
        )
        if made:
            await outbox.say(tx, facts.key_published(event, number, public, now, until))


def _context(event_number: int, key_number: int) -> str:
    return f"event_key:{event_number}:{key_number}"
