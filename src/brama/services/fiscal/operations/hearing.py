"""What others' facts leave for the registers to do."""

from datetime import datetime
from uuid import UUID

from brama.contracts import catalogue, identity, sales
from brama.kernel.database import Transaction
from brama.kernel.ids import new_id
from brama.kernel.inbox import NotYet
from brama.services.fiscal import domain, store
from brama.services.fiscal.domain import Document, Event, Receipt, ReceiptKind, ReceiptState, TicketTypeWords
from brama.services.fiscal.operations.desk import Desk

# Registrars work in the state's currency only.
_CURRENCY = "UAH"


async def keep_organiser(tx: Transaction, fact: identity.OrganiserChanged) -> None:
    """Whether an organiser's sales are registered."""
    await store.put_organiser(tx, UUID(fact.aggregate_id), fact.is_fiscalised, fact.aggregate_version)


async def keep_event(tx: Transaction, fact: catalogue.EventFact) -> None:
    """The words for receipts; an older version than the known one changes nothing."""
    types = [TicketTypeWords(kind.id, kind.product_number, kind.name.uk) for kind in fact.ticket_types]
    await store.put_event(
        tx, fact.event_id, fact.event_number or 0, fact.title.uk, types, fact.aggregate_version
    )


async def order_paid(desk: Desk, tx: Transaction, fact: sales.OrderPaid) -> None:
    """Queue the sale receipt of a payment, once.

    Raises:
        NotYet: the organiser or the event is not known yet.
    """
    assert fact.organiser_id is not None
    if not await _is_fiscalised(tx, fact):
        await store.add_known_payment(tx, fact.payment_id, False)
        return
    event = await _event(tx, fact.event_id)
    await store.add_known_payment(tx, fact.payment_id, True)
    register_id = await store.choose_register(tx, fact.organiser_id, fact.till_id, fact.channel)
    sale = _receipt(
        ReceiptKind.SALE, fact, desk.clock.now(), cause_id=fact.payment_id, register_id=register_id,
        document=domain.sale_document(fact, event), total_minor=fact.total_minor, channel=fact.channel,
        till_id=fact.till_id, order_code=fact.order_code, event_id=event.id,
    )  # fmt: skip
    await store.add_receipt(tx, sale)
    tx.after_commit(desk.wake)


async def order_refunded(desk: Desk, tx: Transaction, fact: sales.OrderRefunded) -> None:
    """Queue the return receipt of a refund, once; it goes out when its sale is registered.

    Raises:
        NotYet: the sale was not heard of yet.
    """
    assert fact.organiser_id is not None
    if fact.refunded_minor <= 0 or fact.tender == "free":
        return
    is_fiscalised = await store.is_payment_fiscalised(tx, fact.payment_id)
    if is_fiscalised is None:
        raise NotYet(f"payment {fact.payment_id} of refund {fact.refund_id}")
    if not is_fiscalised:
        return
    sale = await store.lock_sale(tx, fact.payment_id)
    assert sale is not None
    event = await _event(tx, fact.event_id)
    receipt = _receipt(
        ReceiptKind.RETURN, fact, desk.clock.now(), cause_id=fact.refund_id,
        register_id=await _for_return(tx, sale),
        document=domain.return_document(fact, event, sale.document), total_minor=fact.refunded_minor,
        channel=sale.channel, till_id=sale.till_id, order_code=fact.order_code, event_id=event.id,
        sale_id=sale.id, is_ready=sale.state == ReceiptState.REGISTERED,
    )  # fmt: skip
    await store.add_receipt(tx, receipt)
    tx.after_commit(desk.wake)


async def till_opened(desk: Desk, tx: Transaction, fact: sales.TillOpened) -> None:
    """Queue the service receipt of the float that was put into the drawer."""
    await _move_cash(desk, tx, fact, ReceiptKind.CASH_IN, fact.till_id, fact.float_minor, fact.event_id)


async def till_closed(desk: Desk, tx: Transaction, fact: sales.TillClosed) -> None:
    """Queue the service receipt of the cash that was counted and taken away."""
    await _move_cash(desk, tx, fact, ReceiptKind.CASH_OUT, fact.till_id, fact.counted_minor, None)


async def _move_cash(
    desk: Desk, tx: Transaction, fact: sales.TillOpened | sales.TillClosed, kind: ReceiptKind, till_id: UUID,
    amount_minor: int, event_id: UUID | None,
) -> None:  # fmt: skip
    assert fact.organiser_id is not None
    if amount_minor <= 0 or not await _is_subject(tx, fact.organiser_id, fact.currency):
        return
    register_id = await store.choose_register(tx, fact.organiser_id, till_id, "door")
    receipt = _receipt(
        kind, fact, desk.clock.now(), cause_id=till_id, register_id=register_id,
        document=domain.cash_document(amount_minor), total_minor=amount_minor, channel="door",
        till_id=till_id, order_code=None, event_id=event_id,
    )  # fmt: skip
    await store.add_receipt(tx, receipt)
    tx.after_commit(desk.wake)


async def _is_fiscalised(tx: Transaction, fact: sales.OrderPaid) -> bool:
    if fact.tender == "free" or fact.total_minor == 0:
        return False
    assert fact.organiser_id is not None
    return await _is_subject(tx, fact.organiser_id, fact.currency)


async def _is_subject(tx: Transaction, organiser_id: UUID, currency: str) -> bool:
    is_fiscalised = await store.is_fiscalised(tx, organiser_id)
    if is_fiscalised is None:
        raise NotYet(f"organiser {organiser_id}")
    return is_fiscalised and currency == _CURRENCY


async def _event(tx: Transaction, event_id: UUID) -> Event:
    event = await store.find_event(tx, event_id)
    if event is None:
        raise NotYet(f"event {event_id}")
    return event


async def _for_return(tx: Transaction, sale: Receipt) -> UUID | None:
    """The sale's own register, whose drawer has the cash; another one if it is out of service."""
    if sale.register_id is not None and (await store.get_register(tx, sale.register_id)).is_active:
        return sale.register_id
    return await store.choose_register(tx, sale.organiser_id, sale.till_id, sale.channel)


def _receipt(
    kind: ReceiptKind, fact: sales.OrderFact | sales.TillOpened | sales.TillClosed, now: datetime, *,
    cause_id: UUID, register_id: UUID | None, document: Document, total_minor: int, channel: str,
    till_id: UUID | None, order_code: str | None, event_id: UUID | None, sale_id: UUID | None = None,
    is_ready: bool = True,
) -> Receipt:  # fmt: skip
    assert fact.organiser_id is not None
    receipt_id = new_id()
    return Receipt(
        id=receipt_id, organiser_id=fact.organiser_id, cause_id=cause_id, kind=kind, order_code=order_code,
        event_id=event_id, event_number=fact.event_number, channel=channel, till_id=till_id,
        register_id=register_id, sale_id=sale_id, remote_id=receipt_id, state=ReceiptState.QUEUED,
        document=document, total_minor=total_minor, currency=fact.currency, tax_codes=None, asked_at=None,
        try_at=now if is_ready else None, tries=0, attempts=0, reason=None, fiscal_code=None, url=None,
        version=1, created_at=now, registered_at=None,
    )  # fmt: skip
