"""Keeps processes running: what ends is started again within seconds, for ever.

One thread, one loop: forking is safe, and what happens can be read from top to bottom.
"""

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from brama.embedded.children import die_with_parent

_TICK_S = 0.05
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 2.0
_STEADY_S = 10.0
"""A process that lived so long starts with the short pause again."""
_CRASHES_AT_START = 3
"""After so many a start no longer waits for a process."""
_LOG_LIMIT = 20 * 1024**2
_LOGS_EVERY_S = 10.0


class Running(Protocol):
    """A process that was started: what `subprocess.Popen` has, and `Forked` too."""

    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def send_signal(self, sig: int, /) -> None: ...


@dataclass
class Process:
    """Something to keep running."""

    name: str
    start: Callable[[], Running]
    ready: Callable[[], bool]
    stop_signal: signal.Signals = signal.SIGTERM
    is_service: bool = False
    """Whether `brama status` lists it among the services."""
    running: Running | None = None
    started_at: float = 0.0
    start_again_at: float = 0.0
    pause_s: float = _FIRST_PAUSE_S
    restarts: int = 0
    crashes: int = 0
    """In a row, without a steady time between."""
    was_ready: bool = False

    @property
    def pid(self) -> int | None:
        return self.running.pid if self.running else None

    @property
    def is_alive(self) -> bool:
        return self.running is not None and self.running.poll() is None


class Forked:
    """A child that runs a function of ours, with the same handle as a `subprocess.Popen`."""

    def __init__(self, work: Callable[[], None], log: Path) -> None:
        log.parent.mkdir(parents=True, exist_ok=True)
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        self.pid = os.fork()
        self._code: int | None = None
        if self.pid == 0:
            _be_child(work, log, parent)

    def poll(self) -> int | None:
        """The exit code, None while it runs."""
        if self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code

    def send_signal(self, sig: int, /) -> None:
        """Nothing happens when it has ended."""
        if self.poll() is None:
            os.kill(self.pid, sig)


def _be_child(work: Callable[[], None], log: Path, parent: int) -> None:
    """Never returns: the parent's stack must not be unwound here."""
    code = 1
    try:
        os.setsid()
        for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sig, signal.SIG_DFL)
        die_with_parent(signal.SIGTERM, parent=parent)
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        work()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


class StopRequested(Exception):
    """Ctrl-C or SIGTERM: not an error, the way out of any wait."""


class StartFailed(Exception):
    """Something did not become ready in time; the message names it and its log."""


