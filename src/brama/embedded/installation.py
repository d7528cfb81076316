"""The table of what runs on one machine: each process, how it starts and how one sees that it is ready."""

import http.client
import importlib
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

import brama
from brama.embedded.caddy import Caddy
from brama.embedded.machine import Machine
from brama.embedded.nats import Nats
from brama.embedded.ports import LOOPBACK, accepts_connections
from brama.embedded.postgres import Postgres
from brama.embedded.programs import run_in_foreground
from brama.embedded.settings import DATABASE, Tables
from brama.embedded.supervisor import Forked, Process, Running
from brama.kernel.runtime import SERVICES, serve

CHECKBOX_REGISTER = "demo-register:1234"
"""Licence key and cashier's PIN that the registrar's simulator knows."""
_CAN_FORK = sys.platform == "linux"
"""On macOS the system's libraries do not survive a fork: children are started anew there."""


class Installation:
    """What runs for one machine; nothing is started by making this."""

    def __init__(self, machine: Machine, secrets: Tables) -> None:
        self.machine = machine
        self._secrets = secrets
        self.postgres = Postgres(
            machine.data / "postgres",
            port=machine.postgres_port,
            password=secrets["postgres"]["password"],
            log=machine.log("postgres"),
        )
        self._nats = Nats(
            machine.data / "nats",
            port=machine.nats_port,
            password=secrets["nats"]["password"],
            log=machine.log("nats"),
        )
        self._caddy = Caddy(
            folder=machine.data / "caddy",
            port=machine.port,
            site=machine.site,
            media=machine.public_blobs,
            services=machine.service_ports,
            log=machine.log("caddy"),
            lan=machine.lan,
            twins=machine.simulator_ports,
        )

    def database(self) -> Process:
        """PostgreSQL: durable, restarted like everybody else."""
        return Process("postgres", self.postgres.start, self.postgres.is_ready)

    def grant_databases(self) -> None:
        """A role and a schema for each service, which no other service can read."""
        self.postgres.create_database(DATABASE)
        for name in SERVICES:
            password = self._secrets[name]["database_password"]
            self.postgres.create_role_and_schema(name, password, database=DATABASE)

    def service_database(self, name: str) -> str:
        """The address that the service itself connects to, with its own role."""
        return self.postgres.dsn(DATABASE, user=name, password=self._secrets[name]["database_password"])

    def broker(self) -> Process:
        return Process("nats", self._nats.start, self._nats.is_ready)

    def edge(self) -> Process:
        return Process("caddy", self._caddy.start, self._caddy.is_ready)

    def services(self) -> list[Process]:
        """The services, each a process of its own."""
        return [self._service(name) for name in built_services()]

    def _service(self, name: str) -> Process:
        settings, port = self.machine.settings_file, self.machine.service_port(name)
        command = ["serve", name, "--settings", str(settings)]
        return Process(
            name,
            start=lambda: self.child(name, lambda: serve(name, settings), command),
            ready=lambda: answers(port, "/health/ready"),
            is_service=True,
        )

    def simulators(self) -> list[Process]:
        """The mail catcher, the bank and the registrar, for demo and development."""
        machine = self.machine
        return [
            self._simulator("mail", machine.mail_port, "--smtp-port", str(machine.smtp_port)),
            self._simulator("monobank", machine.monobank_port),
            self._simulator("checkbox", machine.checkbox_port, "--register", CHECKBOX_REGISTER),
        ]

    def _simulator(self, name: str, port: int, *flags: str) -> Process:
        module = f"brama.simulators.{name}"
        data = self.machine.data / "simulators" / f"{name}.sqlite"
        data.parent.mkdir(parents=True, exist_ok=True)
        public_url = self.machine.public_url(port)
        arguments = ["--port", str(port), "--data", str(data), "--public-url", public_url, *flags]
        arguments += ["--unlimited"] if self.machine.drill else []
        return Process(
            f"simulator-{name}",
            start=lambda: run_in_foreground(
                [sys.executable, "-m", module, *arguments],
                log=self.machine.log(f"simulator-{name}"),
                environment=_environment(),
            ),
            ready=lambda: accepts_connections(port),
        )

    def child(self, name: str, work: Callable[[], None], command: list[str]) -> Running:
        """`work` in a child of ours; where forking does not do, `brama` with `command` in a fresh process."""
        if _CAN_FORK:
            return Forked(work, self.machine.log(name))
        return run_in_foreground(
            [sys.executable, "-m", "brama", *command],
            log=self.machine.log(name),
            environment=_environment(),
        )


def _environment() -> dict[str, str]:
    """Ours, in which a child finds this very package."""
    return os.environ | {"PYTHONPATH": str(Path(brama.__file__).parents[1])}


def built_services() -> list[str]:
    """The services whose code is here."""
    services = files("brama.services")
    return [name for name in SERVICES if services.joinpath(name, "wiring.py").is_file()]


def answers(port: int, path: str) -> bool:
    """Whether a GET on loopback is answered with 200."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=1)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def preload() -> None:
    """Import what the services share and are, once, so that a fork starts in a few milliseconds.

    A service that cannot be imported fails in its own process, where its log says why.
    """
    for name in built_services():
        with suppress(Exception):
            importlib.import_module(f"brama.services.{name}.wiring")
