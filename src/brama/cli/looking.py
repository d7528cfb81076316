"""Commands that only look: `status`, `doctor`."""

import json
from pathlib import Path

import click

from brama.cli import options
from brama.embedded.checkup import checkup
from brama.embedded.machine import Machine
from brama.embedded.status import read_status


@click.command()
@options.data
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def status(data: Path, as_json: bool) -> None:
    """Say how the services are: starting, ready, failing or stopped, and their backlog of facts.

    The backlog counts facts that wait to be sent or to be heard. Exit code 1 unless all are ready.
    """
    found = read_status(Machine(data))
    if as_json:
        click.echo(json.dumps(found))
    else:
        for service in found["services"]:
            pid, backlog = service["pid"] or "–", "–" if service["backlog"] is None else service["backlog"]
            click.echo(f"{service['name']:<12}{service['state']:<10}pid {pid:<9}backlog {backlog}")
        click.echo(found["base_url"] or "Brama is not running: brama up")
    if not found["services"] or any(service["state"] != "ready" for service in found["services"]):
        raise SystemExit(1)


@click.command()
@options.data
@options.port
def doctor(data: Path, port: int) -> None:
    """Check whether this machine has all that Brama needs, and say what to do where it has not."""
    is_well = True
    for finding in checkup(Machine(data, port)):
        mark = click.style("✓", fg="green") if finding.is_well else click.style("✗", fg="red")
        click.echo(f"{mark} {finding.subject}: {finding.words}")
        is_well &= finding.is_well
    if not is_well:
        raise SystemExit(1)
