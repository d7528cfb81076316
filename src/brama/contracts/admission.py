"""What admission says of the gates."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from brama.kernel.facts import Fact, fact


class ScanFact(Fact, frozen=True, kw_only=True):
    """A scan at a gate: base of the facts below. The aggregate is the scan's id.

    `by` is the device's or the person's name; `headcount` is how many are inside after it.
    """

    scan_id: UUID
    event_id: UUID
    check_in_list_id: UUID
    gate_id: UUID
    ticket_id: UUID | None
    order_code: str | None
    ticket_type_id: UUID | None
    device_id: UUID | None
    by: str
    outcome: str
    scanned_at: datetime
    headcount: int


@fact("admission.visitor.admitted.v1")
class VisitorAdmitted(ScanFact, frozen=True, kw_only=True):
    """A guest went in."""


@fact("admission.visitor.left.v1")
class VisitorLeft(ScanFact, frozen=True, kw_only=True):
    """A guest went out."""


@fact("admission.visitor.refused.v1")
class VisitorRefused(ScanFact, frozen=True, kw_only=True):
    """A ticket did not open the gate, or an inspector refused or undid the entry (`kind` tells)."""

    kind: Literal["entry", "refuse", "undo"]
    reason: str | None


class CaseFact(Fact, frozen=True, kw_only=True):
    """A contradiction between gates: base of the facts below. The aggregate is the case's id."""

    case_id: UUID
    event_id: UUID
    kind: str
    ticket_id: UUID | None
    scan_ids: list[UUID]


@fact("admission.case.opened.v1")
class CaseOpened(CaseFact, frozen=True, kw_only=True):
    """Two gates admitted one ticket, or an unknown one was admitted: somebody has to look."""


@fact("admission.case.resolved.v1")
class CaseResolved(CaseFact, frozen=True, kw_only=True):
    """Somebody looked and decided."""

    resolution: str
    resolved_by: str
