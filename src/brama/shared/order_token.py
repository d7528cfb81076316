"""Order tokens: the capability that a buyer carries in links, signed by sales, verified anywhere offline.

A compact JWS (RFC 7515), algorithm Ed25519 and nothing else, typ `brama-order+jwt`, kid names the key.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from brama.kernel.money import Money

TYPE: Final = "brama-order+jwt"
_ALGORITHM: Final = "Ed25519"
_NONCE_BYTES: Final = 16
_LONGEST: Final = 2048

Purpose = Literal["hold", "order"]


class OrderClaims(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    rename={
        "purpose": "pur",
        "subject": "sub",
        "event_id": "evt",
        "event_number": "num",
        "organiser_id": "org",
        "total_minor": "tot",
        "currency": "cur",
        "expires_at": "exp",
        "nonce": "jti",
    },
):
    """What sales says about one hold or order. `subject` is the hold's id or the order's code.

    `expires_at` is when the hold or the payment ends, not the token: a link to tickets opens years later,
    so the caller judges it. `nonce` is 16 random bytes that make the token unguessable and one of a kind.
    """

    purpose: Purpose
    subject: str
    event_id: UUID
    event_number: int
    organiser_id: UUID
    total_minor: int
    currency: str
    expires_at: datetime
    nonce: bytes

    def __post_init__(self) -> None:
        if len(self.nonce) != _NONCE_BYTES:
            raise ValueError("nonce is not 16 bytes")
        if self.expires_at.tzinfo is None:
            raise ValueError("expires_at has no zone")

    @property
    def total(self) -> Money:
        """What the whole order costs."""
        return Money(self.total_minor, self.currency)


class BadToken(Exception):
    """The token is not one of ours for this purpose."""

    # Why is kept from the caller: the answer is the same 404 as for an order that does not exist.
    def __init__(self) -> None:
        super().__init__("bad order token")


def issue(claims: OrderClaims, private_key: Ed25519PrivateKey, key_id: str) -> str:
    """Sign the claims. The same claims and key give the same text."""
    header = {"alg": _ALGORITHM, "kid": key_id, "typ": TYPE}
    payload = msgspec.json.encode(claims)
    return jws.serialize_compact(header, payload, _private(private_key), algorithms=[_ALGORITHM])


def read(token: str, keys: Mapping[str, Ed25519PublicKey], purpose: Purpose) -> OrderClaims:
    """The claims of a token that one of `keys` (by key id) has signed for this purpose.

    Expired tokens are read too.

    Raises:
        BadToken: anything else, whatever the reason.
    """
    if len(token) > _LONGEST:
        raise BadToken
    try:
        header = jws.extract_compact(token.encode("ascii")).headers()
        key = keys[header["kid"]]
        if header != {"alg": _ALGORITHM, "kid": header["kid"], "typ": TYPE}:
            raise BadToken
        signed = jws.deserialize_compact(token, _public(key), algorithms=[_ALGORITHM])
        claims = msgspec.json.decode(signed.payload, type=OrderClaims)
    except (JoseError, msgspec.MsgspecError, ValueError, KeyError, TypeError):
        raise BadToken from None
    if claims.purpose != purpose:
        raise BadToken
    return claims


def _private(key: Ed25519PrivateKey) -> OKPKey:
    return OKPKey(key, key)


def _public(key: Ed25519PublicKey) -> OKPKey:
    return OKPKey(key, key)
