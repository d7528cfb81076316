"""What fiscal says of receipts."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from brama.kernel.facts import Fact, fact

ReceiptKind = Literal["sale", "return"]


class ReceiptFact(Fact, frozen=True, kw_only=True):
    """A receipt: base of the facts below. The aggregate is the receipt's id.

    `cause_id` is the payment's id for a sale, the refund's for a return.
    """

    receipt_id: UUID
    cause_id: UUID
    kind: ReceiptKind
    order_code: str
    event_id: UUID
    total_minor: int
    currency: str


@fact("fiscal.receipt.registered.v1")
class ReceiptRegistered(ReceiptFact, frozen=True, kw_only=True):
    """The registrar has the receipt; `url` shows it to the buyer."""

    fiscal_code: str
    url: str
    registered_at: datetime


@fact("fiscal.receipt.failed.v1")
class ReceiptFailed(ReceiptFact, frozen=True, kw_only=True):
    """The registrar refused the receipt; a person has to look, and may try it again."""

    reason: str
