"""A PostgreSQL for the tests: one server per pytest session, shared by its xdist workers.

Whoever needs it first starts a keeper process, which owns the server. Every user holds a shared lock on a
file; the keeper waits for the exclusive one, gets it when the last user has ended or crashed, and stops.
"""

import atexit
import fcntl
import functools
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

from brama.embedded.ports import free_port
from brama.embedded.postgres import THROWAWAY, Postgres, PostgresFailed

_START_WITHIN_S = 60


@functools.cache
def test_server() -> str:
    """The superuser's connection address of this session's server; started by the first call."""
    folder = _session_folder()
    folder.mkdir(mode=0o711, exist_ok=True)
    with (folder / "start.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        users = (folder / "users.lock").open("w")
        fcntl.flock(users, fcntl.LOCK_SH)
        atexit.register(users.close)
        address = folder / "dsn"
        if not address.exists():
            _start_keeper(folder, address)
    return address.read_text(encoding="utf-8")


test_server.__test__ = False  # type: ignore[attr-defined]  # not a test, whatever pytest thinks of its name


def _session_folder() -> Path:
    """A folder named by the process that leads the session: pytest, or the parent of xdist's workers."""
    leader = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
    return Path(tempfile.gettempdir()) / f"brama-tests-{os.geteuid()}-{leader}"


def _start_keeper(folder: Path, address: Path) -> None:
    with (folder / "keeper.log").open("wb") as log:
        keeper = subprocess.Popen(
            [sys.executable, str(Path(__file__)), str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            start_new_session=True,  # Ctrl-C ends the tests; the keeper notices by the lock
        )
    deadline = time.monotonic() + _START_WITHIN_S
    while not address.exists():
        if keeper.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"no test database: {(folder / 'keeper.log').read_text(encoding='utf-8')}")
        time.sleep(0.02)
    # The keeper outlives us on purpose: say so, or Popen warns of a forgotten child when it is collected.
    keeper.returncode = 0


def _keep(folder: Path) -> None:
    """Run the server until nobody uses it, then remove every trace of it."""
    server = _started(folder)
    try:
        unfinished = folder / "dsn.new"
        unfinished.write_text(server.dsn(), encoding="utf-8")
        unfinished.rename(folder / "dsn")
        _wait_until_unused(folder)
    finally:
        server.stop()
        shutil.rmtree(server.folder, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def _started(folder: Path) -> Postgres:
    for attempt in range(3):
        server = Postgres(
            folder / "data",
            port=free_port(),
            password=secrets.token_urlsafe(16),
            settings=THROWAWAY,
            log=folder / "postgres.log",
        )
        shutil.rmtree(server.folder, ignore_errors=True)
        server.prepare()
        server.start()
        try:
            server.wait_ready()
        except PostgresFailed:  # somebody may have taken the port in between
            server.stop()
            if attempt == 2:
                raise
        else:
            return server
    raise AssertionError("unreachable")


def _wait_until_unused(folder: Path) -> None:
    users: IO[str]
    with (folder / "users.lock").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_EX)


if __name__ == "__main__":
    _keep(Path(sys.argv[1]))
