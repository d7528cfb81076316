"""Who may import whom: `.importlinter` holds, and would notice if it did not."""

import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

from tests.architecture.parts import CHECKOUT, SOURCES

LINTER = Path(sysconfig.get_path("scripts")) / "lint-imports"


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINTER, "--no-cache", "--config", CHECKOUT / ".importlinter"],
        cwd=folder, env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python sources again, to be broken by the tests below."""
    folder = tmp_path_factory.mktemp("imports")
    shutil.copytree(SOURCES, folder / "brama", ignore=lambda where, names: {
        name for name in names if not name.endswith(".py") and not (Path(where) / name).is_dir()
    })  # fmt: skip
    return folder


def test_the_sources_keep_the_rules(copy: Path) -> None:
    linted = _lint(copy)
    assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("services/sales/operations/orders.py", "import brama.services.payments.domain"),
        ("services/sales/domain/orders.py", "import brama.services.sales.store"),
        ("services/sales/domain/orders.py", "import asyncpg"),
        ("services/catalogue/operations/events.py", "import litestar"),
        ("services/identity/operations/staff.py", "import asyncpg"),
        ("services/identity/operations/staff.py", "import brama.services.identity.http"),
        ("services/ticketing/operations/__init__.py", "import httpx"),
        ("services/ticketing/wiring.py", "import brama.simulators.mail"),
        ("services/analytics/store.py", "import nats"),
        ("simulators/monobank/bank.py", "import brama.kernel.money"),
        ("shared/qr.py", "import brama.services.sales"),
        ("kernel/money.py", "import brama.contracts.common"),
        ("contracts/sales.py", "import brama.shared.roles"),
    ],
)
def test_a_forbidden_import_is_noticed(copy: Path, module: str, line: str) -> None:
    file = copy / "brama" / module
    before = file.read_text("utf-8")
    file.write_text(f"{before}\n{line}\n", "utf-8")
    try:
        linted = _lint(copy)
    finally:
        file.write_text(before, "utf-8")
    assert linted.returncode == 1, f"nobody minds `{line}` in {module}"
