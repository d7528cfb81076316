"""A folder that PostgreSQL's account can reach: pytest's own are closed to it when root runs the tests."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def machine_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="brama-machine-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)
