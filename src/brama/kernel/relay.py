"""The relay: what the outbox says goes to the bus, again and again until the bus has it."""

from datetime import datetime

from brama.kernel import kernel_store as store
from brama.kernel.bus import BUS_ERRORS, Bus, stream_of
from brama.kernel.clock import Clock
from brama.kernel.database import Database
from brama.kernel.log import get_logger
from brama.kernel.metrics import counter, histogram
from brama.kernel.worker import Worker

log = get_logger()
_BATCH = 500
_IDENTITY_EVERY_S = 3.0
_relayed = counter("brama_outbox_relayed_total", "Facts acknowledged by the bus")
_delay = histogram("brama_outbox_delay_seconds", "From the commit of a fact to the bus's acknowledgement")


class Relay:
    """Publishes a service's unsent facts; notices a new or shortened stream and fills it again."""

    def __init__(self, service: str, db: Database, bus: Bus, clock: Clock) -> None:
        self._service, self._db, self._bus, self._clock = service, db, bus, clock
        self._looked_at: datetime | None = None
        self._last_sequence = 0
        self._waiting = False
        self.worker = Worker("relay", self.step, idle_s=1.0)

    async def step(self) -> int:
        """Publish one batch; 0 when nothing is left or the bus is away."""
        try:
            if self._is_time_to_look():
                await self._compare_stream()
            sent = await self._publish_batch()
        except BUS_ERRORS as error:
            if not self._waiting:
                log.warning("relay.waiting", reason=type(error).__name__)
            self._waiting, self._looked_at = True, None
            return 0
        if self._waiting:
            log.info("relay.resumed")
            self._waiting = False
        return sent

    async def _publish_batch(self) -> int:
        async with self._db.reading() as tx:
            rows = await store.unsent(tx, _BATCH)
        if not rows:
            return 0
        self._last_sequence = max(
            self._last_sequence,
            await self._bus.publish([(row.subject, row.envelope, str(row.fact_id)) for row in rows]),
        )
        async with self._db.transaction() as tx:
            await store.mark_sent(tx, [row.said_at for row in rows], [row.position for row in rows])
        now = self._clock.now()
        for row in rows:
            _delay.observe(max(0.0, (now - row.said_at).total_seconds()))
        _relayed.inc(len(rows))
        return len(rows)

    def _is_time_to_look(self) -> bool:
        now = self._clock.now()
        if self._looked_at is None or abs((now - self._looked_at).total_seconds()) > _IDENTITY_EVERY_S:
            self._looked_at = now
            return True
        return False

    async def _compare_stream(self) -> None:
        info = await self._bus.ensure_stream(self._service)
        created, sequence = str(info.created), int(info.state.last_seq)
        async with self._db.transaction() as tx:
            known = await store.get_relay_state(tx)
            if known is not None and is_another_stream(known, created, sequence):
                again = await store.mark_all_unsent(tx)
                log.warning("relay.stream_lost", stream=stream_of(self._service), facts=again)
                sequence_known = 0
            else:
                sequence_known = max(sequence, self._last_sequence)
            self._last_sequence = sequence_known
            if known is None or known.stream_created_at != created or known.last_sequence != sequence_known:
                await store.put_relay_state(tx, created, sequence_known)


def is_another_stream(known: store.RelayState, created: str, sequence: int) -> bool:
    """Whether the stream was made anew, or lost what it had acknowledged."""
    return known.stream_created_at != created or sequence < known.last_sequence
