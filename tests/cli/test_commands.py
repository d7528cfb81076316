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
from brama.contracts.common import LocalText
from brama.contracts.identity import OrganiserChanged
from brama.kernel import kernel_store
from brama.kernel.clock import SystemClock
from brama.kernel.database import Database
from brama.kernel.ids import new_id
from brama.kernel.outbox import enclosed, say
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
        (
            ["migrate", "sales", "--settings", "/nowhere/settings.toml"],
            "does not exist; `brama up` writes one",
        ),
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
        [sys.executable, "-m", "brama", *arguments],
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
    trusted = [
        ", ".join(f"{k} = {json.dumps(v)}" for k, v in msgspec.to_builtins(key).items()) for key in TRUST_KEYS
    ]
    lines.append("trust_keys = [" + ", ".join(f"{{ {key} }}" for key in trusted) + "]")
    path = tmp_path / "settings.toml"
    path.write_text("[catalogue]\n" + "\n".join(lines) + "\n", "utf-8")
    return path


def _an_organiser(name: str) -> OrganiserChanged:
    organiser_id = new_id()
    return OrganiserChanged(
        aggregate_id=str(organiser_id), aggregate_version=1, occurred_at=SystemClock().now(),
        organiser_id=organiser_id, slug=str(organiser_id), name=LocalText(name), mark=name, accent=None,
        legal_name=name, tax_id="1", contact_email="x@example.org", address=LocalText("Київ"), locale="uk",
        is_fiscalised=False,
    )  # fmt: skip


async def _dead(db: Database) -> set[str]:
    async with db.reading() as tx:
        return {str(letter.fact_id) for letter in await kernel_store.dead_letters(tx, "%", None)}


async def test_replay_applies_the_dead_letters_that_were_asked_for(db: Database, settings: Path) -> None:
    first, second = _an_organiser("Двір"), _an_organiser("Сад")
    unreadable = new_id()
    now = SystemClock().now()
    async with db.transaction() as tx:
        for fact in (first, second):
            await kernel_store.add_dead_letter(tx, fact.fact_id, fact.SUBJECT, enclosed(fact), 8, "why", now)
        await kernel_store.add_dead_letter(tx, unreadable, "identity.x.y.v1", b"{", 8, "why", now)
    done = _run("replay", "catalogue", "--event-id", str(second.fact_id), "--settings", str(settings))
    assert (done.returncode, done.stdout) == (0, "catalogue: 1 applied, 0 failed again\n"), done.stderr
    assert await _dead(db) == {str(first.fact_id), str(unreadable)}
    rest = _run("replay", "catalogue", "--settings", str(settings))
    assert (rest.returncode, rest.stdout) == (1, "catalogue: 1 applied, 1 failed again\n"), rest.stderr
    assert await _dead(db) == {str(unreadable)}
    async with db.reading() as tx:
        assert await tx.raw.fetchval("select count(*) from organiser") == 2


async def test_replay_said_lets_a_service_speak_again(db: Database, settings: Path) -> None:
    facts = [_an_organiser("Двір"), _an_organiser("Сад")]
    async with db.transaction() as tx:
        await say(tx, *facts)
        await tx.raw.execute("update outbox set is_sent = true")
    for arguments, count in (
        (["--subject", "sales.%"], 0),
        (["--fact-id", str(facts[0].fact_id)], 1),
        ([], 1),
    ):
        done = _run("replay", "catalogue", "--said", *arguments, "--settings", str(settings))
        assert (done.returncode, done.stdout) == (0, f"catalogue: {count} facts will be sent again\n"), (
            done.stderr
        )
    async with db.reading() as tx:
        assert await kernel_store.count_unsent(tx) == 2


async def test_migrate_says_what_it_did(settings: Path) -> None:
    for phase in ("pre", "post"):
        done = _run("migrate", "catalogue", f"--{phase}", "--settings", str(settings))
        assert (done.returncode, done.stdout) == (0, f"catalogue {phase}: nothing to do\n"), done.stderr


def test_openapi_is_written_without_anything_running(tmp_path: Path) -> None:
    output = tmp_path / "openapi.json"
    assert _run("openapi", "-o", str(output)).returncode == 0
    assert json.loads(output.read_text("utf-8"))["openapi"] == "3.1.0"
    assert _run("openapi", "--site", str(tmp_path / "site")).returncode == 0
    assert (tmp_path / "site" / "api" / "index.html").read_text("utf-8").startswith("<!doctype html>")


def test_status_of_nothing_says_how_to_start(tmp_path: Path) -> None:
    shown = _run("status", "--data", str(tmp_path))
    assert shown.returncode == 1
    assert "brama up" in shown.stdout
    assert json.loads(_run("status", "--json", "--data", str(tmp_path)).stdout)["base_url"] is None


def test_doctor_names_each_thing_that_it_looked_at(tmp_path: Path) -> None:
    shown = _run("doctor", "--data", str(tmp_path))
    assert all(word in shown.stdout for word in ("Python", "nats-server", "caddy", "disk", "clock")), (
        shown.stdout
    )
