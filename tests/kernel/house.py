"""A small web service for the kernel's tests: real middleware, guards, database; no business."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import UUID

import httpx
import msgspec
from litestar import Request, Response, get, patch, post
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody, QueryParameter

from brama.kernel.access import PUBLIC, SIGNED_IN, Gatekeeper, allow
from brama.kernel.answers import Answers
from brama.kernel.clock import Clock
from brama.kernel.config import CommonConfig
from brama.kernel.database import Database
from brama.kernel.facts import FACTS
from brama.kernel.idempotency import Idempotency, creates
from brama.kernel.ids import new_id
from brama.kernel.keys import TrustedKeys
from brama.kernel.outbox import say
from brama.kernel.problem import Problem, TooManyRequests, Unavailable, VersionConflict
from brama.kernel.secrets import Sealer
from brama.kernel.texts import Texts
from brama.kernel.web import By, Callers, Db, Edge, Given, Time, build_app, etag, page
from tests.kernel.small import ThingDone
from tests.support.keys import MASTER_KEY, TRUST_KEYS

API = "/api/house/v1"
assert FACTS


class ThingTaken(Problem):
    """There is a thing of that name."""

    PUBLIC = ("name",)


class Size(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nested, to see pointers."""

    height: Annotated[int, msgspec.Meta(ge=1, le=100)]
    is_tall: bool = False
    ratio: float = 1.0


class ThingIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a client sends."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    sizes: list[Size] = []
    data: Size | None = None
    owner: UUID | None = None


class ThingOut(msgspec.Struct, frozen=True):
    """What it gets."""

    id: UUID
    name: str


async def _add(db: Database, clock: Clock, name: str) -> ThingOut:
    async with db.transaction() as tx:
        thing = ThingOut(new_id(), name)
        if await tx.raw.fetchval("select 1 from thing where name = $1", name):
            raise ThingTaken(name=name)
        await tx.raw.execute("insert into thing values ($1, $2)", thing.id, name)
        await say(tx, ThingDone(aggregate_id=name, aggregate_version=1, occurred_at=clock.now(), name=name))
    return thing


@post("/things", opt=PUBLIC | creates())
async def add_thing(data: JSONBody[ThingIn], db: Db, clock: Time) -> Response[ThingOut]:
    """Make a thing."""
    thing = await _add(db, clock, data.name)
    if data.name.startswith("breaks"):
        raise RuntimeError("secret words of the inside")
    if data.name.startswith("crash"):
        async with db.transaction() as tx:
            await tx.raw.execute("select pg_terminate_backend(pg_backend_pid())")
    return Response(thing, headers={"ETag": etag(1), "Set-Cookie": "never=kept"})


@post("/own", opt=PUBLIC | creates(own=True))
async def add_own(data: JSONBody[ThingIn], idempotency_key: Given[str]) -> dict[str, str]:
    """See to the key itself."""
    return {"key": idempotency_key}


@post("/plain", opt=PUBLIC, status_code=200)
async def read_back(data: JSONBody[ThingIn]) -> ThingIn:
    """Give back what was understood."""
    return data


@post("/many", opt=PUBLIC, status_code=200)
async def read_many(data: JSONBody[list[Size]]) -> int:
    """A body that is a list."""
    return len(data)


@post("/optional", opt=PUBLIC, status_code=200)
async def read_optional(data: JSONBody[Size | None] = None) -> dict[str, bool]:
    """A body that may be absent."""
    return {"given": data is not None}


@get("/things", opt=PUBLIC)
async def list_things(
    limit: Annotated[int, QueryParameter(ge=1, le=5)] = 3,
    wanted: Annotated[UUID | None, QueryParameter(name="id")] = None,
    is_open: FromQuery[bool] = False,
    number: Annotated[int | None, HeaderParameter(name="X-Number")] = None,
) -> Any:
    """Parameters of every kind."""
    return page([limit, wanted, is_open, number], None)


@get("/needs", opt=PUBLIC)
async def needs(
    words: Annotated[str, QueryParameter(name="q", min_length=2)],
    token: Annotated[str, HeaderParameter(name="X-Token")],
) -> str:
    """Both are required."""
    return words + token


@get("/things/{name:str}", opt=PUBLIC)
async def show_thing(name: FromPath[str], db: Db) -> dict[str, str | None]:
    """Look one up."""
    async with db.reading() as tx:
        return {"name": await tx.raw.fetchval("select name from thing where name = $1", name)}


@get("/numbers/{number:int}", opt=PUBLIC)
async def show_number(number: FromPath[int], db: Db) -> dict[str, int]:
    """Let the database see a number."""
    async with db.reading() as tx:
        return {"number": await tx.raw.fetchval("select $1::int", number)}


@patch("/things/{name:str}", opt=PUBLIC)
async def change_thing(name: FromPath[str], if_match: Given[int | None]) -> dict[str, int | None]:
    """Take a version."""
    if if_match == 7:
        raise VersionConflict(current=8)
    return {"version": if_match}


@get("/busy", opt=PUBLIC)
async def busy() -> None:
    """Too often."""
    raise TooManyRequests(retry_after_s=17)


@get("/away", opt=PUBLIC)
async def away() -> None:
    """Not now."""
    raise Unavailable()


@get("/mine", opt=SIGNED_IN)
async def mine(caller: By) -> dict[str, str]:
    """For everybody who is signed in."""
    return {"principal": caller.principal, "name": caller.name}


@get("/books/{organiser_id:uuid}", opt=allow("owner", "accountant"))
async def books(organiser_id: FromPath[UUID], caller: By) -> list[UUID]:
    """For some roles at one organiser."""
    caller.within(organiser_id)
    return caller.organisers()


@get("/gate/{organiser_id:uuid}", opt=allow("owner", device=True))
async def gate(organiser_id: FromPath[UUID], caller: By) -> list[UUID]:
    """For devices too."""
    caller.within(organiser_id)
    return caller.gate_ids


@post("/kept/{organiser_id:uuid}", opt=allow("owner") | creates())
async def keep_thing(
    organiser_id: FromPath[UUID], data: JSONBody[ThingIn], caller: By, db: Db, clock: Time,
    request: Request[Any, Any, Any],
) -> ThingOut:  # fmt: skip
    """Make a thing as somebody."""
    caller.within(organiser_id)
    return await _add(db, clock, f"{data.name}-{caller.name}")


ROUTES = [
    add_thing, add_own, read_back, read_many, read_optional, list_things, needs, show_thing, show_number,
    change_thing, busy, away, mine, books, gate, keep_thing,
]  # fmt: skip


def config(**overrides: Any) -> CommonConfig:
    """Settings of a service that never runs."""
    given: dict[str, Any] = {
        "database_url": "postgresql://", "nats_url": "nats://", "http_port": 1, "public_origin": "http://x",
        "master_key": MASTER_KEY, "trust_keys": TRUST_KEYS, "private_blobs": "", "public_blobs": "",
    }  # fmt: skip
    return CommonConfig(**{**given, **overrides})


@asynccontextmanager
async def house(db: Database, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the small web service."""
    app = build_app(
        "house",
        routes=ROUTES,
        answers=Answers(Texts.of("brama.kernel"), {ThingTaken: 409}),
        middleware=[
            Callers(Gatekeeper(db, TrustedKeys(db, config())), clock),
            Idempotency(db, Sealer(MASTER_KEY), clock),
        ],
        db=db,
        clock=clock,
        dependencies={},
    )
    transport = httpx.ASGITransport(app=Edge(app), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=f"http://house{API}/") as client:
        yield client
