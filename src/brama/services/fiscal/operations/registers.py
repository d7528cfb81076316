"""Registers: connected by proving their licence, changed, their shifts ended by hand."""

import hashlib
from collections.abc import Sequence
from uuid import UUID

import msgspec

from brama.kernel import outbox
from brama.kernel.access import Caller
from brama.kernel.database import Transaction
from brama.kernel.ids import new_id
from brama.kernel.log import get_logger
from brama.kernel.problem import IdempotencyConflict
from brama.services.fiscal import errors, facts, store
from brama.services.fiscal.domain import Register, Shift, ShiftState
from brama.services.fiscal.operations.desk import Desk
from brama.services.fiscal.ports import (
    Access,
    AccessRefused,
    Busy,
    OutcomeUnknown,
    Refused,
    RegisterFacts,
    Registrar,
    RegistrarError,
)

log = get_logger()


class NewRegister(msgspec.Struct, frozen=True, kw_only=True):
    """What connects a register; licence and PIN are sealed and never shown again."""

    organiser_id: UUID
    name: str
    provider: str
    license_key: str
    pin_code: str
    purpose: str
    till_ids: list[UUID]
    tax_codes: list[int]
    requests_per_10s: int


class RegisterChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be different; None leaves it as it is."""

    till_ids: list[UUID] | None
    tax_codes: list[int] | None
    requests_per_10s: int | None
    is_active: bool | None


class Added(msgspec.Struct, frozen=True):
    """A register; `is_replayed` when the same request had connected it before."""

    register: Register
    is_replayed: bool


async def add_register(desk: Desk, caller: Caller, asked: NewRegister, *, key: str) -> Added:
    """Connect a register, once per idempotency key; receipts that waited for one go to it.

    Licence and PIN are proven by signing in, the tax codes by the registrar's own list.

    Raises:
        NotFound, Forbidden: not the caller's organiser, or not with this role.
        RegistrarUnknown: there is no such registrar.
        RegisterRefused: the registrar does not accept licence or PIN.
        RegistrarUnavailable: the registrar cannot be asked now.
        TaxUnknown: the registrar has no such tax.
        RegisterExists: the licence is at work already.
    """
    caller.within(asked.organiser_id)
    registrar = desk.registrar(asked.provider)
    scope, body_hash = f"registers:{caller.principal}", hashlib.sha256(msgspec.json.encode(asked)).digest()
    if (earlier := await _earlier(desk, scope, key, body_hash)) is not None:
        return Added(earlier, True)
    access = Access(asked.license_key, asked.pin_code, asked.requests_per_10s)
    described = await _described(registrar, access, asked.tax_codes)
    register_id, now = new_id(), desk.clock.now()
    webhook_url, webhook_key = await _first_webhook(desk, registrar, access, register_id)
    async with desk.db.transaction() as tx:
        if not await store.add_request_key(tx, scope, key, body_hash, register_id, now):
            return Added(await _used(tx, scope, key, body_hash), True)
        await store.add_register(
            tx, register_id, asked.organiser_id, asked.name, asked.provider, asked.purpose,
            desk.sealed(register_id, asked.license_key, asked.pin_code),
            hashlib.sha256(asked.license_key.encode()).digest(), described.fiscal_number, asked.tax_codes,
            asked.requests_per_10s, webhook_url, webhook_key, now,
        )  # fmt: skip
        register = await store.get_register(tx, register_id)
        await _put_tills(tx, register, asked.till_ids)
        await _give_out(desk, tx, register.organiser_id, None)
        await _record(tx, desk, caller, register, "register.connected")
    return Added(register, False)


async def change_register(
    desk: Desk, caller: Caller, register_id: UUID, changes: RegisterChanges
) -> Register:
    """Change a register's tills, taxes, pace, or take it out of service and back. Repeatable.

    Out of service it gets no new receipts; those that no registrar has seen go to other registers, and its
    shift is closed.

    Raises:
        NotFound, Forbidden: not the caller's organiser, or not with this role.
        TaxUnknown, RegisterRefused, RegistrarUnavailable: see `add_register`.
        RegisterExists: another register with its licence took its place.
    """
    async with desk.db.reading() as reading:
        register = await store.get_register(reading, register_id)
    caller.within(register.organiser_id)
    if changes.tax_codes:
        await _described(desk.registrar(register.provider), desk.access(register), changes.tax_codes)
    async with desk.db.transaction() as tx:
        before = await store.lock_register(tx, register_id)
        is_active = before.is_active if changes.is_active is None else changes.is_active
        taxes = before.tax_codes if changes.tax_codes is None else changes.tax_codes
        pace = changes.requests_per_10s or before.requests_per_10s
        await store.save_register(tx, register_id, is_active, taxes, pace)
        register = await store.get_register(tx, register_id)
        if changes.till_ids is not None:
            await _put_tills(tx, register, changes.till_ids)
        if before.is_active and not is_active:
            await _give_out(desk, tx, register.organiser_id, register_id)
            await _end_shift(desk, tx, register_id)
        elif is_active and not before.is_active:
            await _give_out(desk, tx, register.organiser_id, None)
        await store.rouse_register(tx, register_id, desk.clock.now())
        tx.after_commit(desk.wake)
        await _record(tx, desk, caller, register, "register.changed")
    return register


async def close_shift(desk: Desk, caller: Caller, register_id: UUID) -> Shift:
    """Have the register's shift closed as soon as its queue comes to it; the next sale opens another.

    Raises:
        NotFound, Forbidden: not the caller's organiser, or not with this role.
        ShiftNotOpen: there is nothing to close.
    """
    async with desk.db.transaction() as tx:
        register = await store.get_register(tx, register_id)
        caller.within(register.organiser_id)
        shift = await _end_shift(desk, tx, register_id)
        if shift is None:
            raise errors.ShiftNotOpen()
        await _record(tx, desk, caller, register, "shift.close_asked")
    return shift


async def new_webhook(
    desk: Desk, registrar: Registrar, access: Access, register_id: UUID, url: str
) -> bytes | None:
    """Have a register's news sent to us; answers the sealed key, None if the registrar would not.

    Without it receipts are asked for one by one: slower, and no reason to go without a register.

    Raises:
        OutcomeUnknown, Busy, AccessRefused: to be tried again.
    """
    try:
        key = await registrar.set_webhook(access, url)
    except AccessRefused:
        raise
    except Refused as error:
        log.warning("webhook.refused", register_id=str(register_id), reason=str(error))
        return None
    return desk.sealed_key(register_id, key)


async def _first_webhook(
    desk: Desk, registrar: Registrar, access: Access, register_id: UUID
) -> tuple[str | None, bytes | None]:
    """Where news goes and the sealed key; without them the queue sees to it before its first receipt."""
    url = desk.webhook_url(registrar.name, register_id)
    try:
        return url, await new_webhook(desk, registrar, access, register_id, url)
    except RegistrarError as error:
        log.warning("webhook.not_set_yet", register_id=str(register_id), reason=str(error))
        return None, None


async def _earlier(desk: Desk, scope: str, key: str, body_hash: bytes) -> Register | None:
    """What the same request made before: the registrar need not be asked again."""
    async with desk.db.transaction() as tx:
        used = await store.find_request_key(tx, scope, key)
        return None if used is None else await _used(tx, scope, key, body_hash)


async def _used(tx: Transaction, scope: str, key: str, body_hash: bytes) -> Register:
    used = await store.lock_request_key(tx, scope, key)
    if used.body_hash != body_hash:
        raise IdempotencyConflict()
    return await store.get_register(tx, used.subject_id)


async def _described(registrar: Registrar, access: Access, tax_codes: Sequence[int]) -> RegisterFacts:
    try:
        described = await registrar.describe(access)
    except Refused:
        raise errors.RegisterRefused() from None
    except Busy as error:
        raise errors.RegistrarUnavailable(retry_after_s=max(1, round(error.retry_after_s))) from None
    except OutcomeUnknown:
        raise errors.RegistrarUnavailable(retry_after_s=5) from None
    unknown = sorted(set(tax_codes) - described.tax_codes)
    if unknown:
        raise errors.TaxUnknown(tax_codes=unknown, codes=", ".join(map(str, unknown)))
    return described


async def _put_tills(tx: Transaction, register: Register, till_ids: Sequence[UUID]) -> None:
    await store.drop_tills(tx, register.id)
    await store.put_tills(
        tx, [(register.organiser_id, till_id, register.id) for till_id in sorted(set(till_ids))]
    )


async def _give_out(desk: Desk, tx: Transaction, organiser_id: UUID, register_id: UUID | None) -> None:
    """Choose registers anew for the receipts of this one (None: of no register) that nobody has seen yet."""
    for receipt in await store.lock_movable(tx, register_id, organiser_id):
        chosen = await store.choose_register(tx, organiser_id, receipt.till_id, receipt.channel)
        await store.move_receipt(tx, receipt.id, chosen)
    tx.after_commit(desk.wake)


async def _end_shift(desk: Desk, tx: Transaction, register_id: UUID) -> Shift | None:
    shift = await store.lock_current_shift(tx, register_id)
    if shift is None:
        return None
    if shift.state == ShiftState.OPENED:
        shift = msgspec.structs.replace(shift, due_at=desk.clock.now())
        await store.save_shift(tx, shift)
        tx.after_commit(desk.wake)
    return shift


async def _record(tx: Transaction, desk: Desk, caller: Caller, register: Register, what: str) -> None:
    action = facts.action(
        caller, register.organiser_id, what, ("register", register.id), register.version, desk.clock.now(),
        name=register.name, provider=register.provider,
    )  # fmt: skip
    await outbox.say(tx, action)
