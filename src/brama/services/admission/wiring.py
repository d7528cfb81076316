"""Admission put together."""

import asyncio
from contextlib import suppress

from brama.kernel.database import Database, DatabaseUnreachable
from brama.kernel.log import get_logger
from brama.kernel.runtime import Kernel, Service
from brama.kernel.worker import Worker
from brama.services.admission import store
from brama.services.admission.config import AdmissionConfig
from brama.services.admission.feed import Bells
from brama.services.admission.http import PROBLEMS, ROUTES
from brama.services.admission.operations import projections
from brama.services.admission.subscribers import heard

CONFIG = AdmissionConfig
log = get_logger()
_LISTEN_AGAIN_S = 1.0


def build(kernel: Kernel, config: AdmissionConfig) -> Service:
    """The service, ready to run."""
    bells = Bells()
    ears = Ears(kernel.db, bells)

    async def take_news() -> int:
        return await projections.take_news(kernel.db, kernel.clock, bells)

    async def keep_epoch() -> None:
        await projections.keep_epoch(kernel.db)

    newsroom = Worker("take_news", take_news)
    return Service(
        name="admission",
        routes=ROUTES,
        problems=PROBLEMS,
        heard=heard(newsroom),
        workers=[newsroom],
        dependencies={"bells": bells, "config": config, "stopping": kernel.stopping},
        on_start=[keep_epoch, ears.open],
        on_stop=[ears.close],
    )


class Ears:
    """Hears other replicas' commits; while it cannot, streams poll."""

    def __init__(self, db: Database, bells: Bells) -> None:
        self._db, self._bells = db, bells
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        self._task = asyncio.create_task(self._listen())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _listen(self) -> None:
        while True:
            try:
                await store.listen(self._db, self._bells.ring)
            except DatabaseUnreachable:
                log.debug("feed.deaf", reason="database unreachable")
            except Exception:  # the edge: streams poll until it works again
                log.warning("feed.deaf", exc_info=True)
            await asyncio.sleep(_LISTEN_AGAIN_S)
