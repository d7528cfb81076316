"""Listening ports of one machine: find a free one, and name whoever holds a taken one."""

import random
import socket

import psutil

LOOPBACK = "127.0.0.1"
_FREE_RANGE = range(20_000, 32_000)
"""Below 32768, where the kernel's ephemeral ports begin and would clash with a listener's."""


class PortInUse(Exception):
    """A port that Brama needs is taken; the message says which, by whom, and what to do."""

    def __init__(self, port: int, purpose: str, owner: str | None) -> None:
        by = f" by {owner}" if owner else ""
        super().__init__(
            f"Port {port} ({purpose}) is already in use{by}. "
            "Stop that program, or choose other ports: make up BRAMA_PORT=9700"
        )
        self.port = port


def is_free(port: int, host: str = LOOPBACK) -> bool:
    """Whether a listener could be opened on `port` now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port below the ephemeral range that nobody listens on now (another process may still take it)."""
    for port in random.sample(_FREE_RANGE, k=200):
        if is_free(port):
            return port
    raise RuntimeError(f"no free port among 200 tried in {_FREE_RANGE.start}-{_FREE_RANGE.stop}")


def accepts_connections(port: int, host: str = LOOPBACK, timeout_s: float = 0.2) -> bool:
    """Whether something answers on `port`."""
    try:
        with socket.create_connection((host, port), timeout=timeout_s):
            return True
    except OSError:
        return False


def owner_of(port: int) -> str | None:
    """The process that listens on `port`, as "name (pid 123)"; None when the system does not tell."""
    try:
        for connection in psutil.net_connections(kind="tcp"):
            if (
                connection.status == psutil.CONN_LISTEN
                and connection.laddr[1:2] == (port,)
                and connection.pid
            ):
                return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
    except psutil.Error:
        return None
    return None


def require_free(port: int, purpose: str, host: str = LOOPBACK) -> None:
    """Make sure that `port` can be listened on.

    Raises:
        PortInUse: it is taken.
    """
    if not is_free(port, host):
        raise PortInUse(port, purpose, owner_of(port))
