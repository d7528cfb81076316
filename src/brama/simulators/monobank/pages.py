"""What people see: the payer's page and the list of invoices."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath
from litestar.response import Redirect

from brama.simulators.given import Given
from brama.simulators.monobank.bank import Bank
from brama.simulators.monobank.control import totals_of
from brama.simulators.monobank.invoices import METHODS, Invoice, RefusedByBank
from brama.simulators.runtime import html, language, templates

TEMPLATES = templates("brama.simulators.monobank")
WORDS = {
    "uk": {
        "title": "Оплата",
        "to_pay": "До сплати",
        "card": "Сплатити карткою",
        "apple": "Сплатити з Apple Pay",
        "google": "Сплатити з Google Pay",
        "decline": "Банк відмовляє",
        "leave": "Повернутися, не платити",
        "back": "Повернутися до магазину",
        "until": "Рахунок дійсний до",
        "number": "Рахунок",
        "simulated": "Імітатор банку. Гроші не рухаються.",
        "created": "Очікує на оплату",
        "processing": "Банк перевіряє платіж",
        "hold": "Гроші заблоковано",
        "success": "Сплачено",
        "failure": "Банк відмовив",
        "reversed": "Гроші повернено",
        "expired": "Термін рахунку минув",
    },
    "en": {
        "title": "Payment",
        "to_pay": "To pay",
        "card": "Pay by card",
        "apple": "Pay with Apple Pay",
        "google": "Pay with Google Pay",
        "decline": "Let the bank decline",
        "leave": "Go back without paying",
        "back": "Back to the shop",
        "until": "Valid until",
        "number": "Invoice",
        "simulated": "A simulated bank. No money moves.",
        "created": "Waiting for payment",
        "processing": "The bank is checking",
        "hold": "Money is held",
        "success": "Paid",
        "failure": "The bank declined",
        "reversed": "Money returned",
        "expired": "The invoice has expired",
    },
}


def payers_page(request: Request[Any, Any, Any], invoice: Invoice) -> Response[str]:
    lang = language(request)
    text = TEMPLATES.get_template("pay.html").render(
        invoice=invoice, words=WORDS[lang], lang=lang, payable=invoice.status == "created"
    )
    return html(text, cache_control="no-store")


@get("/pay/{invoice_id:str}")
async def show(
    request: Request[Any, Any, Any], invoice_id: FromPath[str], bank: Given[Bank]
) -> Response[str]:
    return payers_page(request, bank.get(invoice_id))


@post("/pay/{invoice_id:str}")
async def act(
    request: Request[Any, Any, Any],
    invoice_id: FromPath[str],
    data: Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)],
    bank: Given[Bank],
) -> Response[str] | Redirect:
    """Do what the payer's button says, then send the payer back to the shop."""
    invoice = bank.get(invoice_id)
    action = data.get("action", "")
    try:
        if action in METHODS:
            invoice = bank.pay(invoice, method=action)
        elif action == "decline":
            invoice = bank.decline(invoice)
    except RefusedByBank:
        return payers_page(request, invoice)  # paid in another tab meanwhile: the page says so
    if invoice.redirect_url is None:
        return payers_page(request, invoice)
    return Redirect(invoice.redirect_url, status_code=303)


@get("/")
async def index(request: Request[Any, Any, Any], bank: Given[Bank]) -> Response[str]:
    lang = language(request)
    text = TEMPLATES.get_template("index.html").render(
        invoices=bank.all(limit=200), totals=totals_of(bank.all()), words=WORDS[lang], lang=lang
    )
    return html(text, cache_control="no-store")


ROUTES = [show, act, index]
