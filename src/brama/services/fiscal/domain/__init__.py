"""The pure part of fiscal: words, documents, and what follows from the registrar's answers."""

from brama.services.fiscal.domain.documents import cash_document, return_document, sale_document
from brama.services.fiscal.domain.model import (
    Document,
    Event,
    Good,
    Payment,
    Receipt,
    ReceiptKind,
    ReceiptReport,
    ReceiptState,
    Register,
    Shift,
    ShiftReport,
    ShiftState,
    TicketTypeWords,
)
from brama.services.fiscal.domain.receipts import News, lost, pause, refused, reported
from brama.services.fiscal.domain.shifts import closes_at, held_until, shift_reported

__all__ = [
    "Document", "Event", "Good", "News", "Payment", "Receipt", "ReceiptKind", "ReceiptReport", "ReceiptState",
    "Register", "Shift", "ShiftReport", "ShiftState", "TicketTypeWords", "cash_document", "closes_at",
    "held_until", "lost", "pause", "refused", "reported", "return_document", "sale_document",
    "shift_reported",
]  # fmt: skip
