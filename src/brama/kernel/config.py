"""Settings: one TOML file, a table per service, read once. Nothing else reads the environment."""

import os
import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

import msgspec

_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")


class BadSettings(Exception):
    """The settings cannot be used; the message says what to mend and where."""


class TrustKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A public key that is trusted from the first moment, before anything was heard on the bus."""

    speaker: str
    purpose: str
    key_id: str
    public_key: str  # 32 bytes, base64url without padding


class FirstKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The private half of a trust key, for the service that signs with it."""

    purpose: str
    key_id: str
    private_key: str  # 32 bytes, base64url without padding


class CommonConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every service needs to know."""

    database_url: str
    """postgresql:// address with the service's own role; its schema has the service's name."""
    nats_url: str
    """nats:// address of the broker, with its user and password."""
    http_host: str = "127.0.0.1"
    """Address to listen on."""
    http_port: int
    """Port to listen on."""
    public_origin: str
    """scheme://host[:port] under which people see the system; no slash at the end."""
    master_key: str
    """32 bytes in base64url: seals signing keys and providers' secrets at rest."""
    trust_keys: list[TrustKey]
    """The first public key of each service that signs tokens."""
    first_keys: list[FirstKey] = []
    """This service's own first private keys."""
    private_blobs: str
    """Folder of the private blob store."""
    public_blobs: str
    """Folder of the public blob store, served under /media/."""
    database_pool: int = 8
    """Connections to the database, at most."""
    log_level: str = "info"
    """debug, info, warning or error."""
    drill: bool = False
    """Load test: per-address rate limits are off. Never with a real provider's key."""


C = TypeVar("C", bound=CommonConfig)


def load(path: Path, service: str, into: type[C]) -> C:
    """The settings of one service: its table over the table `common`, `${VARIABLES}` filled in.

    Raises:
        BadSettings: the file, a key or a variable is missing, unknown or of another type.
    """
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise BadSettings(f"{path} does not exist; `brama up` writes one") from None
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(f"{path}: {error}") from None
    merged = {**tables.get("common", {}), **tables.get(service, {})}
    try:
        return msgspec.convert(_filled(merged), into)
    except msgspec.ValidationError as error:
        raise BadSettings(f"{path}, table [{service}]: {error}") from None


def _filled(node: Any) -> Any:
    if isinstance(node, str):
        return _VARIABLE.sub(_variable, node)
    if isinstance(node, dict):
        return {key: _filled(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_filled(value) for value in node]
    return node


def _variable(match: re.Match[str]) -> str:
    value = os.environ.get(match[1])
    if value is None:
        raise BadSettings(f"the settings name the variable {match[1]}, which is not set")
    return value
