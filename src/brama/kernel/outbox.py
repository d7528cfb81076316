"""Saying facts: written in the transaction of their cause, relayed to the bus after it."""

from uuid import UUID

import msgspec

from brama.kernel import kernel_store as store
from brama.kernel.correlation import causation_id, correlation_id
from brama.kernel.database import Database, Transaction
from brama.kernel.facts import Envelope, Fact

_encode = msgspec.json.Encoder().encode


def enclosed(fact: Fact) -> bytes:
    """The fact in its envelope, as it travels."""
    return _encode(
        Envelope(
            subject=fact.SUBJECT,
            correlation_id=correlation_id(),
            causation_id=causation_id(),
            fact=msgspec.Raw(_encode(fact)),
        )
    )


async def say(tx: Transaction, *facts: Fact) -> None:
    """Tell everybody who listens, exactly when the transaction commits.

    The relay is woken after the commit, and finds the facts by itself should the process die before.
    """
    correlation = correlation_id()
    for fact in facts:
        await store.add_said(tx, fact.fact_id, fact.SUBJECT, correlation, enclosed(fact))
    tx.after_commit(tx.database.on_said)


async def say_again(db: Database, subject: str = "%", fact_id: UUID | None = None) -> int:
    """Let the relay publish again what was said in the days that the outbox keeps; answers how many facts.

    Whoever has heard a fact drops it the second time; the bus drops what it got within two minutes.
    """
    async with db.transaction() as tx:
        return await store.mark_unsent(tx, subject, fact_id)
