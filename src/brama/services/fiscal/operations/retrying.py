"""A person looked at a failed receipt and lets it try again."""

from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from brama.kernel import outbox
from brama.kernel.access import Caller
from brama.kernel.database import Transaction
from brama.services.fiscal import facts, store
from brama.services.fiscal.domain import Receipt, ReceiptState
from brama.services.fiscal.errors import ReceiptNotFailed
from brama.services.fiscal.operations.desk import Desk


async def retry_receipt(desk: Desk, caller: Caller, receipt_id: UUID) -> Receipt:
    """Queue a failed receipt again.

    Raises:
        NotFound, Forbidden: not the caller's organiser, or not with this role.
        ReceiptNotFailed: it is under way or registered.
    """
    now = desk.clock.now()
    async with desk.db.transaction() as tx:
        receipt = await store.lock_receipt(tx, receipt_id)
        caller.within(receipt.organiser_id)
        if receipt.state != ReceiptState.FAILED:
            raise ReceiptNotFailed(receipt_state=receipt.state.value)
        receipt = replace(receipt, state=ReceiptState.QUEUED, attempts=0, tries=0, try_at=now)
        await store.save_receipt(tx, receipt)
        await _choose_register(tx, receipt, now)
        action = facts.action(
            caller, receipt.organiser_id, "receipt.retried", ("receipt", receipt.id), receipt.version, now,
            kind=receipt.kind.value, order_code=receipt.order_code or "",
        )  # fmt: skip
        await outbox.say(tx, action)
        tx.after_commit(desk.wake)
    return receipt


async def _choose_register(tx: Transaction, receipt: Receipt, now: datetime) -> None:
    """Another register if its own is out of service and has not seen it; else its own goes on at once."""
    if receipt.register_id is None:
        return
    register = await store.get_register(tx, receipt.register_id)
    if not register.is_active and receipt.asked_at is None:
        chosen = await store.choose_register(tx, receipt.organiser_id, receipt.till_id, receipt.channel)
        await store.move_receipt(tx, receipt.id, chosen)
    await store.rouse_register(tx, register.id, now)
