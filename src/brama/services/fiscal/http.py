"""The HTTP side of fiscal: parse, one operation, present."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, Response, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from brama.kernel.access import PUBLIC, Caller, allow
from brama.kernel.idempotency import creates
from brama.kernel.money import Money
from brama.kernel.problem import Problem
from brama.kernel.web import By, Given, Page, page
from brama.services.fiscal import errors, operations
from brama.services.fiscal.domain import Receipt, Register, Shift
from brama.services.fiscal.operations import Desk, NewRegister, RegisterChanges, RegisterView
from brama.shared.roles import Role

PROBLEMS: dict[type[Problem], int] = {
    errors.RegistrarUnknown: 422,
    errors.RegistrarUnavailable: 503,
    errors.RegisterRefused: 422,
    errors.RegisterExists: 409,
    errors.TaxUnknown: 422,
    errors.ShiftNotOpen: 409,
    errors.ReceiptNotFailed: 409,
    errors.WebhookRefused: 400,
}
_LOOKING = allow(Role.OWNER, Role.MANAGER, Role.ACCOUNTANT)
Limit = Annotated[int, QueryParameter(ge=1, le=200)]
_ShortText = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
# It travels in a header.
_Secret = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")]
_Pace = Annotated[int, msgspec.Meta(ge=1, le=1000)]
_Tills = Annotated[list[UUID], msgspec.Meta(max_length=200)]
_Taxes = Annotated[list[Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]], msgspec.Meta(max_length=10)]
_OrderCode = Annotated[str | None, QueryParameter(pattern="^[0-9A-Za-z -]{1,40}$")]


class RegisterBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Connects a register; `requests_per_10s` is the registrar's limit, unless told its usual one."""

    organiser_id: UUID
    name: _ShortText
    provider: _ShortText
    license_key: _Secret
    pin_code: _Secret
    purpose: Literal["online", "door"]
    till_ids: _Tills = []
    tax_codes: _Taxes = []
    requests_per_10s: _Pace | None = None


class RegisterChangesBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be different; what is not named stays."""

    till_ids: _Tills | None = None
    tax_codes: _Taxes | None = None
    requests_per_10s: _Pace | None = None
    is_active: bool | None = None


class ShiftSheet(msgspec.Struct, frozen=True):
    """A shift; `reason` tells why it was refused. `closes_at` is known while it is open."""

    id: UUID
    register_id: UUID
    state: str
    opened_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None
    reason: str | None


class RegisterSheet(msgspec.Struct, frozen=True):
    """A register; its licence and PIN are never shown. `trouble` is why its queue rests."""

    id: UUID
    organiser_id: UUID
    name: str
    provider: str
    purpose: str
    fiscal_number: str | None
    till_ids: list[UUID]
    tax_codes: list[int]
    requests_per_10s: int
    is_active: bool
    trouble: str | None
    shift: ShiftSheet | None
    created_at: datetime


class ReceiptSheet(msgspec.Struct, frozen=True):
    """A receipt as staff see it; `waits_for_sale`: a return whose sale is not registered yet."""

    id: UUID
    organiser_id: UUID
    order_code: str | None
    event_id: UUID | None
    kind: str
    state: str
    total: Money
    register_id: UUID | None
    waits_for_sale: bool
    attempts: int
    reason: str | None
    fiscal_code: str | None
    url: str | None
    created_at: datetime
    registered_at: datetime | None


@post("/registers", opt=allow(Role.OWNER) | creates(own=True))
async def add_register(
    data: JSONBody[RegisterBody], desk: Given[Desk], caller: By, idempotency_key: Given[str]
) -> Response[RegisterSheet]:
    """Connect a register with its registrar."""
    asked = NewRegister(
        organiser_id=data.organiser_id,
        name=data.name,
        provider=data.provider,
        license_key=data.license_key,
        pin_code=data.pin_code,
        purpose=data.purpose,
        till_ids=data.till_ids,
        tax_codes=data.tax_codes,
        requests_per_10s=data.requests_per_10s or desk.config.requests_per_10s,
    )
    added = await operations.add_register(desk, caller, asked, key=idempotency_key)
    headers = {"Idempotent-Replayed": "true"} if added.is_replayed else {}
    sheet = _register(await operations.view_register(desk, added.register))
    return Response(sheet, status_code=201, headers=headers)


@get("/registers", opt=_LOOKING)
async def list_registers(
    desk: Given[Desk],
    caller: By,
    organiser_id: FromQuery[UUID],
    after: FromQuery[UUID | None] = None,
    limit: Limit = 50,
) -> Page:
    """An organiser's registers."""
    caller.within(organiser_id)
    found = await operations.list_registers(desk, [organiser_id], after=after, limit=limit + 1)
    return _page([_register(view) for view in found], limit)


@patch("/registers/{register_id:uuid}", opt=allow(Role.OWNER))
async def change_register(
    register_id: FromPath[UUID], data: JSONBody[RegisterChangesBody], desk: Given[Desk], caller: By
) -> RegisterSheet:
    """Change a register's tills, taxes or pace, or take it out of service."""
    changes = RegisterChanges(
        till_ids=data.till_ids,
        tax_codes=data.tax_codes,
        requests_per_10s=data.requests_per_10s,
        is_active=data.is_active,
    )
    register = await operations.change_register(desk, caller, register_id, changes)
    return _register(await operations.view_register(desk, register))


