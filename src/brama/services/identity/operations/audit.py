"""The audit trail: identity's own actions are kept at once, those of the others when they are heard."""

from datetime import datetime
from uuid import UUID

from brama.contracts.common import ActionRecorded
from brama.kernel import outbox
from brama.kernel.access import Caller
from brama.kernel.database import Database, Transaction
from brama.kernel.facts import speaker_of
from brama.kernel.ids import new_id
from brama.services.identity import facts, store
from brama.services.identity.domain.audit import Actor, AuditEntry


def actor_of(caller: Caller) -> Actor:
    """Whoever calls, as the trail names them."""
    return Actor("device" if caller.kind == "device" else "staff", caller.id, caller.name)


async def record(
    tx: Transaction,
    actor: Actor,
    action: str,
    subject: tuple[str, UUID],
    *,
    organiser_id: UUID,
    now: datetime,
    **details: str,
) -> None:
    """Keep an action of identity and tell it, in the transaction of its cause."""
    subject_kind, subject_id = subject
    entry = AuditEntry(
        id=new_id(),
        organiser_id=organiser_id,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        service="identity",
        action=action,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        details=details,
        occurred_at=now,
    )
    await _keep(tx, entry)
    await outbox.say(tx, facts.action_recorded(entry))


async def record_everywhere(
    tx: Transaction, actor: Actor, action: str, subject: tuple[str, UUID], *, now: datetime, **details: str
) -> None:
    """Keep an action that concerns the person in the trail of each organiser they work for."""
    if actor.id is None:
        raise ValueError("only a person works for organisers")
    for role in await store.roles_of(tx, actor.id):
        await record(tx, actor, action, subject, organiser_id=role.organiser_id, now=now, **details)


async def keep_action(tx: Transaction, fact: ActionRecorded) -> None:
    """Keep what another service told."""
    entry = AuditEntry(
        id=fact.fact_id,
        organiser_id=fact.organiser_id,
        actor_kind=fact.actor_kind,
        actor_id=fact.actor_id,
        actor_name=fact.actor_name,
        service=speaker_of(fact.SUBJECT),
        action=fact.action,
        subject_kind=fact.subject_kind,
        subject_id=fact.subject_id,
        details=fact.details,
        occurred_at=fact.occurred_at,
    )
    await _keep(tx, entry)


async def list_entries(
    db: Database,
    *,
    caller: Caller,
    organiser_id: UUID,
    actor_id: UUID | None,
    action: str | None,
    after: UUID | None,
    limit: int,
) -> list[AuditEntry]:
    """A page of an organiser's trail, the latest first."""
    caller.within(organiser_id)
    async with db.reading() as tx:
        return await store.audit_entries(tx, organiser_id, after, actor_id, action, limit)


async def _keep(tx: Transaction, entry: AuditEntry) -> None:
    await store.add_audit_entry(
        tx, entry.id, entry.organiser_id, entry.actor_kind, entry.actor_id, entry.actor_name, entry.service,
        entry.action, entry.subject_kind, entry.subject_id, entry.details, entry.occurred_at,
    )  # fmt: skip
