"""The web side of a service: routes, callers, problems, idempotency, health, metrics, OpenAPI."""

import re
import time
from collections.abc import Sequence
from typing import Any, TypeAlias, TypeVar

import msgspec
from litestar import Litestar, Request, Response, Router, get
from litestar.di import NamedDependency, Provide
from litestar.enums import ScopeType
from litestar.handlers import HTTPRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import ASGIApp, ControllerRouterHandler, Message, Receive, Scope, Send

from brama import __version__
from brama.kernel import metrics
from brama.kernel.access import ACCESS, PUBLIC, Caller, Gatekeeper, check, guard
from brama.kernel.answers import Answers, locale_of
from brama.kernel.clock import Clock
from brama.kernel.correlation import correlated
from brama.kernel.database import Database
from brama.kernel.ids import new_id
from brama.kernel.log import get_logger
from brama.kernel.problem import FieldError, ValidationFailed
from brama.kernel.requests import StrictRequest, prepare_reading
from brama.kernel.texts import Texts

T = TypeVar("T")
Given: TypeAlias = NamedDependency[T]
"""What a handler is given by its parameter's name: by the kernel (see `_providers`) or the service's wiring."""
Db: TypeAlias = Given[Database]
Time: TypeAlias = Given[Clock]
By: TypeAlias = Given[Caller]

log = get_logger()
_texts = Texts.of("brama.kernel")
_EDGE_ENCODING = re.compile(r"-(?:gzip|zstd|br)$")
"""What the edge adds to the entity tag of an answer that it compresses; readers send the tag back as they got it."""
_requests = metrics.histogram("brama_http_request_seconds", "Requests", ("method", "route", "status"))


class Page(msgspec.Struct, frozen=True):
    """A page of a list; `next` goes into `?after=`, null at the end."""

    items: list[Any]
    next: str | None


def page(items: Sequence[Any], next_cursor: object | None) -> Page:
    """A page of a list as api.md has it."""
    return Page(list(items), None if next_cursor is None else str(next_cursor))


def etag(version: int) -> str:
    """A version as a strong entity tag."""
    return f'"{version}"'


class RouteIsOpen(Exception):
    """A route does not say who may use it; the service does not start."""


class Callers(ASGIMiddleware):
    """Finds out who calls, before guards ask."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, gatekeeper: Gatekeeper, clock: Clock) -> None:
        self._gatekeeper, self._clock = gatekeeper, clock

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        header = dict(scope["headers"]).get(b"authorization")
        authorization = header.decode("latin-1") if header else None
        access = scope["route_handler"].opt.get(ACCESS)
        scope["state"]["caller"] = await self._gatekeeper.caller(
            authorization, self._clock.now(), may_be_revoked=access is not None and access.revoked
        )
        await next_app(scope, receive, send)


def _caller(request: Request[Any, Any, Any]) -> Caller:
    return check(request.scope["state"]["caller"], request.scope["route_handler"].opt[ACCESS])


def _locale(request: Request[Any, Any, Any]) -> str:
    return locale_of(request.headers.get("accept-language", ""))


def _idempotency_key(request: Request[Any, Any, Any]) -> str:
    return str(request.scope["state"]["idempotency_key"])


def _if_match(request: Request[Any, Any, Any]) -> int | None:
    header = request.headers.get("if-match")
    if header is None:
        return None
    number = _EDGE_ENCODING.sub("", header.strip().removeprefix("W/").strip('"'))
    if not (number.isascii() and number.isdecimal()) or len(number) > 9:
        detail = _texts("field.version", locale=_locale(request))
        raise ValidationFailed([FieldError("/header/If-Match", detail)])
    return int(number)


def build_app(
    service: str,
    *,
    routes: Sequence[ControllerRouterHandler],
    answers: Answers,
    middleware: Sequence[ASGIMiddleware],
    db: Database,
    clock: Clock,
    dependencies: dict[str, Any],
    health: Sequence[ControllerRouterHandler] = (),
    largest_body: int = 12 * 1024 * 1024,
) -> Litestar:
    """The Litestar application of a service.

    Raises:
        RouteIsOpen: a route lacks `opt=allow(…)`, `SIGNED_IN` or `PUBLIC`.
    """
    app = Litestar(
        [Router(f"/api/{service}/v1", route_handlers=list(routes)), *health],
        dependencies=_providers({"db": db, "clock": clock, **dependencies}),
        request_class=StrictRequest,
        guards=[guard],
        middleware=list(middleware),
        exception_handlers={Exception: answers.handler},
        request_max_body_size=largest_body,
        openapi_config=OpenAPIConfig(
            title=f"Brama {service}",
            version=__version__,
            path=f"/api/{service}/openapi",
            render_plugins=[JsonRenderPlugin()],
            use_handler_docstrings=True,
        ),
        opt={},
        logging_config=None,
        debug=False,
    )
    _refuse_open_routes(app)
    prepare_reading(app)
    return app


def _providers(given: dict[str, Any]) -> dict[str, Provide]:
    return {
        **{name: Provide(_constant(value), sync_to_thread=False) for name, value in given.items()},
        "caller": Provide(_caller, sync_to_thread=False),
        "locale": Provide(_locale, sync_to_thread=False),
        "if_match": Provide(_if_match, sync_to_thread=False),
        "idempotency_key": Provide(_idempotency_key, sync_to_thread=False),
    }


def _constant(value: Any) -> Any:
    def provide() -> Any:
        return value

    return provide


def _refuse_open_routes(app: Litestar) -> None:
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            is_schema = "/openapi" in route.path
            if isinstance(handler, HTTPRouteHandler) and ACCESS not in handler.opt:
                if is_schema or handler.http_methods == {"OPTIONS"}:
                    handler.opt.update(PUBLIC)
                else:
                    raise RouteIsOpen(f"{sorted(handler.http_methods)} {route.path}")


class Edge:
    """Around the whole application: the chain's id, measures, one log line per refused or failed request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        incoming = dict(scope["headers"]).get(b"x-correlation-id")
        correlation = incoming.decode("latin-1")[:64] if incoming else str(new_id())
        started, status = time.perf_counter(), 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message.get("headers", []), (b"x-correlation-id", correlation.encode())]
                message = {**message, "headers": headers}
            await send(message)

        with correlated(correlation):
            await self._app(scope, receive, noted)
            taken = time.perf_counter() - started
            template = scope.get("path_template") or "unknown"
            _requests.labels(scope["method"], template, status).observe(taken)
            if status >= 500:
                log.warning("request.answered", method=scope["method"], route=template, status=status)


@get("/metrics", opt=PUBLIC, include_in_schema=False)
async def measures() -> Response[bytes]:
    """Everything that is measured, for Prometheus."""
    return Response(metrics.rendered(), media_type=metrics.CONTENT_TYPE)
