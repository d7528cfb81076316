"""What is committed names no registry, no path of one machine, and pins its packages by hash."""

import json
import re
import subprocess
from functools import cache
from pathlib import Path

from tests.architecture.parts import CHECKOUT, title

# Written in two halves, so that this file does not find itself.
REGISTRIES = re.compile(
    "|".join(
        (
            r"registry\.npm" + r"js\.org",
            r"py" + r"pi\.org/simple",
            r"files\.python" + r"hosted\.org",
            r"(index|extra-index)-url\s*[=:]\s*http" + r"s?://",
            r"https?://[\w.-]+/(artif" + r"actory|nex" + r"us|repository|simple)/",
        )
    )
)
MACHINE_PATHS = re.compile(r"(?<![\w.~-])/(work|" + r"root|home/\w+)/[\w.-]")
_PICTURES, _FONTS = {".png", ".jpg", ".webp", ".ico", ".pdf"}, {".woff2", ".woff", ".ttf", ".otf"}
BINARY = _PICTURES | _FONTS | {".wasm", ".y4m", ".mp3", ".wav"}


@cache
def committed() -> tuple[Path, ...]:
    """Every file that is committed or would be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=CHECKOUT, capture_output=True, check=True,
    ).stdout.decode()  # fmt: skip
    paths = [CHECKOUT / name for name in listed.split("\0") if name]
    return tuple(path for path in paths if path.is_file() and path.suffix not in BINARY)


def _finding(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for path in committed():
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
            if match := pattern.search(line):
                found.append(f"{title(path)}:{number}: {match[0]}")
    return found


def test_no_file_names_a_registry() -> None:
    assert len(committed()) > 300
    assert not _finding(REGISTRIES)


def test_no_file_names_a_path_of_one_machine() -> None:
    assert not _finding(MACHINE_PATHS)


def test_every_python_package_is_pinned_with_hashes() -> None:
    entries = re.split(r"\n(?=[A-Za-z0-9])", (CHECKOUT / "requirements.lock").read_text("utf-8"))
    packages = [entry for entry in entries if re.match(r"[A-Za-z0-9_.-]+(\[[\w,]+\])?==", entry)]
    assert len(packages) > 50
    loose = [entry.splitlines()[0] for entry in packages if "--hash=sha256:" not in entry]
    assert not loose
    assert not [entry for entry in entries if re.match(r"[A-Za-z0-9_.-]+\s*(@|>=|~=)", entry)]


def test_every_node_package_has_a_hash_and_no_address() -> None:
    lock = json.loads((CHECKOUT / "web" / "package-lock.json").read_text("utf-8"))
    for name, package in lock["packages"].items():
        if package.get("link"):
            continue  # a workspace of ours
        assert "resolved" not in package, name
        if name.startswith("node_modules/"):
            assert package.get("integrity", "").startswith("sha512-"), name


def test_there_is_no_lock_that_writes_addresses() -> None:
    assert not [title(path) for path in committed() if path.name in ("uv.lock", "yarn.lock", "poetry.lock")]
