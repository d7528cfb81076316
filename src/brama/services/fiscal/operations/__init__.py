"""What fiscal does, one function per verb; transactions begin here."""

from brama.services.fiscal.operations.desk import Desk
from brama.services.fiscal.operations.hearing import (
    keep_event,
    keep_organiser,
    order_paid,
    order_refunded,
    till_closed,
    till_opened,
)
from brama.services.fiscal.operations.looking import (
    RegisterView,
    drop_old,
    list_receipts,
    list_registers,
    list_shifts,
    measure,
    view_register,
)
from brama.services.fiscal.operations.registers import (
    Added,
    NewRegister,
    RegisterChanges,
    add_register,
    change_register,
    close_shift,
)
from brama.services.fiscal.operations.retrying import retry_receipt
from brama.services.fiscal.operations.serving import serve_register
from brama.services.fiscal.operations.webhooks import receive_webhook

__all__ = [
    "Added", "Desk", "NewRegister", "RegisterChanges", "RegisterView", "add_register", "change_register",
    "close_shift", "drop_old", "keep_event", "keep_organiser", "list_receipts", "list_registers",
    "list_shifts", "measure", "order_paid", "order_refunded", "receive_webhook", "retry_receipt",
    "serve_register", "till_closed", "till_opened", "view_register",
]  # fmt: skip
