"""Holding places in a rush: what queued while the last commit ran is decided together and committed once."""

import asyncio
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from brama.kernel import outbox
from brama.kernel.clock import Clock
from brama.kernel.database import Database, Transaction
from brama.kernel.problem import IdempotencyConflict, NotFound, Problem
from brama.services.sales import facts, store
from brama.services.sales.domain import inventory, orders
from brama.services.sales.domain.inventory import Event, Hold, HoldRequest, TicketType
from brama.services.sales.operations.availability import AvailabilityDesk
from brama.services.sales.signer import Signer

_EXPIRED_AT_ONCE = 200


class Taken(msgspec.Struct, frozen=True):
    """A hold as granted; `is_replay` when it had been granted before under the same key."""

    hold: Hold
    is_replay: bool


Outcome = Taken | Problem


class HoldDesk:
    """Group commit for holds. One flush runs at a time; whoever comes meanwhile is in the next one.

    There is no waiting for company: a lone request is committed at once.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        signer: Signer,
        availability: AvailabilityDesk,
        *,
        hold_for_s: int,
        batch: int,
    ) -> None:
        self._db, self._clock, self._signer, self._availability = db, clock, signer, availability
        self._hold_for, self._batch = timedelta(seconds=hold_for_s), batch
        self._queue: list[tuple[HoldRequest, asyncio.Future[Outcome]]] = []
        self._flushing: asyncio.Task[None] | None = None

    async def take(self, request: HoldRequest) -> Taken:
        """Hold places, or learn why not. The same key and body give the same hold again.

        Raises:
            SalesError: why the places cannot be had; see `domain.inventory.grant`.
            IdempotencyConflict: the key was used for another request.
            DatabaseUnreachable: nothing was decided; repeat with the same key.
        """
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._queue.append((request, answer))
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush())
        outcome = await answer
        if isinstance(outcome, Problem):
            raise outcome
        return outcome

    async def _flush(self) -> None:
        while self._queue:
            batch, self._queue = self._queue[: self._batch], self._queue[self._batch :]
            try:
                outcomes = await self._committed([request for request, _ in batch])
            except Exception as error:  # every waiter learns of it; nobody waits for ever
                for _, answer in batch:
                    if not answer.done():
                        answer.set_exception(error)
                continue
            for (_, answer), outcome in zip(batch, outcomes, strict=True):
                if not answer.done():
                    answer.set_result(outcome)

    async def _committed(self, requests: Sequence[HoldRequest]) -> list[Outcome]:
        try:
            return await self._commit(requests)
        except store.KeyUsedMeanwhile:  # by another replica, after we looked: now it can be seen
            return await self._commit(requests)

    async def _commit(self, requests: Sequence[HoldRequest]) -> list[Outcome]:
        """Decide a batch. Lock order: the ticket types' rows by id; holds are new and need none."""
        now = self._clock.now()
        async with self._db.transaction() as tx:
            wanted = {line.ticket_type_id for request in requests for line in request.lines}
            types = {kind.id: kind for kind in await store.lock_types(tx, sorted(wanted))}
            known = await store.events_by_id(tx, list({request.event_id for request in requests}))
            keys = (
                [request.principal for request in requests],
                [request.idempotency_key for request in requests],
            )
            decided = {
                (hold.principal, hold.idempotency_key): hold for hold in await store.holds_by_key(tx, *keys)
            }
            events = {event.id: event for event in known}
            outcomes, fresh = self._decide(requests, events, types, decided, now)
            await _write(tx, fresh)
            self._availability.touch(tx, *{hold.event_id for hold in fresh})
        return outcomes

    def _decide(
        self,
        requests: Sequence[HoldRequest],
        events: dict[UUID, Event],
        types: dict[UUID, TicketType],
        decided: dict[tuple[str, str], Hold],
        now: datetime,
    ) -> tuple[list[Outcome], list[Hold]]:
        outcomes: list[Outcome] = []
        fresh: list[Hold] = []
        for request in requests:
            key = (request.principal, request.idempotency_key)
            earlier = decided.get(key)
            if earlier is not None:
                same = earlier.body_hash == request.body_hash
                outcomes.append(Taken(earlier, True) if same else IdempotencyConflict())
                continue
            try:
                lines = inventory.grant(events.get(request.event_id), types, request, now)
            except Problem as problem:
                outcomes.append(problem)
                continue
            types = inventory.with_held(types, lines)
            hold = self._hold(request, events[request.event_id], lines, now)
            decided[key] = hold
            outcomes.append(Taken(hold, False))
            fresh.append(hold)
        return outcomes, fresh

    def _hold(
        self, request: HoldRequest, event: Event, lines: list[inventory.HeldLine], now: datetime
    ) -> Hold:
        hold_id = inventory.hold_id(event.number)
        total, expires_at = inventory.total_minor(lines), now + self._hold_for
        claims = orders.claims("hold", str(hold_id), event, total_minor=total, expires_at=expires_at)
        return Hold(
            id=hold_id, event_id=event.id, state="active", lines=lines, total_minor=total,
            currency=event.currency, token=self._signer.token(claims), created_at=now, expires_at=expires_at,
            principal=request.principal, idempotency_key=request.idempotency_key, body_hash=request.body_hash,
        )  # fmt: skip


