"""What delivery refuses, and why. The status codes are in `http`."""

from brama.kernel.problem import Problem


class DeliveryError(Problem):
    """Delivery cannot do this."""


class NothingToResend(DeliveryError):
    """No tickets were ever sent for this order."""
