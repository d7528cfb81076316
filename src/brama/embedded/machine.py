"""What one machine's installation is: its folders, its ports and its address."""

import socket
from dataclasses import dataclass
from pathlib import Path

from brama.embedded.caddy import Lan
from brama.kernel.runtime import SERVICES

CHECKOUT = Path(__file__).parents[3]
DEFAULT_PORT = 8700
_POSTGRES, _NATS, _MAIL, _SMTP, _MONOBANK, _CHECKBOX = 20, 21, 30, 31, 32, 33


@dataclass(frozen=True)
class Machine:
    """One installation: everything else follows from these."""

    data: Path
    """The data folder, `.brama` unless told otherwise."""
    port: int = DEFAULT_PORT
    """The public port; the others are counted from it."""
    lan: Lan | None = None
    """Set when the local network is served."""
    demo: bool = True
    """With simulators of bank, registrar and mail, and a demo club."""
    drill: bool = False
    """For load tests: no limits per address."""

    @property
    def origin(self) -> str:
        """The public origin, without a slash at the end."""
        return self.public_url(self.port)

    def public_url(self, port: int) -> str:
        """The address of `port` as people's browsers reach it."""
        return f"https://{self.lan.host}:{port}" if self.lan else f"http://localhost:{port}"

    def service_port(self, name: str) -> int:
        """Where a service listens on loopback."""
        return self.port + 1 + SERVICES.index(name)

    @property
    def service_ports(self) -> dict[str, int]:
        """Every service's port."""
        return {name: self.service_port(name) for name in SERVICES}

    @property
    def postgres_port(self) -> int:
        return self.port + _POSTGRES

    @property
    def nats_port(self) -> int:
        return self.port + _NATS

    @property
    def mail_port(self) -> int:
        """The mail catcher's page."""
        return self.port + _MAIL

    @property
    def smtp_port(self) -> int:
        """The mail catcher's SMTP."""
        return self.port + _SMTP

    @property
    def monobank_port(self) -> int:
        return self.port + _MONOBANK

    @property
    def checkbox_port(self) -> int:
        return self.port + _CHECKBOX

    @property
    def simulator_ports(self) -> tuple[int, ...]:
        """The pages of simulators that people open."""
        return (self.mail_port, self.monobank_port, self.checkbox_port) if self.demo else ()

    def ports(self) -> dict[int, str]:
        """Every port that has to be free, and what for."""
        own = {self.port: "the public address", self.postgres_port: "PostgreSQL", self.nats_port: "NATS"}
        services = {port: f"the service {name}" for name, port in self.service_ports.items()}
        simulators = {
            self.mail_port: "the mail catcher",
            self.smtp_port: "the mail catcher's SMTP",
            self.monobank_port: "the monobank simulator",
            self.checkbox_port: "the Checkbox simulator",
        }
        return own | services | (simulators if self.demo else {})

    @property
    def settings_file(self) -> Path:
        return self.data / "settings.toml"

    @property
    def status_file(self) -> Path:
        return self.data / "status.json"

    @property
    def demo_file(self) -> Path:
        return self.data / "demo.json"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def site(self) -> Path:
        """The static site."""
        return self.data / "site"

    @property
    def public_blobs(self) -> Path:
        return self.data / "media"

    @property
    def private_blobs(self) -> Path:
        return self.data / "private"

    def log(self, name: str) -> Path:
        """Where a process writes."""
        return self.logs / f"{name}.log"


def lan_address() -> str:
    """This machine's address on the local network (no packet is sent to find out).

    Raises:
        OSError: it is on no network.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # a documentation address: only the route is looked up
        address: str = probe.getsockname()[0]
    return address
