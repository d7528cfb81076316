"""Publishing's composition root."""

from datetime import datetime, timedelta

from brama.kernel.runtime import Kernel, Service
from brama.kernel.schedule import Schedule
from brama.kernel.worker import Worker
from brama.services.publishing import http, operations, subscribers
from brama.services.publishing.config import PublishingConfig
from brama.services.publishing.operations import Press
from brama.services.publishing.pages import Pages
from brama.services.publishing.providers.folder import Folder
from brama.services.publishing.providers.vite import ViteBuild

CONFIG = PublishingConfig


def build(kernel: Kernel, config: PublishingConfig) -> Service:
    """Publishing over its kernel."""
    db, clock = kernel.db, kernel.clock
    pages = Pages(config.public_origin, ViteBuild(config.shop_build))
    press = Press(Folder(config.site_folder), pages, kernel.blobs, config.public_origin)

    async def write() -> int:
        return await operations.write_next(db, clock, press)

    writer = Worker("write_pages", write)

    async def rebuild() -> None:
        if await operations.rebuild_if_needed(db, press.site, pages.digest(), now=clock.now()):
            writer.wake()

    async def turn(_: datetime) -> None:
        if await operations.mark_turned(db, now=clock.now()):
            writer.wake()

    async def look(_: datetime) -> None:
        await rebuild()

    return Service(
        name="publishing",
        routes=http.ROUTES,
        problems=http.PROBLEMS,
        heard=subscribers.heard(clock, writer.wake),
        schedules=[
            Schedule("turn_pages", timedelta(seconds=1), turn),
            Schedule("rebuild_if_needed", timedelta(seconds=10), look),
        ],
        workers=[writer],
        on_start=[rebuild],
    )
