"""Commands that run something: `up`, `serve`, `demo`."""

from pathlib import Path

import click

from brama.cli import options
from brama.embedded import up as machinery
from brama.embedded.caddy import Lan
from brama.embedded.machine import Machine, lan_address
from brama.kernel.runtime import SERVICES
from brama.kernel.runtime import serve as serve_service


@click.command()
@options.data
@options.port
@click.option("--demo/--no-demo", default=True, help="With a demo club, simulated bank, registrar and mail.")
@click.option("--lan", is_flag=True, help="Serve the local network over HTTPS, and show a QR for phones.")
@click.option("--lan-host", envvar="BRAMA_LAN_HOST", help="This machine's name or address for --lan.")
@click.option("--drill", is_flag=True, help="For load tests: no limits per address, simulators unlimited.")
def up(data: Path, port: int, demo: bool, lan: bool, lan_host: str | None, drill: bool) -> None:
    """Run everything on this machine until Ctrl-C.

    Starts PostgreSQL and NATS, migrates, starts the services and the public edge, loads the demo club and
    prints the addresses. Whatever crashes is started again. Data survive.
    """
    machinery.up(Machine(data, port, _lan(lan_host) if lan else None, demo, drill))


def _lan(host: str | None) -> Lan:
    try:
        address = lan_address()
    except OSError as error:
        raise click.ClickException(f"this machine is on no network ({error}): start without --lan") from None
    return Lan(host or address, address)


@click.command()
@click.argument("service", type=click.Choice(SERVICES))
@options.settings
def serve(service: str, settings: Path | None, data: Path) -> None:
    """Run one SERVICE in the foreground, until Ctrl-C or SIGTERM.

    It waits for its database and its migrations, and works without the broker until that is there.
    """
    serve_service(service, options.settings_file(settings, data))


@click.group()
def demo() -> None:
    """The demo club."""


@demo.command()
@options.data
@options.port
def reset(data: Path, port: int) -> None:
    """Throw the demo away and make it anew: fresh database, site and simulators, times relative to now."""
    machinery.reset_demo(Machine(data, port))


@demo.command(hidden=True)
@options.data
@options.port
def load(data: Path, port: int) -> None:
    """Load the demo club into a running system."""
    machinery.write_demo(Machine(data, port))
