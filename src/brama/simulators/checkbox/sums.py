"""A receipt's arithmetic and rules. Pure. Kopiykas; quantity 1000 is one piece; price is per piece."""

from typing import Annotated, Any

import msgspec

from brama.simulators.checkbox.errors import invalid

PIECE = 1000
Kopiykas = Annotated[int, msgspec.Meta(ge=0)]


class Tax(msgspec.Struct):
    """A rate of the organisation, in percent; `included` in the price."""

    id: str
    code: int
    label: str
    symbol: str
    rate: float
    extra_rate: float | None
    included: bool
    created_at: str
    no_vat: bool = False


class Discount(msgspec.Struct):
    """VALUE in kopiykas, PERCENT in percent of what it applies to."""

    type: str
    mode: str
    value: float
    name: str | None = None
    tax_codes: list[Any] | None = None


class Good(msgspec.Struct):
    code: Annotated[str, msgspec.Meta(min_length=1)]
    name: Annotated[str, msgspec.Meta(min_length=1)]
    price: Kopiykas
    tax: list[int | str] = []
    barcode: str | None = None
    uktzed: str | None = None
    header: str | None = None
    footer: str | None = None


class Line(msgspec.Struct):
    good: Good
    quantity: Annotated[int, msgspec.Meta(ge=1)]
    is_return: bool = False
    discounts: list[Discount] = []


class Payment(msgspec.Struct):
    """CASH or CASHLESS; the card's data is printed on the receipt."""

    type: str
    value: Kopiykas
    label: str | None = None
    code: int | None = None
    card_mask: str | None = None
    bank_name: str | None = None
    auth_code: str | None = None
    rrn: str | None = None
    payment_system: str | None = None
    terminal: str | None = None
    acquirer_and_seller: str | None = None
    owner_name: str | None = None
    receipt_no: str | None = None
    commission: int | None = None


class Totals(msgspec.Struct):
    """Everything derived from goods, discounts and payments."""

    goods: list[dict[str, Any]]
    discounts: list[dict[str, Any]]
    payments: list[dict[str, Any]]
    taxes: list[dict[str, Any]]
    is_return: bool
    total_sum: int
    total_payment: int
    rest: int
    discounts_sum: int
    extra_charge_sum: int


def totals_of(
    lines: list[Line], discounts: list[Discount], payments: list[Payment], taxes: list[Tax]
) -> Totals:
    """Add a receipt up.

    Raises:
        ApiError: 422, the receipt is not possible: nothing sold, sums that do not meet, an unknown tax.
    """
    if not lines:
        raise invalid(
            "goods", message="ensure this value has at least 1 items", kind="value_error.list.min_items"
        )
    if len({line.is_return for line in lines}) != 1:
        raise invalid("goods", message="Продаж і повернення не поєднуються в одному чеку")
    known = {key: tax for tax in taxes for key in (str(tax.code), tax.symbol, tax.id)}
    goods, changes = _goods(lines, known)
    subtotal = sum(good["total_sum"] for good in goods)
    own = [_applied(discount, subtotal, "discounts", number) for number, discount in enumerate(discounts)]
    total_sum = subtotal + sum(change for _, change in own)
    if total_sum < 0:
        raise invalid("discounts", message="Знижка більша за суму чека")
    paid, rest = _paid(payments, total_sum, is_return=lines[0].is_return)
    changes += own
    return Totals(
        goods=goods,
        discounts=[_discount_view(discount, change) for discount, change in own],
        payments=[msgspec.to_builtins(payment) for payment in payments],
        taxes=_tax_sums(goods, known, subtotal, total_sum),
        is_return=lines[0].is_return,
        total_sum=total_sum,
        total_payment=paid,
        rest=rest,
        discounts_sum=-sum(change for _, change in changes if change < 0),
        extra_charge_sum=sum(change for _, change in changes if change > 0),
    )


def tax_inside(amount: int, rate: float, *, included: bool) -> int:
    """The tax in (or upon) an amount, rounded to the kopiyka."""
    if included:
        return round(amount * rate / (100 + rate))
    return round(amount * rate / 100)


