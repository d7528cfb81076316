"""What every service hears of authority: keys, roles, revoked devices; so that it decides offline."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from brama.kernel import kernel_store as store
from brama.kernel.database import Transaction
from brama.kernel.facts import FACTS, Fact, speaker_of
from brama.kernel.inbox import Heard
from brama.kernel.secrets import from_base64url

_KEYS = ("identity.key.published.v1", "sales.key.published.v1")


async def keep_key(tx: Transaction, fact: Any) -> None:
    """Trust a published key."""
    await store.put_trusted_key(
        tx, speaker_of(fact.SUBJECT), fact.key_id, fact.purpose, from_base64url(fact.public_key),
        fact.not_before, fact.not_after,
    )  # fmt: skip


async def keep_authority(tx: Transaction, fact: Any) -> None:
    """Remember what a person may do; only a newer version counts."""
    grants = msgspec.to_builtins(fact.grants)
    await store.put_authority(tx, fact.staff_id, fact.aggregate_version, fact.name, fact.is_active, grants)


async def keep_revocation(tx: Transaction, fact: Any) -> None:
    """A device lost its rights."""
    await store.put_revoked_device(tx, fact.device_id, fact.revoked_at)


def trust_heard(heard: Heard) -> Heard:
    """What the service hears, with what the kernel hears for it first."""
    own: dict[str, Callable[..., Awaitable[None]]] = {
        **dict.fromkeys(_KEYS, keep_key),
        "identity.authority.changed.v1": keep_authority,
        "identity.device.revoked.v1": keep_revocation,
    }
    combined: dict[type[Fact], Callable[..., Awaitable[None]]] = dict(heard)
    for subject, keep in own.items():
        combined[FACTS[subject]] = _both(keep, heard.get(FACTS[subject]))
    return combined


def _both(
    first: Callable[..., Awaitable[None]], second: Callable[..., Awaitable[None]] | None
) -> Callable[..., Awaitable[None]]:
    if second is None:
        return first

    async def hear(tx: Transaction, fact: Fact) -> None:
        await first(tx, fact)
        await second(tx, fact)

    return hear
