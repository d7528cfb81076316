"""The simulated bank over its wire. The oracle for signatures is openssl and the bank's published sample."""

import json
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.simulators.merchant import (
    SAMPLE_BODY,
    SAMPLE_KEY,
    SAMPLE_SIGN,
    TOKEN,
    cancel,
    create,
    fault,
    is_signed,
    pay,
    pubkey,
    status,
    statuses,
)
from tests.support.receiver import Receiver, webhook_receiver
from tests.support.simulators import Simulator, running_simulator


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with running_simulator("monobank", retry_delays="0.1,0.1") as running:
        yield running


@pytest.fixture(scope="module")
def client(simulator: Simulator) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=simulator.url, headers=TOKEN, timeout=5, trust_env=False) as client:
        yield client


@pytest.fixture(autouse=True)
def no_faults_left(client: httpx.Client) -> Iterator[None]:
    yield
    client.delete("/control/faults").raise_for_status()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with webhook_receiver() as receiver:
        yield receiver


def test_the_oracle_accepts_the_banks_published_sample_and_no_other_body(tmp_path: Path) -> None:
    assert is_signed(tmp_path, SAMPLE_KEY, SAMPLE_SIGN, SAMPLE_BODY)
    assert not is_signed(tmp_path, SAMPLE_KEY, SAMPLE_SIGN, SAMPLE_BODY.replace(b"4200", b"4201"))


def test_a_payment_is_told_by_a_webhook_that_openssl_verifies(
    client: httpx.Client, receiver: Receiver, tmp_path: Path
) -> None:
    invoice = create(client, receiver)
    assert status(client, invoice)["status"] == "created"
    assert pay(client, invoice, method="apple").json()["status"] == "success"
    call = receiver.wait_for_calls(1)[0]
    assert is_signed(tmp_path, pubkey(client), call.headers["x-sign"], call.body)
    assert not is_signed(tmp_path, pubkey(client), call.headers["x-sign"], call.body + b" ")
    told = json.loads(call.body)
    assert told == status(client, invoice)
    assert (told["status"], told["amount"], told["finalAmount"], told["ccy"]) == (
        "success",
        50000,
        50000,
        980,
    )
    assert told["reference"] == invoice["reference"]
    assert told["paymentInfo"]["paymentMethod"] == "apple"


def test_a_webhook_is_posted_three_times_until_exactly_200(client: httpx.Client, receiver: Receiver) -> None:
    receiver.status = 202
    pay(client, create(client, receiver))
    calls = receiver.wait_for_calls(3)
    time.sleep(0.4)
    assert len(receiver.calls) == 3
    assert len({call.body for call in calls}) == 1


