"""Telling a register's owner what became of receipts and shifts."""

import base64
import hashlib
import hmac
import time
from typing import Any

import httpx
import msgspec

from brama.simulators.checkbox.books import Books
from brama.simulators.checkbox.documents import Register

GIVE_UP_AFTER_S = 4 * 3600


class Webhooks:
    """POSTs until the answer is `{"ok": true}`, every `retry_s`, for four hours."""

    def __init__(self, books: Books, *, retry_s: float) -> None:
        self._books, self._retry_s = books, retry_s
        self._client = httpx.AsyncClient(timeout=10, trust_env=False)
        books.agenda.on("webhook", self._send)

    def announce(self, register: Register, kind: str, view: dict[str, Any]) -> None:
        """Say `{kind: view}`, where kind is receipt, service_receipt or shift."""
        if register.webhook is None:
            return
        about = {"id": view["id"], "kind": kind}
        if self._books.faults.take("webhook_lost", **about) is not None:
            return
        late = self._books.faults.take("webhook_late", **about)
        duplicate = self._books.faults.take("webhook_duplicate", **about)
        body = msgspec.json.encode({kind: view})
        key = register.webhook.key
        if self._books.faults.take("bad_signature", **about) is not None:
            key = "a stranger's key"
        for _ in range(1 if duplicate is None else int(duplicate.get("copies", 2))):
            self._books.agenda.add(
                "webhook",
                0 if late is None else float(late.get("delay_s", 5)),
                url=register.webhook.url,
                body=body.decode(),
                signature=signature(key, body),
                until=time.time() + GIVE_UP_AFTER_S,
            )

    async def close(self) -> None:
        await self._client.aclose()

    async def _send(self, job: dict[str, Any]) -> None:
        headers = {"content-type": "application/json", "x-request-signature": job["signature"]}
        try:
            answer = await self._client.post(job["url"], content=job["body"].encode(), headers=headers)
            if answer.status_code == 200 and msgspec.json.decode(answer.content) == {"ok": True}:
                return
        except (httpx.HTTPError, httpx.InvalidURL, msgspec.DecodeError):
            pass  # as good as no answer
        if time.time() + self._retry_s < job["until"]:
            self._books.agenda.add("webhook", self._retry_s, **job)


def signature(key: str, body: bytes) -> str:
    return base64.b64encode(hmac.digest(key.encode(), body, hashlib.sha256)).decode()
