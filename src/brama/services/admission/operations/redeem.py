"""A gate asks: may this guest go in?"""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from brama.contracts.common import LocalText
from brama.kernel.access import Caller
from brama.kernel.clock import Clock
from brama.kernel.database import Connection, Database, Transaction
from brama.kernel.secrets import from_base64url
from brama.services.admission import errors, store
from brama.services.admission.domain.entries import Entry, is_signed_by, milliseconds
from brama.services.admission.domain.evaluation import (
    Question,
    evaluate,
    verdict_by_hand,
    verdict_of,
)
from brama.services.admission.domain.merging import Presence
from brama.services.admission.domain.records import (
    EMPTY_FEED,
    Answer,
    AnsweredTicket,
    Device,
    Event,
    Kind,
    Logged,
    NewScan,
    Previous,
    Scan,
)
from brama.services.admission.feed import Bells
from brama.services.admission.operations.ground import Ground, enter_in_log, stand_on
from brama.services.admission.operations.scope import Place, place_for
from brama.shared import ticket_code
from brama.shared.order_code import canonical
from brama.shared.outcomes import Outcome
from brama.shared.ticket_code import Genuine, Refused

Reading = Genuine | Refused


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """What a gate asks."""

    scan_id: UUID
    code: str
    check_in_list_id: UUID
    gate_id: UUID
    kind: Kind
    scanned_at: datetime
    reason: str | None = None
    entry: dict[str, Any] | None = None


async def redeem(db: Database, clock: Clock, bells: Bells, caller: Caller, ask: Ask) -> Answer:
    """Answer one scan and enter it in the log.

    The same scan_id with the same content answers as before. Of several gates that ask about one ticket at
    the same moment, exactly one admits.

    Raises:
        CheckInListNotFound, GateNotFound, OutOfScope: the scan is not the caller's to make.
        ScanConflict: the scan_id was used for another scan.
        SignatureInvalid, EntryMismatch, EntryMalformed: the device's entry does not belong to this scan.
    """
    async with db.transaction() as tx:
        place = await place_for(tx, caller, check_in_list_id=ask.check_in_list_id, gate_id=ask.gate_id)
        device = await store.get_device(tx, caller.id) if caller.kind == "device" else None
        entry = entry_of(ask, device)
        reading = await read_code(tx, place.event, ask.code)
        ground = await stand_on(tx, place.event, subject_of(reading, ask.scan_id), now=clock.now())
        logged = await store.get_logged(tx, ask.scan_id)
        if logged is not None:
            require_same(logged, ask, caller)
            return logged.answer or await answer_again(tx, logged, ground)
        outcome, presence = await _outcome(tx, ask, place, ground, reading, device)
        answer = _answer(ask.kind, outcome, ground, presence)
        feed = await enter_in_log(
            tx, bells, ground, _new_scan(ask, caller, reading, ground, entry, answer), answer
        )
        if entry is not None and ask.entry is not None:
            await keep_entry(tx, entry, ask.entry, caller, ground.now, is_upload=False)
        return msgspec.structs.replace(answer, headcount=feed.headcount)


def entry_of(ask: Ask, device: Device | None) -> Entry | None:
    """The device's signed entry that came along; None where nobody could verify it yet.

    Raises:
        SignatureInvalid, EntryMismatch, EntryMalformed: it does not belong to this scan.
    """
    if ask.entry is None or device is None or device.public_key is None:
        return None
    entry = read_entry(ask.entry)
    if not is_signed_by(ask.entry, device.public_key):
        raise errors.SignatureInvalid()
    for name in ("scan_id", "code", "check_in_list_id", "gate_id", "kind", "scanned_at"):
        if getattr(entry, name) != getattr(ask, name):
            raise errors.EntryMismatch()
    return entry


def read_entry(raw: dict[str, Any]) -> Entry:
    """The entry as we understand it.

    Raises:
        EntryMalformed: a field is missing, unknown or of another type, or a time has no offset.
    """
    try:
        entry = msgspec.convert(raw, Entry)
        entry.happened_at.astimezone()
    except (msgspec.ValidationError, OverflowError, ValueError):
        raise errors.EntryMalformed() from None
    if entry.scanned_at.tzinfo is None or not 0 <= entry.device_seq < 2**53:
        raise errors.EntryMalformed()
    return entry


async def read_code(tx: Connection, event: Event, code: str) -> Reading:
    """What a scanned text proves, with the keys of the event's organiser."""
    parsed = ticket_code.parse(code)
    keys = {}
    if isinstance(parsed, ticket_code.TicketCode):
        number, key_number = parsed.payload.key_name
        key = await store.get_key(tx, number, key_number, event.organiser_id)
        if key is not None:
            keys[number, key_number] = Ed25519PublicKey.from_public_bytes(from_base64url(key.public_key))
    return ticket_code.read(code, keys, event_number=event.event_number)


