"""The nightly comparison: what we believe of the last days against what the provider says."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from brama.kernel.ids import new_id
from brama.kernel.log import get_logger
from brama.kernel.metrics import counter
from brama.services.payments import domain, store
from brama.services.payments.domain import InvoiceReport, InvoiceState, MerchantAccount, Payment, ReturnState
from brama.services.payments.operations.checking import apply_report
from brama.services.payments.operations.desk import LEASE, Desk
from brama.services.payments.ports import ProviderError, Refused

log = get_logger()
_differences = counter("brama_payments_differences_total", "Where the provider and we disagreed", ("kind",))
_PAGE = 50
# A report this fresh may be on its way to us by webhook: no difference yet.
_SETTLING = timedelta(minutes=2)


class Tally(msgspec.Struct):
    """The sums of a comparison so far, minor units of the account's one currency."""

    checked: int = 0
    unanswered: int = 0
    captured: int = 0
    captured_there: int = 0
    returned: int = 0
    returned_there: int = 0
    currency: str | None = None
    differences: list[store.Difference] = msgspec.field(default_factory=list)


async def plan_reconciliations(desk: Desk) -> None:
    """Ask for last night's comparison of every account that took payments lately; each once."""
    config, zone = desk.config, ZoneInfo(desk.config.reconciled_zone)
    until = domain.night_end(desk.clock.now(), zone=zone, hour=config.reconciled_at_hour)
    since, day = until - timedelta(days=config.reconciled_days), until.astimezone(zone).date()
    async with desk.db.transaction() as tx:
        for account in await store.accounts_with_payments_between(tx, since, until):
            await store.add_reconciliation(
                tx, new_id(), account.organiser_id, account.id, account.provider, day, since, until
            )
        tx.after_commit(desk.wake_reconciling)


async def reconcile_next(desk: Desk) -> int:
    """Make one comparison that is due, record the differences, heal what a report can heal; 0 if none is."""
    async with desk.db.transaction() as tx:
        now = desk.clock.now()
        due = await store.claim_reconciliation(tx, now, now + LEASE)
        if due is None:
            return 0
        account = await store.get_account(tx, due.account_id)
    tally = Tally()
    last: UUID | None = None
    while page := await _page(desk, due, last):
        for payment in page:
            await _compare(desk, account, payment, tally)
        last = page[-1].id
    await _finish(desk, due, tally)
    return 1


async def _page(desk: Desk, due: store.DueReconciliation, after: UUID | None) -> list[Payment]:
    async with desk.db.transaction() as tx:
        await store.extend_reconciliation(tx, due.id, desk.clock.now() + LEASE)
        return await store.payments_between(tx, due.account_id, due.since, due.until, after, _PAGE)


async def _compare(desk: Desk, account: MerchantAccount, payment: Payment, tally: Tally) -> None:
    assert payment.invoice_id is not None
    async with desk.db.reading() as tx:
        returned = domain.returned_minor(await store.refunds_of_payments(tx, [payment.id]))
    try:
        report = await desk.provider(payment.provider).status(desk.secret_of(account), payment.invoice_id)
    except Refused:
        tally.checked += 1
        if payment.captured_minor:
            tally.differences.append(_difference(payment, "unknown_there", payment.captured_minor, 0))
        return
    except ProviderError:
        tally.unanswered += 1
        return
    _count(tally, payment, returned, report, desk.clock.now())
    weighed = await apply_report(desk, payment.id, report)
    if weighed.problem is not None:
        tally.differences.append(
            _difference(payment, weighed.problem, payment.amount_minor, report.asked.minor)
        )


def _count(tally: Tally, payment: Payment, returned: int, report: InvoiceReport, now: datetime) -> None:
    captured_there, returned_there = _sums(report)
    ours, theirs = (payment.captured_minor, returned), (captured_there, returned_there)
    if ours != theirs and now - report.modified_at < _SETTLING:
        return
    tally.checked += 1
    tally.currency = payment.currency
    tally.captured += payment.captured_minor
    tally.captured_there += captured_there
    tally.returned += returned
    tally.returned_there += returned_there
    if payment.captured_minor != captured_there:
        tally.differences.append(_difference(payment, "captured", payment.captured_minor, captured_there))
    if returned != returned_there:
        tally.differences.append(_difference(payment, "returned", returned, returned_there))


def _sums(report: InvoiceReport) -> tuple[int, int]:
    """What the provider took and gave back, by its own report."""
    if report.state not in (InvoiceState.PAID, InvoiceState.REVERSED):
        return 0, 0
    captured = (report.captured or report.asked).minor
    returned = sum(entry.amount.minor for entry in report.returns if entry.state == ReturnState.DONE)
    if report.state == InvoiceState.REVERSED and not report.returns:
        returned = captured
    return captured, returned


def _difference(payment: Payment, kind: str, ours: int, theirs: int) -> store.Difference:
    _differences.labels(kind).inc()
    log.error(
        "reconciliation.difference",
        payment_id=str(payment.id),
        kind=kind,
        ours_minor=ours,
        theirs_minor=theirs,
    )
    return store.Difference(payment.id, payment.order_code, kind, ours, theirs)


async def _finish(desk: Desk, due: store.DueReconciliation, tally: Tally) -> None:
    async with desk.db.transaction() as tx:
        await store.finish_reconciliation(
            tx, due.id, tally.checked, tally.unanswered, tally.captured, tally.captured_there, tally.returned,
            tally.returned_there, tally.currency, tally.differences, desk.clock.now(),
        )  # fmt: skip
    log.info("reconciliation.made", checked=tally.checked, differences=len(tally.differences))
