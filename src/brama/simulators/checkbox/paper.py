"""What is printed: a receipt or a report as rows, and the rows as text, HTML, PDF and PNG."""

import json
import textwrap
from typing import Any, NamedTuple

import typst
import zxingcpp

from brama.simulators.checkbox.documents import Receipt, Register, Report
from brama.simulators.runtime import hryvnias, kyiv, templates

TEMPLATES = templates("brama.simulators.checkbox")
QUANTITY_PIECE = 1000
TITLES = {
    "SELL": "ФІСКАЛЬНИЙ ЧЕК",
    "RETURN": "ВИДАТКОВИЙ ФІСКАЛЬНИЙ ЧЕК",
    "SERVICE_IN": "СЛУЖБОВИЙ ЧЕК: ВНЕСЕННЯ",
    "SERVICE_OUT": "СЛУЖБОВИЙ ЧЕК: ВИДАЧА",
}
PAYMENTS = {"CASH": "ГОТІВКА", "CASHLESS": "БЕЗГОТІВКОВА"}
CARD_FACTS = (
    ("terminal", "ТЕРМІНАЛ"),
    ("payment_system", "ПЛАТІЖНА СИСТЕМА"),
    ("card_mask", "ЕПЗ"),
    ("auth_code", "КОД АВТОРИЗАЦІЇ"),
    ("rrn", "RRN"),
    ("bank_name", "БАНК"),
)
PAPER = """
#set page(width: {width}mm, height: auto, margin: (x: 3mm, y: 4mm))
#set text(font: "DejaVu Sans Mono", size: {size}pt, lang: "uk")
#set par(leading: 0.45em, spacing: 0.55em)
#let center-row(it) = align(center, it)
#let pair(left, right) = grid(columns: (1fr, auto), column-gutter: 2mm, left, align(bottom, right))
#let big(left, right) = text(size: 1.4em, weight: "bold", pair(left, right))
#let rule() = line(length: 100%, stroke: (thickness: 0.5pt, dash: "dashed"))
"""


class Row(NamedTuple):
    """`kind`: center, pair (left and right), big, rule or qr (`left` is what it says)."""

    kind: str
    left: str = ""
    right: str = ""


def receipt_rows(receipt: Receipt, register: Register, *, second_copy: bool = False) -> list[Row]:
    """A receipt as the tax service's order of its lines has it."""
    rows = _head(register)
    if second_copy:
        rows.append(Row("center", "КОПІЯ ЧЕКА"))
    rows += [Row("center", part) for part in (receipt.header or "").splitlines()]
    rows += [Row("pair", f"ЧЕК № {receipt.fiscal_code or '—'}", f"{receipt.serial}"), Row("rule")]
    for good in receipt.goods:
        rows += _good(good)
    if receipt.goods:
        rows.append(Row("rule"))
    rows += [_change(discount, "НА ЧЕК") for discount in receipt.discounts]
    rows.append(Row("big", "СУМА", hryvnias(receipt.total_sum)))
    for tax in receipt.taxes:
        rows.append(Row("pair", f"{tax['label']} ({tax['symbol']})", hryvnias(tax["value"])))
    rows.append(Row("rule"))
    for payment in receipt.payments:
        rows += _payment(payment)
    if receipt.total_rest:
        rows.append(Row("pair", "РЕШТА", hryvnias(receipt.total_rest)))
    rows.append(Row("rule"))
    if receipt.related_receipt_id:
        rows.append(Row("center", f"ДО ЧЕКА {receipt.related_receipt_id}"))
    return rows + _foot(receipt, register)


def report_rows(report: Report, register: Register) -> list[Row]:
    title = f"Z-ЗВІТ № {report.serial}" if report.is_z_report else f"X-ЗВІТ № {report.serial}"
    rows = [*_head(register), Row("center", title), Row("rule")]
    rows.append(Row("pair", "ЧЕКІВ ПРОДАЖУ", str(report.sell_receipts_count)))
    rows.append(Row("pair", "ЧЕКІВ ПОВЕРНЕННЯ", str(report.return_receipts_count)))
    for payment in report.payments:
        rows += [
            Row("rule"),
            Row("center", payment["label"].upper()),
            Row("pair", "ПРОДАЖ", hryvnias(payment["sell_sum"])),
            Row("pair", "ПОВЕРНЕННЯ", hryvnias(payment["return_sum"])),
            Row("pair", "ВНЕСЕННЯ", hryvnias(payment["service_in"])),
            Row("pair", "ВИДАЧА", hryvnias(payment["service_out"])),
        ]
    rows.append(Row("rule"))
    for tax in report.taxes:
        rows.append(Row("pair", f"{tax.label} ({tax.symbol})", hryvnias(tax.sales_turnover)))
    rows += [
        Row("pair", "НА ПОЧАТОК ЗМІНИ", hryvnias(report.initial)),
        Row("big", "В КАСІ", hryvnias(report.balance)),
        Row("rule"),
        Row("center", kyiv(report.created_at)),
        Row("center", f"ФН ПРРО {register.fiscal_number}"),
    ]
    return rows


