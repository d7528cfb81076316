"""The merchant API: parse, one verb of the bank, present. Errors are `{errCode, errText}`."""

import asyncio
import hashlib
from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException, NotAuthorizedException
from litestar.handlers import BaseRouteHandler
from litestar.params import QueryParameter, RawBody

from brama.simulators.faults import Faults
from brama.simulators.given import Given
from brama.simulators.monobank import wire
from brama.simulators.monobank.bank import Bank, UnknownInvoice
from brama.simulators.monobank.invoices import Invoice, RefusedByBank
from brama.simulators.monobank.webhooks import Signer

T = TypeVar("T")
ERROR_CODES = {
    400: "BAD_REQUEST",
    401: "FORBIDDEN",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    429: "TMR",
    500: "INTERNAL_ERROR",
}


class Refused(HTTPException):
    """An error of the API that a handler answers with."""


def error(status: int, text: str) -> Response[wire.BankError]:
    code = ERROR_CODES.get(status, "INTERNAL_ERROR")
    return Response(wire.BankError(err_code=code, err_text=text), status_code=status)


def answer_http_error(_: Request[Any, Any, Any], failure: HTTPException) -> Response[wire.BankError]:
    extra = failure.extra[0].get("message", "") if isinstance(failure.extra, list) and failure.extra else ""
    status = 403 if failure.status_code == 401 else failure.status_code
    return error(status, f"{failure.detail} {extra}".strip())


def answer_refused(_: Request[Any, Any, Any], failure: RefusedByBank) -> Response[wire.BankError]:
    return error(400, str(failure))


def answer_unknown(_: Request[Any, Any, Any], _failure: UnknownInvoice) -> Response[wire.BankError]:
    return error(404, "invoice not found")


async def token_required(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Any token is a merchant's, unless the simulator was started with a list of them."""
    token = connection.headers.get("x-token", "")
    tokens: frozenset[str] = connection.app.state.tokens
    if not token or (tokens and token not in tokens):
        raise NotAuthorizedException("forbidden")


def merchant_of(request: Request[Any, Any, Any]) -> str:
    return hashlib.sha256(request.headers["x-token"].encode()).hexdigest()


async def play_errors(request: Request[Any, Any, Any]) -> Response[wire.BankError] | None:
    """429 and 5xx before anything is done, where a fault says so."""
    faults: Faults = request.app.state.faults
    operation = request.url.path.rsplit("/", 1)[-1]
    if faults.take("too_many_requests", operation=operation) is not None:
        return error(429, "too many requests")
    if (broken := faults.take("server_error", operation=operation)) is not None:
        return error(int(broken.get("status", 500)), "internal error")
    if faults.take("forbidden", operation=operation) is not None:
        return error(403, "forbidden")
    return None


async def hang_if_told(faults: Faults, name: str, invoice: Invoice) -> None:
    """Everything is done, yet the caller hears nothing."""
    if (silence := faults.take(name, payment_id=invoice.reference)) is not None:
        await asyncio.sleep(float(silence.get("hang_s", 60)))
        raise Refused("gateway timeout", status_code=504)


def read(body: bytes, kind: type[T]) -> T:
    """The body as that struct; the bank does not take "1" for 1."""
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.DecodeError as failure:
        raise Refused(f"invalid body: {failure}", status_code=400) from None


@post("/invoice/create", status_code=200)
async def create(
    request: Request[Any, Any, Any],
    body: RawBody,
    bank: Given[Bank],
    faults: Given[Faults],
    base_url: Given[str],
) -> wire.CreatedInvoice:
    data = read(body, wire.CreateInvoice)
    if data.payment_type not in ("debit", "hold"):
        raise Refused("invalid 'paymentType'", status_code=400)
    invoice = bank.create(data, merchant=merchant_of(request))
    await hang_if_told(faults, "create_timeout", invoice)
    return wire.CreatedInvoice(invoice_id=invoice.id, page_url=f"{base_url}/pay/{invoice.id}")


@get("/invoice/status")
async def status(
    request: Request[Any, Any, Any],
    bank: Given[Bank],
    invoice_id: Annotated[str, QueryParameter(name="invoiceId")],
) -> wire.InvoiceStatus:
    return wire.status_of(bank.get(invoice_id, merchant=merchant_of(request)))


@post("/invoice/cancel", status_code=200)
async def cancel(
    request: Request[Any, Any, Any], body: RawBody, bank: Given[Bank], faults: Given[Faults]
) -> wire.CancelAnswer:
    data = read(body, wire.CancelInvoice)
    invoice = bank.get(data.invoice_id, merchant=merchant_of(request))
    done = bank.cancel(invoice, ext_ref=data.ext_ref, amount=data.amount)
    await hang_if_told(faults, "cancel_timeout", invoice)
    return wire.cancel_answer(done)


@post("/invoice/finalize", status_code=200)
async def finalize(request: Request[Any, Any, Any], body: RawBody, bank: Given[Bank]) -> dict[str, str]:
    data = read(body, wire.FinalizeInvoice)
    bank.finalize(bank.get(data.invoice_id, merchant=merchant_of(request)), data.amount)
    return {"status": "success"}


@post("/invoice/remove", status_code=200)
async def remove(request: Request[Any, Any, Any], body: RawBody, bank: Given[Bank]) -> dict[str, str]:
    data = read(body, wire.RemoveInvoice)
    bank.remove(bank.get(data.invoice_id, merchant=merchant_of(request)))
    return {}


@get("/pubkey")
async def pubkey(signer: Given[Signer]) -> dict[str, str]:
    return {"key": signer.public_key()}


@get("/details")
async def details(request: Request[Any, Any, Any]) -> dict[str, str]:
    merchant = merchant_of(request)
    return {"merchantId": merchant[:12], "merchantName": "Тестовий торговець", "edrpou": "00000000"}


@get("/statement")
async def statement(
    request: Request[Any, Any, Any],
    bank: Given[Bank],
    since: Annotated[int, QueryParameter(name="from")],
    until: Annotated[int | None, QueryParameter(name="to")] = None,
) -> dict[str, list[dict[str, Any]]]:
    """Payments of a time span (Unix seconds, at most 31 days in one answer of the real bank)."""
    merchant = merchant_of(request)
    paid = [
        invoice
        for invoice in bank.all()
        if invoice.merchant == merchant
        and invoice.rrn is not None
        and since <= invoice.created_at
        and (until is None or invoice.created_at <= until)
    ]
    return {"list": [_statement_line(invoice) for invoice in paid]}


def _statement_line(invoice: Invoice) -> dict[str, Any]:
    told = wire.status_of(invoice)
    assert told.payment_info is not None
    return {
        "invoiceId": invoice.id,
        "status": invoice.status,
        "maskedPan": told.payment_info.masked_pan,
        "date": told.created_date,
        "paymentScheme": "full",
        "amount": invoice.taken,
        "profitAmount": invoice.taken - told.payment_info.fee if invoice.taken else 0,
        "ccy": invoice.ccy,
        "approvalCode": invoice.approval_code,
        "rrn": invoice.rrn,
        "reference": invoice.reference,
        "destination": invoice.destination,
        "cancelList": [msgspec.to_builtins(item) for item in told.cancel_list or []],
    }


API = Router(
    "/api/merchant",
    route_handlers=[create, status, cancel, finalize, remove, pubkey, details, statement],
    guards=[token_required],
    before_request=play_errors,
)
