"""What is not needed any more goes."""

from datetime import timedelta

from brama.kernel.clock import Clock
from brama.kernel.database import Database
from brama.services.identity import store
from brama.services.identity.domain.sessions import Lifetimes


async def drop_leftovers(
    db: Database, clock: Clock, *, lifetimes: Lifetimes, failure_window: timedelta, device_skew: timedelta
) -> None:
    """Delete sessions long over, failures that no limit counts, proofs too old to be repeated."""
    now = clock.now()
    async with db.transaction() as tx:
        await store.drop_old_sessions(tx, lifetimes.earliest_start(now))
        await store.drop_old_failures(tx, now - failure_window)
        await store.drop_old_device_proofs(tx, now - 2 * device_skew)
