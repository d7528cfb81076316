"""Ed25519 keys: a service's own ring with private halves sealed, and the public keys of the others."""

from datetime import datetime, timedelta

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from brama.kernel import kernel_store as store
from brama.kernel.config import CommonConfig
from brama.kernel.database import Connection, Database, Transaction
from brama.kernel.ids import new_code
from brama.kernel.secrets import Sealer, from_base64url, to_base64url

_EPOCH = datetime.fromisoformat("2024-01-01T00:00:00+00:00")
_FOREVER = timedelta(days=3650)


class KeyPair(msgspec.Struct, frozen=True):
    """A key that signs from `not_before` and is trusted until `not_after`."""

    key_id: str
    purpose: str
    private: Ed25519PrivateKey
    public_key: bytes
    not_before: datetime
    not_after: datetime


def public_bytes(private: Ed25519PrivateKey) -> bytes:
    """The 32 bytes of the public half."""
    return private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


class KeyRing:
    """The keys that a service signs with, by purpose; the first one may come from the settings."""

    def __init__(self, sealer: Sealer, config: CommonConfig) -> None:
        self._sealer = sealer
        self._first = {key.purpose: key for key in config.first_keys}

    async def all(self, tx: Connection, purpose: str) -> list[KeyPair]:
        """Every key of a purpose, the newest first."""
        return [self._opened(row) for row in await store.signing_keys(tx, purpose)]

    async def current(self, tx: Connection, purpose: str, now: datetime) -> KeyPair | None:
        """The newest key that may sign now."""
        for pair in await self.all(tx, purpose):
            if pair.not_before <= now < pair.not_after:
                return pair
        return None

    async def create(
        self, tx: Transaction, purpose: str, *, not_before: datetime, life: timedelta, now: datetime
    ) -> KeyPair:
        """A fresh key. Publish it (`key.published`) in the same transaction."""
        return await self._add(
            tx, new_code(8), purpose, Ed25519PrivateKey.generate(), not_before, not_before + life, now
        )

    async def import_first(self, tx: Transaction, purpose: str, now: datetime) -> KeyPair | None:
        """Take over the settings' first key once; None when it is known already or there is none.

        It was trusted before anything was heard, so it needs no publication.
        """
        first = self._first.get(purpose)
        if first is None or await store.signing_keys(tx, purpose):
            return None
        private = Ed25519PrivateKey.from_private_bytes(from_base64url(first.private_key))
        return await self._add(tx, first.key_id, purpose, private, _EPOCH, now + _FOREVER, now)

    async def _add(
        self, tx: Transaction, key_id: str, purpose: str, private: Ed25519PrivateKey,
        not_before: datetime, not_after: datetime, now: datetime,
    ) -> KeyPair:  # fmt: skip
        public = public_bytes(private)
        sealed = self._sealer.seal(private.private_bytes_raw(), f"signing_key:{purpose}:{key_id}")
        await store.add_signing_key(tx, key_id, purpose, sealed, public, not_before, not_after, now)
        return KeyPair(key_id, purpose, private, public, not_before, not_after)

    def _opened(self, row: store.SigningKey) -> KeyPair:
        secret = self._sealer.open(row.private_sealed, f"signing_key:{row.purpose}:{row.key_id}")
        private = Ed25519PrivateKey.from_private_bytes(secret)
        return KeyPair(row.key_id, row.purpose, private, row.public_key, row.not_before, row.not_after)


class TrustedKeys:
    """Public keys of other services: the settings' first ones, and every one heard since."""

    def __init__(self, db: Database, config: CommonConfig) -> None:
        self._db = db
        self._known = {
            (key.speaker, key.key_id): Ed25519PublicKey.from_public_bytes(from_base64url(key.public_key))
            for key in config.trust_keys
        }

    async def get(self, speaker: str, key_id: str) -> Ed25519PublicKey | None:
        """The key under which a speaker signs, None when nobody vouched for it."""
        known = self._known.get((speaker, key_id))
        if known is None:
            async with self._db.reading() as tx:
                row = await store.get_trusted_key(tx, speaker, key_id)
            if row is not None:
                known = Ed25519PublicKey.from_public_bytes(row.public_key)
                self._known[speaker, key_id] = known
        return known


def to_text(public_key: bytes) -> str:
    """A public key as facts and answers carry it."""
    return to_base64url(public_key)
