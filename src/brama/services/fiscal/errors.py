"""What can go wrong in fiscal; the docstring is the English message."""

from typing import ClassVar

from brama.kernel.problem import Problem


class FiscalError(Problem):
    """This is impossible for a register."""


class RegistrarUnknown(FiscalError):
    """There is no such registrar."""


class RegistrarUnavailable(FiscalError):
    """The registrar does not answer now; try again shortly."""


class RegisterRefused(FiscalError):
    """The registrar does not accept this licence key or PIN."""


class RegisterExists(FiscalError):
    """A register with this licence key is already connected."""


class TaxUnknown(FiscalError):
    """The registrar knows no tax with this code."""

    PUBLIC: ClassVar[tuple[str, ...]] = ("tax_codes",)


class ShiftNotOpen(FiscalError):
    """No shift is open at this register."""


class ReceiptNotFailed(FiscalError):
    """Only a failed receipt can be tried again."""

    PUBLIC: ClassVar[tuple[str, ...]] = ("receipt_state",)


class WebhookRefused(FiscalError):
    """The call was not accepted."""
