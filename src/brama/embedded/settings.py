"""The settings of one machine: secrets are made once, the rest is written anew at each start.

`secrets.toml` is made once and never leaves the data folder. `local.toml` is the operator's: its tables
override ours (another SMTP server, a real bank). `settings.toml` is what the services read.
"""

import json
import os
import secrets
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from brama.embedded.machine import Machine
from brama.embedded.nats import USER as NATS_USER
from brama.embedded.ports import LOOPBACK
from brama.kernel.config import BadSettings
from brama.kernel.ids import new_code
from brama.kernel.runtime import SERVICES
from brama.kernel.secrets import from_base64url, to_base64url

DATABASE = "brama"
_FIRST_KEYS = {"identity": "access", "sales": "order"}
"""Who signs tokens that the others verify before they have heard anything, and for what."""

Tables = dict[str, Any]


def load_secrets(machine: Machine) -> Tables:
    """The installation's secrets; those that are missing are made and kept."""
    path = machine.data / "secrets.toml"
    found: Tables = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    known = json.dumps(found)
    found.setdefault("postgres", {}).setdefault("password", secrets.token_urlsafe(24))
    found.setdefault("nats", {}).setdefault("password", secrets.token_urlsafe(24))
    found.setdefault("identity", {}).setdefault("setup_code", secrets.token_urlsafe(24))
    for service in SERVICES:
        own = found.setdefault(service, {})
        own.setdefault("database_password", secrets.token_urlsafe(24))
        own.setdefault("master_key", to_base64url(secrets.token_bytes(32)))
    for service in _FIRST_KEYS:
        found[service].setdefault("key_id", new_code(8))
        found[service].setdefault("private_key", to_base64url(secrets.token_bytes(32)))
    if json.dumps(found) != known:
        _write(path, found, "Secrets of this installation. Losing them loses what they seal.")
    return found


def write_settings(machine: Machine) -> Tables:
    """Write `settings.toml` for this start; answers the secrets.

    Raises:
        BadSettings: `local.toml` cannot be read, or asks a drill to work with a real provider.
    """
    own_secrets = load_secrets(machine)
    tables = _merged(_tables(machine, own_secrets), _local(machine.data / "local.toml"))
    if machine.drill:
        _refuse_real_providers(tables)
    _write(machine.settings_file, tables, "Written at each start. Put your own settings into local.toml.")
    return own_secrets


def _tables(machine: Machine, own: Tables) -> Tables:
    common = {
        "nats_url": f"nats://{NATS_USER}:{own['nats']['password']}@{LOOPBACK}:{machine.nats_port}",
        "public_origin": machine.origin,
        "trust_keys": [
            _trust_key(service, purpose, own[service]) for service, purpose in _FIRST_KEYS.items()
        ],
        "private_blobs": str(machine.private_blobs),
        "public_blobs": str(machine.public_blobs),
        "drill": machine.drill,
    }
    tables: Tables = {"common": common}
    for service in SERVICES:
        password = own[service]["database_password"]
        tables[service] = {
            "database_url": f"postgresql://{service}:{password}@{LOOPBACK}:{machine.postgres_port}/{DATABASE}",
            "http_port": machine.service_port(service),
            "master_key": own[service]["master_key"],
        }
    for service, purpose in _FIRST_KEYS.items():
        first = {
            "purpose": purpose,
            "key_id": own[service]["key_id"],
            "private_key": own[service]["private_key"],
        }
        tables[service]["first_keys"] = [first]
    return _merged(tables, _of_services(machine, own))


def _of_services(machine: Machine, own: Tables) -> Tables:
    """What single services are told beside the common settings."""
    tables: Tables = {
        "identity": {"setup_code": own["identity"]["setup_code"]},
        "publishing": {
            "site_folder": str(machine.site),
            "shop_build": str(machine.site / "assets" / "shop"),
        },
    }
    if machine.demo:
        # Simulators know nothing of our certificate authority: they call the service itself.
        tables["payments"] = {
            "monobank_url": f"http://{LOOPBACK}:{machine.monobank_port}",
            "webhook_origin": f"http://{LOOPBACK}:{machine.service_port('payments')}",
        }
        tables["fiscal"] = {
            "checkbox_url": f"http://{LOOPBACK}:{machine.checkbox_port}",
            "webhook_origin": f"http://{LOOPBACK}:{machine.service_port('fiscal')}",
        }
        tables["delivery"] = {"smtp_port": machine.smtp_port, "from_address": "tickets@brama.example.com"}
    return tables


def _trust_key(service: str, purpose: str, own: Mapping[str, str]) -> dict[str, str]:
    public = Ed25519PrivateKey.from_private_bytes(from_base64url(own["private_key"])).public_key()
    return {
        "speaker": service,
        "purpose": purpose,
        "key_id": own["key_id"],
        "public_key": to_base64url(public.public_bytes_raw()),
    }


def _local(path: Path) -> Tables:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BadSettings(f"{path}: {error}") from None


def _merged(ours: Tables, theirs: Tables) -> Tables:
    """Table by table; a key of `theirs` wins."""
    return {name: {**ours.get(name, {}), **theirs.get(name, {})} for name in {**ours, **theirs}}


def _refuse_real_providers(tables: Tables) -> None:
    for service in ("payments", "fiscal", "delivery"):
        for name, value in tables.get(service, {}).items():
            is_address = isinstance(value, str) and (name.endswith("_url") or name.endswith("_host"))
            if is_address and name not in {"database_url", "nats_url"} and LOOPBACK not in value:
                raise BadSettings(f"a drill works with simulators only, but [{service}] {name} is {value}")


def _write(path: Path, tables: Tables, note: str) -> None:
    """Whole or not at all, readable by us only."""
    text = [f"# {note}\n"]
    for name, table in tables.items():
        text.append(f"\n[{name}]\n")
        text += [f"{key} = {_toml(value)}\n" for key, value in table.items()]
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    unfinished.touch(mode=0o600)
    unfinished.write_text("".join(text), "utf-8")
    os.replace(unfinished, path)


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(part)}" for key, part in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(part) for part in value) + "]"
    return json.dumps(value, ensure_ascii=False)  # strings, whole numbers and booleans read the same in TOML
