"""Programs that come as wheels (Caddy, NATS): where they are, and how one runs in the foreground."""

import signal
import subprocess
import sysconfig
from collections.abc import Mapping, Sequence
from pathlib import Path

from brama.embedded.children import dies_with_parent


class ProgramMissing(Exception):
    """A program that Brama needs is not installed; the message says what to do."""


def find_program(name: str) -> Path:
    """The program `name` of this Python environment.

    Raises:
        ProgramMissing: its wheel is not installed.
    """
    program = Path(sysconfig.get_path("scripts")) / name
    if not program.exists():
        raise ProgramMissing(f"{program} is missing: run make up, which installs it")
    return program


def run_in_foreground(
    command: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str],
    wish: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a child that writes to `log`, ignores our terminal's Ctrl-C and gets `wish` when we end."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - our own program and arguments
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env=dict(environment),
            start_new_session=True,
            preexec_fn=dies_with_parent(wish),
        )
