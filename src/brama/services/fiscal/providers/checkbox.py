"""Checkbox (ПРРО, https://docs.checkbox.ua): kopiykas, 1000 is one piece, receipts under ids of ours."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import httpx
import msgspec

from brama import __version__
from brama.services.fiscal.domain import ReceiptReport, ShiftReport, ShiftState
from brama.services.fiscal.ports import (
    Access,
    AccessRefused,
    AlreadyExists,
    Busy,
    NoShift,
    OutcomeUnknown,
    Refused,
    RegisterFacts,
    ShiftIsOpen,
    Slip,
)
from brama.services.fiscal.providers.checkbox_wire import cash_body, receipt_body
from brama.services.fiscal.providers.pace import Pace

T = TypeVar("T")

_SHIFT_STATES = {
    "CREATED": ShiftState.OPENING,
    "OPENING": ShiftState.OPENING,
    "OPENED": ShiftState.OPENED,
    "CLOSING": ShiftState.CLOSING,
    "CLOSED": ShiftState.CLOSED,
}
_SIGN_IN_AGAIN = "base.credentials"
_REFUSALS: dict[str, type[Refused]] = {
    "cashier.invalid_credentials": AccessRefused,
    "cash_register.invalid_license_key": AccessRefused,
    _SIGN_IN_AGAIN: AccessRefused,
    "shift.not_opened": NoShift,
    "shift.already_opened": ShiftIsOpen,
    "shift.already_exists": AlreadyExists,
    "receipt.already_exists": AlreadyExists,
}
_RETRY_AFTER_S = 2.0
_UNLIMITED = 1_000_000


class _Token(msgspec.Struct, frozen=True):
    access_token: str


class _Info(msgspec.Struct, frozen=True):
    fiscal_number: str | None = None


class _Tax(msgspec.Struct, frozen=True):
    code: int


class _WebhookKey(msgspec.Struct, frozen=True):
    key: str


class _Transaction(msgspec.Struct, frozen=True):
    response_error_message: str | None = None


class _Receipt(msgspec.Struct, frozen=True):
    id: UUID
    status: str
    fiscal_code: str | None = None
    tax_url: str | None = None
    transaction: _Transaction | None = None


class _Shift(msgspec.Struct, frozen=True):
    id: UUID
    status: str
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    initial_transaction: _Transaction | None = None


class _Notice(msgspec.Struct, frozen=True):
    receipt: _Receipt | None = None
    service_receipt: _Receipt | None = None
    shift: _Shift | None = None


class _Error(msgspec.Struct, frozen=True):
    code: str = ""
    message: str = ""
    detail: Any = None


class Checkbox:
    """The registrar `checkbox`. Never logs: requests carry licences, PINs and tokens."""

    name = "checkbox"

    def __init__(self, base_url: str, *, timeout_s: float, is_unlimited: bool = False) -> None:
        self._base_url = f"{base_url.rstrip('/')}/api/v1"
        # No proxy from the environment: this client carries secrets to one known address.
        self._client = httpx.AsyncClient(
            base_url=self._base_url,
            timeout=timeout_s,
            trust_env=False,
            headers={"X-Client-Name": "Brama", "X-Client-Version": __version__},
        )
        self._pace = Pace()
        self._is_unlimited = is_unlimited
        self._tokens: dict[Access, str] = {}

    def wait_s(self, access: Access) -> float:
        limit = _UNLIMITED if self._is_unlimited else access.requests_per_10s
        return self._pace.wait_s(access.license_key, limit)

    async def describe(self, access: Access) -> RegisterFacts:
        self._tokens.pop(access, None)  # prove the PIN, not a token that was given for it once
        info = await self._call(access, "GET", "/cash-registers/info", _Info)
        taxes = await self._call(access, "GET", "/tax", list[_Tax])
        return RegisterFacts(info.fiscal_number, frozenset(tax.code for tax in taxes))

    async def set_webhook(self, access: Access, url: str) -> str:
        return (await self._call(access, "POST", "/webhook", _WebhookKey, {"url": url})).key

    async def open_shift(self, access: Access, shift_id: UUID) -> ShiftReport:
        return self._of_shift(await self._call(access, "POST", "/shifts", _Shift, {"id": str(shift_id)}))

    async def find_shift(self, access: Access, shift_id: UUID) -> ShiftReport | None:
        found = await self._find(access, f"/shifts/{shift_id}", _Shift)
        return None if found is None else self._of_shift(found)

    async def current_shift(self, access: Access) -> ShiftReport | None:
        found = await self._find(access, "/cashier/shift", _Shift)
        return None if found is None else self._of_shift(found)

    async def close_shift(self, access: Access) -> ShiftReport:
        return self._of_shift(await self._call(access, "POST", "/shifts/close", _Shift))

    async def register(self, access: Access, slip: Slip) -> ReceiptReport:
        path, body = ("/receipts/sell", receipt_body(slip)) if slip.document.goods else (
            "/receipts/service", cash_body(slip)
        )  # fmt: skip
        return self._of_receipt(await self._call(access, "POST", path, _Receipt, body))

    async def find_receipt(self, access: Access, receipt_id: UUID) -> ReceiptReport | None:
        found = await self._find(access, f"/receipts/{receipt_id}", _Receipt)
        return None if found is None else self._of_receipt(found)

    def is_genuine(self, key: str, headers: Mapping[str, str], body: bytes) -> bool:
        expected = base64.b64encode(hmac.digest(key.encode(), body, hashlib.sha256))
        return hmac.compare_digest(headers.get("x-request-signature", "").encode(), expected)

    def read_notice(self, body: bytes) -> ReceiptReport | ShiftReport | None:
        try:
            notice = msgspec.json.decode(body, type=_Notice)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
        if notice.shift is not None:
            return self._of_shift(notice.shift)
        receipt = notice.receipt or notice.service_receipt
        return None if receipt is None else self._of_receipt(receipt)

    async def close(self) -> None:
        await self._client.aclose()

    async def _find(self, access: Access, path: str, into: type[T]) -> T | None:
        try:
            return await self._call(access, "GET", path, into | None)  # type: ignore[arg-type]
        except Refused as error:
            if error.code in ("base.not_found", "404"):
                return None
            raise

    async def _call(self, access: Access, method: str, path: str, into: type[T], body: Any = None) -> T:
        """One call as the register's cashier; when the token is over, once more with a fresh one."""
        has_kept_token = access in self._tokens
        try:
            return await self._call_once(access, method, path, into, body)
        except AccessRefused as error:
            self._tokens.pop(access, None)
            if error.code != _SIGN_IN_AGAIN or not has_kept_token:
                raise
        return await self._call_once(access, method, path, into, body)

    async def _call_once(self, access: Access, method: str, path: str, into: type[T], body: Any) -> T:
        if access not in self._tokens:
            pin = {"pin_code": access.pin_code}
            self._tokens[access] = (
                await self._request(access, "POST", "/cashier/signinPinCode", _Token, pin, None)
            ).access_token
        return await self._request(access, method, path, into, body, self._tokens[access])

    async def _request(
        self, access: Access, method: str, path: str, into: type[T], body: Any, token: str | None
    ) -> T:
        if (wait_s := self.wait_s(access)) > 0:
            raise Busy(wait_s, "limit")
        self._pace.note(access.license_key)
        headers = {"X-License-Key": access.license_key}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        try:
            answer = await self._client.request(method, path, json=body, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise Busy(_RETRY_AFTER_S, type(error).__name__) from None  # nothing was sent
        except httpx.HTTPError as error:
            raise OutcomeUnknown(type(error).__name__) from None
        return _read(answer, into)

    def _of_receipt(self, receipt: _Receipt) -> ReceiptReport:
        is_done = {"DONE": True, "ERROR": False}.get(receipt.status)
        if is_done and receipt.fiscal_code is None:
            is_done = None  # DONE in name only: asked for again
        reason = receipt.transaction.response_error_message if receipt.transaction else None
        url = receipt.tax_url or f"{self._base_url}/receipts/{receipt.id}/html"
        return ReceiptReport(
            remote_id=receipt.id, is_done=is_done, fiscal_code=receipt.fiscal_code, url=url, reason=reason
        )

    def _of_shift(self, shift: _Shift) -> ShiftReport:
        reason = shift.initial_transaction.response_error_message if shift.initial_transaction else None
        try:
            state = _SHIFT_STATES[shift.status]
        except KeyError:
            raise OutcomeUnknown(f"a shift of state {shift.status}") from None
        return ShiftReport(
            id=shift.id, state=state, opened_at=shift.opened_at, closed_at=shift.closed_at, reason=reason
        )


def _read(answer: httpx.Response, into: type[T]) -> T:
    if answer.status_code == 429:
        text = answer.headers.get("retry-after", "")
        raise Busy(min(float(text), 60.0) if text.isdecimal() else _RETRY_AFTER_S, "429")
    if answer.status_code >= 500:
        raise OutcomeUnknown(f"status {answer.status_code}")
    if answer.status_code >= 400:
        raise _refusal(answer)
    try:
        return msgspec.json.decode(answer.content, type=into)
    except msgspec.DecodeError:
        raise OutcomeUnknown("an answer of another form") from None


def _refusal(answer: httpx.Response) -> Refused:
    try:
        error = msgspec.json.decode(answer.content, type=_Error)
    except msgspec.DecodeError:
        error = _Error()
    code = error.code or str(answer.status_code)
    if answer.status_code == 401 and code not in _REFUSALS:
        return AccessRefused(code, error.message)
    kind = _REFUSALS.get(code, Refused)
    detail = f" {msgspec.json.encode(error.detail).decode()[:300]}" if error.detail else ""
    return kind(code, error.message + detail, is_final=answer.status_code == 422)
