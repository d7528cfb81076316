"""What every operation of fiscal works with."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import msgspec

from brama.kernel.clock import Clock
from brama.kernel.database import Database
from brama.kernel.secrets import Sealer
from brama.services.fiscal.config import FiscalConfig
from brama.services.fiscal.domain import Register
from brama.services.fiscal.errors import RegistrarUnknown
from brama.services.fiscal.ports import Access, Registrar
from brama.services.fiscal.providers import Registrars


class _Secret(msgspec.Struct, frozen=True):
    license_key: str
    pin_code: str


def _nobody() -> None:
    """Nobody is to be woken."""


@dataclass
class Desk:
    """The tools, and the lanes to wake once a transaction has left something for them."""

    db: Database
    clock: Clock
    sealer: Sealer
    registrars: Registrars
    config: FiscalConfig
    wake: Callable[[], None] = _nobody

    def registrar(self, name: str) -> Registrar:
        """The registrar of that name.

        Raises:
            RegistrarUnknown: there is none.
        """
        try:
            return self.registrars[name]
        except KeyError:
            raise RegistrarUnknown(provider=name) from None

    def wake_after(self, seconds: float) -> None:
        """Wake the lanes in a while."""
        asyncio.get_running_loop().call_later(seconds, lambda: self.wake())

    def sealed(self, register_id: UUID, license_key: str, pin_code: str) -> bytes:
        """Licence and PIN as they are kept."""
        secret = msgspec.json.encode(_Secret(license_key, pin_code))
        return self.sealer.seal(secret, f"register:{register_id}")

    def access(self, register: Register) -> Access:
        """How to work on a register."""
        opened = self.sealer.open(register.secret, f"register:{register.id}")
        secret = msgspec.json.decode(opened, type=_Secret)
        return Access(secret.license_key, secret.pin_code, register.requests_per_10s)

    def sealed_key(self, register_id: UUID, key: str) -> bytes:
        """A webhook's key as it is kept."""
        return self.sealer.seal(key.encode(), f"register_webhook:{register_id}")

    def webhook_key(self, register: Register) -> str | None:
        """The key that signs a register's webhooks; None if there are none."""
        if register.webhook_key is None:
            return None
        return self.sealer.open(register.webhook_key, f"register_webhook:{register.id}").decode()

    def webhook_url(self, provider: str, register_id: UUID) -> str:
        """Where the registrar sends a register's news."""
        origin = (self.config.webhook_origin or self.config.public_origin).rstrip("/")
        return f"{origin}/api/fiscal/v1/webhooks/{provider}/{register_id}"
