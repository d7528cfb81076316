"""The API's description, made from the services' code alone: no database, broker or settings are needed."""

import asyncio
import importlib
from pathlib import Path
from tempfile import TemporaryDirectory

from litestar import Litestar

from brama import __version__
from brama.embedded.installation import built_services
from brama.embedded.machine import Machine
from brama.embedded.settings import write_settings
from brama.kernel import runtime
from brama.kernel.clock import SystemClock
from brama.kernel.database import Database
from brama.kernel.openapi import Document, described, merged


def api_document() -> Document:
    """The OpenAPI document of everything under /api."""
    with TemporaryDirectory(prefix="brama-openapi-") as folder:
        settings = _settings(Path(folder))
        documents = {name: described(asyncio.run(_composed(name, settings))[1]) for name in built_services()}
    return merged(documents, version=__version__, abouts={name: about(name) for name in documents})


def service_app(service: str) -> tuple[runtime.Service, Litestar]:
    """A service composed as it would run, and its web side; its database is never asked."""
    with TemporaryDirectory(prefix="brama-openapi-") as folder:
        return asyncio.run(_composed(service, _settings(Path(folder))))


def about(service: str) -> str:
    """What a service is for: the first line of its package."""
    words = importlib.import_module(f"brama.services.{service}").__doc__ or service
    return words.strip().splitlines()[0]


def _settings(folder: Path) -> Path:
    machine = Machine(folder)
    write_settings(machine)
    return machine.settings_file


async def _composed(service: str, settings: Path) -> tuple[runtime.Service, Litestar]:
    config, compose = runtime.build(service, settings)
    db = await Database.connect(config.database_url, schema=service, size=1)  # connects when first asked
    kernel = runtime.Kernel.of(service, config, db, SystemClock())
    running = runtime.Running(kernel, compose(kernel))
    await db.close()
    return running.service, running.web
