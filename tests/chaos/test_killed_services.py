"""Any service may die at any moment: buyers go on, it comes back by itself, and nothing is lost."""

import os
import signal
import time
from collections.abc import Iterator

import pytest

from brama.kernel.runtime import SERVICES
from tests.journeys.people import Buyer, Person
from tests.support.machine import RunningMachine, messages_to, running_machine
from tests.support.waiting import until


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningMachine]:
    """A system whose services may be killed."""
    with running_machine(tmp_path_factory.mktemp("killed")) as running:
        yield running


@pytest.mark.parametrize("service", SERVICES)
async def test_a_buyer_gets_tickets_while_a_service_is_killed(machine: RunningMachine, service: str) -> None:
    email = f"{service}@example.com"
    killed = machine.status()[service]["pid"]
    os.kill(killed, signal.SIGKILL)
    began = time.monotonic()
    order = Buyer(machine).buy(Person("Ярослава Вовк", email), tickets=1)
    assert order.codes

    def is_back() -> bool | None:
        line = machine.status()[service]
        return (line["state"] == "ready" and line["pid"] != killed) or None

    await until(is_back, within_s=max(0.5, 8 - (time.monotonic() - began)))
    await until(lambda: [letter for letter in messages_to(machine, email) if letter["attachments"][1:]])


async def test_afterwards_nothing_waits(machine: RunningMachine) -> None:
    def is_drained() -> bool | None:
        return all(line["backlog"] == 0 for line in machine.status().values()) or None

    await until(is_drained, within_s=30)
