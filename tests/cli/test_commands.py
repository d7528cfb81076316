"""The commands explain themselves, and those for the operator do what they say."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec
import pytest
from click.testing import CliRunner

from brama.cli import commands
from brama.contracts.identity import OrganiserChanged
from brama.kernel.database import Database
from brama.kernel.facts import Fact
from brama.kernel.ids import new_id
from brama.kernel.outbox import enclosed, say
from tests.catalogue.conftest import organiser_fact
from tests.support.database import database_fixture, service_url
from tests.support.keys import MASTER_KEY, TRUST_KEYS

db = database_fixture("catalogue")


def _commands(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if not command.hidden:
            yield f"{path}{name}", command
            if isinstance(command, click.Group):
                yield from _commands(command, f"{path}{name} ")


ALL = dict(_commands(commands))


def test_the_commands_of_the_design_are_here() -> None:
    assert {"up", "status", "serve", "migrate", "replay", "doctor", "openapi"} <= ALL.keys()


@pytest.mark.parametrize("name", ALL)
def test_a_command_explains_itself(name: str) -> None:
    shown = CliRunner().invoke(commands, [*name.split(), "--help"], prog_name="brama")
    assert shown.exit_code == 0
    assert (ALL[name].help or "").strip().endswith(".") or "." in (ALL[name].help or "")
    for parameter in ALL[name].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts[0]} says nothing"
            assert parameter.opts[0] in shown.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["serve", "nothing"], "'nothing' is not one of 'identity'"),
        (["migrate", "sales", "--settings", "/nowhere/settings.toml"], "does not exist; `brama up` writes one"),
        (["replay", "sales", "--fact-id", "seven"], "'seven' is not a valid UUID"),
        (["status", "--port", "8700"], "No such option"),
        (["fly"], "No such command 'fly'"),
    ],
)
def test_a_mistake_is_one_clear_line(arguments: list[str], words: str) -> None:
    failed = _run(*arguments)
    assert failed.returncode != 0
    assert words in failed.stderr
    assert "Traceback" not in failed.stderr


def _run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "brama", *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "COLUMNS": "200"},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.fixture
async def settings(tmp_path: Path) -> Path:
    """A settings file for the catalogue of this test's database."""
    tables: dict[str, Any] = {
        "database_url": await service_url("catalogue"), "nats_url": "nats://127.0.0.1:4", "http_port": 1,
        "public_origin": "http://localhost", "master_key": MASTER_KEY,
        "private_blobs": str(tmp_path), "public_blobs": str(tmp_path),
    }  # fmt: skip
    lines = [f"{name} = {json.dumps(value)}" for name, value in tables.items()]
    trusted = [", ".join(f"{k} = {json.dumps(v)}" for k, v in msgspec.to_builtins(key).items()) for key in TRUST_KEYS]
    lines.append("trust_keys = [" + ", ".join(f"{{ {key} }}" for key in trusted) + "]")
    path = tmp_path / "settings.toml"
    path.write_text("[catalogue]\n" + "\n".join(lines) + "\n", "utf-8")  # noqa: ASYNC240 - a few lines
    return path
