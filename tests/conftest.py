"""What all tests share; the rest is in `tests/support`."""

import gc

import pytest

# CPython 3.11 before 3.11.9 may fail with "AST constructor recursion depth mismatch" when a collection runs in the
# middle of compiling a module (gh-106905): none runs until every test is imported.
gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """From here on garbage is collected as ever."""
    gc.enable()
