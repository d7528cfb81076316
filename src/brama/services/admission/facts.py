"""From the log to what others hear. A scan's version is its place in the feed: it only grows."""

from datetime import datetime
from typing import Any

from brama.contracts.admission import CaseOpened, CaseResolved, VisitorAdmitted, VisitorLeft, VisitorRefused
from brama.contracts.audit import AdmissionActionRecorded
from brama.kernel.access import Caller
from brama.services.admission.domain.records import (
    Case,
    Event,
    Feed,
    NewScan,
    Scan,
    StoredScan,
    Ticket,
)
from brama.shared.outcomes import Outcome, Verdict

ScanSaid = VisitorAdmitted | VisitorLeft | VisitorRefused


def scan_said(new: NewScan, event: Event, ticket: Ticket | None, *, seq: int, feed: Feed) -> ScanSaid:
    """What happened at the gate."""
    scan = new.scan
    whole: dict[str, Any] = {
        "aggregate_id": str(scan.scan_id),
        "aggregate_version": seq,
        "organiser_id": event.organiser_id,
        "event_number": event.event_number,
        "occurred_at": new.received_at,
        "scan_id": scan.scan_id,
        "event_id": event.event_id,
        "check_in_list_id": scan.check_in_list_id,
        "gate_id": scan.gate_id,
        "ticket_id": ticket.ticket_id if ticket else None,
        "order_code": ticket.order_code if ticket else None,
        "ticket_type_id": ticket.ticket_type_id if ticket else None,
        "device_id": new.device_id,
        "by": scan.by_name,
        "outcome": str(scan.outcome),
        "scanned_at": scan.happened_at,
        "headcount": feed.headcount,
    }
    counts = scan.acted is Verdict.ADMIT and not scan.is_quarantined
    if counts and scan.kind == "entry":
        return VisitorAdmitted(**whole)
    if counts and scan.kind == "exit":
        return VisitorLeft(**whole)
    kind = "entry" if scan.kind == "exit" or _undid_nothing(new) else scan.kind
    return VisitorRefused(**whole, kind=kind, reason=new.reason)


def quarantined(
    scan: StoredScan, event: Event, ticket: Ticket | None, *, seq: int, feed: Feed, at: datetime
) -> ScanSaid:
    """A scan that was counted, and turned out to be a revoked device's."""
    new = NewScan(
        scan=Scan(
            **{name: getattr(scan, name) for name in Scan.__struct_fields__ if name not in _QUARANTINE},
            outcome=Outcome.DEVICE_REVOKED,
            is_quarantined=True,
        ),
        code="",
        device_id=scan.device_id,
        staff_id=None,
        scanned_at=scan.happened_at,
        received_at=at,
        verdict=scan.acted,
        reason=None,
    )
    return scan_said(new, event, ticket, seq=seq, feed=feed)


_QUARANTINE = ("outcome", "is_quarantined")


def _undid_nothing(new: NewScan) -> bool:
    return new.scan.kind == "undo" and new.scan.outcome is not Outcome.MANUAL_OVERRIDE


def case_said(case: Case, event: Event, *, at: datetime) -> CaseOpened | CaseResolved:
    """A case was opened or widened, or resolved."""
    whole: dict[str, Any] = {
        "aggregate_id": str(case.case_id),
        "aggregate_version": case.version,
        "organiser_id": event.organiser_id,
        "event_number": event.event_number,
        "occurred_at": at,
        "case_id": case.case_id,
        "event_id": event.event_id,
        "kind": str(case.kind),
        "ticket_id": case.ticket_id,
        "scan_ids": case.scan_ids,
    }
    if case.state == "open":
        return CaseOpened(**whole)
    return CaseResolved(**whole, resolution=case.resolution or "", resolved_by=case.resolved_by or "")


def case_action(case: Case, event: Event, caller: Caller, *, at: datetime) -> AdmissionActionRecorded:
    """For the audit trail: who resolved a case, and how."""
    return AdmissionActionRecorded(
        aggregate_id=str(case.case_id),
        aggregate_version=case.version,
        organiser_id=event.organiser_id,
        event_number=event.event_number,
        occurred_at=at,
        actor_kind="device" if caller.kind == "device" else "staff",
        actor_id=caller.id,
        actor_name=caller.name,
        action="case.resolved",
        subject_kind="case",
        subject_id=str(case.case_id),
        details={"kind": str(case.kind), "resolution": case.resolution or ""},
    )
