"""Addresses of tickets. What opens them stands in a header or a fragment, or is signed and short-lived."""

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from brama.kernel.secrets import from_base64url, to_base64url

API: Final = "/api/ticketing/v1"
_PURPOSE: Final = b"brama.ticketing.links.v1"


class Links:
    """Makes addresses under the public origin, and judges the signed ones."""

    def __init__(self, public_origin: str, master_key: str, life: timedelta) -> None:
        self._origin, self._life = public_origin, life
        derived = HKDF(SHA256(), length=32, salt=None, info=_PURPOSE)
        self._key = derived.derive(from_base64url(master_key))

    def pdf(self, order_code: str, now: datetime) -> str:
        """The order's PDF: a plain link that a browser can follow, for some minutes."""
        path = pdf_path(order_code)
        expires = int((now + self._life).timestamp())
        return f"{self._origin}{path}?access={expires}.{self._signature(path, expires)}"

    def web(self, order_code: str, locale: str, token: str | None) -> str:
        """The tickets as a page; only who has the order's token is led straight in."""
        language = "/en" if locale == "en" else ""
        opened = f"#token={token}" if token else ""
        return f"{self._origin}{language}/tickets/{order_code}{opened}"

    def event(self, slug: str, locale: str) -> str:
        """The event's own page."""
        return f"{self._origin}{'/en' if locale == 'en' else ''}/{slug}"

    def opens(self, path: str, access: str, now: datetime) -> bool:
        """Whether `access` was signed here for `path` and is not over."""
        text, _, signature = access.partition(".")
        if not text.isascii() or not text.isdigit() or len(text) > 12 or int(text) < now.timestamp():
            return False
        if not signature.isascii():
            return False
        return hmac.compare_digest(signature, self._signature(path, int(text)))

    def _signature(self, path: str, expires: int) -> str:
        return to_base64url(hmac.digest(self._key, f"{path}|{expires}".encode(), hashlib.sha256))


def pdf_path(order_code: str) -> str:
    """Where an order's PDF is."""
    return f"{API}/orders/{order_code}/tickets.pdf"
