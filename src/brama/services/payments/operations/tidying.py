"""Forgetting what is only kept for a time."""

from datetime import timedelta

from brama.services.payments import store
from brama.services.payments.operations.desk import Desk

_REQUEST_KEYS_KEPT = timedelta(hours=48)
_WEBHOOKS_KEPT = timedelta(days=35)


async def drop_old(desk: Desk) -> None:
    """Drop idempotency keys after 48 h and notices that were looked into after 35 days."""
    now = desk.clock.now()
    async with desk.db.transaction() as tx:
        await store.drop_request_keys(tx, now - _REQUEST_KEYS_KEPT)
        await store.drop_webhooks(tx, now - _WEBHOOKS_KEPT)