@post(
    "/registers/{register_id:uuid}/close_shift",
    opt=allow(Role.OWNER, Role.MANAGER, Role.ACCOUNTANT),
    status_code=202,
)
async def close_shift(register_id: FromPath[UUID], desk: Given[Desk], caller: By) -> ShiftSheet:
    """Have a register's shift closed; the next sale opens another."""
    return _shift(await operations.close_shift(desk, caller, register_id))


@get("/shifts", opt=_LOOKING)
async def list_shifts(
    desk: Given[Desk],
    caller: By,
    organiser_id: FromQuery[UUID | None] = None,
    register_id: FromQuery[UUID | None] = None,
    after: FromQuery[UUID | None] = None,
    limit: Limit = 50,
) -> Page:
    """Shifts, the newest first."""
    found = await operations.list_shifts(
        desk, _organisers(caller, organiser_id), register_id=register_id, after=after, limit=limit + 1
    )
    return _page([_shift(shift) for shift in found], limit)


@get("/receipts", opt=_LOOKING)
async def list_receipts(
    desk: Given[Desk],
    caller: By,
    organiser_id: FromQuery[UUID | None] = None,
    order_code: _OrderCode = None,
    receipt_state: Annotated[
        Literal["queued", "sent", "registered", "failed"] | None, QueryParameter(name="state")
    ] = None,
    after: FromQuery[UUID | None] = None,
    limit: Limit = 50,
) -> Page:
    """Receipts, the newest first."""
    found = await operations.list_receipts(
        desk,
        _organisers(caller, organiser_id),
        order_code=order_code,
        state=receipt_state,
        after=after,
        limit=limit + 1,
    )
    return _page([_receipt(receipt) for receipt in found], limit)


@post(
    "/receipts/{receipt_id:uuid}/retry",
    opt=allow(Role.OWNER, Role.MANAGER, Role.ACCOUNTANT),
    status_code=202,
)
async def retry_receipt(receipt_id: FromPath[UUID], desk: Given[Desk], caller: By) -> ReceiptSheet:
    """Let a failed receipt try again."""
    return _receipt(await operations.retry_receipt(desk, caller, receipt_id))


@post(
    "/webhooks/{provider:str}/{register_id:uuid}", opt=PUBLIC, status_code=200, request_max_body_size=262144
)
async def receive_webhook(
    provider: FromPath[str], register_id: FromPath[UUID], desk: Given[Desk], request: Request[Any, Any, Any]
) -> dict[str, bool]:
    """Take a registrar's notice."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    await operations.receive_webhook(desk, provider, register_id, headers=headers, body=await request.body())
    return {"ok": True}


ROUTES = [
    add_register, list_registers, change_register, close_shift, list_shifts, list_receipts, retry_receipt,
    receive_webhook,
]  # fmt: skip


def _organisers(caller: Caller, organiser_id: UUID | None) -> list[UUID]:
    """The organiser that was named, else all where the caller may look."""
    if organiser_id is None:
        return caller.organisers()
    caller.within(organiser_id)
    return [organiser_id]


def _page(items: list[Any], limit: int) -> Page:
    """The page, from one item more than it holds: that one tells whether another page follows."""
    has_more = len(items) > limit
    return page(items[:limit], items[limit - 1].id if has_more else None)


def _register(view: RegisterView) -> RegisterSheet:
    register: Register = view.register
    return RegisterSheet(
        id=register.id,
        organiser_id=register.organiser_id,
        name=register.name,
        provider=register.provider,
        purpose=register.purpose,
        fiscal_number=register.fiscal_number,
        till_ids=view.till_ids,
        tax_codes=register.tax_codes,
        requests_per_10s=register.requests_per_10s,
        is_active=register.is_active,
        trouble=register.trouble,
        shift=None if view.shift is None else _shift(view.shift),
        created_at=register.created_at,
    )


def _shift(shift: Shift) -> ShiftSheet:
    return ShiftSheet(
        id=shift.id,
        register_id=shift.register_id,
        state=shift.state.value,
        opened_at=shift.opened_at,
        closes_at=shift.due_at if shift.state == "opened" else None,
        closed_at=shift.closed_at,
        reason=shift.reason,
    )


def _receipt(receipt: Receipt) -> ReceiptSheet:
    return ReceiptSheet(
        id=receipt.id,
        organiser_id=receipt.organiser_id,
        order_code=receipt.order_code,
        event_id=receipt.event_id,
        kind=receipt.kind.value,
        state=receipt.state.value,
        total=Money(receipt.total_minor, receipt.currency),
        register_id=receipt.register_id,
        waits_for_sale=receipt.kind == "return" and receipt.state == "queued" and receipt.try_at is None,
        attempts=receipt.attempts,
        reason=receipt.reason,
        fiscal_code=receipt.fiscal_code,
        url=receipt.url,
        created_at=receipt.created_at,
        registered_at=receipt.registered_at,
    )
