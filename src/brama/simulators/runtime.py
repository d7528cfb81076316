"""How every simulator starts, listens and ends: flags, templates, uvicorn."""

import argparse
import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
import uvicorn
from litestar import Litestar, Request, Response, get
from litestar.exceptions import HTTPException
from litestar.types import Scope

from brama.simulators.agenda import Agenda

KYIV = ZoneInfo("Europe/Kyiv")


def flags(name: str, description: str) -> argparse.ArgumentParser:
    """The flags that all simulators share."""
    parser = argparse.ArgumentParser(prog=f"python -m brama.simulators.{name}", description=description)
    parser.add_argument("--port", type=int, required=True, help="HTTP port to listen on")
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to listen on (default: %(default)s)",
    )
    parser.add_argument("--data", type=Path, required=True, help="SQLite file that holds everything")
    parser.add_argument(
        "--public-url",
        help="how browsers reach this simulator (default: http://HOST:PORT)",
    )
    parser.add_argument("--unlimited", action="store_true", help="no request limits, for load tests")
    return parser


def public_url(options: argparse.Namespace) -> str:
    """The base address for links, without a slash at the end."""
    given: str | None = options.public_url
    return (given or f"http://{options.host}:{options.port}").rstrip("/")


def serve(app: Litestar, options: argparse.Namespace) -> None:
    """Listen until SIGTERM or SIGINT; requests that hang (a played timeout) do not delay the end."""
    config = uvicorn.Config(
        app,
        host=options.host,
        port=options.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=0,
    )
    logging.getLogger("uvicorn.error").addFilter(lambda record: "graceful" not in str(record.msg))
    uvicorn.Server(config).run()


def lifespan(agenda: Agenda, *closing: Callable[[], Any]) -> Callable[[Litestar], Any]:
    """Run the agenda while the app lives; call `closing` in order when it ends."""

    @asynccontextmanager
    async def living(_: Litestar) -> AsyncIterator[None]:
        task = asyncio.create_task(agenda.run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            for close in closing:
                result = close()
                if asyncio.iscoroutine(result):
                    await result

    return living


@get("/health/live")
async def health_live() -> dict[str, str]:
    return {"status": "ok"}


@get("/health/ready")
async def health_ready() -> dict[str, str]:
    return {"status": "ok"}


HEALTH = [health_live, health_ready]


def templates(package: str) -> jinja2.Environment:
    """The package's `templates/`, with the shared shell and the filters for money and time."""
    loader = jinja2.ChoiceLoader([jinja2.PackageLoader(package), jinja2.PackageLoader("brama.simulators")])
    env = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    env.filters["hryvnias"] = hryvnias
    env.filters["kyiv"] = kyiv
    return env


def hryvnias(minor: int) -> str:
    """1 234,50: as people write it, with a no-break space between thousands."""
    whole, rest = divmod(abs(minor), 100)
    return f"{'−' if minor < 0 else ''}{whole:,}".replace(",", "\u00a0") + f",{rest:02d}"


def kyiv(moment: float | str, form: str = "%d.%m.%Y %H:%M:%S") -> str:
    """Unix seconds or RFC 3339 text as Kyiv's wall clock."""
    if isinstance(moment, str):
        return datetime.fromisoformat(moment.replace("Z", "+00:00")).astimezone(KYIV).strftime(form)
    return datetime.fromtimestamp(moment, UTC).astimezone(KYIV).strftime(form)


def language(request: Request[Any, Any, Any]) -> str:
    """`uk` or `en`: from ?lang=, else from Accept-Language, else Ukrainian."""
    asked = str(request.query_params.get("lang", "")) or request.headers.get("accept-language", "")
    first = asked.split(",")[0].strip().lower()
    return "en" if first.startswith("en") else "uk"


def html(text: str, status_code: int = 200, **headers: str) -> Response[str]:
    """A page; header names are written with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(text, media_type="text/html", status_code=status_code, headers=named)


async def report_surprise(failure: Exception, _: Scope) -> None:
    """A simulator's own defect is printed whole; what it was meant to refuse is not."""
    if isinstance(failure, HTTPException):
        return
    traceback.print_exception(failure)
