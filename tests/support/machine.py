"""A whole machine for journeys: `brama up` with the demo, on free ports, in a folder of its own."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from brama.embedded.ports import is_free

_SPAN = 40
_REGION = range(10_000, 19_960)
_START_WITHIN_S = 150
_CHECKOUT = Path(__file__).parents[2]


@dataclass
class RunningMachine:
    """A started system."""

    origin: str
    data: Path
    demo: dict[str, Any]

    @property
    def mail(self) -> str:
        return str(self.demo["mail_url"])

    @property
    def bank(self) -> str:
        return str(self.demo["payments_simulator_url"])

    @property
    def registrar(self) -> str:
        return str(self.demo["fiscal_simulator_url"])

    def status(self) -> dict[str, dict[str, Any]]:
        """Each service's line of `brama status --json`, by name."""
        answer = subprocess.run(
            [sys.executable, "-m", "brama", "status", "--json", "--data", str(self.data)],
            env=_environment(), capture_output=True, text=True, check=True, timeout=30,
        )  # fmt: skip
        return {line["name"]: line for line in json.loads(answer.stdout)["services"]}


@contextlib.contextmanager
def running_machine(folder: Path) -> Iterator[RunningMachine]:
    """Start everything, wait for the demo, stop everything.

    While a journey is being written, `BRAMA_TEST_MACHINE=.brama` uses the machine that runs there instead.
    """
    if attached := os.environ.get("BRAMA_TEST_MACHINE"):
        demo = json.loads((Path(attached) / "demo.json").read_text("utf-8"))
        yield RunningMachine(demo["base_url"], Path(attached), demo)
        return
    port, data, log = _free_span(), folder / "data", folder / "up.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "brama", "up", "--port", str(port), "--data", str(data)],
            env=_environment(), stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        _wait(process, log)
        demo = json.loads((data / "demo.json").read_text("utf-8"))
        yield RunningMachine(f"http://localhost:{port}", data, demo)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(_CHECKOUT / "src"), "PYTHONUNBUFFERED": "1"}


def _wait(process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _START_WITHIN_S
    while "Ctrl-C stops everything" not in log.read_text("utf-8"):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the machine did not start:\n{log.read_text('utf-8')}")
        time.sleep(0.2)
    if "could not be loaded" in log.read_text("utf-8"):
        demo_log = log.parent / "data" / "logs" / "demo.log"
        raise RuntimeError(f"no demo: {demo_log.read_text('utf-8')[-3000:]}")


def _free_span() -> int:
    """The first of forty ports in a row that nobody uses, where no other test looks for a port."""
    count = (_REGION.stop - _REGION.start) // _SPAN
    begin: int = os.getpid() % count
    for number in [*range(begin, count), *range(begin)]:
        port: int = _REGION.start + number * _SPAN
        if all(is_free(each) for each in range(port, port + _SPAN)):
            return port
    raise RuntimeError("no forty free ports in a row")


def messages_to(machine: RunningMachine, address: str) -> list[dict[str, Any]]:
    """What the mail catcher holds for somebody, the newest first."""
    return list(httpx.get(f"{machine.mail}/messages", params={"to": address}).json()["items"])
