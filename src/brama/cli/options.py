"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from brama.embedded.machine import DEFAULT_PORT

data = click.option(
    "--data",
    type=click.Path(path_type=Path, resolve_path=True, file_okay=False),
    envvar="BRAMA_DATA",
    default=".brama",
    show_envvar=True,
    help="Folder that holds everything: database, settings, site, logs.",
)

port = click.option(
    "--port",
    type=click.IntRange(1024, 32_700),
    envvar="BRAMA_PORT",
    default=DEFAULT_PORT,
    show_envvar=True,
    help="The public port; the other parts take the 33 above it.",
)

_settings = click.option(
    "--settings",
    type=click.Path(path_type=Path, resolve_path=True, dir_okay=False),
    envvar="BRAMA_SETTINGS",
    show_envvar=True,
    help="Settings file.  [default: settings.toml in the data folder]",
)


def settings(command: Callable[..., Any]) -> Callable[..., Any]:
    """Where the settings are: `--settings`, or the data folder's."""
    return _settings(data(command))


def settings_file(given: Path | None, folder: Path) -> Path:
    """The file that the two options of `settings` mean."""
    return given or folder / "settings.toml"