async def _write(tx: Transaction, fresh: Sequence[Hold]) -> None:
    if not fresh:
        return
    await store.add_holds(
        tx, [h.id for h in fresh], [h.event_id for h in fresh], [msgspec.json.encode(h.lines).decode() for h in fresh],
        [h.total_minor for h in fresh], [h.currency for h in fresh], [h.token for h in fresh],
        [h.created_at for h in fresh], [h.expires_at for h in fresh], [h.principal for h in fresh],
        [h.idempotency_key for h in fresh], [h.body_hash for h in fresh],
    )  # fmt: skip
    await move_held(tx, fresh, sign=1)


async def move_held(tx: Transaction, holds: Sequence[Hold], *, sign: int) -> None:
    """Add the holds' places to the held counts (sign 1), or take them away (−1)."""
    change: dict[UUID, int] = {}
    for hold in holds:
        for line in hold.lines:
            change[line.ticket_type_id] = change.get(line.ticket_type_id, 0) + sign * line.quantity
    await store.move_counts(tx, list(change), [0] * len(change), list(change.values()))


async def get_hold(db: Database, hold_id: UUID, token: str) -> Hold:
    """The hold that a token opens.

    Raises:
        NotFound: no such hold, or not this token's.
    """
    async with db.reading() as tx:
        hold = await store.get_hold(tx, hold_id)
    return opened(hold, token)


async def release_hold(db: Database, availability: AvailabilityDesk, hold_id: UUID, token: str) -> None:
    """Give the places back at once. Repeating it, or releasing what was ordered or is over, changes nothing.

    Raises:
        NotFound: no such hold, or not this token's.
    """
    async with db.transaction() as tx:
        hold = opened(await store.lock_hold(tx, hold_id), token)
        if hold.state != "active":
            return
        await store.put_hold_states(tx, [hold.id], "released")
        await store.lock_types(tx, sorted(line.ticket_type_id for line in hold.lines))
        await move_held(tx, [hold], sign=-1)
        availability.touch(tx, hold.event_id)


async def expire_holds(db: Database, clock: Clock, availability: AvailabilityDesk) -> int:
    """Put the places of holds whose time is over back on sale; answers how many holds that were."""
    now = clock.now()
    async with db.transaction() as tx:
        due = await store.lock_due_holds(tx, now, _EXPIRED_AT_ONCE)
        if not due:
            return 0
        await store.lock_types(tx, sorted({line.ticket_type_id for hold in due for line in hold.lines}))
        await store.put_hold_states(tx, [hold.id for hold in due], "expired")
        await move_held(tx, due, sign=-1)
        events = {event.id: event for event in await store.events_by_id(tx, list({h.event_id for h in due}))}
        await outbox.say(tx, *[facts.hold_expired(hold, events[hold.event_id], now) for hold in due])
        availability.touch(tx, *events)
    return len(due)


def opened(hold: Hold, token: str) -> Hold:
    """The hold, if the token is its own.

    Raises:
        NotFound: it is not; the answer is the same as for a hold that does not exist.
    """
    if not is_same(hold.token, token):
        raise NotFound()
    return hold


def is_same(kept: str, given: str) -> bool:
    """Whether two tokens are equal, in constant time."""
    return hmac.compare_digest(kept.encode(), given.encode())
