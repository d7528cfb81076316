"""The public API as the demo uses it: a person with a session, patient with services that are starting."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx

from brama.kernel.ids import new_id

T = TypeVar("T")
_PATIENCE_S = 30.0
_PAUSE_S = 0.1
_AGAIN = (502, 503, 504)


class DemoFailed(Exception):
    """The demo could not be entered; the message says at which step."""


class Api:
    """Requests under the public origin; a POST carries one idempotency key through all its attempts."""

    def __init__(self, client: httpx.AsyncClient, headers: dict[str, str] | None = None) -> None:
        self._client, self._headers = client, headers or {}

    def with_headers(self, **headers: str) -> "Api":
        """The same connection with more headers."""
        return Api(
            self._client, {**self._headers, **{name.replace("_", "-"): v for name, v in headers.items()}}
        )

    async def sign_in(self, email: str, password: str) -> "Api":
        """As a member of the staff."""
        session = await self.post("identity/v1/sessions", {"email": email, "password": password})
        return self.with_headers(Authorization=f"Bearer {session['access_token']}")

    async def get(self, path: str) -> Any:
        """What stands at `/api/{path}`."""
        return await self._asked("GET", path, None)

    async def post(self, path: str, body: Any = None) -> Any:
        """Create or do something."""
        return await self._asked("POST", path, body)

    async def _asked(self, method: str, path: str, body: Any) -> Any:
        headers = {"Idempotency-Key": str(new_id()), **self._headers}
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            try:
                answer = await self._client.request(method, f"/api/{path}", json=body, headers=headers)
            except httpx.TransportError:
                if time.monotonic() > deadline:
                    raise
            else:
                if not _is_passing(answer) or time.monotonic() > deadline:
                    return _content(method, path, answer)
            await asyncio.sleep(_PAUSE_S * 3)


def _is_passing(answer: httpx.Response) -> bool:
    """Whether the same request may be answered otherwise in a moment."""
    return answer.status_code in _AGAIN or "/problems/tickets_not_issued" in answer.text


def _content(method: str, path: str, answer: httpx.Response) -> Any:
    if answer.status_code >= 400:
        raise DemoFailed(f"{method} {path}: {answer.status_code} {answer.text}")
    return answer.json() if answer.content else None


async def until(what: str, look: Callable[[], Awaitable[T | None]]) -> T:
    """Look again and again until something is there.

    Raises:
        DemoFailed: it did not come within half a minute.
    """
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        found = await look()
        if found:
            return found
        await asyncio.sleep(_PAUSE_S)
    raise DemoFailed(f"{what} did not come within {_PATIENCE_S:.0f} s")
