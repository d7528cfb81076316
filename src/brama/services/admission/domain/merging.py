"""What all scans of one ticket mean together; a pure function of the set, whatever order they came in."""

from collections.abc import Iterable, Mapping
from uuid import UUID

import msgspec

from brama.services.admission.domain.records import CaseKind, CheckInList, Scan, Standing, Ticket
from brama.shared.outcomes import Outcome, Verdict


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """Where a ticket stands at one check-in list. `inside` is above 1 when gates admitted it twice."""

    entries: int = 0
    inside: int = 0
    last_entry: Scan | None = None


class Conflict(msgspec.Struct, frozen=True, kw_only=True):
    """A contradiction among scans of one ticket."""

    kind: CaseKind
    scan_ids: frozenset[UUID]


class Merge(msgspec.Struct, frozen=True, kw_only=True):
    """The whole story of one ticket.

    `inside` is how many guests of it are in the house: of several lists the fullest counts, since a guest of
    the balcony also passed the door.
    """

    standings: dict[UUID, Standing]
    lists: dict[UUID, Presence]
    conflicts: list[Conflict]

    @property
    def inside(self) -> int:
        """How many people are inside on this ticket."""
        return max((presence.inside for presence in self.lists.values()), default=0)


def merge(scans: Iterable[Scan], ticket: Ticket | None, lists: Mapping[UUID, CheckInList]) -> Merge:
    """Tell the story of one ticket from everything that gates saw of it.

    Nothing that was admitted is taken back: a contradiction becomes a conflict beside the facts. The order
    of `scans` does not matter; a scan must not occur twice.
    """
    standings: dict[UUID, Standing] = {}
    conflicts: dict[CaseKind, set[UUID]] = {}
    tellers: dict[UUID, _Teller] = {}
    for scan in sorted(scans, key=_logical_order):
        standings[scan.scan_id] = _standing_alone(scan, ticket)
        if scan.is_quarantined:
            continue
        teller = tellers.setdefault(
            scan.check_in_list_id, _Teller(lists.get(scan.check_in_list_id), standings)
        )
        teller.tell(scan)
    for scan_id, standing in standings.items():
        if kind := _CONFLICTS.get(standing):
            conflicts.setdefault(kind, set()).add(scan_id)
    for teller in tellers.values():
        for duplicate, first in teller.duplicates.items():
            conflicts.setdefault(CaseKind.DUPLICATE, set()).update((duplicate, first))
    return Merge(
        standings=standings,
        lists={id: teller.presence() for id, teller in tellers.items()},
        conflicts=[Conflict(kind=kind, scan_ids=frozenset(ids)) for kind, ids in sorted(conflicts.items())],
    )


_CONFLICTS = {
    Standing.ADMITTED_STALE: CaseKind.STALE,
    Standing.UNLISTED_SIGNED: CaseKind.UNLISTED,
    Standing.OVERRIDDEN: CaseKind.UNPROVEN,
}


def _logical_order(scan: Scan) -> tuple[int, str, UUID]:
    return scan.logical_ms, scan.hlc, scan.scan_id


def _standing_alone(scan: Scan, ticket: Ticket | None) -> Standing:
    """What a scan is by itself, whatever the others are."""
    if scan.is_quarantined:
        return Standing.REVOKED_DEVICE
    if scan.kind == "entry" and scan.acted is Verdict.ADMIT:
        if scan.proof is not Outcome.VALID:
            return Standing.OVERRIDDEN
        if ticket is None:
            return Standing.UNLISTED_SIGNED
        if _was_dead(scan, ticket):
            return Standing.ADMITTED_STALE
    return Standing.CLOCK_SUSPECT if scan.is_clock_suspect else Standing.CONFIRMED


def _was_dead(scan: Scan, ticket: Ticket) -> bool:
    """Whether the ticket had been cancelled, blocked or re-issued when the guest came."""
    is_old = scan.revision is not None and scan.revision < ticket.revision
    return (ticket.state != "valid" or is_old) and ticket.state_at <= scan.happened_at


class _Teller:
    """Goes through the scans of one ticket at one list, in logical order."""

    def __init__(self, rules: CheckInList | None, standings: dict[UUID, Standing]) -> None:
        self._many = rules is not None and rules.allow_multiple_entries
        self._again = rules is not None and rules.allow_entry_after_exit
        self._standings = standings
        self._entries: list[Scan] = []
        self._inside = 0
        self.duplicates: dict[UUID, UUID] = {}

    def tell(self, scan: Scan) -> None:
        if scan.kind == "undo":
            self._undo()
        elif scan.acted is not Verdict.ADMIT:
            return
        elif scan.kind == "entry":
            self._enter(scan)
        elif scan.kind == "exit":
            self._inside = max(0, self._inside - 1)

    def presence(self) -> Presence:
        return Presence(
            entries=len(self._entries),
            inside=self._inside,
            last_entry=self._entries[-1] if self._entries else None,
        )

    def _enter(self, scan: Scan) -> None:
        if self._entries and not self._many and (self._inside or not self._again):
            self.duplicates[scan.scan_id] = self._entries[-1].scan_id
            if self._standings[scan.scan_id] in (Standing.CONFIRMED, Standing.CLOCK_SUSPECT):
                self._standings[scan.scan_id] = Standing.DUPLICATE_SUSPECTED
        self._entries.append(scan)
        # Where a ticket may come again and again without leaving, it is one guest all the same.
        self._inside = 1 if self._many else self._inside + 1

    def _undo(self) -> None:
        """Take back the latest entry: a slip of the finger, or a guest who did not go in after all."""
        if not self._entries:
            return
        undone = self._entries.pop()
        self.duplicates.pop(undone.scan_id, None)
        self._standings[undone.scan_id] = Standing.UNDONE
        self._inside = max(0, self._inside - 1)
