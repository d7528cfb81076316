"""The courier: what is due is claimed, handed over outside of any transaction, and its outcome recorded."""

import asyncio
from datetime import timedelta
from typing import Final

from brama.contracts.delivery import EmailFailed, EmailSent
from brama.kernel import outbox
from brama.kernel.clock import Clock
from brama.kernel.correlation import correlated
from brama.kernel.database import Database
from brama.kernel.log import get_logger
from brama.kernel.metrics import counter, histogram
from brama.kernel.worker import Worker
from brama.services.delivery import facts, store
from brama.services.delivery.domain import Email, next_attempt
from brama.services.delivery.ports import Post, Refused, TryLater
from brama.services.delivery.rendering import Renderer

log = get_logger()
# A claim that is over belongs to a process that died: it must outlast the longest handing over.
_LONGEST_S: Final = 25.0
_CLAIMED_FOR: Final = timedelta(seconds=30)
_FINISH_WITHIN_S: Final = 2.0
_LOOK_AGAIN_S: Final = 0.2
_outcomes = counter("brama_emails_total", "Attempts to hand an e-mail over", ("kind", "outcome"))
_delay = histogram("brama_email_delay_seconds", "From an e-mail's cause to the server's acceptance")


class Courier:
    """Carries up to `at_once` e-mails at the same time; a slow one keeps no other waiting."""

    def __init__(
        self, db: Database, clock: Clock, post: Post, renderer: Renderer, *, at_once: int, patience: timedelta
    ) -> None:
        self._db, self._clock, self._post, self._renderer = db, clock, post, renderer
        self._at_once, self._patience = at_once, patience
        self._under_way: set[asyncio.Task[None]] = set()
        self.worker = Worker("send", self.step, idle_s=1.0)

    async def step(self) -> int:
        """Start what is due as far as there is room, or wait a little for what is under way; 0 when idle."""
        room = self._at_once - len(self._under_way)
        due = await self._claim(room) if room else []
        for email in due:
            task = asyncio.create_task(self._carry(email))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        if due or not self._under_way:
            return len(due)
        await asyncio.wait(self._under_way, timeout=_LOOK_AGAIN_S, return_when=asyncio.FIRST_COMPLETED)
        return 1

    async def stop(self) -> None:
        """Finish what is under way, or leave it to the next process, and let the connections go."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=_FINISH_WITHIN_S)
        for task in list(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self._post.close()

    async def _claim(self, room: int) -> list[Email]:
        now = self._clock.now()
        async with self._db.transaction() as tx:
            return await store.claim_due(tx, now, now + _CLAIMED_FOR, room)

    async def _carry(self, email: Email) -> None:
        with correlated(email.correlation_id):
            try:
                async with asyncio.timeout(_LONGEST_S):
                    await self._post.send(await self._renderer.parcel(email))
            except Refused as refusal:
                await self._fail(email, refusal.code, str(refusal))
            except TryLater as delay:
                await self._put_off(email, delay.code, str(delay))
            except TimeoutError:
                await self._put_off(email, "timeout", "the server took too long")
            except Exception as error:  # a letter that cannot be made must neither vanish nor stop the others
                log.error("email.not_made", email_id=str(email.id), exc_info=True)
                await self._put_off(email, "internal", f"{type(error).__name__}: {error}")
            else:
                await self._sent(email)

    async def _sent(self, email: Email) -> None:
        now = self._clock.now()
        async with self._db.transaction() as tx:
            version = await store.put_sent(tx, email.id, now)
            if version is not None:
                await outbox.say(tx, facts.of_email(EmailSent, email, version, now))
        _outcomes.labels(email.kind, "sent").inc()
        _delay.observe(max(0.0, (now - email.queued_at).total_seconds()))
        log.info("email.sent", email_id=str(email.id), kind=email.kind, order_code=email.order_code)

    async def _put_off(self, email: Email, code: str, words: str) -> None:
        now = self._clock.now()
        again = next_attempt(email.attempts, email.queued_at, now, self._patience)
        if again is None:
            await self._fail(email, code, words)
            return
        async with self._db.transaction() as tx:
            await store.put_off(tx, email.id, again, words[:500])
        _outcomes.labels(email.kind, "put_off").inc()
        log.warning("email.put_off", email_id=str(email.id), code=code, attempts=email.attempts)

    async def _fail(self, email: Email, code: str, words: str) -> None:
        now = self._clock.now()
        async with self._db.transaction() as tx:
            version = await store.put_failed(tx, email.id, words[:500])
            if version is not None:
                await outbox.say(tx, facts.of_email(EmailFailed, email, version, now, reason=code))
        _outcomes.labels(email.kind, "failed").inc()
        log.error("email.failed", email_id=str(email.id), code=code, attempts=email.attempts)
