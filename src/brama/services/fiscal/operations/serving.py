"""A register's queue: served by one lane at a time, in order, one call to the registrar after another."""

import asyncio
from datetime import datetime, timedelta

from brama.kernel.log import get_logger
from brama.services.fiscal import store
from brama.services.fiscal.domain import Register, pause
from brama.services.fiscal.operations.desk import Desk
from brama.services.fiscal.operations.registers import new_webhook
from brama.services.fiscal.operations.sending import ask_after, send
from brama.services.fiscal.operations.shifts import Rest, shift_for_sale, tend_shift
from brama.services.fiscal.ports import AccessRefused, Busy, OutcomeUnknown, Refused

log = get_logger()
# A pass ends after this long, so that a busy register does not keep its lane from others.
_PASS_S = 10.0
# One job makes at most four calls: a sign-in, the call, a second sign-in, the call again.
_CALLS_OF_A_JOB = 4
_ACCESS_FIRST_PAUSE_S = 5.0
# An outage ends by itself: be there soon afterwards.
_LONGEST_SILENCE_S = 30.0


async def serve_register(desk: Desk) -> int:
    """Take a register that has something to do, do it, let go; 0 when no register has.

    The register is leased meanwhile: a crash frees it when the lease is over. No transaction is open while
    the registrar is asked.
    """
    register = await _claim(desk)
    if register is None:
        return 0
    try:
        await _serve(desk, register)
    except Rest as rest:
        await _release(desk, register, rest.until, register.tries if rest.trouble else 0, rest.trouble)
    except Busy as error:
        await _release_for(desk, register, error.retry_after_s, register.tries, _words(error))
    except Refused as error:
        log.error("register.refused", register_id=str(register.id), code=error.code)
        first_s = _ACCESS_FIRST_PAUSE_S if isinstance(error, AccessRefused) else 1.0
        wait_s = pause(register.tries, first_s).total_seconds()
        await _release_for(desk, register, wait_s, register.tries + 1, str(error))
    except OutcomeUnknown as error:
        log.warning("register.silent", register_id=str(register.id), reason=str(error))
        wait_s = pause(register.tries, 1.0, _LONGEST_SILENCE_S).total_seconds()
        await _release_for(desk, register, wait_s, register.tries + 1, str(error))
    else:
        await _release(desk, register, desk.clock.now(), 0, None)
    return 1


async def _claim(desk: Desk) -> Register | None:
    now = desk.clock.now()
    lease_s = _PASS_S + _CALLS_OF_A_JOB * desk.config.provider_timeout_s + 5
    async with desk.db.transaction() as tx:
        return await store.claim_register(tx, now, now + timedelta(seconds=lease_s))


async def _serve(desk: Desk, register: Register) -> None:
    """Job after job until there is none, the limit is used up, or the pass is long enough."""
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + _PASS_S
    await _keep_webhook(desk, register)
    while loop.time() < ends_at and await _do_next(desk, register):
        pass


async def _do_next(desk: Desk, register: Register) -> bool:
    """One job: the shift's, else a silent receipt, else the next of the queue. False when there is none."""
    registrar, access = desk.registrar(register.provider), desk.access(register)
    if (wait_s := registrar.wait_s(access)) > 0:
        raise Busy(wait_s, "limit")
    now = desk.clock.now()
    async with desk.db.reading() as tx:
        shift = await store.current_shift(tx, register.id)
        silent = await store.next_silent(tx, register.id, now)
        queued = await store.next_queued(tx, register.id, now)
    if shift is not None and shift.due_at <= now:
        await tend_shift(desk, register, shift)
    elif silent is not None:
        await ask_after(desk, register, silent)
    elif queued is not None:
        if await shift_for_sale(desk, register, shift):
            await send(desk, register, queued)
    else:
        return False
    return True


async def _keep_webhook(desk: Desk, register: Register) -> None:
    """Our address may have changed since the registrar was told of it."""
    url = desk.webhook_url(register.provider, register.id)
    if register.webhook_url == url:
        return
    key = await new_webhook(desk, desk.registrar(register.provider), desk.access(register), register.id, url)
    async with desk.db.transaction() as tx:
        await store.put_webhook(tx, register.id, url, key)


def _words(error: Busy) -> str | None:
    """The limit is everyday life, a registrar that nobody reaches is trouble."""
    return None if error.why == "limit" else str(error)


async def _release_for(
    desk: Desk, register: Register, wait_s: float, tries: int, trouble: str | None
) -> None:
    await _release(desk, register, desk.clock.now() + timedelta(seconds=wait_s), tries, trouble)


async def _release(desk: Desk, register: Register, until: datetime, tries: int, trouble: str | None) -> None:
    now = desk.clock.now()
    async with desk.db.transaction() as tx:
        await store.release_register(tx, register.id, register.lease_until, now, until, tries, trouble)
    if until > now:
        desk.wake_after((until - now).total_seconds())
