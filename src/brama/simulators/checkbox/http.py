"""The registrar's API: parse, one operation, present. Errors are `{code, message, detail?}`."""

import asyncio
import re
from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Request, Response, Router, delete, get, post
from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, FromQuery, QueryParameter, RawBody

from brama.simulators.checkbox import desk as desks
from brama.simulators.checkbox import errors, views
from brama.simulators.checkbox.books import Books, new_uuid
from brama.simulators.checkbox.desk import Desk
from brama.simulators.checkbox.documents import Receipt, Webhook
from brama.simulators.checkbox.errors import ApiError
from brama.simulators.checkbox.limits import Limit
from brama.simulators.checkbox.offline import GoOffline, Offline
from brama.simulators.checkbox.receipts import Receipts, Sell, Service
from brama.simulators.checkbox.shifts import Shifts
from brama.simulators.checkbox.views import View
from brama.simulators.given import Given

T = TypeVar("T")
AnyRequest = Request[Any, Any, Any]
Limited = Annotated[int, QueryParameter(ge=1, le=1000)]
Offset = Annotated[int, QueryParameter(ge=0)]


class SignInByPin(msgspec.Struct):
    pin_code: str


class SignInByLogin(msgspec.Struct):
    login: str
    password: str


class OpenShift(msgspec.Struct):
    id: str | None = None


class SetWebhook(msgspec.Struct):
    url: Annotated[str, msgspec.Meta(pattern="^https?://")]


def read(body: bytes, kind: type[T]) -> T:
    """The body as that struct.

    Raises:
        ApiError: 422 with the place of the mistake.
    """
    try:
        return msgspec.json.decode(body or b"{}", type=kind)
    except msgspec.ValidationError as failure:
        message, _, path = str(failure).partition(" - at `$")
        loc = [int(part) if part.isdigit() else part for part in re.findall(r"\w+", path)]
        raise errors.invalid(*loc, message=message) from None
    except msgspec.DecodeError:
        raise errors.invalid(message="invalid JSON", kind="value_error.jsondecode") from None


def answer_api_error(_: AnyRequest, failure: ApiError) -> Response[View]:
    body: View = {"code": failure.code, "message": failure.message}
    if failure.detail is not None:
        body["detail"] = failure.detail
    headers = {"retry-after": "1"} if failure.status == 429 else {}
    return Response(body, status_code=failure.status, headers=headers)


def answer_http_error(_: AnyRequest, failure: HTTPException) -> Response[View]:
    return Response({"code": "base.error", "message": failure.detail}, status_code=failure.status_code)


async def play_errors(request: AnyRequest) -> None:
    """The request limit, and the faults that come before anything is done."""
    books: Books = request.app.state.books
    limit: Limit = request.app.state.limit
    operation = request.url.path.removeprefix("/api/v1/")
    limit.count(request.headers.get("x-license-key") or request.headers.get("authorization") or "")
    for name, error in (
        ("too_many_requests", ApiError(429, "base.too_many_requests", "Забагато запитів")),
        ("license_invalid", errors.wrong_license()),
        ("token_expired", errors.not_signed_in()),
    ):
        if books.faults.take(name, operation=operation) is not None:
            raise error
    if (broken := books.faults.take("server_error", operation=operation)) is not None:
        raise ApiError(int(broken.get("status", 500)), "base.internal", "Внутрішня помилка")


async def hang_if_told(books: Books, name: str, **about: str | None) -> None:
    """Everything is done, yet the caller hears nothing."""
    if (silence := books.faults.take(name, **about)) is not None:
        await asyncio.sleep(float(silence.get("hang_s", 60)))
        raise ApiError(504, "base.timeout", "Gateway timeout")


