"""The first keys of a test installation."""

from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from brama.kernel.config import FirstKey, TrustKey
from brama.kernel.keys import KeyPair, public_bytes
from brama.kernel.secrets import to_base64url

MASTER_KEY = to_base64url(bytes(range(32)))


def _key(key_id: str, purpose: str) -> KeyPair:
    private = Ed25519PrivateKey.generate()
    now = datetime.now(UTC)
    return KeyPair(
        key_id, purpose, private, public_bytes(private), now - timedelta(days=1), now + timedelta(days=365)
    )


IDENTITY_KEY = _key("TESTIDEN", "access")
SALES_KEY = _key("TESTSALE", "order")
TRUST_KEYS = [
    TrustKey("identity", "access", IDENTITY_KEY.key_id, to_base64url(IDENTITY_KEY.public_key)),
    TrustKey("sales", "order", SALES_KEY.key_id, to_base64url(SALES_KEY.public_key)),
]


def first_keys(service: str) -> list[FirstKey]:
    """What the settings give to a service that signs."""
    own = {"identity": IDENTITY_KEY, "sales": SALES_KEY}.get(service)
    if own is None:
        return []
    return [FirstKey(own.purpose, own.key_id, to_base64url(own.private.private_bytes_raw()))]
