"""The outside world as fiscal needs it: a registrar of fiscal receipts."""

from collections.abc import Mapping
from typing import Protocol
from uuid import UUID

import msgspec

from brama.services.fiscal.domain import Document, ReceiptKind, ReceiptReport, ShiftReport


class RegistrarError(Exception):
    """The registrar did not do what it was asked."""


class OutcomeUnknown(RegistrarError):
    """The registrar fell silent: what was asked may have been done."""


class Busy(RegistrarError):
    """Nothing was done: the limit is used up, or nobody listens there now."""

    def __init__(self, retry_after_s: float, why: str) -> None:
        super().__init__(f"{why}, again in {retry_after_s:.1f} s")
        self.retry_after_s, self.why = retry_after_s, why


class Refused(RegistrarError):
    """The registrar said no; `code` is its word for the reason. `is_final`: asking again is of no use."""

    def __init__(self, code: str, message: str, *, is_final: bool = False) -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.code, self.is_final = code, is_final


class AccessRefused(Refused):
    """Licence or PIN are not accepted."""


class NoShift(Refused):
    """There is no open shift."""


class ShiftIsOpen(Refused):
    """The register has a shift already."""


class AlreadyExists(Refused):
    """The id was used before: what was asked has been done."""


class Access(msgspec.Struct, frozen=True):
    """How to work on a register. Never logged."""

    license_key: str
    pin_code: str
    requests_per_10s: int

    def __repr__(self) -> str:
        return "Access(…)"


class RegisterFacts(msgspec.Struct, frozen=True):
    """What a registrar tells of a register."""

    fiscal_number: str | None
    tax_codes: frozenset[int]


class Slip(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt to be registered under an id of ours; `related_id` is the sale that a return undoes."""

    id: UUID
    kind: ReceiptKind
    document: Document
    order_code: str | None
    tax_codes: list[int]
    related_id: UUID | None


class Registrar(Protocol):
    """A registrar. Every call raises `OutcomeUnknown`, `Busy`, `Refused` or a kind of it."""

    name: str

    def wait_s(self, access: Access) -> float:
        """Seconds until the register's limit allows another call; 0 when it does now."""
        ...

    async def describe(self, access: Access) -> RegisterFacts:
        """Prove licence and PIN, and read what the register is."""
        ...

    async def set_webhook(self, access: Access, url: str) -> str:
        """Have news of receipts and shifts sent to `url`; answers the key that signs them."""
        ...

    async def open_shift(self, access: Access, shift_id: UUID) -> ShiftReport:
        """Ask for a shift with that id."""
        ...

    async def find_shift(self, access: Access, shift_id: UUID) -> ShiftReport | None:
        """What is known of a shift; None if there is none of that id."""
        ...

    async def current_shift(self, access: Access) -> ShiftReport | None:
        """The shift that is not closed."""
        ...

    async def close_shift(self, access: Access) -> ShiftReport:
        """Ask for the end of the open shift."""
        ...

    async def register(self, access: Access, slip: Slip) -> ReceiptReport:
        """Register a receipt. Repeating the same id registers nothing twice: `AlreadyExists`."""
        ...

    async def find_receipt(self, access: Access, receipt_id: UUID) -> ReceiptReport | None:
        """What became of a receipt; None if there is none of that id."""
        ...

    def is_genuine(self, key: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the raw body was signed with the webhook's key. Header names are lower case."""
        ...

    def read_notice(self, body: bytes) -> ReceiptReport | ShiftReport | None:
        """The news in a genuine webhook; None if it is about neither receipt nor shift."""
        ...

    async def close(self) -> None:
        """Let go of the connections."""
        ...
