"""Ports, settings and the broker of one machine."""

import os
import socket
import time
import tomllib
from pathlib import Path

import nats
import pytest

from brama.embedded.machine import Machine
from brama.embedded.nats import Nats
from brama.embedded.ports import LOOPBACK, PortInUse, free_port, is_free, require_free
from brama.embedded.settings import write_settings
from brama.embedded.status import read_status
from brama.kernel.config import BadSettings, CommonConfig, load
from brama.kernel.runtime import SERVICES
from brama.kernel.secrets import from_base64url


def test_a_taken_port_is_said_with_its_number_purpose_and_owner() -> None:
    with socket.socket() as listener:
        listener.bind((LOOPBACK, free_port()))
        listener.listen()
        port = listener.getsockname()[1]
        with pytest.raises(PortInUse) as refusal:
            require_free(port, "the public address")
    message = str(refusal.value)
    assert "\n" not in message
    assert f"Port {port} (the public address) is already in use" in message
    assert f"pid {os.getpid()}" in message
    assert is_free(port)


def test_no_two_parts_share_a_port() -> None:
    ports = Machine(Path("x"), 9700).ports()
    assert len(ports) == len(SERVICES) + 3 + 4
    assert all(9700 <= port < 9734 for port in ports)


def test_secrets_are_made_once_and_closed_to_others(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    first = write_settings(machine)
    assert write_settings(machine) == first
    for name in ("secrets.toml", "settings.toml"):
        assert (tmp_path / name).stat().st_mode & 0o077 == 0
    keys = {first[service]["master_key"] for service in SERVICES}
    assert len(keys) == len(SERVICES)
    assert all(len(from_base64url(key)) == 32 for key in keys)


def test_the_kernel_reads_what_is_written(tmp_path: Path) -> None:
    write_settings(Machine(tmp_path, 9700))
    config = load(tmp_path / "settings.toml", "sales", CommonConfig)
    assert config.http_port == 9704
    assert config.public_origin == "http://localhost:9700"
    assert [key.speaker for key in config.trust_keys] == ["identity", "sales"]
    assert [key.purpose for key in config.first_keys] == ["order"]


def test_the_operators_own_settings_win(tmp_path: Path) -> None:
    (tmp_path / "local.toml").write_text('[payments]\nmonobank_url = "https://api.monobank.ua"\n')
    write_settings(Machine(tmp_path))
    tables = tomllib.loads((tmp_path / "settings.toml").read_text("utf-8"))
    assert tables["payments"]["monobank_url"] == "https://api.monobank.ua"
    assert tables["payments"]["http_port"] == 8705


def test_a_drill_refuses_a_real_provider(tmp_path: Path) -> None:
    (tmp_path / "local.toml").write_text('[payments]\nmonobank_url = "https://api.monobank.ua"\n')
    with pytest.raises(BadSettings, match="simulators only"):
        write_settings(Machine(tmp_path, drill=True))


def test_local_settings_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "local.toml").write_text("[payments\n")
    with pytest.raises(BadSettings, match=r"local\.toml"):
        write_settings(Machine(tmp_path))


def test_status_before_the_first_start_is_empty(tmp_path: Path) -> None:
    assert read_status(Machine(tmp_path)) == {"services": [], "base_url": None}


async def test_the_broker_keeps_streams_and_knows_its_user(tmp_path: Path) -> None:
    server = Nats(tmp_path / "nats", port=free_port(), password="secret", log=tmp_path / "log")
    process = server.start()
    deadline = time.monotonic() + 10
    while not server.is_ready():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    client = await nats.connect(server.url)
    stream = await client.jetstream().add_stream(name="sales", subjects=["sales.>"])
    assert stream.config.storage == "file"
    await client.close()
    with socket.create_connection((LOOPBACK, server.port)) as stranger:
        stranger.sendall(b'CONNECT {"verbose": false, "user": "brama", "pass": "guess"}\r\nPING\r\n')
        said = b"".join(iter(lambda: stranger.recv(4096), b""))
    assert b"Authorization Violation" in said
    process.terminate()
    process.wait(5)
