"""`brama up`: from nothing to a running system, with a line for each step."""

import asyncio
import fcntl
import gc
import json
import os
import shutil
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import click

from brama.embedded.api_document import api_document
from brama.embedded.installation import Installation, built_services, preload
from brama.embedded.machine import CHECKOUT, Machine
from brama.embedded.ports import require_free
from brama.embedded.reference import write_reference
from brama.embedded.settings import load_secrets, write_settings
from brama.embedded.site import install_web_builds
from brama.embedded.supervisor import StartFailed, StopRequested, Supervisor
from brama.kernel.migrations import Phase, migrate
from brama.shared import qr


class NotADemo(Exception):
    """What was to be thrown away is not a demo."""


class AlreadyRunning(Exception):
    """Another `brama up` works in this data folder."""


@contextmanager
def step(words: str) -> Iterator[None]:
    """Say what is being done, and how long it took."""
    began = time.monotonic()
    click.echo(f"  {words} … ", nl=False)
    yield
    click.echo(f"{time.monotonic() - began:.1f} s")


def up(machine: Machine, *, until_ready: bool = False) -> None:
    """Start everything, say where it is, watch over it until a signal comes, stop everything.

    `until_ready`: stop as soon as everything was ready once.

    Raises:
        AlreadyRunning, PortInUse: nothing was started.
        StartFailed: the database, the broker or the edge did not start; all is stopped again.
    """
    _make_folders(machine)
    with _alone(machine.data / "lock"):
        for port, purpose in machine.ports().items():
            require_free(port, purpose)
        supervisor = Supervisor(warn=_warn, status_file=machine.status_file, logs=machine.logs)
        supervisor.facts = {
            "base_url": machine.origin,
            "ports": machine.service_ports,
            "is_demo": machine.demo,
        }
        supervisor.listen_to_signals()
        try:
            _start(machine, supervisor)
            if not until_ready:
                _welcome(machine)
                supervisor.watch()
        except StopRequested:
            click.echo("\nStopping …")
        finally:
            supervisor.stop()


def _make_folders(machine: Machine) -> None:
    """PostgreSQL's account may pass through the data folder; what is inside is closed to other people."""
    try:
        machine.data.mkdir(mode=0o711, parents=True, exist_ok=True)
        for folder in (machine.logs, machine.private_blobs, machine.data / "simulators"):
            folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise StartFailed(
            f"{error.filename}: {error.strerror}. Set BRAMA_DATA to a folder of yours"
        ) from None


def reset_demo(machine: Machine) -> None:
    """Throw away all that the demo made, then start once so that it is made anew. Secrets and logs stay.

    Raises:
        NotADemo: the data folder is in use without a demo.
        AlreadyRunning: it is in use now.
        StartFailed: it could not be made anew.
    """
    if machine.status_file.exists() and not json.loads(machine.status_file.read_text("utf-8"))["is_demo"]:
        raise NotADemo(f"{machine.data} was last run without a demo: delete it yourself if you mean it")
    _make_folders(machine)
    with _alone(machine.data / "lock"), step("Throwing the demo away"):
        for name in ("postgres", "nats", "site", "media", "private", "simulators"):
            _remove(machine.data / name)
        machine.demo_file.unlink(missing_ok=True)
    up(machine, until_ready=True)
    if not machine.demo_file.exists():
        raise StartFailed(f"the demo club was not loaded: see {machine.log('demo')}")


def _remove(folder: Path) -> None:
    """A folder, and where it is only a link what it leads to."""
    shutil.rmtree(folder.resolve(), ignore_errors=True)
    if folder.is_symlink():
        folder.unlink()


def _start(machine: Machine, supervisor: Supervisor) -> None:
    began = time.monotonic()
    installation = Installation(machine, write_settings(machine))
    with step("PostgreSQL"):
        installation.postgres.prepare()
        supervisor.start([installation.database()], timeout_s=60)
        installation.grant_databases()
    with step("NATS"):
        supervisor.start([installation.broker()], timeout_s=20)
    for app in install_web_builds(CHECKOUT / "web" / "apps", machine.site):
        _warn(f"web/apps/{app} is not built: its pages are missing (make web)")
    simulators = installation.simulators() if machine.demo else []
    with step("Loading the services"):
        preload()
        gc.freeze()  # what is loaded now is shared by the forks as long as nobody touches it
    with step("Migrations"):
        _migrate(installation, supervisor, "pre")
    with step(f"{len(built_services())} services" + (" and the simulators" if simulators else "")):
        for late in supervisor.start_what_can([*simulators, *installation.services()], timeout_s=90):
            _warn(f"{late.name} is not ready and is tried again and again (log: {machine.log(late.name)})")
    with step("Finishing migrations"):
        _migrate(installation, supervisor, "post")
    with step("The API's description"):
        _describe_api(machine, installation, supervisor)
    with step("The public edge"):
        supervisor.start([installation.edge()], timeout_s=20)
    if machine.demo:
        with step("The demo club"):
            _load_demo(machine, installation, supervisor)
    click.echo(f"Ready in {time.monotonic() - began:.1f} s.")


