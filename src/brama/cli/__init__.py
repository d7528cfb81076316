"""The command `brama`. Each command explains itself with --help; an expected failure is one line."""

import sys

import click

from brama import __version__
from brama.cli.looking import doctor, status
from brama.cli.running import demo, serve, up
from brama.cli.upkeep import migrate, openapi, replay
from brama.embedded.accounts import NoAccount
from brama.embedded.caddy import CaddyfileInvalid
from brama.embedded.ports import PortInUse
from brama.embedded.postgres import PostgresFailed
from brama.embedded.programs import ProgramMissing
from brama.embedded.supervisor import StartFailed
from brama.embedded.up import AlreadyRunning, NotADemo
from brama.kernel.config import BadSettings
from brama.kernel.database import DatabaseUnreachable
from brama.kernel.migrations import MigrationChanged

_EXPECTED = (
    AlreadyRunning,
    BadSettings,
    CaddyfileInvalid,
    DatabaseUnreachable,
    MigrationChanged,
    NoAccount,
    NotADemo,
    PortInUse,
    PostgresFailed,
    ProgramMissing,
    StartFailed,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.version_option(__version__, prog_name="brama")
def commands() -> None:
    """Ticketing for a club and its partners: sell, issue, admit, account.

    `brama up` runs everything on this machine. The other commands look at it and look after it.
    """


for command in (up, serve, migrate, status, replay, doctor, openapi, demo):
    commands.add_command(command)


def main() -> None:
    """Run the command line."""
    try:
        commands(prog_name="brama")
    except _EXPECTED as failure:
        click.secho(f"brama: {failure}", fg="red", err=True)
        sys.exit(1)
