"""Receipts on their way to the registrar: each id is registered once, whatever is lost between us."""

from uuid import UUID

from brama.kernel import outbox
from brama.kernel.database import Transaction
from brama.kernel.ids import new_id
from brama.kernel.log import get_logger
from brama.kernel.metrics import counter
from brama.services.fiscal import domain, facts, store
from brama.services.fiscal.domain import News, Receipt, ReceiptReport, Register
from brama.services.fiscal.operations.desk import Desk
from brama.services.fiscal.operations.shifts import look_at_shift
from brama.services.fiscal.ports import (
    AccessRefused,
    AlreadyExists,
    Busy,
    NoShift,
    OutcomeUnknown,
    Refused,
    Slip,
)

log = get_logger()
_news = counter("brama_fiscal_receipts_total", "Receipts that came to an end", ("kind", "outcome"))


async def send(desk: Desk, register: Register, receipt: Receipt) -> None:
    """Bring a queued receipt to the registrar. What a lost call left behind is looked for first.

    Raises:
        OutcomeUnknown, Busy, AccessRefused: the queue has to rest; the receipt stays at its head.
    """
    registrar, access = desk.registrar(register.provider), desk.access(register)
    if receipt.asked_at is not None:
        report = await registrar.find_receipt(access, receipt.remote_id)
        if report is not None:
            await _apply(desk, receipt.id, report)
            return
    slip = await _ask(desk, register, receipt)
    if slip is None:
        return
    try:
        report = await registrar.register(access, slip)
    except AlreadyExists:
        report = await registrar.find_receipt(access, slip.id)
        if report is None:
            raise OutcomeUnknown("a receipt that exists and does not") from None
    except (Busy, AccessRefused):
        await _unask(desk, receipt.id)
        raise
    except NoShift as error:
        await _unask(desk, receipt.id)
        if not await look_at_shift(desk, register):
            raise OutcomeUnknown(str(error)) from None
        return
    except Refused as error:
        await _refuse(desk, receipt.id, error)
        return
    await _apply(desk, receipt.id, report)


async def ask_after(desk: Desk, register: Register, receipt: Receipt) -> None:
    """No word came of a receipt that was sent: ask the registrar.

    Raises:
        OutcomeUnknown, Busy, AccessRefused: the queue has to rest.
    """
    report = await desk.registrar(register.provider).find_receipt(desk.access(register), receipt.remote_id)
    if report is not None:
        await _apply(desk, receipt.id, report)
        return
    log.error("receipt.lost_there", receipt_id=str(receipt.id))
    async with desk.db.transaction() as tx:
        locked = await store.lock_receipt(tx, receipt.id)
        if locked.state == domain.ReceiptState.SENT and locked.remote_id == receipt.remote_id:
            await store.save_receipt(tx, domain.lost(locked, desk.clock.now()))


async def apply_receipt_report(
    desk: Desk, tx: Transaction, receipt: Receipt, report: ReceiptReport
) -> Receipt:
    """What a report makes of a receipt, whose lock the caller holds. The report has been proven."""
    after, news = domain.reported(
        receipt, report, desk.clock.now(), fresh_id=new_id(), silence_s=desk.config.silence_s,
        attempts=desk.config.attempts,
    )  # fmt: skip
    await _keep(desk, tx, receipt, after, news)
    return after


async def _apply(desk: Desk, receipt_id: UUID, report: ReceiptReport) -> None:
    async with desk.db.transaction() as tx:
        receipt = await store.lock_receipt(tx, receipt_id)
        await apply_receipt_report(desk, tx, receipt, report)


async def _refuse(desk: Desk, receipt_id: UUID, error: Refused) -> None:
    async with desk.db.transaction() as tx:
        receipt = await store.lock_receipt(tx, receipt_id)
        after, news = domain.refused(
            receipt, str(error), desk.clock.now(), attempts=desk.config.attempts, is_final=error.is_final
        )
        await _keep(desk, tx, receipt, after, news)


async def _keep(desk: Desk, tx: Transaction, before: Receipt, after: Receipt, news: News) -> None:
    if after == before:
        return
    await store.save_receipt(tx, after)
    now = desk.clock.now()
    fact = facts.of_news(after, news, now)
    if fact is not None:
        await outbox.say(tx, fact)
    if news == News.REGISTERED:
        await store.release_returns(tx, after.id, now)
        tx.after_commit(desk.wake)
    if news != News.NONE:
        _news.labels(after.kind.value, news.value).inc()
    if news == News.FAILED:
        log.error("receipt.failed", receipt_id=str(after.id), kind=after.kind.value, reason=after.reason)


async def _ask(desk: Desk, register: Register, receipt: Receipt) -> Slip | None:
    """Keep that the registrar is asked, before it is. None if the receipt is not this register's any more.

    A return has the taxes of its sale.
    """
    async with desk.db.transaction() as tx:
        sale = None if receipt.sale_id is None else await store.get_receipt(tx, receipt.sale_id)
        tax_codes = register.tax_codes if sale is None or sale.tax_codes is None else sale.tax_codes
        if not await store.mark_asked(tx, receipt.id, desk.clock.now(), tax_codes, register.id):
            return None
    return Slip(
        id=receipt.remote_id, kind=receipt.kind, document=receipt.document, order_code=receipt.order_code,
        tax_codes=tax_codes, related_id=None if sale is None else sale.remote_id,
    )  # fmt: skip


async def _unask(desk: Desk, receipt_id: UUID) -> None:
    async with desk.db.transaction() as tx:
        await store.unmark_asked(tx, receipt_id)
