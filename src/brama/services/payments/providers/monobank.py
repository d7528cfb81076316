"""monobank acquiring (https://api.monobank.ua/docs/acquiring.html): kopiykas, no idempotency key."""

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

import httpx
import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from brama.contracts.common import CardFacts
from brama.kernel.money import Money
from brama.services.payments.domain import InvoiceReport, InvoiceState, ReturnReport, ReturnState
from brama.services.payments.ports import (
    Invoice,
    InvoiceRequest,
    Notice,
    OutcomeUnknown,
    Refused,
    Unavailable,
)

T = TypeVar("T")

# ISO 4217 numbers that the merchant API takes.
_CURRENCIES = {"UAH": 980}
_NAMES = {number: name for name, number in _CURRENCIES.items()}

_STATES = {
    "created": InvoiceState.CREATED,
    "processing": InvoiceState.PROCESSING,
    # Only of invoices made with paymentType "hold", which ours never are: not our money yet.
    "hold": InvoiceState.PROCESSING,
    "success": InvoiceState.PAID,
    "failure": InvoiceState.FAILED,
    "reversed": InvoiceState.REVERSED,
    "expired": InvoiceState.EXPIRED,
}
_RETURNS = {
    "processing": ReturnState.PROCESSING,
    "success": ReturnState.DONE,
    "failure": ReturnState.FAILED,
}
# What may stand in an URL's query or path of theirs without changing its meaning.
_INVOICE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_RETRY_AFTER_S = 5


class _Wire(msgspec.Struct, frozen=True, rename="camel"):
    pass


class _Created(_Wire, frozen=True):
    invoice_id: str
    page_url: str


class _PublicKey(_Wire, frozen=True):
    key: str


class _Return(_Wire, frozen=True):
    status: str
    amount: int
    ccy: int
    created_date: datetime
    ext_ref: str | None = None


class _PaymentInfo(_Wire, frozen=True):
    masked_pan: str | None = None
    rrn: str | None = None
    approval_code: str | None = None
    terminal: str | None = None
    payment_system: str | None = None
    bank: str | None = None


class _Status(_Wire, frozen=True):
    invoice_id: str
    status: str
    amount: int
    ccy: int
    modified_date: datetime
    final_amount: int = 0
    reference: str | None = None
    failure_reason: str | None = None
    cancel_list: list[_Return] | None = None
    payment_info: _PaymentInfo | None = None


class _Refunded(_Wire, frozen=True):
    status: str


class _Error(_Wire, frozen=True):
    err_code: str | None = None


