"""Signing and sending webhooks, with the faults that can befall them on the way."""

import base64
from typing import Any

import httpx
import msgspec
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from brama.simulators.agenda import Agenda
from brama.simulators.faults import Faults
from brama.simulators.monobank.invoices import Invoice
from brama.simulators.monobank.wire import status_of
from brama.simulators.store import Store

SIGNING_KEY = "signing_key"


class Signer:
    """The bank's ECDSA P-256 key; it survives a restart and can be rotated."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._key = _read(store.setting(SIGNING_KEY, _written(_new_key())))

    def rotate(self) -> None:
        self._key = _new_key()
        self._store.change_setting(SIGNING_KEY, _written(self._key))

    def sign(self, body: bytes) -> str:
        """Base64 of the DER signature (ECDSA, SHA-256) over the exact bytes."""
        return _signature(self._key, body)

    def public_key(self) -> str:
        """Base64 of the PEM, as `GET /api/merchant/pubkey` answers."""
        pem = self._key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return base64.b64encode(pem).decode()


class Webhooks:
    """Each announcement is POSTed up to `1 + len(retry_delays_s)` times, until one answer is exactly 200."""

    def __init__(
        self, agenda: Agenda, faults: Faults, signer: Signer, retry_delays_s: tuple[float, ...]
    ) -> None:
        self._agenda, self._faults, self._signer = agenda, faults, signer
        self._retry_delays_s = retry_delays_s
        self._client = httpx.AsyncClient(timeout=10, trust_env=False)
        agenda.on("webhook", self._send)

    def announce(self, invoice: Invoice, *, overtaken_by_s: float = 0) -> None:
        """Tell the merchant the invoice's state of this moment; never that it expired.

        `overtaken_by_s` holds this one back so that a later one arrives before it.
        """
        if invoice.webhook_url is None or invoice.status == "expired":
            return
        about = {"payment_id": invoice.reference}
        if self._faults.take("key_rotation", **about) is not None:
            self._signer.rotate()
        body = msgspec.json.encode(status_of(invoice))
        sign = self._signer.sign(body)
        if self._faults.take("bad_signature", **about) is not None:
            sign = _signature(_new_key(), body)
        if self._faults.take("webhook_lost", **about) is not None:
            return
        delay_s = overtaken_by_s
        if (late := self._faults.take("webhook_late", **about)) is not None:
            delay_s += float(late.get("delay_s", 5))
        copies = 1
        if (duplicate := self._faults.take("webhook_duplicate", **about)) is not None:
            copies = int(duplicate.get("copies", 2))
        for _ in range(copies):
            self._agenda.add(
                "webhook", delay_s, url=invoice.webhook_url, body=body.decode(), sign=sign, attempt=0
            )

    async def close(self) -> None:
        await self._client.aclose()

    async def _send(self, job: dict[str, Any]) -> None:
        headers = {"Content-Type": "application/json", "X-Sign": job["sign"]}
        try:
            answer = await self._client.post(job["url"], content=job["body"].encode(), headers=headers)
            if answer.status_code == 200:
                return
        except (httpx.HTTPError, httpx.InvalidURL):
            pass  # as good as no answer
        attempt = job["attempt"]
        if attempt < len(self._retry_delays_s):
            self._agenda.add("webhook", self._retry_delays_s[attempt], **{**job, "attempt": attempt + 1})


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _signature(key: ec.EllipticCurvePrivateKey, body: bytes) -> str:
    return base64.b64encode(key.sign(body, ec.ECDSA(hashes.SHA256()))).decode()


def _written(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _read(pem: str) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key
