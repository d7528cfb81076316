"""Access tokens: short-lived JWTs of identity, verified offline by everybody."""

from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from brama.kernel.keys import KeyPair, TrustedKeys
from brama.kernel.secrets import to_base64url

ISSUER = "identity"
_ALGORITHM = "Ed25519"
_TYPE = "brama-access+jwt"
_LEEWAY_S = 5


class TokenGrant(msgspec.Struct, frozen=True):
    """A role at an organiser."""

    organiser_id: UUID
    role: str


class AccessClaims(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an access token says. Times are Unix seconds.

    `sub` is the staff's or the device's id; `av` the authority version the grants were taken from.
    """

    kind: Literal["staff", "device"]
    sub: UUID
    name: str
    iat: int
    exp: int
    av: int = 0
    sid: UUID | None = None
    grants: list[TokenGrant] = []
    organiser_id: UUID | None = None
    event_ids: list[UUID] = []
    gate_ids: list[UUID] = []


class BadToken(Exception):
    """The token is not ours, was changed, or is over."""


def sign(claims: AccessClaims, key: KeyPair) -> str:
    """A compact JWS with the key's id in its header."""
    jwk = OKPKey.import_key({
        "kty": "OKP", "crv": "Ed25519", "x": to_base64url(key.public_key),
        "d": to_base64url(key.private.private_bytes_raw()),
    })  # fmt: skip
    header = {"alg": _ALGORITHM, "kid": key.key_id, "typ": _TYPE}
    return jws.serialize_compact(header, msgspec.json.encode(claims), jwk, algorithms=[_ALGORITHM])


def expiry(now: datetime, life: timedelta) -> tuple[int, int]:
    """`iat` and `exp` of a token made now."""
    return int(now.timestamp()), int((now + life).timestamp())


async def verify(token: str, trusted: TrustedKeys, now: datetime) -> AccessClaims:
    """The claims of a genuine token that is not over.

    Raises:
        BadToken: for every other text.
    """
    try:
        key_id = _key_id(token)
        public = await trusted.get(ISSUER, key_id)
        if public is None:
            raise BadToken("unknown key")
        payload = jws.deserialize_compact(token, _as_jwk(public), algorithms=[_ALGORITHM]).payload
        claims = msgspec.json.decode(payload, type=AccessClaims)
    except (JoseError, msgspec.MsgspecError, ValueError, KeyError) as error:
        raise BadToken(type(error).__name__) from None
    if claims.exp + _LEEWAY_S < now.timestamp():
        raise BadToken("over")
    return claims


def _key_id(token: str) -> str:
    header: dict[str, Any] = jws.extract_compact(token.encode()).headers()
    if header.get("typ") != _TYPE or header.get("alg") != _ALGORITHM:
        raise BadToken("another kind of token")
    return str(header["kid"])


def _as_jwk(public: Ed25519PublicKey) -> OKPKey:
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": to_base64url(public.public_bytes_raw())})
