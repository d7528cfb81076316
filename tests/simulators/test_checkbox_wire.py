"""What the client library does not reach: webhooks, the request limit, faults of the wire, restarts."""

import base64
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.support.receiver import Receiver, webhook_receiver
from tests.support.simulators import Simulator, running_simulator

REGISTERS = [f"till-{number}:1111" for number in range(12)]


class Till:
    """A cashier with an open shift at a register of their own."""

    def __init__(self, url: str, license_key: str) -> None:
        self.client = httpx.Client(
            base_url=f"{url}/api/v1", headers={"X-License-Key": license_key}, timeout=5, trust_env=False
        )
        signed = self.client.post("/cashier/signinPinCode", json={"pin_code": "1111"}).raise_for_status()
        self.client.headers["Authorization"] = f"Bearer {signed.json()['access_token']}"

    def open_shift(self) -> str:
        asked = self.client.post("/shifts", json={}).raise_for_status()
        assert asked.status_code == 202
        wait_until(lambda: self.client.get("/cashier/shift").json()["status"] == "OPENED")
        return str(asked.json()["id"])

    def sell(self, receipt_id: str | None = None, value: int = 50000, order_id: str = "A1") -> httpx.Response:
        body = {
            "id": receipt_id or str(uuid.uuid4()),
            "order_id": order_id,
            "goods": [{"good": {"code": "T1", "name": "Вхід", "price": value, "tax": [8]}, "quantity": 1000}],
            "payments": [{"type": "CASHLESS", "value": value}],
        }
        return self.client.post("/receipts/sell", json=body)

    def is_done(self, receipt_id: str) -> bool:
        return bool(self.client.get(f"/receipts/{receipt_id}").json()["status"] == "DONE")


def wait_until(true: Any, within_s: float = 5.0) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with running_simulator(
        "checkbox", unlimited=True, register=REGISTERS, delay_ms=60, webhook_retry_s=0.1
    ) as running:
        yield running


@pytest.fixture
def till(simulator: Simulator, request: pytest.FixtureRequest) -> Iterator[Till]:
    """One register per test, so that no test meets another's shift."""
    tests = [item.name for item in request.session.items if "till" in getattr(item, "fixturenames", ())]
    till = Till(simulator.url, f"till-{tests.index(request.node.name) % len(REGISTERS)}")
    till.open_shift()
    yield till
    till.client.close()
    control(simulator, "delete", "/control/faults")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with webhook_receiver() as receiver:
        yield receiver


def control(simulator: Simulator, method: str, path: str, **more: Any) -> Any:
    return httpx.request(method, simulator.url + path, trust_env=False, **more).raise_for_status().json()


def fault(simulator: Simulator, name: str, **params: Any) -> None:
    control(simulator, "post", "/control/faults", json={"name": name, **params})


def test_a_webhook_is_signed_and_tells_the_outcome(till: Till, receiver: Receiver) -> None:
    key = till.client.post("/webhook", json={"url": receiver.url}).json()["key"]
    made = till.sell().json()
    call = receiver.wait_for_calls(1)[0]
    expected = base64.b64encode(hmac.new(key.encode(), call.body, hashlib.sha256).digest()).decode()
    assert call.headers["x-request-signature"] == expected
    told = json.loads(call.body)["receipt"]
    assert (told["id"], told["status"]) == (made["id"], "DONE")
    till.client.post("/receipts/service", json={"payment": {"type": "CASH", "value": 100}})
    till.client.post("/shifts/close", json={}).raise_for_status()
    receiver.wait_for_calls(3)
    told = {kind: view for call in receiver.calls for kind, view in json.loads(call.body).items()}
    assert set(told) == {"receipt", "service_receipt", "shift"}
    assert told["service_receipt"]["type"] == "SERVICE_IN"
    assert told["shift"]["z_report"]["is_z_report"]


def test_a_webhook_is_repeated_until_its_answer_is_ok(till: Till, receiver: Receiver) -> None:
    till.client.post("/webhook", json={"url": receiver.url})
    receiver.answer = b"thanks"
    till.sell()
    receiver.wait_for_calls(2)
    receiver.answer = b'{"ok": true}'
    count = len(receiver.wait_for_calls(3))
    time.sleep(0.3)
    assert len(receiver.calls) <= count + 1


def test_webhooks_can_be_lost_and_doubled(till: Till, receiver: Receiver, simulator: Simulator) -> None:
    till.client.post("/webhook", json={"url": receiver.url})
    for name in ("webhook_lost", "webhook_duplicate"):
        fault(simulator, name)
        made = till.sell().json()
        wait_until(lambda made=made: till.is_done(made["id"]))
    receiver.wait_for_calls(2)
    assert {json.loads(call.body)["receipt"]["id"] for call in receiver.calls} == {made["id"]}


