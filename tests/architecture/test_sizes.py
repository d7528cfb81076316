"""A file stays under 400 lines, a function under 40, a component under 120: what is longer hides something."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.parts import CHECKOUT, rooms, title

LONGEST_FILE, LONGEST_FUNCTION, LONGEST_COMPONENT = 400, 40, 120

# What is longer today. This list only shrinks: whoever shortens one takes it out, nobody adds to it.
LONG_FILES: set[str] = {"src/brama/services/publishing/templates/site.css"}
LONG_FUNCTIONS: set[str] = {
    "src/brama/services/sales/domain/inventory.py grant",
    "src/brama/services/sales/operations/door.py sell_at_door",
    "src/brama/services/sales/operations/refunds.py request_refund",
    "src/brama/services/sales/subscribers.py heard",
}
_TEXT = ("*.py", "*.sql", "*.toml", "*.css", "*.js", "*.ts", "*.html", "*.j2", "*.mjml", "*.typ", "*.svelte")


def _files() -> Iterator[Path]:
    for folder in ("src", "tests", "scripts", "web"):
        for pattern in _TEXT:
            yield from (file for file in rooms(CHECKOUT / folder, pattern) if "generated" not in file.parts)


def _long_files() -> set[str]:
    long = set()
    for file in _files():
        most = LONGEST_COMPONENT if file.suffix == ".svelte" else LONGEST_FILE
        if len(file.read_text("utf-8").splitlines()) > most:
            long.add(title(file))
    return long


def _long_functions() -> set[str]:
    long = set()
    for file in (file for file in _files() if file.suffix == ".py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    long.add(f"{title(file)} {node.name}")
    return long


def test_no_file_is_too_long() -> None:
    assert not _long_files() - LONG_FILES


def test_no_function_is_too_long() -> None:
    assert not _long_functions() - LONG_FUNCTIONS


def test_the_lists_of_what_is_too_long_name_nothing_that_was_mended() -> None:
    assert not LONG_FILES - _long_files()
    assert not LONG_FUNCTIONS - _long_functions()