def _goods(
    lines: list[Line], known: dict[str, Tax]
) -> tuple[list[dict[str, Any]], list[tuple[Discount, int]]]:
    """The lines added up, and what their own discounts changed."""
    goods, changes = [], []
    for number, line in enumerate(lines):
        worth = (line.good.price * line.quantity + PIECE // 2) // PIECE
        applied = [_applied(discount, worth, "goods", number) for discount in line.discounts]
        line_taxes = [_known_tax(known, code, number) for code in line.good.tax]
        total = worth + sum(change for _, change in applied)
        if total < 0:
            raise invalid("goods", number, "discounts", message="Знижка більша за суму товару")
        goods.append(_line_view(line, worth, total, applied, line_taxes))
        changes += applied
    return goods, changes


def _applied(discount: Discount, base: int, *loc: str | int) -> tuple[Discount, int]:
    """How many kopiykas the discount changes `base` by: negative when it lowers."""
    if discount.type not in ("DISCOUNT", "EXTRA_CHARGE"):
        raise invalid(*loc, "type", message="type must be DISCOUNT or EXTRA_CHARGE")
    if discount.value < 0:
        raise invalid(*loc, "value", message="ensure this value is greater than or equal to 0")
    if discount.mode == "PERCENT":
        size = round(base * discount.value / 100)
    elif discount.mode == "VALUE" and discount.value == int(discount.value):
        size = int(discount.value)
    else:
        raise invalid(*loc, "mode", message="mode must be PERCENT, or VALUE with whole kopiykas")
    return discount, -size if discount.type == "DISCOUNT" else size


def _known_tax(known: dict[str, Tax], code: int | str, number: int) -> Tax:
    tax = known.get(str(code))
    if tax is None:
        raise invalid("goods", number, "good", "tax", message=f"Податкову ставку {code} не знайдено")
    return tax


def _paid(payments: list[Payment], total_sum: int, *, is_return: bool) -> tuple[int, int]:
    """What was paid and the change; only cash can be given back as change."""
    if not payments:
        raise invalid(
            "payments", message="ensure this value has at least 1 items", kind="value_error.list.min_items"
        )
    for number, payment in enumerate(payments):
        if payment.type not in ("CASH", "CASHLESS"):
            raise invalid("payments", number, "type", message="type must be CASH or CASHLESS")
    paid = sum(payment.value for payment in payments)
    cash = sum(payment.value for payment in payments if payment.type == "CASH")
    if paid < total_sum:
        raise invalid("payments", message=f"Сума оплат {paid} менша за суму чека {total_sum}")
    rest = paid - total_sum
    if rest > cash or (is_return and rest):
        raise invalid("payments", message=f"Сума оплат {paid} більша за суму чека {total_sum}")
    return paid, rest


def _line_view(
    line: Line, worth: int, total: int, applied: list[tuple[Discount, int]], taxes: list[Tax]
) -> dict[str, Any]:
    return {
        "good": msgspec.to_builtins(line.good),
        "quantity": line.quantity,
        "is_return": line.is_return,
        "sum": worth,
        "total_sum": total,
        "discounts": [_discount_view(discount, change) for discount, change in applied],
        "taxes": [
            msgspec.to_builtins(tax) | {"value": tax_inside(total, tax.rate, included=tax.included)}
            for tax in taxes
        ],
    }


def _discount_view(discount: Discount, change: int) -> dict[str, Any]:
    view: dict[str, Any] = msgspec.to_builtins(discount)
    return view | {"sum": abs(change)}


def _tax_sums(
    goods: list[dict[str, Any]], known: dict[str, Tax], subtotal: int, total_sum: int
) -> list[dict[str, Any]]:
    """Per tax its turnover and value; a discount on the whole receipt lowers every turnover alike."""
    turnovers: dict[str, int] = {}
    for good in goods:
        for tax in good["taxes"]:
            turnovers[tax["id"]] = turnovers.get(tax["id"], 0) + good["total_sum"]
    sums = []
    for tax_id, turnover in turnovers.items():
        tax = known[tax_id]
        share = turnover if subtotal == 0 else round(turnover * total_sum / subtotal)
        value = tax_inside(share, tax.rate, included=tax.included)
        sums.append(msgspec.to_builtins(tax) | {"turnover": share, "value": value})
    return sums