class Monobank:
    """The provider `monobank`. Never logs: requests carry the merchant's token."""

    name = "monobank"
    currencies = frozenset(_CURRENCIES)

    def __init__(self, base_url: str, *, timeout_s: float) -> None:
        # No proxy from the environment: this client carries secrets to one known address.
        self._client = httpx.AsyncClient(
            base_url=f"{base_url.rstrip('/')}/api/merchant", timeout=timeout_s, trust_env=False
        )

    async def create_invoice(self, secret: str, request: InvoiceRequest) -> Invoice:
        body = {
            "amount": request.amount.minor,
            "ccy": _CURRENCIES[request.amount.currency],
            "merchantPaymInfo": {
                "reference": str(request.payment_id),
                "destination": request.destination,
            },
            "redirectUrl": request.redirect_url,
            "webHookUrl": request.webhook_url,
            "validity": request.valid_for_s,
            "paymentType": "debit",
        }
        created = await self._post(secret, "/invoice/create", body, _Created)
        if not _INVOICE_ID.fullmatch(created.invoice_id):
            raise OutcomeUnknown("an invoice id of another form")
        return Invoice(created.invoice_id, created.page_url)

    async def status(self, secret: str, invoice_id: str) -> InvoiceReport:
        return _report(await self._call(secret, "GET", "/invoice/status", _Status, invoiceId=invoice_id))

    async def refund(self, secret: str, invoice_id: str, *, amount: Money, ref: str) -> ReturnState:
        body = {"invoiceId": invoice_id, "extRef": ref, "amount": amount.minor}
        answer = await self._post(secret, "/invoice/cancel", body, _Refunded)
        return _RETURNS.get(answer.status, ReturnState.PROCESSING)

    async def remove(self, secret: str, invoice_id: str) -> None:
        await self._post(secret, "/invoice/remove", {"invoiceId": invoice_id}, dict[str, Any])

    async def public_key(self, secret: str) -> str:
        answer = await self._call(secret, "GET", "/pubkey", _PublicKey)
        try:
            return base64.b64decode(answer.key, validate=True).decode("ascii")
        except (binascii.Error, UnicodeDecodeError):
            raise Unavailable(_RETRY_AFTER_S) from None

    def is_genuine(self, public_key: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether `X-Sign` is base64 of the DER ECDSA P-256/SHA-256 signature over the raw body."""
        try:
            signature = base64.b64decode(headers.get("x-sign", ""), validate=True)
            key = load_pem_public_key(public_key.encode())
            if not isinstance(key, ec.EllipticCurvePublicKey):
                return False
            key.verify(signature, body, ec.ECDSA(hashes.SHA256()))
        except (InvalidSignature, UnsupportedAlgorithm, ValueError):
            return False
        return True

    def read_notice(self, body: bytes) -> Notice | None:
        try:
            status = msgspec.json.decode(body, type=_Status)
        except msgspec.DecodeError:
            return None
        if not _INVOICE_ID.fullmatch(status.invoice_id):
            return None
        reference = status.reference if status.reference and status.reference.isprintable() else ""
        return Notice(status.invoice_id, reference, status.modified_date)

    async def close(self) -> None:
        await self._client.aclose()

    async def _post(self, secret: str, path: str, body: dict[str, Any], into: type[T]) -> T:
        return await self._call(secret, "POST", path, into, body)

    async def _call(
        self, secret: str, method: str, path: str, into: type[T], body: Any = None, **query: str
    ) -> T:
        headers = {"X-Token": secret}
        try:
            answer = await self._client.request(method, path, json=body, params=query, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            raise Unavailable(_RETRY_AFTER_S) from None  # nothing was sent
        except httpx.HTTPError as error:
            raise OutcomeUnknown(type(error).__name__) from None
        if answer.status_code == 429:
            raise Unavailable(_retry_after_s(answer))
        if answer.status_code >= 500:
            raise OutcomeUnknown(f"status {answer.status_code}")
        if answer.status_code >= 400:
            raise Refused(_error_code(answer))
        try:
            return msgspec.json.decode(answer.content, type=into)
        except msgspec.DecodeError:
            raise OutcomeUnknown("an answer of another form") from None


def _report(status: _Status) -> InvoiceReport:
    currency = _NAMES.get(status.ccy, str(status.ccy))
    returns = tuple(
        ReturnReport(
            ref=entry.ext_ref,
            state=_RETURNS.get(entry.status, ReturnState.PROCESSING),
            amount=Money(entry.amount, currency),
            created_at=entry.created_date,
        )
        for entry in status.cancel_list or ()
    )
    returned = sum(entry.amount.minor for entry in returns if entry.state == ReturnState.DONE)
    return InvoiceReport(
        invoice_id=status.invoice_id,
        reference=status.reference or "",
        state=_STATES.get(status.status, InvoiceState.PROCESSING),
        asked=Money(status.amount, currency),
        # finalAmount is what is left after returns.
        captured=Money(status.final_amount + returned, currency),
        modified_at=status.modified_date,
        failure=status.failure_reason,
        returns=returns,
        card=_card(status.payment_info),
    )


def _card(info: _PaymentInfo | None) -> CardFacts | None:
    if info is None:
        return None
    return CardFacts(
        masked_pan=info.masked_pan,
        rrn=info.rrn,
        approval_code=info.approval_code,
        terminal=info.terminal,
        payment_system=info.payment_system,
        bank_name=info.bank,
    )


def _error_code(answer: httpx.Response) -> str:
    try:
        return msgspec.json.decode(answer.content, type=_Error).err_code or str(answer.status_code)
    except msgspec.DecodeError:
        return str(answer.status_code)


def _retry_after_s(answer: httpx.Response) -> int:
    text = answer.headers.get("retry-after", "")
    return min(int(text), 300) if text.isdecimal() else _RETRY_AFTER_S