def subject_of(reading: Reading, scan_id: UUID) -> str:
    """What was scanned: the ticket, or nothing but this very scan where nothing was proven."""
    if isinstance(reading, Genuine):
        return reading.payload.ticket_id.hex()
    return f"scan:{scan_id}"


def proof_of(reading: Reading) -> Outcome:
    """`valid` for a genuine code, else what is wrong with it."""
    return Outcome.VALID if isinstance(reading, Genuine) else reading.outcome


def require_same(logged: Logged, ask: Ask | Entry, caller: Caller) -> None:
    """Let pass a repetition of what the log holds.

    Raises:
        ScanConflict: somebody else's scan, or another content.
    """
    same = all(
        getattr(logged, name) == getattr(ask, name)
        for name in ("code", "check_in_list_id", "gate_id", "kind", "scanned_at")
    )
    by = logged.device_id if caller.kind == "device" else logged.staff_id
    if not same or by != caller.id:
        raise errors.ScanConflict()


async def answer_again(tx: Connection, logged: Logged, ground: Ground) -> Answer:
    """The answer to a question that the device had decided and uploaded before it asked."""
    feed = await store.get_feed(tx, logged.event_id) or EMPTY_FEED
    return Answer(
        verdict=logged.verdict,
        outcome=logged.outcome,
        ticket=_seen(ground),
        previous=None,
        headcount=feed.headcount,
    )


async def keep_entry(
    tx: Transaction, entry: Entry, raw: dict[str, Any], caller: Caller, now: datetime, *, is_upload: bool
) -> None:
    """Keep what the device signed.

    Raises:
        DeviceSeqConflict: the device used the number for another scan.
    """
    await store.put_device_entry(
        tx, entry.scan_id, caller.id, entry.device_seq, entry.verdict, entry.outcome, is_upload, raw, now
    )  # fmt: skip


async def _outcome(
    tx: Connection, ask: Ask, place: Place, ground: Ground, reading: Reading, device: Device | None
) -> tuple[Outcome, Presence]:
    presence = ground.merged().lists.get(ask.check_in_list_id, Presence())
    if device is not None and device.revoked_at is not None:
        return Outcome.DEVICE_REVOKED, presence
    if ask.kind in ("refuse", "undo"):
        return verdict_by_hand(ask.kind, presence), presence
    outcome = evaluate(
        Question(
            kind=ask.kind,
            reading=reading,
            event=place.event,
            ticket=ground.ticket,
            check_in_list=place.check_in_list,
            presence=presence,
            now=ground.now,
        )
    )
    if outcome is Outcome.UNREADABLE and await _is_order_code(tx, place.event, ask.code):
        return Outcome.AMBIGUOUS, presence
    return outcome, presence


async def _is_order_code(tx: Connection, event: Event, code: str) -> bool:
    """Somebody shows an order's code: its tickets are found by search, it admits nobody by itself."""
    typed = canonical(code)
    return typed is not None and await store.count_tickets_of_order(tx, event.event_id, typed) > 0


def _answer(kind: Kind, outcome: Outcome, ground: Ground, presence: Presence) -> Answer:
    previous = None
    if outcome in (Outcome.ALREADY_IN, Outcome.REENTRY_DENIED) and presence.last_entry:
        last = presence.last_entry
        gate = ground.event.gate(last.gate_id)
        previous = Previous(at=last.happened_at, gate=gate.name if gate else "", device=last.by_name)
    return Answer(
        verdict=verdict_of(kind, outcome),
        outcome=outcome,
        ticket=_seen(ground),
        previous=previous,
        headcount=0,
    )


def _seen(ground: Ground) -> AnsweredTicket | None:
    ticket = ground.ticket
    if ticket is None:
        return None
    name = ground.event.type_name(ticket.ticket_type_id) or LocalText(uk="")
    return AnsweredTicket(id=ticket.ticket_id, holder=ticket.holder, ticket_type=name)


def _new_scan(
    ask: Ask, caller: Caller, reading: Reading, ground: Ground, entry: Entry | None, answer: Answer
) -> NewScan:
    """An online scan happens when the server says so: nobody's wrong clock can change what is valid."""
    return NewScan(
        scan=Scan(
            scan_id=ask.scan_id,
            subject=ground.subject,
            revision=reading.payload.revision if isinstance(reading, Genuine) else None,
            proof=proof_of(reading),
            check_in_list_id=ask.check_in_list_id,
            gate_id=ask.gate_id,
            kind=ask.kind,
            by_name=caller.name,
            happened_at=ground.now,
            logical_ms=milliseconds(ground.now),
            hlc=entry.hlc if entry else "",
            outcome=answer.outcome,
            acted=answer.verdict,
            is_clock_suspect=False,
            is_quarantined=answer.outcome is Outcome.DEVICE_REVOKED,
        ),
        code=ask.code,
        device_id=caller.id if caller.kind == "device" else None,
        staff_id=caller.id if caller.kind == "staff" else None,
        scanned_at=ask.scanned_at,
        received_at=ground.now,
        verdict=answer.verdict,
        reason=ask.reason,
    )
