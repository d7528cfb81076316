"""What sales refuses, and why. The status codes are in `http`."""

from brama.kernel.problem import Problem


class SalesError(Problem):
    """Sales cannot do this."""


class EventNotOnSale(SalesError):
    """Nothing is sold for this event now."""


class SoldOut(SalesError):
    """There are not that many places left; `left` says what there is."""

    PUBLIC = ("left",)


class PriceChanged(SalesError):
    """The price is another one now; `prices` says which."""

    PUBLIC = ("prices",)


class QuantityInvalid(SalesError):
    """Ask for at least one ticket, and for each type once."""


class LimitExceeded(SalesError):
    """One order takes at most `limit` of these tickets."""

    PUBLIC = ("ticket_type_id", "limit")


class SaleNotOpen(SalesError):
    """This ticket type is not on sale now."""

    PUBLIC = ("ticket_type_id", "sale_from", "sale_until")


class VoucherUnknown(SalesError):
    """There is no such voucher."""


class HoldExpired(SalesError):
    """The places went back on sale before the buyer confirmed."""


class OrderNotPending(SalesError):
    """The order is not waiting for money any more."""

    PUBLIC = ("state",)


class OrderNotPaid(SalesError):
    """Nothing of this order can be refunded."""

    PUBLIC = ("state",)


class TicketsNotIssued(SalesError):
    """The order's tickets are being made; try again in a moment."""


class TicketUnknown(SalesError):
    """A ticket is not one of this order's, or its money went back already."""

    PUBLIC = ("ticket_ids",)


class TicketAdmitted(SalesError):
    """A guest went in with one of these tickets; confirm that the money goes back all the same."""

    PUBLIC = ("ticket_ids",)


class ReceivedTooLittle(SalesError):
    """The cash received is less than the total."""

    PUBLIC = ("total_minor",)


class TillClosed(SalesError):
    """The till is closed."""
