"""The NATS server from its wheel: JetStream in a folder of ours, one user, loopback only."""

import json
import os
import socket
import subprocess
from pathlib import Path

from brama.embedded.ports import LOOPBACK
from brama.embedded.programs import find_program, run_in_foreground

USER = "brama"


class Nats:
    """One server with its streams in `folder`, listening on 127.0.0.1:`port`.

    `password`: of letters that stand in an address as they are, for the client does not decode it.
    """

    def __init__(self, folder: Path, *, port: int, password: str, log: Path) -> None:
        self.folder = folder
        self.port = port
        self._password = password
        self._log = log

    @property
    def url(self) -> str:
        """The address that services connect to, with the password."""
        return f"nats://{USER}:{self._password}@{LOOPBACK}:{self.port}"

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server in the foreground; it stops when this process dies. Ready only when `is_ready`."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return run_in_foreground(
            [find_program("nats-server"), "--config", self._write_config()],
            log=self._log,
            environment={"PATH": os.defpath, "HOME": str(self.folder)},
        )

    def is_ready(self) -> bool:
        """Whether the server greets, which it does once JetStream has recovered its streams."""
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=0.5) as connection:
                return connection.recv(4) == b"INFO"
        except OSError:
            return False

    def _write_config(self) -> Path:
        # JetStream may lose its last seconds in a power cut: the outboxes fill it again.
        config = {
            "server_name": "brama",
            "listen": f"{LOOPBACK}:{self.port}",
            "authorization": {"user": USER, "password": self._password},
            "jetstream": {
                "store_dir": str(self.folder),
                "max_memory_store": 64 * 1024**2,
                "max_file_store": 8 * 1024**3,
                "sync_interval": "10s",
            },
            "max_payload": 4 * 1024**2,
        }
        path = self.folder / "nats-server.conf"
        path.touch(mode=0o600)
        path.write_text(json.dumps(config, indent=2), encoding="utf-8")
        return path
