"""What ticketing refuses, and why. The status codes are in `http`."""

from brama.kernel.problem import Problem


class TicketingError(Problem):
    """Ticketing cannot do this."""


class TicketRevoked(TicketingError):
    """The ticket is dead for good; nothing brings it back."""

    PUBLIC = ("reason",)


class RefundUnderWay(TicketingError):
    """The ticket's money is on its way back; the ticket stays blocked until that is decided."""


class NothingToPrint(TicketingError):
    """No ticket of this order is alive."""


class KeysUsedUp(TicketingError):
    """The event has had all of its 256 keys."""
