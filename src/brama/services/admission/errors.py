"""What admission refuses to do. An unfavourable verdict is no error: the question was answered."""

from brama.kernel.problem import Problem


class AdmissionError(Problem):
    """Admission cannot do this."""


class EventNotFound(AdmissionError):
    """There is no such event, or it is not yours to see."""


class CheckInListNotFound(AdmissionError):
    """There is no such check-in list, or it is not yours to use."""


class GateNotFound(AdmissionError):
    """The event has no such gate."""


class OutOfScope(AdmissionError):
    """This device was paired for other events or gates."""


class ScanConflict(AdmissionError):
    """This scan_id was used for another scan."""


class DeviceSeqConflict(AdmissionError):
    """This device_seq was used for another scan."""


class SignatureInvalid(AdmissionError):
    """The entry was not signed by this device, or was changed afterwards."""


class EntryMismatch(AdmissionError):
    """The signed entry speaks of another scan than the request."""


class EntryMalformed(AdmissionError):
    """The entry lacks a field or holds one that cannot be read."""


class DeviceUnknown(AdmissionError):
    """The gate has not heard of this device yet; try again in a moment."""


class TooManyEntries(AdmissionError):
    """Too many entries at once: send at most {limit}."""

    PUBLIC = ("limit",)


class CaseNotFound(AdmissionError):
    """There is no such case, or it is not yours to see."""


class CaseAlreadyResolved(AdmissionError):
    """Somebody has resolved this case already."""
