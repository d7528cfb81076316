"""The ground on which a subject is judged; the one place where the log and its consequences are written."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from brama.kernel import outbox
from brama.kernel.database import Transaction
from brama.kernel.ids import new_id
from brama.services.admission import facts, store
from brama.services.admission.domain.cases import case_changes
from brama.services.admission.domain.merging import Merge, merge
from brama.services.admission.domain.records import (
    EMPTY_FEED,
    Answer,
    Case,
    Event,
    Feed,
    NewScan,
    Standing,
    StoredScan,
    Ticket,
)
from brama.services.admission.feed import Bells
from brama.shared.outcomes import Verdict


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """Everything known of one subject, locked until the commit."""

    event: Event
    subject: str
    ticket: Ticket | None
    inside: int
    scans: list[StoredScan]
    now: datetime

    def merged(self, *further: StoredScan) -> Merge:
        """The subject's story, with further scans or with the same scans seen otherwise."""
        scans = {scan.scan_id: scan for scan in (*self.scans, *further)}
        return merge(scans.values(), self.ticket, {rules.id: rules for rules in self.event.check_in_lists})


async def stand_on(tx: Transaction, event: Event, subject: str, *, now: datetime) -> Ground:
    """Lock a subject and read all that is known of it.

    Two gates that ask about the same ticket take turns here. The feed must not be locked yet.
    """
    inside = (await store.lock_presences(tx, event.event_id, [subject]))[0]
    return Ground(
        event=event,
        subject=subject,
        ticket=await store.get_ticket(tx, event.event_id, subject),
        inside=inside,
        scans=await store.scans_of(tx, event.event_id, subject),
        now=now,
    )


async def enter_in_log(
    tx: Transaction, bells: Bells, ground: Ground, new: NewScan, answer: Answer | None
) -> Feed:
    """Write a new scan with everything that follows from it; `answer` gets the head count that results.

    Raises:
        ScanConflict: the scan_id was taken meanwhile.
    """
    scan = new.scan
    merged = ground.merged(
        StoredScan(**msgspec.structs.asdict(scan), device_id=new.device_id, standing=Standing.CONFIRMED)
    )
    feed = await _settle(tx, bells, ground, merged, numbers=1)
    if answer is not None:
        answer = replace(answer, headcount=feed.headcount)
    event = ground.event
    await store.add_scan(
        tx, scan.scan_id, event.event_id, event.organiser_id, feed.last_seq, scan.subject, new.code,
        scan.revision, scan.proof, scan.check_in_list_id, scan.gate_id, scan.kind, new.device_id,
        new.staff_id, scan.by_name, new.scanned_at, scan.happened_at, scan.logical_ms, scan.hlc, new.verdict,
        scan.outcome, new.reason, scan.is_clock_suspect, answer, new.received_at,
    )  # fmt: skip
    await store.add_standing(tx, scan.scan_id, merged.standings[scan.scan_id])
    await outbox.say(tx, facts.scan_said(new, event, ground.ticket, seq=feed.last_seq, feed=feed))
    return feed


async def settle(tx: Transaction, bells: Bells, ground: Ground, *further: StoredScan) -> Feed:
    """Bring standings, head count and cases in line with what is known now.

    A scan that falls into quarantine is said again as refused, so that nobody goes on counting it.
    """
    merged = ground.merged(*further)
    fallen = [scan for scan in ground.scans if _falls(scan, merged)]
    feed = await _settle(tx, bells, ground, merged, numbers=len(fallen))
    for seq, scan in enumerate(fallen, start=feed.last_seq - len(fallen) + 1):
        said = facts.quarantined(scan, ground.event, ground.ticket, seq=seq, feed=feed, at=ground.now)
        await outbox.say(tx, said)
    return feed


def _falls(scan: StoredScan, merged: Merge) -> bool:
    is_new = scan.standing is not Standing.REVOKED_DEVICE
    counted = scan.acted is Verdict.ADMIT and scan.kind in ("entry", "exit")
    return is_new and counted and merged.standings[scan.scan_id] is Standing.REVOKED_DEVICE


async def _settle(tx: Transaction, bells: Bells, ground: Ground, merged: Merge, *, numbers: int) -> Feed:
    """Take `numbers` of the feed after those that cases need; the last of them is the caller's."""
    changes = await _case_changes(tx, ground, merged)
    delta, taken = merged.inside - ground.inside, numbers + len(changes)
    event_id = ground.event.event_id
    if not taken and not delta:
        feed = await store.get_feed(tx, event_id) or EMPTY_FEED
    else:
        feed = await store.advance_feed(tx, event_id, taken, delta)
    if delta:
        await store.put_inside(tx, event_id, ground.subject, merged.inside)
    for scan in ground.scans:
        if merged.standings[scan.scan_id] != scan.standing:
            await store.put_standing(tx, scan.scan_id, merged.standings[scan.scan_id])
    first = feed.last_seq - taken + 1
    for seq, case in enumerate(changes, start=first):
        await write_case(tx, case, ground.event, seq=seq, at=ground.now)
    await announce(tx, bells, event_id)
    return feed


async def _case_changes(tx: Transaction, ground: Ground, merged: Merge) -> list[Case]:
    event_id, ticket = ground.event.event_id, ground.ticket
    # Most scans are the only one of their ticket, and nothing has ever contradicted them.
    if not merged.conflicts and not ground.scans:
        return []
    return case_changes(
        await store.cases_of_subject(tx, event_id, ground.subject),
        merged.conflicts,
        event_id=event_id,
        subject=ground.subject,
        ticket_id=ticket.ticket_id if ticket else None,
        now=ground.now,
        new_id=new_id,
    )


async def write_case(tx: Transaction, case: Case, event: Event, *, seq: int, at: datetime) -> None:
    """Store a case as it now stands and tell of it."""
    await store.put_case(
        tx, case.case_id, case.version, seq, case.event_id, event.organiser_id, case.kind, case.subject,
        case.ticket_id, case.scan_ids, case.state, case.opened_at, case.resolution, case.resolved_by,
        case.resolved_at, case.is_cleared,
    )  # fmt: skip
    await outbox.say(tx, facts.case_said(case, event, at=at))


async def announce(tx: Transaction, bells: Bells, event_id: UUID) -> None:
    """Wake the event's streams at the commit: ours directly, other replicas' through the database."""
    await store.wake_others(tx, str(event_id))
    tx.after_commit(lambda: bells.ring(event_id))
