"""Who calls, and what that allows: refused unless a route says otherwise."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from brama.kernel import kernel_store as store
from brama.kernel.database import Database
from brama.kernel.keys import TrustedKeys
from brama.kernel.problem import Forbidden, NotFound, Unauthenticated
from brama.kernel.tokens import BadToken, TokenGrant, verify

ACCESS = "access"
BEARS = "bears"


class Access(msgspec.Struct, frozen=True):
    """Who may use a route."""

    roles: frozenset[str] = frozenset()
    device: bool = False
    revoked: bool = False
    signed_in: bool = False
    public: bool = False


PUBLIC: dict[str, Any] = {ACCESS: Access(public=True)}
SIGNED_IN: dict[str, Any] = {ACCESS: Access(signed_in=True)}


def allow(*roles: str, device: bool = False, revoked: bool = False) -> dict[str, Any]:
    """Staff with one of the roles (at the organiser that the operation names), and gate devices if said.

    `revoked` lets a device in that lost its rights: what it did before must still be told. The operation
    judges what came after.
    """
    return {ACCESS: Access(roles=frozenset(str(role) for role in roles), device=device, revoked=revoked)}


def bears(*headers: str) -> dict[str, Any]:
    """Tells readers of the API that a route looks at these tokens, which the operation checks itself."""
    return {BEARS: headers}


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Who calls. `roles` are those of the route, so that operations ask only where."""

    kind: Literal["staff", "device", "anonymous"]
    id: UUID | None = None
    name: str = ""
    grants: list[TokenGrant] = []
    organiser_id: UUID | None = None
    event_ids: list[UUID] = []
    gate_ids: list[UUID] = []
    session_id: UUID | None = None
    expires_at: datetime | None = None
    authority_version: int = 0
    roles: frozenset[str] = frozenset()

    @property
    def principal(self) -> str:
        """The name under which idempotency keys are kept."""
        return f"{self.kind}:{self.id}" if self.id else "anonymous"

    def organisers(self, *roles: str) -> list[UUID]:
        """Where the caller has one of these roles (default: one of the route's)."""
        if self.kind == "device":
            return [self.organiser_id] if self.organiser_id else []
        wanted = set(roles) or self.roles
        return [grant.organiser_id for grant in self.grants if grant.role in wanted]

    def within(self, organiser_id: UUID | None) -> None:
        """Let pass who may use this route at this organiser.

        Raises:
            NotFound: the caller has nothing to do with the organiser: its things do not exist for them.
            Forbidden: the caller's role there is not enough.
        """
        if self.kind == "device":
            if organiser_id != self.organiser_id:
                raise NotFound()
            return
        roles_there = {grant.role for grant in self.grants if grant.organiser_id == organiser_id}
        if not roles_there:
            raise NotFound()
        if not roles_there & self.roles:
            raise Forbidden()


ANONYMOUS = Caller(kind="anonymous")


class Gatekeeper:
    """Turns a bearer token into a caller, with what was heard of authority since."""

    def __init__(self, db: Database, trusted: TrustedKeys) -> None:
        self._db, self._trusted = db, trusted

    async def caller(
        self, authorization: str | None, now: datetime, *, may_be_revoked: bool = False
    ) -> Caller:
        """The caller behind an Authorization header; anonymous without one.

        Raises:
            Unauthenticated: the token is bad, over, or older than the person's authority.
        """
        if not authorization:
            return ANONYMOUS
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated()
        try:
            claims = await verify(token, self._trusted, now)
        except BadToken:
            raise Unauthenticated() from None
        caller = Caller(
            kind=claims.kind, id=claims.sub, name=claims.name, grants=claims.grants,
            organiser_id=claims.organiser_id, event_ids=claims.event_ids, gate_ids=claims.gate_ids,
            session_id=claims.sid, expires_at=datetime.fromtimestamp(claims.exp, now.tzinfo),
            authority_version=claims.av,
        )  # fmt: skip
        may_stay = may_be_revoked and caller.kind == "device"
        if not may_stay and not await is_trusted(self._db, caller):
            raise Unauthenticated()
        return caller


async def is_trusted(db: Database, caller: Caller) -> bool:
    """Whether what was heard of the caller since the token was made leaves its rights as they were."""
    async with db.reading() as tx:
        if caller.kind == "device":
            return caller.id is not None and not await store.is_device_revoked(tx, caller.id)
        authority = await store.get_authority(tx, caller.id)
    return authority is None or (authority.is_active and caller.authority_version >= authority.version)


def check(caller: Caller, access: Access) -> Caller:
    """The caller as the route sees it.

    Raises:
        Unauthenticated: nobody is signed in where somebody has to be.
        Forbidden: none of the caller's roles, anywhere, is one of the route's.
    """
    if access.public:
        return msgspec.structs.replace(caller, roles=access.roles)
    if caller.kind == "anonymous":
        raise Unauthenticated()
    if caller.kind == "device":
        if not access.device:
            raise Forbidden()
    elif not access.signed_in and not any(grant.role in access.roles for grant in caller.grants):
        raise Forbidden()
    return msgspec.structs.replace(caller, roles=access.roles)


def guard(connection: "ASGIConnection[Any, Any, Any, Any]", handler: BaseRouteHandler) -> None:
    """Litestar's guard on every route: default-deny."""
    check(connection.scope["state"]["caller"], handler.opt[ACCESS])