async def signed_in(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """For what any cashier may read, whatever the register."""
    desk_of(connection, connection.app.state.books)


def desk_of(request: ASGIConnection[Any, Any, Any, Any], books: Given[Books]) -> Desk:
    return desks.signed_in(
        books,
        authorization=request.headers.get("authorization", ""),
        license_key=request.headers.get("x-license-key"),
    )


@post("/cashier/signinPinCode", status_code=200)
async def sign_in_by_pin(request: AnyRequest, body: RawBody, books: Given[Books]) -> View:
    asked = read(body, SignInByPin)
    license_key = request.headers.get("x-license-key")
    token = desks.sign_in_by_pin(books, license_key=license_key, pin_code=asked.pin_code)
    return {"type": "bearer", "token_type": "bearer", "access_token": token}


@post("/cashier/signin", status_code=200)
async def sign_in_by_login(request: AnyRequest, body: RawBody, books: Given[Books]) -> View:
    asked = read(body, SignInByLogin)
    license_key = request.headers.get("x-license-key")
    token = desks.sign_in_by_login(books, login=asked.login, password=asked.password, license_key=license_key)
    return {"type": "bearer", "token_type": "bearer", "access_token": token}


@post("/cashier/signout", status_code=200)
async def sign_out(books: Given[Books], desk: Given[Desk]) -> View:
    desks.sign_out(books, desk)
    return {}


@get("/cashier/me")
async def me(desk: Given[Desk]) -> View:
    return views.cashier_view(desk.cashier)


@get("/cashier/check-signature", guards=[signed_in])
async def check_signature() -> View:
    return {"online": True, "type": "TEST", "shift_open_possibility": True}


@get("/cashier/shift")
async def active_shift(
    books: Given[Books], desk: Given[Desk], shifts: Given[Shifts]
) -> Response[View | None]:
    shift = shifts.active(desk)
    return Response(None if shift is None else views.shift_view(books, shift), media_type="application/json")


@get(["/tax", "/cashier/tax"], guards=[signed_in])
async def taxes(books: Given[Books]) -> list[View]:
    return [msgspec.to_builtins(tax) for tax in books.taxes()]


@get(["/shifts", "/cash-registers/shifts"])
async def list_shifts(
    books: Given[Books],
    desk: Given[Desk],
    limit: Limited = 25,
    offset: Offset = 0,
    desc: FromQuery[bool] = False,
) -> View:
    found = books.shifts.find("register_id", desk.at_register().id)
    ordered = found if desc else found[::-1]
    return views.page([views.shift_view(books, s) for s in ordered[offset : offset + limit]], limit, offset)


@post("/shifts", status_code=202)
async def open_shift(body: RawBody, books: Given[Books], desk: Given[Desk], shifts: Given[Shifts]) -> View:
    shift = shifts.open(desk, read(body, OpenShift).id)
    await hang_if_told(books, "shift_timeout")
    return views.shift_view(books, shift)


@get("/shifts/{shift_id:str}", guards=[signed_in])
async def shift_by_id(books: Given[Books], shift_id: FromPath[str]) -> View:
    return views.shift_view(books, books.shift(shift_id))


@post(["/shifts/close", "/shifts/{_shift_id:str}/close"], status_code=202)
async def close_shift(books: Given[Books], desk: Given[Desk], shifts: Given[Shifts]) -> View:
    shift = shifts.close(desk)
    await hang_if_told(books, "shift_timeout")
    return views.shift_view(books, shift)


@post("/receipts/sell", status_code=201)
async def sell(body: RawBody, books: Given[Books], desk: Given[Desk], receipts: Given[Receipts]) -> View:
    return await _made(books, receipts.sell(desk, read(body, Sell)))


@post("/receipts/sell-offline", status_code=201)
async def sell_offline(
    body: RawBody, books: Given[Books], desk: Given[Desk], offline: Given[Offline]
) -> View:
    return await _made(books, offline.sell(desk, read(body, Sell)))


@post("/receipts/service", status_code=201)
async def service(body: RawBody, books: Given[Books], desk: Given[Desk], receipts: Given[Receipts]) -> View:
    return await _made(books, receipts.service(desk, read(body, Service)))


async def _made(books: Books, receipt: Receipt) -> View:
    await hang_if_told(books, "receipt_timeout", order_id=receipt.order_id)
    return views.receipt_view(books, receipt)


@get(["/receipts", "/receipts/search"])
async def list_receipts(
    books: Given[Books],
    desk: Given[Desk],
    fiscal_code: FromQuery[str | None] = None,
    serial: FromQuery[int | None] = None,
    limit: Limited = 25,
    offset: Offset = 0,
    desc: FromQuery[bool] = False,
) -> View:
    found = [
        receipt
        for receipt in books.receipts.find("register_id", desk.at_register().id)
        if fiscal_code in (None, receipt.fiscal_code) and serial in (None, receipt.serial)
    ]
    ordered = found if desc else found[::-1]
    return views.page([views.receipt_view(books, r) for r in ordered[offset : offset + limit]], limit, offset)


@get("/receipts/{receipt_id:str}", guards=[signed_in])
async def receipt_by_id(books: Given[Books], receipt_id: FromPath[str]) -> View:
    return views.receipt_view(books, books.receipt(receipt_id))


@post("/reports", status_code=201)
async def x_report(desk: Given[Desk], shifts: Given[Shifts]) -> View:
    return views.report_view(shifts.report(shifts.opened(desk), is_z_report=False))


@get(["/reports", "/reports/search"])
async def list_reports(
    books: Given[Books],
    desk: Given[Desk],
    is_z_report: FromQuery[bool | None] = None,
    limit: Limited = 25,
    offset: Offset = 0,
    desc: FromQuery[bool] = False,
) -> View:
    found = [
        report
        for report in books.reports.find("register_id", desk.at_register().id)
        if is_z_report in (None, report.is_z_report)
    ]
    ordered = found if desc else found[::-1]
    return views.page([views.report_view(r) for r in ordered[offset : offset + limit]], limit, offset)


@get("/transactions/{transaction_id:str}", guards=[signed_in])
async def transaction_by_id(books: Given[Books], transaction_id: FromPath[str]) -> View:
    return views.transaction_view(books.transaction(transaction_id))


@get("/cash-registers")
async def list_registers(
    books: Given[Books], desk: Given[Desk], limit: Limited = 25, offset: Offset = 0
) -> View:
    found = books.registers.find("cashier_id", desk.cashier.id)[offset : offset + limit]
    return views.page([views.register_view(books, register) for register in found], limit, offset)


@get("/cash-registers/info")
async def register_info(books: Given[Books], desk: Given[Desk]) -> View:
    return views.register_view(books, desk.at_register())


@get("/cash-registers/{register_id:str}", guards=[signed_in])
async def register_by_id(books: Given[Books], register_id: FromPath[str]) -> View:
    return views.register_view(books, books.register(register_id))


@post("/cash-registers/ping-tax-service", status_code=200, guards=[signed_in])
async def ping_tax_service() -> View:
    return {"status": "DONE", "type": "PING", "id": new_uuid()}


@get("/cash-registers/ask-offline-codes")
async def ask_offline_codes(desk: Given[Desk], offline: Given[Offline], count: FromQuery[int] = 2000) -> View:
    offline.ask_codes(desk.at_register(), count)
    return {"status": "ok"}


@get("/cash-registers/get-offline-codes")
async def get_offline_codes(
    desk: Given[Desk], offline: Given[Offline], count: FromQuery[int] = 2000
) -> list[View]:
    return [
        {"fiscal_code": code.id, "serial_id": code.serial_id}
        for code in offline.unused_codes(desk.at_register())[:count]
    ]


@get("/cash-registers/get-offline-codes-count")
async def count_offline_codes(desk: Given[Desk], offline: Given[Offline]) -> View:
    available = len(offline.unused_codes(desk.at_register()))
    return {"available": available, "enough_offline_codes": available >= 100, "minimum": 100}


@post("/cash-registers/go-offline", status_code=200)
async def go_offline(body: RawBody, desk: Given[Desk], offline: Given[Offline]) -> View:
    offline.go_offline(desk.at_register(), read(body, GoOffline))
    return {"status": "ok"}


@post("/cash-registers/go-online", status_code=200)
async def go_online(desk: Given[Desk], offline: Given[Offline]) -> View:
    offline.go_online(desk.at_register())
    return {"status": "ok"}


@post("/webhook", status_code=200)
async def set_webhook(body: RawBody, books: Given[Books], desk: Given[Desk]) -> View:
    """The key is made anew each time, and shown only here."""
    register = desk.at_register()
    register.webhook = Webhook(url=read(body, SetWebhook).url, key=new_uuid())
    books.registers.save(register)
    return {"url": register.webhook.url, "key": register.webhook.key}


@get("/webhook")
async def show_webhook(desk: Given[Desk]) -> View:
    webhook = desk.at_register().webhook
    if webhook is None:
        raise errors.not_found("Вебхук")
    return {"url": webhook.url}


@delete("/webhook", status_code=200)
async def remove_webhook(books: Given[Books], desk: Given[Desk]) -> View:
    register = desk.at_register()
    register.webhook = None
    books.registers.save(register)
    return {"ok": True}


API = Router(
    "/api/v1",
    route_handlers=[
        *(sign_in_by_pin, sign_in_by_login, sign_out, me, check_signature, active_shift, taxes),
        *(list_shifts, open_shift, shift_by_id, close_shift),
        *(sell, sell_offline, service, list_receipts, receipt_by_id),
        *(x_report, list_reports, transaction_by_id),
        *(list_registers, register_info, register_by_id, ping_tax_service),
        *(ask_offline_codes, get_offline_codes, count_offline_codes, go_offline, go_online),
        *(set_webhook, show_webhook, remove_webhook),
    ],
    before_request=play_errors,
)
