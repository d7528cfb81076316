"""The key that signs hold and order tokens, as this process holds it."""

from datetime import datetime, timedelta

from brama.contracts.sales import SalesKeyPublished
from brama.kernel import outbox
from brama.kernel.clock import Clock
from brama.kernel.database import Database, Transaction
from brama.kernel.keys import KeyPair, KeyRing, to_text
from brama.shared import order_token
from brama.shared.order_token import OrderClaims

PURPOSE = "order"
_LIFE = timedelta(days=400)
_ROTATED_AFTER = timedelta(days=180)
_AHEAD = timedelta(days=2)


class Signer:
    """Signs; a successor is published two days before it is used, so that everybody has heard of it."""

    def __init__(self, db: Database, clock: Clock, ring: KeyRing) -> None:
        self._db, self._clock, self._ring = db, clock, ring
        self._pair: KeyPair | None = None

    async def start(self) -> None:
        """Take the settings' first key, or make one, and load the one that signs now."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            await self._ring.import_first(tx, PURPOSE, now)
            if await self._ring.current(tx, PURPOSE, now) is None:
                await self._publish(tx, now, now)
        await self.load()

    async def load(self) -> None:
        """Use the newest key that may sign now."""
        async with self._db.reading() as tx:
            self._pair = await self._ring.current(tx, PURPOSE, self._clock.now())

    async def rotate(self) -> None:
        """Publish a successor when the newest key is old; take it into use when its time has come."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            newest = (await self._ring.all(tx, PURPOSE))[0]
            if newest.not_before + _ROTATED_AFTER < now and newest.not_before.year > 2024:
                await self._publish(tx, now + _AHEAD, now)
        await self.load()

    def token(self, claims: OrderClaims) -> str:
        """The claims, signed."""
        if self._pair is None:
            raise RuntimeError("the signer was not started")
        return order_token.issue(claims, self._pair.private, self._pair.key_id)

    async def _publish(self, tx: Transaction, not_before: datetime, now: datetime) -> None:
        pair = await self._ring.create(tx, PURPOSE, not_before=not_before, life=_LIFE, now=now)
        await outbox.say(
            tx,
            SalesKeyPublished(
                aggregate_id=pair.key_id, aggregate_version=1, occurred_at=now, key_id=pair.key_id,
                purpose=PURPOSE, public_key=to_text(pair.public_key), not_before=pair.not_before,
                not_after=pair.not_after,
            ),
        )  # fmt: skip
