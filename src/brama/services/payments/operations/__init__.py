"""What payments does, one function per verb; transactions begin here."""

from brama.services.payments.operations.accounts import (
    Connected,
    NewAccount,
    connect_account,
    disconnect_account,
    list_accounts,
)
from brama.services.payments.operations.checking import check_payment, poll_payments
from brama.services.payments.operations.closing import close_invoices
from brama.services.payments.operations.desk import Desk
from brama.services.payments.operations.looking import (
    PaymentView,
    TillBook,
    list_payments,
    list_reconciliations,
    read_till_book,
    show_payment,
)
from brama.services.payments.operations.opening import Opened, open_payment
from brama.services.payments.operations.orders import keep_order, order_paid
from brama.services.payments.operations.reconciling import plan_reconciliations, reconcile_next
from brama.services.payments.operations.refunding import request_refund, send_refunds, tickets_blocked
from brama.services.payments.operations.tidying import drop_old
from brama.services.payments.operations.tills import till_closed, till_opened
from brama.services.payments.operations.webhooks import look_into_webhooks, receive_webhook

__all__ = [
    "Connected", "Desk", "NewAccount", "Opened", "PaymentView", "TillBook", "check_payment", "close_invoices",
    "connect_account", "disconnect_account", "drop_old", "keep_order", "list_accounts", "list_payments",
    "list_reconciliations", "look_into_webhooks", "open_payment", "order_paid", "plan_reconciliations",
    "poll_payments", "read_till_book", "receive_webhook", "reconcile_next", "request_refund", "send_refunds",
    "show_payment", "tickets_blocked", "till_closed", "till_opened",
]  # fmt: skip
