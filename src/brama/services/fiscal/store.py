"""The only SQL of fiscal: named queries of `sql/`, and the structs their rows become."""

from datetime import datetime
from uuid import UUID

import msgspec

from brama.kernel.database import Transaction
from brama.kernel.queries import Queries
from brama.services.fiscal import domain, errors

SQL = Queries.of(__package__)


class RequestKey(msgspec.Struct, frozen=True):
    """What an idempotency key was used for."""

    body_hash: bytes
    subject_id: UUID


class RegisterTill(msgspec.Struct, frozen=True):
    """A till that works with a register."""

    register_id: UUID
    till_id: UUID


class Measures(msgspec.Struct, frozen=True):
    """What is not registered: since when, how many are under way, how many failed."""

    oldest: datetime | None
    waiting: int
    failed: int


put_organiser = SQL.execute("put_organiser")
is_fiscalised = SQL.value(bool, "is_fiscalised")
put_event = SQL.execute("put_event")
find_event = SQL.maybe(domain.Event, "find_event")
add_known_payment = SQL.execute("add_known_payment")
is_payment_fiscalised = SQL.value(bool, "is_payment_fiscalised")

add_request_key = SQL.execute("add_request_key")
lock_request_key = SQL.one(RequestKey, "lock_request_key")
find_request_key = SQL.maybe(RequestKey, "find_request_key")
drop_request_keys = SQL.execute("drop_request_keys")

add_register = SQL.execute("add_register", {"register_license": errors.RegisterExists})
get_register = SQL.one(domain.Register, "get_register")
find_register = SQL.maybe(domain.Register, "get_register")
lock_register = SQL.one(domain.Register, "lock_register")
registers_of_organisers = SQL.all(domain.Register, "registers_of_organisers")
save_register = SQL.execute("save_register", {"register_license": errors.RegisterExists})
put_webhook = SQL.execute("put_webhook")
tills_of_registers = SQL.all(RegisterTill, "tills_of_registers")
drop_tills = SQL.execute("drop_tills")
put_tills = SQL.many("put_till")
choose_register = SQL.value(UUID, "choose_register")
claim_register = SQL.maybe(domain.Register, "claim_register")
release_register = SQL.execute("release_register")
rouse_register = SQL.execute("rouse_register")

_add_shift = SQL.execute("add_shift")
_save_shift = SQL.execute("save_shift")
current_shift = SQL.maybe(domain.Shift, "current_shift")
lock_current_shift = SQL.maybe(domain.Shift, "lock_current_shift")
lock_shift = SQL.maybe(domain.Shift, "lock_shift")
shifts_of_organisers = SQL.all(domain.Shift, "shifts_of_organisers")

_add_receipt = SQL.execute("add_receipt")
_save_receipt = SQL.execute("save_receipt")
get_receipt = SQL.one(domain.Receipt, "get_receipt")
lock_receipt = SQL.one(domain.Receipt, "lock_receipt")
lock_receipt_by_remote_id = SQL.maybe(domain.Receipt, "lock_receipt_by_remote_id")
lock_sale = SQL.maybe(domain.Receipt, "lock_sale")
next_queued = SQL.maybe(domain.Receipt, "next_queued")
next_silent = SQL.maybe(domain.Receipt, "next_silent")
mark_asked = SQL.execute("mark_asked")
unmark_asked = SQL.execute("unmark_asked")
release_returns = SQL.execute("release_returns")
lock_movable = SQL.all(domain.Receipt, "lock_movable")
move_receipt = SQL.execute("move_receipt")
receipts_of_organisers = SQL.all(domain.Receipt, "receipts_of_organisers")
measure_receipts = SQL.one(Measures, "measure_receipts")


async def add_receipt(tx: Transaction, receipt: domain.Receipt) -> bool:
    """Whether it is new; one of this cause and kind that is there already stays as it is."""
    return bool(await _add_receipt(tx, *msgspec.structs.astuple(receipt)))


async def save_receipt(tx: Transaction, r: domain.Receipt) -> None:
    """Keep what changed; under the receipt's lock."""
    await _save_receipt(
        tx, r.id, r.remote_id, r.state, r.asked_at, r.try_at, r.tries, r.attempts, r.reason, r.fiscal_code,
        r.url, r.version, r.registered_at,
    )  # fmt: skip


async def add_shift(tx: Transaction, shift: domain.Shift) -> bool:
    """Whether it is new."""
    return bool(await _add_shift(tx, *msgspec.structs.astuple(shift)))


async def save_shift(tx: Transaction, s: domain.Shift) -> None:
    """Keep what changed; under the shift's lock."""
    await _save_shift(tx, s.id, s.state, s.due_at, s.tries, s.reason, s.opened_at, s.closed_at)
