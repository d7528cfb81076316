"""The keys of access tokens over HTTP, as a JSON Web Key Set (RFC 7517, RFC 8037)."""

import msgspec
from litestar import get

from brama.kernel.access import PUBLIC
from brama.kernel.keys import KeyRing, to_text
from brama.kernel.web import Db, Given, Time
from brama.services.identity.operations.tokens import public_keys


class PublicKey(msgspec.Struct, frozen=True):
    """An Ed25519 public key."""

    kty: str
    crv: str
    use: str
    alg: str
    kid: str
    x: str


class KeySet(msgspec.Struct, frozen=True):
    """All keys whose tokens may be good."""

    keys: list[PublicKey]


@get("/keys", opt=PUBLIC)
async def list_keys(db: Db, clock: Time, ring: Given[KeyRing]) -> KeySet:
    """The public keys that prove access tokens."""
    found = await public_keys(db, clock, ring)
    return KeySet(
        [PublicKey("OKP", "Ed25519", "sig", "Ed25519", key.key_id, to_text(key.public_key)) for key in found]
    )


ROUTES = [list_keys]
