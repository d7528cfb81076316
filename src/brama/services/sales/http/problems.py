"""The status of each problem of sales."""

from brama.kernel.problem import Problem
from brama.services.sales import errors

PROBLEMS: dict[type[Problem], int] = {
    errors.EventNotOnSale: 422,
    errors.SoldOut: 409,
    errors.PriceChanged: 409,
    errors.QuantityInvalid: 422,
    errors.LimitExceeded: 422,
    errors.SaleNotOpen: 422,
    errors.VoucherUnknown: 422,
    errors.HoldExpired: 409,
    errors.OrderNotPending: 409,
    errors.OrderNotPaid: 409,
    errors.TicketsNotIssued: 409,
    errors.TicketUnknown: 422,
    errors.TicketAdmitted: 409,
    errors.ReceivedTooLittle: 422,
    errors.TillClosed: 409,
}
