"""Creating requests happen once: key, work and answer are committed together, and the answer is replayed."""

import hashlib
from typing import Any, Literal

import msgspec
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from brama.kernel import kernel_store as store
from brama.kernel.access import ACCESS, check
from brama.kernel.clock import Clock
from brama.kernel.database import Database
from brama.kernel.problem import BodyTooLarge, IdempotencyConflict, IdempotencyKeyRequired
from brama.kernel.secrets import Sealer

CREATES = "creates"
KEPT_H = 48
_LONGEST_KEY = 200
_LARGEST_BODY = 12 * 1024 * 1024
_KEPT_HEADERS = frozenset({b"content-type", b"etag", b"location"})


def creates(*, own: bool = False) -> dict[str, Any]:
    """A route that creates something and so requires `Idempotency-Key`.

    The whole request becomes one transaction, which `db.transaction()` joins. With `own` the service sees to
    the once-only itself, because a network call lies between; the key comes as `idempotency_key`.
    """
    kind: Literal["own", "whole"] = "own" if own else "whole"
    return {CREATES: kind}


class _KeptAnswer(msgspec.Struct, frozen=True):
    headers: list[tuple[bytes, bytes]]
    body: bytes


class _Captured:
    """An answer that waits for the commit."""

    def __init__(self) -> None:
        self.start: dict[str, Any] = {}
        self.body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = dict(message)
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")

    @property
    def status(self) -> int:
        return int(self.start["status"])

    async def release(self, send: Send, *extra: tuple[bytes, bytes]) -> None:
        await send({**self.start, "headers": [*self.start["headers"], *extra]})  # type: ignore[arg-type]
        await send({"type": "http.response.body", "body": self.body, "more_body": False})


class _Refused(Exception):
    """The handler refused: nothing of the transaction stays."""


class Idempotency(ASGIMiddleware):
    """See `creates`. A refused request (4xx, 5xx) changes nothing and leaves its key free."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, db: Database, sealer: Sealer, clock: Clock) -> None:
        self._db, self._sealer, self._clock = db, sealer, clock

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        opt = scope["route_handler"].opt
        kind = opt.get(CREATES)
        if kind is None:
            await next_app(scope, receive, send)
            return
        check(
            scope["state"]["caller"], opt[ACCESS]
        )  # who may not call gets no kept answer and no transaction
        key = dict(scope["headers"]).get(b"idempotency-key", b"").decode("latin-1")
        if not key or len(key) > _LONGEST_KEY:
            raise IdempotencyKeyRequired()
        scope["state"]["idempotency_key"] = key
        if kind == "own":
            await next_app(scope, receive, send)
            return
        answer = _Captured()
        body = await _whole_body(receive)
        try:
            replayed = await self._once(scope, key, body, answer, next_app)
        except _Refused:
            replayed = False
        await answer.release(send, *([(b"idempotent-replayed", b"true")] if replayed else []))

    async def _once(self, scope: Any, key: str, body: bytes, answer: _Captured, next_app: ASGIApp) -> bool:
        principal = scope["state"]["caller"].principal
        route, digest = f"{scope['method']} {scope['path']}", hashlib.sha256(body).digest()
        async with self._db.shared_transaction() as tx:
            mine = await store.claim_idempotency_key(tx, principal, route, key, digest, self._clock.now())
            if not mine:
                await self._replay(tx, (principal, route, key), digest, answer)
                return True
            await next_app(scope, _replayed(body), answer.send)
            if answer.status >= 400:
                raise _Refused
            kept = _KeptAnswer(
                [h for h in answer.start["headers"] if h[0].lower() in _KEPT_HEADERS], answer.body
            )
            sealed = self._sealer.seal(msgspec.msgpack.encode(kept), f"idempotency:{principal}:{route}:{key}")
            await store.put_idempotent_answer(tx, principal, route, key, answer.status, sealed)
        return False

    async def _replay(self, tx: Any, name: tuple[str, str, str], digest: bytes, answer: _Captured) -> None:
        prior = await store.get_idempotent_answer(tx, *name)
        if prior is None or prior.body_hash != digest or prior.answer is None:
            raise IdempotencyConflict()
        opened = self._sealer.open(prior.answer, f"idempotency:{':'.join(name)}")
        kept = msgspec.msgpack.decode(opened, type=_KeptAnswer)
        length = (b"content-length", str(len(kept.body)).encode())
        answer.start = {
            "type": "http.response.start",
            "status": prior.status,
            "headers": [*kept.headers, length],
        }
        answer.body = kept.body


async def _whole_body(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")  # type: ignore[operator]
        if len(body) > _LARGEST_BODY:
            raise BodyTooLarge()
        if not message.get("more_body", False):
            return body


def _replayed(body: bytes) -> Receive:
    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
