"""What the architecture tests look at: the services whose code is here, built but not running."""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

import brama
from brama.embedded.api_document import service_app
from brama.embedded.installation import built_services
from brama.kernel.runtime import SERVICES, Service

SOURCES = Path(brama.__file__).parent
CHECKOUT = SOURCES.parents[1]

# The ten services of the design. While some are being written the tests take those that have a wiring room;
# `test_all_services_are_here` fails until the list is complete, so that none is left out for good.
BUILT = tuple(built_services())
ALL = SERVICES


@cache
def modules_of(package: str) -> list[ModuleType]:
    """Every module of a package, imported."""
    root = importlib.import_module(package)
    found = [root]
    for info in pkgutil.walk_packages(root.__path__, f"{package}."):
        if not info.name.endswith(".__main__"):
            found.append(importlib.import_module(info.name))
    return found


@cache
def app_of(service: str) -> tuple[Service, Litestar]:
    """A service as its wiring composes it, over a database that is never asked."""
    return service_app(service)


def handlers_of(service: str) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    """Method, path and handler of every route that the service itself declares."""
    _, app = app_of(service)
    for route in app.routes:
        if not route.path.startswith(f"/api/{service}/v1"):
            continue
        found = [
            (str(method), handler)
            for handler in getattr(route, "route_handlers", [])
            if isinstance(handler, HTTPRouteHandler)
            for method in handler.http_methods
            if str(method) != "OPTIONS"
        ]
        for method, handler in sorted(found, key=lambda pair: pair[0]):  # the framework keeps them in a set
            yield method, route.path, handler


def rooms(folder: Path, pattern: str) -> list[Path]:
    """Files below a folder, sorted, without what tools leave behind."""
    return sorted(
        path
        for path in folder.rglob(pattern)
        if not any(
            part in {"__pycache__", "node_modules", "dist", ".svelte-kit"} or part.startswith(".brama")
            for part in path.relative_to(folder).parts
        )
    )


def title(node: Any) -> str:
    """How a thing is named in a failure: its path below the checkout."""
    return str(Path(node).relative_to(CHECKOUT))
