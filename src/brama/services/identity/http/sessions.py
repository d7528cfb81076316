"""Sessions over HTTP: a refresh token in the body for programs, in a cookie for the admin."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath, JSONBody

from brama.kernel.access import PUBLIC, SIGNED_IN
from brama.kernel.web import By, Db, Given, Page, Time, page
from brama.services.identity import errors
from brama.services.identity.config import IdentityConfig
from brama.services.identity.domain.sessions import Transport
from brama.services.identity.http.fields import Code, Password, Secret, client_address, person
from brama.services.identity.operations import sessions
from brama.services.identity.operations.sessions import Credentials, SessionDesk, SignedIn
from brama.shared.roles import Role

COOKIE = "__Host-brama"
CSRF_HEADER = "x-brama-csrf"


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`transport` cookie: the refresh token goes into a cookie that no script can read."""

    email: Annotated[str, msgspec.Meta(max_length=254)]
    password: Password
    totp: Code | None = None
    transport: Transport = "body"


class Refresh(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Without a token the cookie is meant."""

    refresh_token: Secret | None = None


class RoleView(msgspec.Struct, frozen=True):
    """A role at an organiser."""

    organiser_id: UUID
    role: Role


class StaffView(msgspec.Struct, frozen=True):
    """Who is signed in."""

    id: UUID
    name: str
    roles: list[RoleView]


class SignedInView(msgspec.Struct, frozen=True):
    """A session's tokens; `refresh_token` is null when it is in the cookie."""

    access_token: str
    expires_at: datetime
    refresh_token: str | None
    staff: StaffView


class SessionView(msgspec.Struct, frozen=True):
    """Where somebody is signed in."""

    id: UUID
    user_agent: str
    started_at: datetime
    used_at: datetime
    is_current: bool


@post("/sessions", opt=PUBLIC)
async def sign_in(
    data: JSONBody[SignIn],
    request: Request[Any, Any, Any],
    db: Db,
    clock: Time,
    desk: Given[SessionDesk],
    settings: Given[IdentityConfig],
) -> Response[SignedInView]:
    """Sign in."""
    if data.transport == "cookie":
        _ensure_own_origin(request, settings)
    credentials = Credentials(
        email=data.email,
        password=data.password,
        totp=data.totp,
        transport=data.transport,
        user_agent=request.headers.get("user-agent", "")[:200],
        address=client_address(request),
    )
    signed_in = await sessions.sign_in(db, clock, desk, credentials=credentials)
    return _answer(signed_in, data.transport, settings)


@post("/sessions/refresh", opt=PUBLIC)
async def refresh(
    request: Request[Any, Any, Any],
    db: Db,
    clock: Time,
    desk: Given[SessionDesk],
    settings: Given[IdentityConfig],
    data: JSONBody[Refresh | None] = None,
) -> Response[SignedInView]:
    """Prolong a session; the refresh token is replaced by its successor."""
    secret = data.refresh_token if data else None
    transport: Transport = "body"
    if secret is None:
        _ensure_own_page(request, settings)
        secret, transport = request.cookies.get(COOKIE), "cookie"
    if not secret:
        raise errors.SessionEnded()
    signed_in = await sessions.refresh_session(db, clock, desk, secret=secret, transport=transport)
    return _answer(signed_in, transport, settings)


@get("/sessions", opt=SIGNED_IN)
async def list_sessions(caller: By, db: Db, clock: Time, desk: Given[SessionDesk]) -> Page:
    """Where I am signed in, the latest used first."""
    person(caller)
    found = await sessions.list_sessions(db, clock, caller=caller, lifetimes=desk.lifetimes)
    views = [
        SessionView(item.id, item.user_agent, item.started_at, item.used_at, item.id == caller.session_id)
        for item in found
    ]
    return page(views, None)


@delete("/sessions/current", opt=SIGNED_IN, status_code=204)
async def sign_out(caller: By, db: Db, clock: Time) -> Response[None]:
    """Sign out here."""
    person(caller)
    await sessions.end_session(db, clock, caller=caller, session_id=caller.session_id)
    return Response(None, status_code=204, cookies=[_cookie("", life_s=0)])


@delete("/sessions/{session_id:uuid}", opt=SIGNED_IN, status_code=204)
async def end_session(session_id: FromPath[UUID], caller: By, db: Db, clock: Time) -> None:
    """Sign out elsewhere."""
    person(caller)
    await sessions.end_session(db, clock, caller=caller, session_id=session_id)


ROUTES = [sign_in, refresh, list_sessions, sign_out, end_session]


def _answer(signed_in: SignedIn, transport: Transport, settings: IdentityConfig) -> Response[SignedInView]:
    roles = [RoleView(role.organiser_id, role.role) for role in signed_in.roles]
    in_cookie = transport == "cookie"
    view = SignedInView(
        access_token=signed_in.access.text,
        expires_at=signed_in.access.expires_at,
        refresh_token=None if in_cookie else signed_in.refresh_secret,
        staff=StaffView(signed_in.staff.id, signed_in.staff.name, roles),
    )
    cookies = [_cookie(signed_in.refresh_secret, life_s=settings.session_total_s)] if in_cookie else []
    return Response(view, status_code=201, cookies=cookies, headers={"Cache-Control": "no-store"})


def _cookie(value: str, *, life_s: int) -> Cookie:
    return Cookie(
        key=COOKIE, value=value, path="/", max_age=life_s, secure=True, httponly=True, samesite="strict"
    )


def _ensure_own_page(request: Request[Any, Any, Any], settings: IdentityConfig) -> None:
    """A header that no form can send, and no other origin's script may: the cookie alone proves nothing."""
    if request.headers.get(CSRF_HEADER) != "1":
        raise errors.CsrfRefused()
    _ensure_own_origin(request, settings)


def _ensure_own_origin(request: Request[Any, Any, Any], settings: IdentityConfig) -> None:
    if request.headers.get("origin", settings.public_origin) != settings.public_origin:
        raise errors.CsrfRefused()
