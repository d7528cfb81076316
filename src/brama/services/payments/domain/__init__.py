"""What payments decides: the lives of payments and refunds. Pure: `now` and reports are passed in."""

from brama.services.payments.domain.model import (
    CAPTURED,
    OPEN,
    RETURNED,
    UNFINISHED,
    InvoiceReport,
    InvoiceState,
    KnownOrder,
    MerchantAccount,
    News,
    OrderState,
    Payment,
    PaymentState,
    Refund,
    RefundState,
    ReturnReport,
    ReturnState,
)
from brama.services.payments.domain.payments import (
    amount_due,
    end_unpaid,
    next_poll,
    night_end,
    validity_end,
)
from brama.services.payments.domain.refunds import (
    after_refunds,
    fail_refund,
    merge,
    next_try,
    objection,
    returned_minor,
    settle,
)
from brama.services.payments.domain.reports import Weighed, weigh

__all__ = [
    "CAPTURED", "OPEN", "RETURNED", "UNFINISHED", "InvoiceReport", "InvoiceState", "KnownOrder",
    "MerchantAccount", "News", "OrderState", "Payment", "PaymentState", "Refund", "RefundState",
    "ReturnReport", "ReturnState", "Weighed", "after_refunds", "amount_due", "end_unpaid", "fail_refund",
    "merge", "next_poll", "next_try", "night_end", "objection", "returned_minor", "settle",
    "validity_end", "weigh",
]  # fmt: skip
