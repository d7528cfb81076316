"""Starts the simulators as what they are: separate processes on free ports."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

SOURCES = Path(__file__).parents[2] / "src"
START_WITHIN_S = 20.0
STOP_WITHIN_S = 5.0


@dataclass
class Simulator:
    """A running simulator; `data` is its file, to be handed to the next one after a restart."""

    url: str
    data: Path
    process: subprocess.Popen[bytes]
    ports: dict[str, int] = field(default_factory=dict)

    def stop(self) -> float:
        """End it by SIGTERM; the seconds that took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(STOP_WITHIN_S)
        return time.monotonic() - began


def free_port() -> int:
    """A port nobody listens on, below the ephemeral range."""
    for port in range(20000 + os.getpid() % 10000, 32700):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            if port not in _given:
                _given.add(port)
                return port
    raise RuntimeError("no free port below 32700")


_given: set[int] = set()


@contextmanager
def running_simulator(
    name: str, *, data: Path | None = None, unlimited: bool = False, **flags: str | int | float | list[str]
) -> Iterator[Simulator]:
    """A simulator that answers; ended when the block ends.

    Flags are those of its command line with underscores: `retry_delays="0.1,0.1"`, `register=["LIC:1234"]`.
    """
    with tempfile.TemporaryDirectory(prefix="brama-simulator-") as folder:
        file = data or Path(folder) / f"{name}.sqlite"
        port = free_port()
        ports = {"http": port}
        if name == "mail" and "smtp_port" not in flags:
            flags = {**flags, "smtp_port": free_port()}
        if "smtp_port" in flags:
            ports["smtp"] = int(str(flags["smtp_port"]))
        command = [sys.executable, "-m", f"brama.simulators.{name}", "--port", str(port), "--data", str(file)]
        command += ["--unlimited"] if unlimited else []
        for flag, value in flags.items():
            for one in value if isinstance(value, list) else [value]:
                command += [f"--{flag.replace('_', '-')}", str(one)]
        simulator = Simulator(f"http://127.0.0.1:{port}", file, _started(command), ports)
        try:
            _wait_until_live(simulator)
            yield simulator
        finally:
            if simulator.process.poll() is None:
                simulator.process.terminate()
            try:
                simulator.process.wait(STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                simulator.process.kill()
                simulator.process.wait()


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(SOURCES)})


def _wait_until_live(simulator: Simulator) -> None:
    deadline = time.monotonic() + START_WITHIN_S
    while time.monotonic() < deadline:
        if simulator.process.poll() is not None:
            raise RuntimeError(f"the simulator ended with {simulator.process.returncode}")
        try:
            httpx.get(f"{simulator.url}/health/live", timeout=1, trust_env=False)
            return
        except httpx.TransportError:
            time.sleep(0.05)
    raise RuntimeError("the simulator did not start")
