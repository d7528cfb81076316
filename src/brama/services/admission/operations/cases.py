"""Cases: seen by everybody at the gates, resolved by a person."""

from uuid import UUID

from brama.kernel import outbox
from brama.kernel.access import Caller
from brama.kernel.clock import Clock
from brama.kernel.database import Database
from brama.services.admission import errors, facts, store
from brama.services.admission.domain import cases as deciding
from brama.services.admission.domain.records import Case
from brama.services.admission.feed import Bells
from brama.services.admission.operations.ground import announce, write_case
from brama.services.admission.operations.scope import event_for


async def resolve_case(
    db: Database, clock: Clock, bells: Bells, caller: Caller, *, case_id: UUID, resolution: str
) -> Case:
    """Close a case with what was found out. The scans stay as they are.

    Raises:
        CaseNotFound: there is none, or it is none of the caller's business.
        CaseAlreadyResolved: somebody was faster.
    """
    async with db.transaction() as tx:
        event = await event_for(tx, caller, (await store.get_case(tx, case_id)).event_id)
        # The presence first, as a scan does: a scan that widens the case comes before or after.
        await store.lock_presences(tx, event.event_id, [(await store.get_case(tx, case_id)).subject])
        case = await store.lock_case(tx, case_id)
        if case.state == "resolved":
            raise errors.CaseAlreadyResolved()
        now = clock.now()
        case = deciding.resolved(case, resolution=resolution, by=caller.name, now=now)
        feed = await store.advance_feed(tx, event.event_id, 1, 0)
        await write_case(tx, case, event, seq=feed.last_seq, at=now)
        await outbox.say(tx, facts.case_action(case, event, caller, at=now))
        await announce(tx, bells, event.event_id)
        return case
