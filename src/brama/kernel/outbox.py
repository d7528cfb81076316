"""Saying facts: written in the transaction of their cause, relayed to the bus after it."""

import msgspec

from brama.kernel import kernel_store as store
from brama.kernel.correlation import causation_id, correlation_id
from brama.kernel.database import Transaction
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
