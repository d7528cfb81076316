"""Hearing facts: each is applied once, in the transaction of its effect; a failure is redelivered."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from uuid import UUID

import msgspec
from nats.aio.msg import Msg

from brama.kernel import kernel_store as store
from brama.kernel.bus import BUS_ERRORS, Bus
from brama.kernel.clock import Clock
from brama.kernel.correlation import correlated
from brama.kernel.database import Database, DatabaseUnreachable, Transaction
from brama.kernel.facts import FACTS, Envelope, Fact, speaker_of
from brama.kernel.ids import new_id
from brama.kernel.log import get_logger
from brama.kernel.metrics import counter

log = get_logger()
Handler = Callable[[Transaction, msgspec.Struct], Awaitable[None]]
Heard = Mapping[type[Fact], Callable[..., Awaitable[None]]]

_BATCH = 64
_ATTEMPTS = 8
_PATIENCE = timedelta(hours=1)
_GUARD_EVERY_S = 2.0
_heard = counter("brama_inbox_heard_total", "Facts applied", ("subject",))
_failed = counter("brama_inbox_failed_total", "Attempts to apply a fact that failed", ("subject",))
_dead = counter("brama_inbox_dead_total", "Facts given up into the dead letters", ("subject",))


class NotYet(Exception):
    """What this fact builds on has not been heard; deliver it again soon."""


class Delivery:
    """A message with its fact."""

    def __init__(self, message: Msg) -> None:
        self.message = message
        self.envelope = msgspec.json.decode(message.data, type=Envelope)
        self.fact: Fact = msgspec.json.decode(self.envelope.fact, type=FACTS[self.envelope.subject])


class Inbox:
    """Listens for a service. One transaction takes up to 64 facts; if one fails, each gets its own."""

    def __init__(self, service: str, db: Database, bus: Bus, clock: Clock, heard: Heard) -> None:
        self._service, self._db, self._bus, self._clock = service, db, bus, clock
        self._heard = {kind.SUBJECT: handler for kind, handler in heard.items()}
        self._queue: asyncio.Queue[Msg] = asyncio.Queue(maxsize=4096)

    def speakers(self) -> dict[str, list[str]]:
        """The subjects that are heard, by speaking service."""
        by_speaker: dict[str, list[str]] = {}
        for subject in self._heard:
            by_speaker.setdefault(speaker_of(subject), []).append(subject)
        return by_speaker

    async def run(self) -> None:
        """Listen until cancelled."""
        if not self._heard:
            return
        for speaker in self.speakers():
            await self._bus.listen(self._service, speaker, self._queue.put)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._guard())
            tasks.create_task(self._work())

    async def backlog(self) -> int:
        """Facts that were said and are not applied yet."""
        return sum([await self._bus.backlog(self._service, speaker) for speaker in self.speakers()])

    async def _guard(self) -> None:
        """Streams and consumers may be lost with the broker's store: make them again."""
        while True:
            try:
                for speaker, subjects in self.speakers().items():
                    await self._bus.ensure_consumer(self._service, speaker, subjects)
            except BUS_ERRORS as error:
                log.debug("inbox.waiting", reason=type(error).__name__)
            await asyncio.sleep(_GUARD_EVERY_S)

    async def _work(self) -> None:
        while True:
            batch = [await self._queue.get()]
            while len(batch) < _BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            try:
                opened = [await self._opened(message) for message in batch]
                await self._take([delivery for delivery in opened if delivery is not None])
            except DatabaseUnreachable:  # what is unanswered is delivered again
                await asyncio.sleep(1)

    async def _opened(self, message: Msg) -> Delivery | None:
        """The fact of a message; None when it concerns nobody here, or cannot be read and is kept as dead."""
        if message.subject not in self._heard:  # the consumer still follows what an older version heard
            await self._acknowledge([message])
            return None
        try:
            return Delivery(message)
        except (msgspec.MsgspecError, KeyError) as error:
            await self._bury(message, _fact_id(message), error)
            return None

    async def _take(self, deliveries: list[Delivery]) -> None:
        if len(deliveries) > 1 and await self._take_together(deliveries):
            return
        for delivery in deliveries:
            await self._take_alone(delivery)

    async def _take_together(self, deliveries: list[Delivery]) -> bool:
        try:
            async with self._db.transaction() as tx:
                for delivery in deliveries:
                    await self._apply(tx, delivery.envelope, delivery.fact)
        except Exception:  # whichever it was shows when each is taken alone
            return False
        await self._acknowledge([delivery.message for delivery in deliveries])
        return True

    async def _take_alone(self, delivery: Delivery) -> None:
        try:
            async with self._db.transaction() as tx:
                await self._apply(tx, delivery.envelope, delivery.fact)
        except DatabaseUnreachable:
            await self._again(delivery, after_s=1.0)
        except NotYet as reason:
            if self._clock.now() - delivery.fact.occurred_at > _PATIENCE:
                await self._fail(delivery, reason)
            else:
                await self._again(delivery, after_s=random.uniform(0.1, 0.5) * min(_tries(delivery), 10))
        except Exception as error:  # the edge: redelivered, then a dead letter; never swallowed
            await self._fail(delivery, error)
        else:
            await self._acknowledge([delivery.message])

    async def apply(self, envelope: Envelope) -> bool:
        """Apply one fact in a transaction of its own; False when it was heard before."""
        fact = msgspec.json.decode(envelope.fact, type=FACTS[envelope.subject])
        async with self._db.transaction() as tx:
            return await self._apply(tx, envelope, fact)

    async def _apply(self, tx: Transaction, envelope: Envelope, fact: Fact) -> bool:
        if not await store.add_heard(tx, fact.occurred_at.date(), fact.fact_id):
            return False
        with correlated(envelope.correlation_id, fact.fact_id):
            await self._heard[envelope.subject](tx, fact)
        _heard.labels(envelope.subject).inc()
        return True

    async def _acknowledge(self, messages: list[Msg]) -> None:
        try:
            for message in messages:
                await message.ack()
        except BUS_ERRORS:
            log.debug("inbox.unacknowledged", count=len(messages))  # redelivered, and known by the inbox

    async def _again(self, delivery: Delivery, after_s: float) -> None:
        try:
            await delivery.message.nak(delay=after_s)
        except BUS_ERRORS:
            log.debug("inbox.unanswered", subject=delivery.envelope.subject)

    async def _fail(self, delivery: Delivery, error: Exception) -> None:
        subject, tries = delivery.envelope.subject, _tries(delivery)
        _failed.labels(subject).inc()
        log.error(
            "fact.failed", subject=subject, fact_id=str(delivery.fact.fact_id), tries=tries, exc_info=error
        )
        if tries < _ATTEMPTS:
            await self._again(delivery, after_s=min(0.2 * 2**tries, 30.0))
            return
        await self._bury(delivery.message, delivery.fact.fact_id, error)

    async def _bury(self, message: Msg, fact_id: UUID, error: Exception) -> None:
        """Into the dead letters, from where `brama replay` takes it up again."""
        tries = int(message.metadata.num_delivered)
        async with self._db.transaction() as tx:
            await store.add_dead_letter(
                tx, fact_id, message.subject, message.data, tries, repr(error), self._clock.now()
            )
        _dead.labels(message.subject).inc()
        log.critical("fact.dead", subject=message.subject, fact_id=str(fact_id))
        await self._acknowledge([message])


def _fact_id(message: Msg) -> UUID:
    """The id under which a message was published, for one whose content cannot be read."""
    try:
        return UUID((message.headers or {})["Nats-Msg-Id"])
    except (KeyError, ValueError):
        return new_id()


def _tries(delivery: Delivery) -> int:
    return int(delivery.message.metadata.num_delivered)


async def replay_dead_letters(
    inbox: Inbox, db: Database, subject: str = "%", fact_id: UUID | None = None
) -> tuple[int, int]:
    """Apply the dead letters again, oldest first; answers (applied, failed again).

    `subject` is an SQL pattern: `sales.%` stands for everything that sales says.
    """
    async with db.reading() as tx:
        letters = await store.dead_letters(tx, subject, fact_id)
    applied = failed = 0
    for letter in letters:
        try:
            await inbox.apply(msgspec.json.decode(letter.envelope, type=Envelope))
        except Exception:  # the edge of the command: counted, logged, the letter stays
            log.error(
                "dead_letter.failed", subject=letter.subject, fact_id=str(letter.fact_id), exc_info=True
            )
            failed += 1
            continue
        async with db.transaction() as tx:
            await store.mark_replayed(tx, letter.fact_id)
        applied += 1
    return applied, failed
