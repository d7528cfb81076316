"""What stands on receipts. Every document adds up to the kopiyka to what was paid or went back."""

from collections import Counter
from uuid import UUID

from brama.contracts.sales import OrderPaid, OrderRefunded
from brama.services.fiscal.domain.model import Document, Event, Good, Payment

_LONGEST_NAME = 250
_LONGEST_CODE = 64


def sale_document(order: OrderPaid, event: Event) -> Document:
    """The receipt of a paid order. A discount or surcharge covers what the lines do not explain."""
    goods = [
        _good(event, line.ticket_type_id, line.name.uk, line.unit_price_minor, line.quantity)
        for line in order.lines
        if line.unit_price_minor > 0
    ]
    is_cash = order.tender == "cash"
    handed = order.cash_received_minor or 0
    value = max(order.total_minor, handed) if is_cash else order.total_minor
    return _balanced(
        goods, order.total_minor, Payment(is_cash, value, None if is_cash else order.card), event
    )


def return_document(refund: OrderRefunded, event: Event, sale: Document) -> Document:
    """The receipt of a refund: its tickets only, paid back the way they were paid."""
    names = {line.ticket_type_id: line.name.uk for line in refund.lines}
    counted = Counter((ticket.ticket_type_id, ticket.unit_price_minor) for ticket in refund.tickets)
    goods = [
        _good(event, type_id, names.get(type_id, event.title), price, count)
        for (type_id, price), count in sorted(counted.items())
        if price > 0
    ]
    payment = Payment(sale.payment.is_cash, refund.refunded_minor, sale.payment.card)
    return _balanced(goods, refund.refunded_minor, payment, event)


def cash_document(amount_minor: int) -> Document:
    """Cash put into a drawer or taken out of it; the kind of receipt says which."""
    return Document([], 0, Payment(True, amount_minor))


def _balanced(goods: list[Good], total_minor: int, payment: Payment, event: Event) -> Document:
    if not goods:  # money back for no ticket: a part of the price
        goods = [Good(str(event.number), _cut(event.title, _LONGEST_NAME), total_minor, 1)]
    return Document(goods, total_minor - sum(good.total_minor for good in goods), payment)


def _good(event: Event, type_id: UUID, name: str, price_minor: int, quantity: int) -> Good:
    known = next((kind for kind in event.ticket_types if kind.id == type_id), None)
    # A type that was withdrawn after its sale keeps a code of its own.
    code = f"{event.number}-{known.product_number}" if known else f"{event.number}-{type_id.hex[-8:]}"
    return Good(
        _cut(code, _LONGEST_CODE), _cut(f"{event.title} · {name}", _LONGEST_NAME), price_minor, quantity
    )


def _cut(words: str, letters: int) -> str:
    return words if len(words) <= letters else words[: letters - 1].rstrip() + "…"
