"""The supervisor: what crashes comes back, and everything ends when it should."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from brama.embedded.programs import run_in_foreground
from brama.embedded.supervisor import Forked, Process, StartFailed, StopRequested, Supervisor, rotate_logs

LASTING = [sys.executable, "-c", "import time; time.sleep(60)"]
CRASHING = [sys.executable, "-c", "raise SystemExit(3)"]
_DEAF = "signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); time.sleep(60)"
STUBBORN = [sys.executable, "-c", f"import signal, time; {_DEAF}"]


class Watched:
    """A supervisor in a folder of its own, and what it warned of."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.warnings: list[str] = []
        self.supervisor = Supervisor(self.warnings.append, folder / "status.json", folder)

    def process(self, command: list[str], name: str = "child") -> Process:
        def start() -> subprocess.Popen[bytes]:
            return run_in_foreground(
                command, log=self.folder / f"{name}.log", environment={"PATH": os.defpath}
            )

        return Process(name, start, ready=lambda: True)

    def tick_until(self, condition: object, within_s: float = 5.0) -> None:
        assert callable(condition)
        deadline = time.monotonic() + within_s
        while not condition():
            assert time.monotonic() < deadline, f"not within {within_s} s"
            self.supervisor._tick()


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def test_a_killed_child_is_back_within_five_seconds(watched: Watched) -> None:
    child = watched.process(LASTING)
    watched.supervisor.start([child], timeout_s=5)
    killed = child.pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    watched.tick_until(lambda: child.is_alive and child.pid != killed)
    assert child.restarts == 1
    assert any("SIGKILL" in warning for warning in watched.warnings)
    watched.supervisor.stop()


def test_it_never_gives_up_and_its_pauses_stay_short(watched: Watched) -> None:
    child = watched.process(CRASHING)
    watched.supervisor._stages.append([child])
    watched.supervisor._start(child)
    watched.tick_until(lambda: child.restarts >= 5, within_s=12)
    assert child.pause_s <= 2.0
    assert len(watched.warnings) < child.crashes
    watched.supervisor.stop()


def test_a_start_names_what_is_not_ready_and_its_log(watched: Watched) -> None:
    broken = watched.process(CRASHING, "broken")
    broken.ready = lambda: False
    with pytest.raises(StartFailed, match=r"broken .*broken\.log"):
        watched.supervisor.start([broken], timeout_s=10)
    watched.supervisor.stop()


def test_stopping_ends_all_within_the_patience_even_the_stubborn(watched: Watched) -> None:
    polite, stubborn = watched.process(LASTING, "polite"), watched.process(STUBBORN, "stubborn")
    stubborn.ready = lambda: "on" in (watched.folder / "stubborn.log").read_text()
    watched.supervisor.start([polite], timeout_s=5)
    watched.supervisor.start([stubborn], timeout_s=5)
    began = time.monotonic()
    watched.supervisor.stop(patience_s=0.5)
    assert time.monotonic() - began < 2
    assert not polite.is_alive
    assert not stubborn.is_alive
    assert any("stubborn" in warning for warning in watched.warnings)


def test_a_signal_ends_the_watch(watched: Watched) -> None:
    watched.supervisor._on_signal()
    with pytest.raises(StopRequested):
        watched.supervisor.watch()


def test_a_forked_child_tells_its_exit_code_and_writes_its_log(tmp_path: Path) -> None:
    def work() -> None:
        os.write(1, "працюю".encode())
        raise SystemExit(7)

    child = Forked(work, tmp_path / "child.log")
    deadline = time.monotonic() + 5
    while (code := child.poll()) is None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert code == 7
    assert "працюю" in (tmp_path / "child.log").read_text("utf-8")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's end")
def test_children_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from brama.embedded.programs import run_in_foreground\n"
        f"child = run_in_foreground({LASTING!r}, log=Path({str(tmp_path / 'log')!r}), environment={{}})\n"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    paths = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=paths
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
    deadline = time.monotonic() + 5
    while _is_running(child):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _is_running(pid: int) -> bool:
    """A zombie that nobody collects does not count."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_large_log_is_moved_aside_while_its_writer_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"x" * 100)
        rotate_logs(tmp_path, limit=50)
        writer.write(b"new")
    assert log.read_bytes() == b"new"
    assert (tmp_path / "a.log.1").stat().st_size == 100