def _migrate(installation: Installation, supervisor: Supervisor, phase: Phase) -> None:
    command = ["migrate", f"--{phase}", "--settings", str(installation.machine.settings_file)]
    urls = {name: installation.service_database(name) for name in built_services()}
    task = installation.child("migrate", lambda: migrate_all(urls, phase), command)
    if supervisor.run(task) != 0:
        _warn(f"a migration failed, its service waits: see {installation.machine.log('migrate')}")


def _describe_api(machine: Machine, installation: Installation, supervisor: Supervisor) -> None:
    task = installation.child(
        "openapi",
        lambda: write_reference(api_document(), machine.site),
        ["openapi", "--site", str(machine.site)],
    )
    if supervisor.run(task) != 0:
        _warn(f"/api/openapi.json could not be written: see {machine.log('openapi')}")


def migrate_all(urls: dict[str, str], phase: Phase) -> None:
    """Migrate each service's schema, by name and address; one's failure does not hold up the others."""
    has_failed = False
    for name, url in urls.items():
        try:
            asyncio.run(migrate(name, url, phase))
        except Exception:  # the edge of this process: told in its log and by its exit code
            has_failed = True
            traceback.print_exc()
    if has_failed:
        raise SystemExit(1)


def _load_demo(machine: Machine, installation: Installation, supervisor: Supervisor) -> None:
    task = installation.child(
        "demo", lambda: write_demo(machine), ["demo", "load", "--data", str(machine.data)]
    )
    if supervisor.run(task) != 0:
        _warn(f"the demo club could not be loaded: see {machine.log('demo')}")


def write_demo(machine: Machine) -> None:
    """Make sure that the demo club exists, and write `demo.json` for scripts."""
    from brama.demo.seed import (  # only here: an installation without a demo need not have it
        Places,
        ensure_demo,
    )

    authority = machine.data / "caddy" / "pki" / "authorities" / "local" / "root.crt"
    if machine.lan:
        os.environ["SSL_CERT_FILE"] = str(authority)
    places = Places(
        origin=machine.origin,
        mail=machine.public_url(machine.mail_port),
        bank=machine.public_url(machine.monobank_port),
        registrar=machine.public_url(machine.checkbox_port),
        setup_code=load_secrets(machine)["identity"]["setup_code"],
        demo_file=machine.demo_file,
        site=machine.site,
    )
    content: dict[str, Any] = asyncio.run(ensure_demo(places))
    unfinished = machine.demo_file.with_suffix(".new")
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps(content, ensure_ascii=False, indent=1), "utf-8")
    os.replace(unfinished, machine.demo_file)


def _welcome(machine: Machine) -> None:
    origin = machine.origin
    lines = [("Shop", f"{origin}/"), ("Admin", f"{origin}/admin/"), ("Check-in", f"{origin}/checkin/")]
    if machine.demo:
        lines += [
            ("Everything, in one click each", f"{origin}/demo"),
            ("Mail", machine.public_url(machine.mail_port)),
            ("Bank (simulated)", machine.public_url(machine.monobank_port)),
            ("Registrar (simulated)", machine.public_url(machine.checkbox_port)),
        ]
    click.echo("\n" + "\n".join(f"  {name:<30}{address}" for name, address in lines))
    _say_sign_ins(machine)
    if machine.drill:
        click.secho(
            "\n  DRILL: no limits per address, simulators unlimited. Not for the public.", fg="red", bold=True
        )
    if machine.lan:
        click.echo(f"\n{qr.terminal(origin + '/')}\n")
        click.echo(f"  A phone trusts this address once it has installed {origin}/ca.crt")
        click.echo("  (iPhone: then Settings → General → About → Certificate Trust Settings).")
    click.echo("\nCtrl-C stops everything; data stay in " + str(machine.data))


def _say_sign_ins(machine: Machine) -> None:
    if not (machine.demo and machine.demo_file.exists()):
        return
    staff = json.loads(machine.demo_file.read_text("utf-8")).get("staff", {})
    if staff:
        click.echo("\n  Demo sign-ins")
        for role, person in staff.items():
            click.echo(f"    {role:<14}{person['email']:<34}{person['password']}")


def _warn(words: str) -> None:
    click.secho(f"\n  ! {words}", fg="yellow", err=True)


@contextmanager
def _alone(path: Path) -> Iterator[IO[str]]:
    """Only one `brama up` per data folder; the lock ends with its process."""
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            pid = file.read().strip()
            raise AlreadyRunning(
                f"Brama is already running in {path.parent} (pid {pid}): stop it first with Ctrl-C"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield file
