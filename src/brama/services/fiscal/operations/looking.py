"""What can be seen of fiscal, by people and by monitoring."""

from datetime import timedelta
from uuid import UUID

import msgspec

from brama.kernel.metrics import gauge
from brama.services.fiscal import store
from brama.services.fiscal.domain import Receipt, Register, Shift
from brama.services.fiscal.operations.desk import Desk

_KEYS_KEPT = timedelta(hours=48)
_oldest = gauge("brama_fiscal_oldest_unregistered_seconds", "Age of the oldest receipt without a fiscal code")
_waiting = gauge("brama_fiscal_waiting_receipts", "Receipts under way")
_failed = gauge("brama_fiscal_failed_receipts", "Receipts that a person has to look at")


class RegisterView(msgspec.Struct, frozen=True):
    """A register with its tills and its shift."""

    register: Register
    till_ids: list[UUID]
    shift: Shift | None


async def list_registers(
    desk: Desk, organiser_ids: list[UUID], *, after: UUID | None, limit: int
) -> list[RegisterView]:
    """Registers of organisers, the newest first, those out of service too."""
    async with desk.db.reading() as tx:
        registers = await store.registers_of_organisers(tx, organiser_ids, after, limit)
        tills = await store.tills_of_registers(tx, [register.id for register in registers])
        return [
            RegisterView(
                register,
                [till.till_id for till in tills if till.register_id == register.id],
                await store.current_shift(tx, register.id),
            )
            for register in registers
        ]


async def view_register(desk: Desk, register: Register) -> RegisterView:
    """A register with what belongs to it."""
    async with desk.db.reading() as tx:
        tills = await store.tills_of_registers(tx, [register.id])
        return RegisterView(
            register, [till.till_id for till in tills], await store.current_shift(tx, register.id)
        )


async def list_receipts(
    desk: Desk, organiser_ids: list[UUID], *, order_code: str | None, state: str | None, after: UUID | None,
    limit: int,
) -> list[Receipt]:  # fmt: skip
    """Receipts of organisers, the newest first."""
    async with desk.db.reading() as tx:
        return await store.receipts_of_organisers(tx, organiser_ids, order_code, state, after, limit)


async def list_shifts(
    desk: Desk, organiser_ids: list[UUID], *, register_id: UUID | None, after: UUID | None, limit: int
) -> list[Shift]:
    """Shifts of organisers' registers, the newest first."""
    async with desk.db.reading() as tx:
        return await store.shifts_of_organisers(tx, organiser_ids, register_id, after, limit)


async def measure(desk: Desk) -> None:
    """Set the gauges that alerts look at."""
    async with desk.db.reading() as tx:
        found = await store.measure_receipts(tx)
    age_s = 0.0 if found.oldest is None else (desk.clock.now() - found.oldest).total_seconds()
    _oldest.set(max(age_s, 0.0))
    _waiting.set(found.waiting)
    _failed.set(found.failed)


async def drop_old(desk: Desk) -> None:
    """Forget idempotency keys that are too old to come again."""
    async with desk.db.transaction() as tx:
        await store.drop_request_keys(tx, desk.clock.now() - _KEYS_KEPT)
