"""Shifts: opened when there is something to sell, rotated before midnight, never a day old."""

from datetime import datetime, timedelta
from uuid import UUID

from msgspec.structs import replace

from brama.kernel.database import Transaction
from brama.kernel.ids import new_id
from brama.kernel.log import get_logger
from brama.services.fiscal import domain, store
from brama.services.fiscal.domain import Register, Shift, ShiftReport, ShiftState, pause
from brama.services.fiscal.operations.desk import Desk
from brama.services.fiscal.ports import AlreadyExists, NoShift, OutcomeUnknown, Refused, ShiftIsOpen

log = get_logger()
_CURRENT = (ShiftState.OPENING, ShiftState.OPENED, ShiftState.CLOSING)


class Rest(Exception):
    """The register has nothing to do before `until`; `trouble` when something is wrong."""

    def __init__(self, until: datetime, trouble: str | None = None) -> None:
        super().__init__(trouble or "waits")
        self.until, self.trouble = until, trouble


async def shift_for_sale(desk: Desk, register: Register, shift: Shift | None) -> bool:
    """Whether the register can sell now; if not, it is on its way there.

    Raises:
        Rest: the shift is opening or closing, or no new one may begin before midnight.
    """
    if shift is None:
        held_until = domain.held_until(desk.clock.now(), margin_s=desk.config.rotation_margin_s)
        if held_until is not None:
            raise Rest(held_until)
        await _open(desk, register)
        return False
    if shift.state == ShiftState.OPENED:
        return True
    raise Rest(shift.due_at)


async def tend_shift(desk: Desk, register: Register, shift: Shift) -> None:
    """Do what is due: close an open shift, or see how far the registrar is with opening or closing.

    Raises:
        Rest: the registrar would not open it.
    """
    registrar, access = desk.registrar(register.provider), desk.access(register)
    if shift.state == ShiftState.OPENED:
        await _close(desk, register, shift)
        return
    report = await registrar.find_shift(access, shift.id)
    if report is None and shift.state == ShiftState.OPENING:
        await _ask_to_open(desk, register, shift)
    elif report is None:
        await _apply(desk, register, unknown_there(shift, desk.clock.now()))
    elif report.state == ShiftState.OPENED and shift.state == ShiftState.CLOSING:
        await _close(desk, register, shift)  # the first call was lost
    else:
        await _apply(desk, register, report)


async def look_at_shift(desk: Desk, register: Register) -> bool:
    """The registrar says that no shift is open: learn what became of ours. True when it is over."""
    async with desk.db.reading() as tx:
        shift = await store.current_shift(tx, register.id)
    if shift is None:
        return True
    report = await desk.registrar(register.provider).find_shift(desk.access(register), shift.id)
    after = await _apply(desk, register, report or unknown_there(shift, desk.clock.now()))
    return after.state not in _CURRENT


async def apply_shift_report(
    desk: Desk, tx: Transaction, register_id: UUID, report: ShiftReport
) -> Shift | None:
    """What a report makes of a register's shift; None if it is not its. The caller has proven the report."""
    shift = await store.lock_shift(tx, report.id)
    if shift is None or shift.register_id != register_id:
        return None
    config, now = desk.config, desk.clock.now()
    after = domain.shift_reported(
        shift, report, now, margin_s=config.rotation_margin_s, longest_h=config.shift_longest_h
    )
    if after != shift:
        await store.save_shift(tx, after)
    if after.state != shift.state:
        log.info("shift.moved", register_id=str(shift.register_id), state=after.state.value)
        await store.rouse_register(tx, shift.register_id, now)
        tx.after_commit(desk.wake)
    elif after.due_at > shift.due_at:
        wait_s = (after.due_at - now).total_seconds()
        tx.after_commit(lambda: desk.wake_after(wait_s))
    return after


def unknown_there(shift: Shift, now: datetime) -> ShiftReport:
    """The registrar knows nothing of a shift that was open: for us it is over."""
    return ShiftReport(
        id=shift.id, state=ShiftState.CLOSED, opened_at=shift.opened_at, closed_at=now, reason="unknown there"
    )


async def _open(desk: Desk, register: Register) -> None:
    now = desk.clock.now()
    shift = Shift(
        id=new_id(), register_id=register.id, organiser_id=register.organiser_id, state=ShiftState.OPENING,
        due_at=now, tries=0, reason=None, asked_at=now, opened_at=None, closed_at=None,
    )  # fmt: skip
    async with desk.db.transaction() as tx:
        await store.add_shift(tx, shift)
    await _ask_to_open(desk, register, shift)


async def _ask_to_open(desk: Desk, register: Register, shift: Shift) -> None:
    registrar, access = desk.registrar(register.provider), desk.access(register)
    try:
        report = await registrar.open_shift(access, shift.id)
    except AlreadyExists:
        found = await registrar.find_shift(access, shift.id)
        if found is None:
            raise OutcomeUnknown("a shift that exists and does not") from None
        report = found
    except ShiftIsOpen as error:
        await _adopt(desk, register, shift, error)
        return
    await _apply(desk, register, report)


async def _adopt(desk: Desk, register: Register, ours: Shift, refusal: Refused) -> None:
    """A shift was opened elsewhere, in the registrar's own app perhaps: work in that one."""
    found = await desk.registrar(register.provider).current_shift(desk.access(register))
    now = desk.clock.now()
    refused = replace(ours, state=ShiftState.REFUSED, reason=str(refusal), closed_at=now)
    async with desk.db.transaction() as tx:
        await store.save_shift(tx, refused)
        if found is not None:
            await store.add_shift(tx, replace(ours, id=found.id, asked_at=found.opened_at or now))
            await apply_shift_report(desk, tx, register.id, found)
    if found is None:
        raise Rest(now + pause(register.tries, 2.0), str(refusal))


async def _close(desk: Desk, register: Register, shift: Shift) -> None:
    registrar, access = desk.registrar(register.provider), desk.access(register)
    async with desk.db.transaction() as tx:
        current = await store.lock_shift(tx, shift.id)
        if current is None or current.state not in (ShiftState.OPENED, ShiftState.CLOSING):
            return
        # Looked at soon: if the call below is lost, it is made again.
        due_at = desk.clock.now() + timedelta(seconds=1)
        await store.save_shift(tx, replace(current, state=ShiftState.CLOSING, due_at=due_at, tries=0))
    try:
        report = await registrar.close_shift(access)
    except NoShift:
        await look_at_shift(desk, register)
        return
    await _apply(desk, register, report)


async def _apply(desk: Desk, register: Register, report: ShiftReport) -> Shift:
    async with desk.db.transaction() as tx:
        after = await apply_shift_report(desk, tx, register.id, report)
    assert after is not None
    if after.state == ShiftState.REFUSED:
        log.error("shift.refused", register_id=str(register.id), reason=after.reason)
        raise Refused("shift.refused", after.reason or "")
    return after