def test_a_receipt_is_found_by_its_tax_url(till: Till) -> None:
    made = till.sell(value=123456).json()
    wait_until(lambda: till.is_done(made["id"]))
    url = till.client.get(f"/receipts/{made['id']}").json()["tax_url"]
    page = httpx.get(url, trust_env=False)
    assert page.status_code == 200
    assert "1\u00a0234,56" in page.text
    assert httpx.get(url.replace("fn=40", "fn=41"), trust_env=False).status_code == 404


def test_a_late_receipt_is_created_until_then(till: Till, simulator: Simulator) -> None:
    fault(simulator, "receipt_late", after_s=0.4)
    began = time.monotonic()
    made = till.sell().json()
    wait_until(lambda: till.is_done(made["id"]))
    assert time.monotonic() - began >= 0.4


def test_errors_are_played_only_where_asked(till: Till, simulator: Simulator) -> None:
    fault(simulator, "license_invalid", operation="receipts/sell")
    fault(simulator, "token_expired", operation="receipts/sell")
    fault(simulator, "server_error", operation="receipts/sell", status=502)
    fault(simulator, "too_many_requests", operation="receipts/sell")
    assert till.client.get("/cashier/me").status_code == 200
    seen = [(answer.status_code, answer.json().get("code")) for answer in (till.sell() for _ in range(5))]
    assert sorted(status for status, _ in seen) == [201, 401, 401, 429, 502]
    assert {"cash_register.invalid_license_key", "base.credentials"} <= {code for _, code in seen}


def test_midnight_closes_the_shift_under_a_sale(till: Till, simulator: Simulator) -> None:
    fault(simulator, "midnight")
    refused = till.sell()
    assert (refused.status_code, refused.json()["code"]) == (400, "shift.not_opened")
    assert till.client.get("/cashier/shift").json() is None
    till.open_shift()
    assert till.sell().status_code == 201


def test_a_shift_closes_only_when_its_receipts_are_through(till: Till, simulator: Simulator) -> None:
    fault(simulator, "receipt_stuck")
    made = till.sell().json()
    shift_id = till.client.post("/shifts/close", json={}).json()["id"]
    time.sleep(0.3)
    assert till.client.get(f"/shifts/{shift_id}").json()["status"] == "CLOSING"
    control(simulator, "post", "/control/release", json={"receipt_id": made["id"]})
    wait_until(lambda: till.client.get(f"/shifts/{shift_id}").json()["status"] == "CLOSED")
    assert till.client.get(f"/shifts/{shift_id}").json()["z_report"]["sell_receipts_count"] == 1


def test_the_ledger_adds_up_per_register(till: Till, simulator: Simulator) -> None:
    fault(simulator, "receipt_error", order_id="failing")
    ids = [till.sell(order_id=order_id).json()["id"] for order_id in ("good", "failing", "good")]
    wait_until(lambda: all(till.client.get(f"/receipts/{i}").json()["status"] != "CREATED" for i in ids))
    ledger = control(simulator, "get", "/control/ledger")
    own = next(
        register
        for register in ledger["registers"]
        if register["license_key"] == till.client.headers["x-license-key"]
    )
    assert (own["totals"]["sales"], own["totals"]["failed"], own["totals"]["receipts"]) == (100000, 1, 2)
    assert ledger["totals"]["sales"] == sum(r["totals"]["sales"] for r in ledger["registers"])


def test_the_sixteenth_request_of_ten_seconds_is_refused() -> None:
    with running_simulator("checkbox", register=["one:1111", "two:1111"]) as limited:
        till, other = Till(limited.url, "one"), Till(limited.url, "two")
        answers = [till.client.get("/cashier/me").status_code for _ in range(15)]
        assert answers == [200] * 14 + [429]
        assert other.client.get("/cashier/me").status_code == 200
        till.client.close()
        other.client.close()


def test_a_restart_forgets_nothing_and_sigterm_ends_it_within_a_second(tmp_path: Path) -> None:
    kept: dict[str, Any] = {"data": tmp_path / "registrar.sqlite", "unlimited": True}
    with running_simulator("checkbox", **kept, register=["one:1111"], delay_ms=1000) as first:
        till = Till(first.url, "one")
        till.open_shift()
        made = till.sell().json()
        assert first.stop() < 1.0
    with running_simulator("checkbox", **kept) as second:
        till.client.base_url = httpx.URL(f"{second.url}/api/v1/")
        assert till.client.get("/cashier/shift").json()["status"] == "OPENED"
        wait_until(lambda: till.is_done(made["id"]))
        till.client.close()
