"""Which cases are opened, widened or closed by what the merge found."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from brama.services.admission.domain.merging import Conflict
from brama.services.admission.domain.records import Case, CaseKind

CLEARED = "cleared"


def case_changes(
    cases: Sequence[Case],
    conflicts: Sequence[Conflict],
    *,
    event_id: UUID,
    subject: str,
    ticket_id: UUID | None,
    now: datetime,
    new_id: Callable[[], UUID],
) -> list[Case]:
    """The cases of one subject that have to be written, each as it shall stand.

    What people resolved stays resolved until a further scan joins it. A conflict that later knowledge
    explains away (an exit uploaded late, a ticket heard of late) clears its case.
    """
    wanted = {conflict.kind: conflict.scan_ids for conflict in conflicts}
    changes: list[Case] = []
    for kind in CaseKind:
        mine = [case for case in cases if case.kind == kind]
        settled = {id for case in mine if _was_resolved_by_people(case) for id in case.scan_ids}
        ids = wanted.get(kind, frozenset())
        ids = frozenset() if ids <= settled else ids
        standing = next((case for case in mine if case.state == "open"), None)
        if standing is not None:
            changes += _kept_up(standing, ids, ticket_id, now)
        elif ids:
            changes.append(
                Case(
                    case_id=new_id(), version=1, event_id=event_id, kind=kind, subject=subject,
                    ticket_id=ticket_id, scan_ids=sorted(ids), state="open", opened_at=now,
                    resolution=None, resolved_by=None, resolved_at=None, is_cleared=False,
                )
            )  # fmt: skip
    return changes


def resolved(case: Case, *, resolution: str, by: str, now: datetime) -> Case:
    """The case as a person closes it."""
    return replace(
        case,
        version=case.version + 1,
        state="resolved",
        resolution=resolution,
        resolved_by=by,
        resolved_at=now,
    )


def _kept_up(case: Case, ids: frozenset[UUID], ticket_id: UUID | None, now: datetime) -> list[Case]:
    if not ids:
        return [replace(resolved(case, resolution=CLEARED, by="", now=now), is_cleared=True)]
    if ids == set(case.scan_ids):
        return []
    return [replace(case, version=case.version + 1, scan_ids=sorted(ids), ticket_id=ticket_id)]


def _was_resolved_by_people(case: Case) -> bool:
    return case.state == "resolved" and not case.is_cleared
