"""Secrets at rest: sealed by the installation's master key."""

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


class SealBroken(Exception):
    """The sealed bytes were changed, are of another context, or of another master key."""


def from_base64url(text: str) -> bytes:
    """Bytes of base64url text with or without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def to_base64url(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


class Sealer:
    """AES-256-GCM with a random nonce; the context is authenticated, so a secret cannot change its place."""

    def __init__(self, master_key: str) -> None:
        self._cipher = AESGCM(from_base64url(master_key))

    def seal(self, secret: bytes, context: str) -> bytes:
        """Nonce (12 bytes), then ciphertext with its tag."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret, context.encode())

    def open(self, sealed: bytes, context: str) -> bytes:
        """The secret.

        Raises:
            SealBroken: not sealed by this key for this context.
        """
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context.encode())
        except InvalidTag:
            raise SealBroken(context) from None