@dataclass
class Supervisor:
    """Starts processes in stages, watches them, stops them in reverse."""

    warn: Callable[[str], None]
    status_file: Path
    logs: Path
    facts: dict[str, Any] = field(default_factory=dict)
    """What the status file says beside the processes."""
    _stages: list[list[Process]] = field(default_factory=list)
    _stop_requested: bool = False
    _logs_looked_at: float = 0.0

    def listen_to_signals(self) -> None:
        """SIGINT and SIGTERM end `watch` and every wait, with StopRequested."""
        for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sig, self._on_signal)

    def _on_signal(self, *_: object) -> None:
        self._stop_requested = True

    def start(self, processes: Sequence[Process], *, timeout_s: float) -> None:
        """Start these together and wait until all are ready; one that crashes meanwhile is started again.

        Raises:
            StartFailed: not all were ready in time.
        """
        late = self.start_what_can(processes, timeout_s=timeout_s)
        if late:
            names = ", ".join(f"{process.name} (see {self.logs / process.name}.log)" for process in late)
            raise StartFailed(f"not ready: {names}")

    def start_what_can(self, processes: Sequence[Process], *, timeout_s: float) -> list[Process]:
        """Like `start`, but answers those that are not ready: in time, or after several crashes.

        They stay under watch: whatever held them up may end.
        """
        self._stages.append(list(processes))
        for process in processes:
            self._start(process)
        deadline = time.monotonic() + timeout_s
        while late := [process for process in processes if not self._is_ready(process)]:
            is_hopeless = all(process.restarts >= _CRASHES_AT_START for process in late)
            if is_hopeless or time.monotonic() > deadline:
                return late
            self._tick()
        return []

    def run(self, task: Running) -> int:
        """Wait for a task that ends by itself, watching over the processes; answers its exit code."""
        while (code := task.poll()) is None:
            try:
                self._tick()
            except StopRequested:
                task.send_signal(signal.SIGTERM)
                raise
        return code

    def watch(self) -> None:
        """Keep everything running until a signal comes."""
        while True:
            self._tick()

    def stop(self, *, patience_s: float = 3.5) -> None:
        """Stop the stages in reverse; whoever does not end in time is killed."""
        for stage in reversed(self._stages):
            alive = [process for process in stage if process.is_alive]
            for process in alive:
                _signal(process, process.stop_signal)
            deadline = time.monotonic() + patience_s
            while any(process.is_alive for process in alive) and time.monotonic() < deadline:
                time.sleep(0.02)
            for process in alive:
                if process.is_alive:
                    self.warn(f"{process.name} did not stop in time and was killed")
                    _signal(process, signal.SIGKILL)
            while any(process.is_alive for process in alive):
                time.sleep(0.01)
        self._write_status(is_over=True)

    @property
    def processes(self) -> list[Process]:
        """Everything under watch."""
        return [process for stage in self._stages for process in stage]

    def _start(self, process: Process) -> None:
        process.started_at = time.monotonic()
        process.was_ready = False
        process.running = process.start()
        self._write_status()

    def _is_ready(self, process: Process) -> bool:
        if not process.was_ready and process.is_alive and process.ready():
            process.was_ready = True
            self._write_status()
        return process.was_ready

    def _tick(self) -> None:
        """Look after everybody once, then rest a moment."""
        if self._stop_requested:
            raise StopRequested
        now = time.monotonic()
        for process in self.processes:
            if process.running is None:
                if now >= process.start_again_at:
                    process.restarts += 1
                    self._start(process)
            elif process.running.poll() is not None:
                self._schedule_restart(process, now)
        if now - self._logs_looked_at > _LOGS_EVERY_S:
            self._logs_looked_at = now
            rotate_logs(self.logs)
        time.sleep(_TICK_S)

    def _schedule_restart(self, process: Process, now: float) -> None:
        code = process.running.poll() if process.running else None
        if now - process.started_at > _STEADY_S:
            process.pause_s, process.crashes = _FIRST_PAUSE_S, 0
        process.crashes += 1
        process.start_again_at = now + process.pause_s
        if process.crashes.bit_count() == 1:  # the 1st, 2nd, 4th, 8th …: not a page of the same line
            where = self.logs / f"{process.name}.log"
            self.warn(f"{process.name} ended ({_cause(code)}); starting it again (log: {where})")
        process.pause_s = min(process.pause_s * 2, _LONGEST_PAUSE_S)
        process.running = None
        self._write_status()

    def _write_status(self, *, is_over: bool = False) -> None:
        content = {
            **self.facts,
            "pid": None if is_over else os.getpid(),
            "processes": [
                {
                    "name": process.name,
                    "pid": None if is_over else process.pid,
                    "restarts": process.restarts,
                    "is_service": process.is_service,
                }
                for process in self.processes
            ],
        }
        unfinished = self.status_file.with_suffix(".new")
        unfinished.write_text(json.dumps(content, indent=1), "utf-8")
        os.replace(unfinished, self.status_file)


def _signal(process: Process, sig: signal.Signals) -> None:
    if process.running is not None:
        process.running.send_signal(sig)


def _cause(code: int | None) -> str:
    if code is not None and code < 0:
        return signal.Signals(-code).name
    return f"code {code}"


def rotate_logs(folder: Path, limit: int = _LOG_LIMIT) -> None:
    """Move what a log holds to `NAME.log.1` once it is larger than `limit` bytes.

    The file itself stays: its writers hold it open, and append.
    """
    for log in folder.glob("*.log"):
        if log.stat().st_size > limit:
            shutil.copyfile(log, log.with_name(f"{log.name}.1"))
            os.truncate(log, 0)