def as_text(rows: list[Row], width: int = 42) -> str:
    printed = []
    for row in rows:
        if row.kind == "rule":
            printed.append("-" * width)
        elif row.kind == "center":
            printed += [line.center(width).rstrip() for line in textwrap.wrap(row.left, width)]
        elif row.kind == "qr":
            printed += textwrap.wrap(row.left, width)
        else:
            *above, last = textwrap.wrap(row.left, width - len(row.right) - 1) or [""]
            printed += [*above, last + row.right.rjust(width - len(last))]
    return "\n".join(printed) + "\n"


def as_html(rows: list[Row], title: str) -> str:
    return TEMPLATES.get_template("receipt.html").render(rows=rows, title=title, qr_svg=qr_svg)


def as_pdf(rows: list[Row], width_mm: int = 58) -> bytes:
    return typst.compile(_typst(rows, width_mm).encode(), format="pdf")


def as_png(rows: list[Row], width_mm: int = 58) -> bytes:
    image = typst.compile(_typst(rows, width_mm).encode(), format="png", ppi=203)
    assert isinstance(image, bytes)  # one page of any height
    return image


def qr_svg(text: str) -> str:
    return str(_qr(text).to_svg(scale=4))


def qr_png(text: str) -> bytes:
    """A black-and-white PNG with its quiet zone."""
    page = "#set page(width: auto, height: auto, margin: 0pt)"
    source = f"{page}\n#image(bytes({_quoted(qr_svg(text))}), width: 60mm)"
    image = typst.compile(source.encode(), format="png", ppi=150)
    assert isinstance(image, bytes)
    return image


def _qr(text: str) -> Any:
    return zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")


def _head(register: Register) -> list[Row]:
    return [
        Row("center", register.organisation),
        Row("center", register.title),
        Row("center", register.address),
        Row("center", f"ІД {register.edrpou}"),
        Row("rule"),
    ]


def _good(good: dict[str, Any]) -> list[Row]:
    symbols = "".join(tax["symbol"] for tax in good["taxes"])
    quantity = f"{good['quantity'] / QUANTITY_PIECE:.3f}".replace(".", ",")
    price = hryvnias(good["good"]["price"])
    uktzed = good["good"].get("uktzed")
    return [
        *([Row("pair", f"УКТЗЕД {uktzed}")] if uktzed else []),
        Row("pair", good["good"]["name"]),
        Row("pair", f"{quantity} x {price}", f"{hryvnias(good['sum'])} {symbols}".strip()),
        *(_change(discount, "") for discount in good["discounts"]),
    ]


def _change(discount: dict[str, Any], upon: str) -> Row:
    word = "ЗНИЖКА" if discount["type"] == "DISCOUNT" else "НАДБАВКА"
    sign = -1 if discount["type"] == "DISCOUNT" else 1
    name = discount.get("name") or ""
    return Row(
        "pair", " ".join(part for part in (word, upon, name) if part), hryvnias(sign * discount["sum"])
    )


def _payment(payment: dict[str, Any]) -> list[Row]:
    label = payment.get("label") or ""
    kind = PAYMENTS.get(payment["type"], payment["type"])
    rows = [Row("pair", f"{kind}: {label}" if label else kind, hryvnias(abs(payment["value"])))]
    rows += [Row("pair", words, str(payment[name])) for name, words in CARD_FACTS if payment.get(name)]
    return rows


def _foot(receipt: Receipt, register: Register) -> list[Row]:
    mode = "ОФЛАЙН" if receipt.is_created_offline else "ОНЛАЙН"
    rows = [Row("center", part) for part in (receipt.footer or "").splitlines()]
    if receipt.tax_url:
        rows.append(Row("qr", receipt.tax_url))
    if receipt.control_number:
        rows.append(Row("center", f"КОНТРОЛЬНЕ ЧИСЛО {receipt.control_number}"))
    return [
        *rows,
        Row("center", kyiv(receipt.fiscal_date or receipt.created_at)),
        Row("pair", mode, f"ФН ПРРО {register.fiscal_number}"),
        Row("center", TITLES[receipt.type]),
        Row("center", "Checkbox (імітатор)"),
    ]


def _typst(rows: list[Row], width_mm: int) -> str:
    drawn = [PAPER.replace("{width}", str(width_mm)).replace("{size}", "6.5" if width_mm <= 58 else "8")]
    for row in rows:
        if row.kind == "rule":
            drawn.append("#rule()")
        elif row.kind == "center":
            drawn.append(f"#center-row({_quoted(row.left)})")
        elif row.kind == "qr":
            drawn.append(f"#center-row(image(bytes({_quoted(qr_svg(row.left))}), width: 34mm))")
        else:
            drawn.append(f"#{row.kind}({_quoted(row.left)}, {_quoted(row.right)})")
    return "\n".join(drawn)


def _quoted(text: str) -> str:
    """A typst string; its escapes for quotes, backslashes and line ends are JSON's."""
    return json.dumps(text, ensure_ascii=False)
