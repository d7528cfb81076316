"""What can go wrong in payments; the docstring is the English message."""

from typing import ClassVar

from brama.kernel.problem import Problem


class PaymentsError(Problem):
    """The payment is impossible."""


class OrderNotPayable(PaymentsError):
    """The order cannot be paid now: it is paid, expired or cancelled."""

    PUBLIC: ClassVar[tuple[str, ...]] = ("order_state",)


class ProviderUnknown(PaymentsError):
    """There is no such payment provider."""


class ProviderNotConnected(PaymentsError):
    """The organiser does not accept payments through this provider."""


class CurrencyNotAccepted(PaymentsError):
    """The payment provider does not take this currency."""


class ProviderUnavailable(PaymentsError):
    """The payment provider does not answer now; try again shortly."""


class PaymentInProgress(PaymentsError):
    """The same payment is being opened right now; try again in a moment."""


class MerchantTokenRefused(PaymentsError):
    """The payment provider does not accept this token."""


class MerchantAccountExists(PaymentsError):
    """The organiser already has an active account at this provider; disable it first."""


class WebhookRefused(PaymentsError):
    """The call was not accepted."""
