"""NATS JetStream: one stream per speaking service, one durable consumer per listener and speaker.

The bus may vanish with all it holds: streams and consumers are made again, and filled from the outboxes.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, StorageType, StreamConfig
from nats.js.errors import BadRequestError, NotFoundError

from brama.kernel.log import get_logger

log = get_logger()
_DAY_S = 24 * 3600
_KEPT_S = 30 * _DAY_S
_DUPLICATES_S = 120
_ACK_WAIT_S = 30
_IN_FLIGHT = 512
BUS_ERRORS = (nats.errors.Error, OSError, TimeoutError)


def stream_of(speaker: str) -> str:
    """The stream's name of a speaking service."""
    return speaker.upper()


class Bus:
    """A connection that comes back by itself."""

    def __init__(self, url: str, name: str) -> None:
        self._url, self._name = url, name
        self._client = Client()
        self._js: JetStreamContext | None = None

    async def connect(self) -> None:
        """Connect in the background: a broker that is not there yet is waited for."""

        async def on_error(error: Exception) -> None:
            log.debug("bus.error", error=str(error))

        await self._client.connect(
            self._url, name=self._name, allow_reconnect=True, max_reconnect_attempts=-1,
            reconnect_time_wait=1, connect_timeout=2, error_cb=on_error, ping_interval=5,
            max_outstanding_pings=2, pending_size=64 * 1024 * 1024,
        )  # fmt: skip
        self._js = self._client.jetstream(timeout=5, publish_async_max_pending=4096)

    @property
    def is_connected(self) -> bool:
        """Whether the broker answers now."""
        return self._client.is_connected

    @property
    def js(self) -> JetStreamContext:
        """JetStream; only after `connect`."""
        if self._js is None:
            raise nats.errors.ConnectionClosedError
        return self._js

    async def close(self) -> None:
        """Leave without waiting for what is unanswered."""
        if self._client.is_connected or self._client.is_reconnecting:
            await self._client.close()

    async def ensure_stream(self, speaker: str) -> Any:
        """The speaker's stream, made if it is not there; answers its StreamInfo."""
        try:
            return await self.js.stream_info(stream_of(speaker))
        except NotFoundError:
            config = StreamConfig(
                name=stream_of(speaker), subjects=[f"{speaker}.>"], storage=StorageType.FILE,
                max_age=_KEPT_S, duplicate_window=_DUPLICATES_S,
            )  # fmt: skip
            try:
                return await self.js.add_stream(config)
            except BadRequestError:  # another replica was faster
                return await self.js.stream_info(stream_of(speaker))

    async def ensure_consumer(self, listener: str, speaker: str, subjects: list[str]) -> None:
        """The listener's durable consumer on the speaker's stream, with exactly these subjects."""
        await self.ensure_stream(speaker)
        wanted = ConsumerConfig(
            durable_name=listener, deliver_subject=deliver_subject(listener, speaker), deliver_group=listener,
            deliver_policy=DeliverPolicy.ALL, ack_policy=AckPolicy.EXPLICIT, ack_wait=_ACK_WAIT_S,
            max_deliver=-1, max_ack_pending=_IN_FLIGHT, filter_subjects=sorted(subjects),
        )  # fmt: skip
        try:
            info = await self.js.consumer_info(stream_of(speaker), listener)
            if sorted(info.config.filter_subjects or []) != wanted.filter_subjects:
                await self.js.add_consumer(stream_of(speaker), wanted)  # an update in place
        except NotFoundError:
            await self.js.add_consumer(stream_of(speaker), wanted)

    async def backlog(self, listener: str, speaker: str) -> int:
        """How many facts of a speaker the listener has not finished."""
        info = await self.js.consumer_info(stream_of(speaker), listener)
        return (info.num_pending or 0) + (info.num_ack_pending or 0)

    async def listen(self, listener: str, speaker: str, take: Callable[[Msg], Awaitable[None]]) -> None:
        """Hand over each delivered message; shared with the other replicas of the listener."""
        await self._client.subscribe(deliver_subject(listener, speaker), queue=listener, cb=take)

    async def publish(self, messages: list[tuple[str, bytes, str]]) -> int:
        """Publish (subject, payload, id) and wait for every acknowledgement; answers the last sequence.

        Raises:
            BUS_ERRORS: some were not acknowledged; publish all again, the stream drops what it has.
        """
        waiting = [
            await self.js.publish_async(subject, payload, headers={"Nats-Msg-Id": message_id}, wait_stall=5)
            for subject, payload, message_id in messages
        ]
        acknowledged = await asyncio.wait_for(asyncio.gather(*waiting), 10)
        return max(answer.seq for answer in acknowledged)


def deliver_subject(listener: str, speaker: str) -> str:
    """Where the broker pushes a listener's messages; outside every stream's subjects."""
    return f"deliver.{listener}.{speaker}"
