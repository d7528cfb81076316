"""A file stays under 400 lines, a function under 40, a component under 120: what is longer hides something."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.parts import CHECKOUT, rooms, title

LONGEST_FILE, LONGEST_FUNCTION, LONGEST_COMPONENT = 400, 40, 120

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
    assert not _long_files()


def test_no_function_is_too_long() -> None:
    assert not _long_functions()
