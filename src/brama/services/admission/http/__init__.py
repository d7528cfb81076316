"""Admission's addresses."""

from brama.kernel.problem import Problem
from brama.services.admission import errors
from brama.services.admission.http.gate import ask_gate, send_scans, take_snapshot, watch
from brama.services.admission.http.people import (
    close_case,
    list_cases,
    list_scans,
    search_tickets,
    show_gates,
)

ROUTES = [
    ask_gate, send_scans, take_snapshot, watch,
    show_gates, list_scans, search_tickets, list_cases, close_case,
]  # fmt: skip

PROBLEMS: dict[type[Problem], int] = {
    errors.EventNotFound: 404,
    errors.CheckInListNotFound: 404,
    errors.GateNotFound: 404,
    errors.CaseNotFound: 404,
    errors.OutOfScope: 403,
    errors.ScanConflict: 409,
    errors.DeviceSeqConflict: 409,
    errors.CaseAlreadyResolved: 409,
    errors.SignatureInvalid: 422,
    errors.EntryMismatch: 422,
    errors.EntryMalformed: 422,
    errors.TooManyEntries: 422,
    errors.DeviceUnknown: 503,
}
