"""What gates decided without a network comes in, in any order, as often as they like."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from brama.kernel import outbox
from brama.kernel.access import Caller
from brama.kernel.clock import Clock
from brama.kernel.database import Database, Transaction
from brama.kernel.problem import Problem, Unavailable
from brama.services.admission import errors, facts, store
from brama.services.admission.config import AdmissionConfig
from brama.services.admission.domain.entries import Entry, is_signed_by
from brama.services.admission.domain.records import Device, Logged, NewScan, Scan, Standing
from brama.services.admission.feed import Bells
from brama.services.admission.operations.ground import Ground, enter_in_log, settle, stand_on
from brama.services.admission.operations.redeem import (
    Reading,
    keep_entry,
    proof_of,
    read_code,
    read_entry,
    require_same,
    subject_of,
)
from brama.services.admission.operations.scope import place_for
from brama.shared.outcomes import Verdict
from brama.shared.ticket_code import Genuine


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an uploaded entry; `code` says why it was refused."""

    scan_id: str | None
    state: str
    server_seq: int | None
    code: str | None


async def upload(
    db: Database, clock: Clock, bells: Bells, config: AdmissionConfig, caller: Caller, raws: Sequence[Any]
) -> list[Result]:
    """Take up a device's log entries, each for itself: one that is refused stops none of the others.

    Nothing that the device admitted is undone; what contradicts the rest becomes a case. Any partition, order
    and repetition of the entries leads to the same state.

    Raises:
        TooManyEntries: more at once than the settings allow.
        DeviceUnknown: the device's key was not heard of yet, so nothing can be verified.
    """
    if len(raws) > config.entries_per_upload:
        raise errors.TooManyEntries(limit=config.entries_per_upload)
    async with db.reading() as tx:
        device = await store.get_device(tx, caller.id)
    if device is None or device.public_key is None:
        raise errors.DeviceUnknown()
    taker = _Taker(db, clock, bells, config, caller, device)
    return [await taker.take(raw) for raw in raws]


class _Taker:
    """Takes entries of one device."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        bells: Bells,
        config: AdmissionConfig,
        caller: Caller,
        device: Device,
    ) -> None:
        self._db, self._clock, self._bells, self._config = db, clock, bells, config
        self._caller, self._device = caller, device

    async def take(self, raw: Any) -> Result:
        """One entry in a transaction of its own."""
        scan_id = raw.get("scan_id") if isinstance(raw, dict) else None
        try:
            if not isinstance(raw, dict):
                raise errors.EntryMalformed()
            entry = read_entry(raw)
            if not is_signed_by(raw, self._device.public_key or ""):
                raise errors.SignatureInvalid()
            async with self._db.transaction() as tx:
                return await self._take(tx, entry, raw)
        except Unavailable:
            raise
        except Problem as problem:
            return Result(
                scan_id=scan_id if isinstance(scan_id, str) else None,
                state="refused",
                server_seq=None,
                code=problem.code,
            )

    async def _take(self, tx: Transaction, entry: Entry, raw: dict[str, Any]) -> Result:
        now = self._clock.now()
        place = await place_for(
            tx, self._caller, check_in_list_id=entry.check_in_list_id, gate_id=entry.gate_id
        )
        reading = await read_code(tx, place.event, entry.code)
        # What the log has once taken for a scan's subject stays it, even if the code can be proven only now.
        earlier = await store.get_logged(tx, entry.scan_id)
        subject = earlier.subject if earlier else subject_of(reading, entry.scan_id)
        ground = await stand_on(tx, place.event, subject, now=now)
        logged = earlier or await store.get_logged(tx, entry.scan_id)
        new = self._new_scan(entry, reading, ground)
        if logged is None:
            await enter_in_log(tx, self._bells, ground, new, None)
        else:
            require_same(logged, entry, self._caller)
        if logged is None or not logged.is_upload:
            await keep_entry(tx, entry, raw, self._caller, now, is_upload=True)
        if logged is not None and not logged.is_upload:
            await self._complete(tx, ground, logged, new)
        return await _result(tx, entry.scan_id)

    async def _complete(self, tx: Transaction, ground: Ground, logged: Logged, new: NewScan) -> None:
        """The device met this scan before by asking, and tells now what it did at the door.

        Where it admitted although the answer, which it did not wait for, was no, the guest is inside.
        """
        if logged.verdict is Verdict.ADMIT or new.scan.acted is not Verdict.ADMIT:
            return
        known = next((scan for scan in ground.scans if scan.scan_id == logged.scan_id), None)
        if known is None:  # it was logged under another subject between two of our reads: the device repeats
            raise Unavailable()
        acted = replace(known, acted=Verdict.ADMIT)
        feed = await settle(tx, self._bells, ground, acted)
        feed = await store.advance_feed(tx, ground.event.event_id, 1, 0)
        said = replace(new, scan=replace(new.scan, acted=Verdict.ADMIT))
        await outbox.say(tx, facts.scan_said(said, ground.event, ground.ticket, seq=feed.last_seq, feed=feed))

    def _new_scan(self, entry: Entry, reading: Reading, ground: Ground) -> NewScan:
        caller, revoked_at = self._caller, self._device.revoked_at
        tolerance = timedelta(seconds=self._config.clock_tolerance_s)
        return NewScan(
            scan=Scan(
                scan_id=entry.scan_id,
                subject=ground.subject,
                revision=reading.payload.revision if isinstance(reading, Genuine) else None,
                proof=proof_of(reading),
                check_in_list_id=entry.check_in_list_id,
                gate_id=entry.gate_id,
                kind=entry.kind,
                by_name=caller.name,
                happened_at=entry.happened_at,
                logical_ms=entry.logical_ms,
                hlc=entry.hlc,
                outcome=entry.outcome,
                acted=entry.verdict,
                is_clock_suspect=entry.happened_at > ground.now + tolerance,
                is_quarantined=revoked_at is not None and entry.happened_at > revoked_at,
            ),
            code=entry.code,
            device_id=caller.id,
            staff_id=None,
            scanned_at=entry.scanned_at,
            received_at=ground.now,
            verdict=entry.verdict,
            reason=entry.reason,
        )


async def _result(tx: Transaction, scan_id: UUID) -> Result:
    logged = await store.get_logged(tx, scan_id)
    if logged is None:  # it was written in this very transaction
        raise LookupError(scan_id)
    standing: Standing = logged.standing
    return Result(scan_id=str(scan_id), state=standing, server_seq=logged.server_seq, code=None)
