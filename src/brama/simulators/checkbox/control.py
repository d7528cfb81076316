"""What scripts and tests tell the registrar to do or to show; no part of the real API."""

from typing import Any

import msgspec
from litestar import get, post
from litestar.params import FromQuery, RawBody

from brama.simulators.checkbox import desk as desks
from brama.simulators.checkbox import views
from brama.simulators.checkbox.books import Books
from brama.simulators.checkbox.desk import DefineRegister
from brama.simulators.checkbox.documents import Receipt, Register
from brama.simulators.checkbox.http import read
from brama.simulators.checkbox.receipts import Receipts
from brama.simulators.given import Given

KNOWN_FAULTS = {
    "receipt_stuck": "the next receipt stays CREATED until POST /control/release",
    "receipt_late": "the next receipt becomes DONE only `after_s` (5) later",
    "receipt_error": "the next receipt to be registered ends in ERROR with `message`",
    "receipt_timeout": "the next receipt is made, but the answer hangs for `hang_s` (60), then 504",
    "shift_timeout": "the next opening or closing is begun, but the answer hangs for `hang_s` (60), then 504",
    "shift_refused": "the next shift goes from OPENING to CLOSED, with `message` in its transaction",
    "midnight": "the open shift is closed just before the next sale, which is refused: shift.not_opened",
    "offline_refused": "the next go-offline or sell-offline is refused",
    "license_invalid": "401 cash_register.invalid_license_key; `operation` narrows it (receipts/sell, …)",
    "token_expired": "401 base.credentials; `operation` narrows it",
    "too_many_requests": "429, nothing done; `operation` narrows it",
    "server_error": "`status` (500), nothing done; `operation` narrows it",
    "webhook_lost": "the next webhook is never sent, nor retried; `kind` narrows it (receipt, shift, …)",
    "webhook_duplicate": "the next webhook is sent `copies` (2) times",
    "webhook_late": "the next webhook leaves `delay_s` (5) late",
    "bad_signature": "the next webhook is signed with a stranger's key",
}
"""Every receipt fault may carry `order_id` to wait for that order's receipt only."""


class Release(msgspec.Struct):
    receipt_id: str | None = None


@post("/control/registers", status_code=201)
async def define_register(body: RawBody, books: Given[Books]) -> dict[str, Any]:
    """Make a register with its cashier; the same licence again only changes the credentials."""
    register = desks.define_register(books, read(body, DefineRegister))
    return views.register_view(books, register) | {"license_key": register.license_key}


@post("/control/release", status_code=200)
async def release(body: RawBody, receipts: Given[Receipts]) -> dict[str, int]:
    """Let stuck receipts go on: one, or all."""
    return {"released": receipts.release(read(body, Release).receipt_id)}


@get("/control/ledger")
async def ledger(books: Given[Books], order_id: FromQuery[str | None] = None) -> dict[str, Any]:
    """Every receipt, newest first, and the sums of the registered ones, whole and per register."""
    found = [r for r in books.receipts.newest() if order_id in (None, r.order_id)]
    return {
        "receipts": [_entry(books, receipt) for receipt in found],
        "registers": [_register_entry(register, found) for register in books.registers.newest()],
        "totals": totals_of(found),
    }


def totals_of(receipts: list[Receipt]) -> dict[str, int]:
    """Kopiykas; only DONE receipts have happened."""
    sums = {
        kind: sum(r.total_sum for r in receipts if r.type == kind and r.status == "DONE")
        for kind in ("SELL", "RETURN", "SERVICE_IN", "SERVICE_OUT")
    }
    return {
        "receipts": sum(1 for receipt in receipts if receipt.status == "DONE"),
        "pending": sum(1 for receipt in receipts if receipt.status == "CREATED"),
        "failed": sum(1 for receipt in receipts if receipt.status == "ERROR"),
        "sales": sums["SELL"],
        "returns": sums["RETURN"],
        "service_in": sums["SERVICE_IN"],
        "service_out": sums["SERVICE_OUT"],
        "net": sums["SELL"] - sums["RETURN"],
    }


def _entry(books: Books, receipt: Receipt) -> dict[str, Any]:
    entry = views.receipt_view(books, receipt)
    del entry["shift"]
    return entry | {"register_id": receipt.register_id, "shift_id": receipt.shift_id}


def _register_entry(register: Register, receipts: list[Receipt]) -> dict[str, Any]:
    own = [receipt for receipt in receipts if receipt.register_id == register.id]
    return {
        "id": register.id,
        "license_key": register.license_key,
        "fiscal_number": register.fiscal_number,
        "shift_open": register.shift_id is not None,
        "offline_mode": register.offline_mode,
        "cash": register.cash,
        "totals": totals_of(own),
    }


ROUTES = [define_register, release, ledger]