def test_a_token_is_required_and_sees_only_its_own_invoices(
    client: httpx.Client, simulator: Simulator
) -> None:
    refused = httpx.get(f"{simulator.url}/api/merchant/pubkey", trust_env=False)
    assert (refused.status_code, refused.json()["errCode"]) == (403, "FORBIDDEN")
    foreign = client.get(
        "/api/merchant/invoice/status",
        params={"invoiceId": create(client)["invoiceId"]},
        headers={"X-Token": "somebody else"},
    )
    assert (foreign.status_code, foreign.json()["errCode"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize("body", [{"amount": 0}, {"amount": "1"}, {}, {"amount": 1, "paymentType": "later"}])
def test_a_malformed_invoice_is_a_bad_request(client: httpx.Client, body: dict[str, Any]) -> None:
    answer = client.post("/api/merchant/invoice/create", json=body)
    assert (answer.status_code, answer.json()["errCode"]) == (400, "BAD_REQUEST")
    assert answer.json()["errText"]


def test_the_wrong_method_has_the_banks_own_code(client: httpx.Client) -> None:
    answer = client.get("/api/merchant/invoice/create")
    assert (answer.status_code, answer.json()["errCode"]) == (405, "METHOD_NOT_ALLOWED")


def test_an_invoice_expires_without_a_webhook_and_cannot_be_paid(
    client: httpx.Client, receiver: Receiver
) -> None:
    invoice = create(client, receiver, validity=1)
    time.sleep(1.1)
    assert status(client, invoice)["status"] == "expired"
    assert pay(client, invoice).status_code == 400
    time.sleep(0.2)
    assert receiver.calls == []


def test_partial_refunds_leave_the_rest_and_the_last_one_reverses(
    client: httpx.Client, receiver: Receiver
) -> None:
    invoice = create(client, receiver)
    pay(client, invoice)
    assert cancel(client, invoice, extRef="r1", amount=20000).json()["status"] == "success"
    after = status(client, invoice)
    assert (after["status"], after["finalAmount"], after["amount"]) == ("success", 30000, 50000)
    assert [(item["extRef"], item["amount"]) for item in after["cancelList"]] == [("r1", 20000)]
    assert cancel(client, invoice, extRef="r2", amount=30001).status_code == 400
    assert cancel(client, invoice, extRef="r3").json()["status"] == "success"
    assert (status(client, invoice)["status"], status(client, invoice)["finalAmount"]) == ("reversed", 0)
    assert statuses(receiver.wait_for_calls(3)).count("reversed") == 1


def test_the_same_ext_ref_returns_money_once(client: httpx.Client) -> None:
    invoice = create(client)
    pay(client, invoice)
    first = cancel(client, invoice, extRef="again", amount=10000)
    second = cancel(client, invoice, extRef="again", amount=10000)
    assert first.json() == second.json()
    assert status(client, invoice)["finalAmount"] == 40000
    fault(client, "refund_repeats")
    cancel(client, invoice, extRef="again", amount=10000)
    assert status(client, invoice)["finalAmount"] == 30000


def test_a_hold_is_finalized_or_returned(client: httpx.Client) -> None:
    kept, returned = create(client, paymentType="hold"), create(client, paymentType="hold")
    assert pay(client, kept).json()["status"] == pay(client, returned).json()["status"] == "hold"
    body = {"invoiceId": kept["invoiceId"], "amount": 45000}
    assert client.post("/api/merchant/invoice/finalize", json=body).json() == {"status": "success"}
    assert (status(client, kept)["status"], status(client, kept)["finalAmount"]) == ("success", 45000)
    cancel(client, returned)
    assert status(client, returned)["status"] == "reversed"


def test_only_an_unpaid_invoice_can_be_removed(client: httpx.Client) -> None:
    unpaid, paid = create(client), create(client)
    pay(client, paid)
    for invoice, expected in ((unpaid, 200), (paid, 400)):
        body = {"invoiceId": invoice["invoiceId"]}
        assert client.post("/api/merchant/invoice/remove", json=body).status_code == expected
    assert pay(client, unpaid).status_code == 400


def test_the_payer_pays_on_the_page_and_returns_to_the_shop(client: httpx.Client) -> None:
    invoice = create(client)
    page = client.get(invoice["pageUrl"])
    assert "500,00" in page.text
    assert "Ніч на Рибальському" in page.text
    assert "To pay" in client.get(invoice["pageUrl"], headers={"Accept-Language": "en"}).text
    answer = client.post(invoice["pageUrl"], data={"action": "card"})
    assert (answer.status_code, answer.headers["location"]) == (303, "http://127.0.0.1:9/done?order=X")
    assert status(client, invoice)["status"] == "success"
    assert "Сплачено" in client.post(invoice["pageUrl"], data={"action": "decline"}).text


def test_leaving_pays_nothing_and_declining_says_why(client: httpx.Client) -> None:
    left, declined = create(client), create(client)
    assert client.post(left["pageUrl"], data={"action": "leave"}).status_code == 303
    assert status(client, left)["status"] == "created"
    client.post(declined["pageUrl"], data={"action": "decline"})
    told = status(client, declined)
    assert (told["status"], told["errCode"]) == ("failure", "59")
    assert told["failureReason"]


def test_webhooks_can_be_doubled_lost_late_and_reordered(client: httpx.Client, receiver: Receiver) -> None:
    for name in ("webhook_duplicate", "webhook_lost"):
        fault(client, name)
        pay(client, create(client, receiver))
    receiver.wait_for_calls(2)
    assert len({call.body for call in receiver.calls}) == 1
    fault(client, "webhook_late", delay_s=0.5)
    began = time.monotonic()
    pay(client, create(client, receiver))
    receiver.wait_for_calls(3)
    assert time.monotonic() - began >= 0.5
    fault(client, "webhook_reordered", delay_s=0.2)
    pay(client, create(client, receiver))
    assert statuses(receiver.wait_for_calls(5))[3:] == ["success", "processing"]


def test_a_rotated_key_verifies_only_after_refetching_it(
    client: httpx.Client, receiver: Receiver, tmp_path: Path
) -> None:
    before = pubkey(client)
    fault(client, "key_rotation")
    pay(client, create(client, receiver))
    call = receiver.wait_for_calls(1)[0]
    assert not is_signed(tmp_path, before, call.headers["x-sign"], call.body)
    assert is_signed(tmp_path, pubkey(client), call.headers["x-sign"], call.body)
    fault(client, "bad_signature")
    pay(client, create(client, receiver))
    forged = receiver.wait_for_calls(2)[1]
    assert not is_signed(tmp_path, pubkey(client), forged.headers["x-sign"], forged.body)


def test_a_timeout_comes_after_the_bank_has_committed(client: httpx.Client) -> None:
    fault(client, "create_timeout", hang_s=30)
    reference = str(uuid.uuid4())
    asked = {"amount": 700, "merchantPaymInfo": {"reference": reference}}
    with pytest.raises(httpx.ReadTimeout):
        client.post("/api/merchant/invoice/create", json=asked, timeout=0.3)
    known = client.get("/control/ledger", params={"payment_id": reference}).json()["invoices"]
    assert [invoice["status"] for invoice in known] == ["created"]

    invoice = create(client)
    pay(client, invoice)
    fault(client, "cancel_timeout", hang_s=30, payment_id=invoice["reference"])
    with pytest.raises(httpx.ReadTimeout):
        client.post(
            "/api/merchant/invoice/cancel",
            json={"invoiceId": invoice["invoiceId"], "extRef": "t", "amount": 100},
            timeout=0.3,
        )
    assert [item["extRef"] for item in status(client, invoice)["cancelList"]] == ["t"]


def test_errors_are_played_as_often_as_asked_and_only_where_asked(client: httpx.Client) -> None:
    fault(client, "too_many_requests", times=2, operation="create")
    fault(client, "server_error", status=503)
    assert client.get("/api/merchant/pubkey").status_code == 503
    assert client.get("/api/merchant/pubkey").status_code == 200
    refused = [client.post("/api/merchant/invoice/create", json={"amount": 1}) for _ in range(3)]
    assert [answer.status_code for answer in refused] == [429, 429, 200]
    assert refused[0].json()["errCode"] == "TMR"
    assert client.get("/control/faults").json()["waiting"] == []


def test_an_unknown_fault_is_refused_with_the_list_of_known_ones(client: httpx.Client) -> None:
    answer = client.post("/control/faults", json={"name": "gremlins"})
    assert answer.status_code == 400
    assert "webhook_lost" in answer.json()["errText"]


def test_success_can_come_late_after_expiry(client: httpx.Client, receiver: Receiver) -> None:
    invoice = create(client, receiver)
    fault(client, "late_success", after_s=0.3)
    assert pay(client, invoice).json()["status"] == "expired"
    assert status(client, invoice)["status"] == "expired"
    assert statuses(receiver.wait_for_calls(1)) == ["success"]
    assert status(client, invoice)["status"] == "success"


@pytest.mark.parametrize(("params", "paid"), [({"delta": -100}, 49900), ({"amount": 60000}, 60000)])
def test_the_payer_can_pay_short_or_too_much(client: httpx.Client, params: dict[str, int], paid: int) -> None:
    invoice = create(client)
    fault(client, "wrong_amount", **params)
    told = pay(client, invoice).json()
    assert (told["status"], told["amount"], told["finalAmount"]) == ("success", 50000, paid)


@pytest.mark.parametrize(("outcome", "left"), [("failure", 50000), ("success", 30000)])
def test_a_refund_can_stay_in_processing_before_its_outcome(
    client: httpx.Client, receiver: Receiver, outcome: str, left: int
) -> None:
    invoice = create(client, receiver)
    pay(client, invoice)
    fault(client, f"refund_processing_then_{outcome}", after_s=0.3)
    assert cancel(client, invoice, extRef="slow", amount=20000).json()["status"] == "processing"
    assert status(client, invoice)["finalAmount"] == 50000
    assert cancel(client, invoice, extRef="greedy", amount=40000).status_code == 400
    receiver.wait_for_calls(3)
    told = status(client, invoice)
    assert (told["cancelList"][0]["status"], told["finalAmount"]) == (outcome, left)


def test_the_bank_can_reverse_by_itself(client: httpx.Client, receiver: Receiver) -> None:
    invoice = create(client, receiver)
    fault(client, "external_reversal", after_s=0.2, payment_id=invoice["reference"])
    pay(client, invoice)
    receiver.wait_for(lambda calls: "reversed" in statuses(calls))
    told = status(client, invoice)
    assert told["finalAmount"] == 0
    assert "extRef" not in told["cancelList"][0]


def test_the_ledger_adds_up(client: httpx.Client) -> None:
    before = client.get("/control/ledger").json()["totals"]
    invoice, _unpaid = create(client), create(client)
    pay(client, invoice)
    cancel(client, invoice, extRef="x", amount=12345)
    after = client.get("/control/ledger").json()
    gained = {name: after["totals"][name] - before[name] for name in before}
    assert gained == {
        "invoices": 2,
        "paid": 1,
        "captured": 50000,
        "held": 0,
        "refunds": 1,
        "refunded": 12345,
        "refunding": 0,
        "net": 37655,
    }
    entry = next(entry for entry in after["invoices"] if entry["invoiceId"] == invoice["invoiceId"])
    assert (entry["paid_amount"], entry["refunded_amount"]) == (50000, 12345)


def test_the_statement_lists_what_was_paid(client: httpx.Client) -> None:
    since = int(time.time())
    invoice, unpaid = create(client), create(client)
    pay(client, invoice)
    listed = client.get("/api/merchant/statement", params={"from": since}).json()["list"]
    ids = [line["invoiceId"] for line in listed]
    assert invoice["invoiceId"] in ids
    assert unpaid["invoiceId"] not in ids


def test_a_restart_forgets_nothing_and_sigterm_ends_it_within_a_second(
    receiver: Receiver, tmp_path: Path
) -> None:
    data = tmp_path / "bank.sqlite"
    with running_simulator("monobank", data=data) as first:
        with httpx.Client(base_url=first.url, headers=TOKEN, timeout=5, trust_env=False) as client:
            key, invoice = pubkey(client), create(client, receiver)
            fault(client, "webhook_late", delay_s=1.5)
            pay(client, invoice)
            fault(client, "decline")
        assert first.stop() < 1.0
    assert receiver.calls == []
    with (
        running_simulator("monobank", data=data) as second,
        httpx.Client(base_url=second.url, headers=TOKEN, timeout=5, trust_env=False) as client,
    ):
        assert pubkey(client) == key
        assert status(client, invoice)["status"] == "success"
        assert client.get("/control/faults").json()["waiting"] == [{"name": "decline", "times": 1}]
        assert statuses(receiver.wait_for_calls(1)) == ["success"]
