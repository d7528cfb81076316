"""The simulated registrar driven by `checkbox-sdk`, a client library that others wrote for the real one."""

import io
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import zxingcpp
from checkbox_sdk.client.synchronous import CheckBoxClient
from checkbox_sdk.exceptions import (
    CheckBoxAPIError,
    CheckBoxAPIValidationError,
    CheckBoxError,
    StatusException,
    StatusWaitTimeout,
)
from PIL import Image
from tests.support.simulators import Simulator, running_simulator

LICENSE, PIN = "test-license", "1234567890"
RELAX = 0.03  # s between the library's looks; its default of 0.75 is for the real service


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with running_simulator("checkbox", unlimited=True, register=[f"{LICENSE}:{PIN}"], delay_ms=60) as running:
        yield running


@pytest.fixture(scope="module")
def client(simulator: Simulator) -> Iterator[CheckBoxClient]:
    """Signed in by PIN, with an open shift that is closed in the end."""
    with sdk(simulator) as client:
        client.cashier.authenticate_pin_code(pin_code=PIN, license_key=LICENSE)
        client.shifts.create_shift(relax=RELAX, timeout=5)
        yield client
        client.shifts.close_shift(relax=RELAX, timeout=5)


def a_receipt(price: int = 50000, quantity: int = 2000, **changes: Any) -> dict[str, Any]:
    """Two entrances at 500, paid by card."""
    total = price * quantity // 1000
    return {
        "id": str(uuid.uuid4()),
        "goods": [
            {
                "good": {"code": "T1", "name": "Вхід: Ніч на Рибальському", "price": price, "tax": [8]},
                "quantity": quantity,
                "is_return": False,
                "discounts": [],
            }
        ],
        "discounts": [],
        "payments": [
            {
                "type": "CASHLESS",
                "value": total,
                "label": "Картка",
                "card_mask": "444403******1902",
                "rrn": "060189181768",
                "auth_code": "662476",
            }
        ],
        "delivery": {"emails": ["buyer@example.com"]},
        "order_id": str(uuid.uuid4()),
    } | changes


def in_cash(value: int) -> list[dict[str, Any]]:
    return [{"type": "CASH", "value": value, "label": "Готівка"}]


def returned(receipt: dict[str, Any], **changes: Any) -> dict[str, Any]:
    goods = [{**good, "is_return": True} for good in receipt["goods"]]
    return {
        **receipt,
        "id": str(uuid.uuid4()),
        "goods": goods,
        "related_receipt_id": receipt["id"],
        **changes,
    }


def test_signing_in_tells_who_and_where(client: CheckBoxClient) -> None:
    storage = client.storage
    assert storage.token_data is not None
    assert storage.token_data["sub"] == storage.cashier["id"]
    assert storage.cash_register["id"] == client.cash_registers.get_cash_register()["id"]
    assert [register["id"] for register in client.cash_registers.get_cash_registers()] == [
        storage.cash_register["id"]
    ]


@pytest.mark.parametrize(
    ("pin", "license_key", "status", "code"),
    [
        ("wrong", LICENSE, 403, "cashier.invalid_credentials"),
        (PIN, "wrong", 401, "cash_register.invalid_license_key"),
    ],
)
def test_wrong_credentials_have_the_documented_codes(
    simulator: Simulator, pin: str, license_key: str, status: int, code: str
) -> None:
    with (
        sdk(simulator) as stranger,
        pytest.raises(CheckBoxAPIError) as refused,
    ):
        stranger.cashier.authenticate_pin_code(pin_code=pin, license_key=license_key)
    assert (refused.value.status, refused.value.content["code"]) == (status, code)


def test_a_sale_becomes_done_and_carries_its_fiscal_data(client: CheckBoxClient) -> None:
    asked = a_receipt()
    made = client.receipts.create_receipt(asked, wait=False)
    assert (made["id"], made["status"], made["fiscal_code"]) == (asked["id"], "CREATED", None)
    done = client.receipts.create_receipt(a_receipt(), relax=RELAX, timeout=5)
    assert (done["status"], done["type"], done["total_sum"]) == ("DONE", "SELL", 100000)
    assert done["fiscal_code"]
    assert done["is_sent_dps"]
    assert not done["is_created_offline"]
    assert done["shift"]["status"] == "OPENED"
    assert datetime.fromisoformat(done["fiscal_date"]).tzinfo is not None
    assert done["payments"][0]["rrn"] == "060189181768"


def test_the_same_id_never_makes_a_second_receipt(client: CheckBoxClient) -> None:
    asked = a_receipt()
    client.receipts.create_receipt(asked, relax=RELAX, timeout=5)
    with pytest.raises(CheckBoxAPIError) as refused:
        client.receipts.create_receipt(asked, wait=False)
    assert (refused.value.status, refused.value.content["code"]) == (400, "receipt.already_exists")
    assert client.receipts.get_receipt(asked["id"])["status"] == "DONE"


def test_a_return_names_its_sale_and_never_exceeds_it(client: CheckBoxClient) -> None:
    sale = a_receipt()
    client.receipts.create_receipt(sale, relax=RELAX, timeout=5)
    done = client.receipts.create_receipt(returned(sale), relax=RELAX, timeout=5)
    assert (done["type"], done["related_receipt_id"], done["total_sum"]) == ("RETURN", sale["id"], 100000)
    with pytest.raises(CheckBoxAPIError) as refused:
        client.receipts.create_receipt(returned(sale), wait=False)
    assert refused.value.status == 400


def test_discounts_and_change_add_up(client: CheckBoxClient) -> None:
    receipt = a_receipt(
        discounts=[{"type": "DISCOUNT", "mode": "PERCENT", "value": 10, "name": "Промокод"}],
        payments=in_cash(90000),
    )
    receipt["goods"][0]["discounts"] = [{"type": "DISCOUNT", "mode": "VALUE", "value": 1000}]
    receipt["goods"][0]["good"]["tax"] = [1]
    done = client.receipts.create_receipt(receipt, relax=RELAX, timeout=5)
    # 2 × 500.00 − 10.00 = 990.00; less 10 % is 891.00; the 20 % inside it is 148.50
    assert (done["total_sum"], done["total_payment"], done["total_rest"]) == (89100, 90000, 900)
    assert [(tax["code"], tax["turnover"], tax["value"]) for tax in done["taxes"]] == [(1, 89100, 14850)]


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"payments": in_cash(99999)}, "payments"),
        ({"payments": [{"type": "CASHLESS", "value": 100001}]}, "payments"),
        ({"payments": []}, "payments"),
        ({"goods": []}, "goods"),
        ({"goods": [{"good": {"code": "1", "name": "X", "price": "1"}, "quantity": 1000}]}, "goods"),
        (
            {"goods": [{"good": {"code": "1", "name": "X", "price": 1, "tax": [77]}, "quantity": 1000}]},
            "goods",
        ),
    ],
)
def test_a_receipt_that_cannot_be_is_a_validation_error(
    client: CheckBoxClient, changes: dict[str, Any], where: str
) -> None:
    with pytest.raises(CheckBoxAPIValidationError) as refused:
        client.receipts.create_receipt(a_receipt(**changes), wait=False)
    assert refused.value.content["code"] == "validation.custom"
    assert refused.value.detail[0]["loc"][:2] == ["body", where]


def test_cash_goes_in_and_out_but_never_below_nothing(client: CheckBoxClient) -> None:
    def service(value: int) -> dict[str, Any]:
        receipt = {"id": str(uuid.uuid4()), "payment": {"type": "CASH", "value": value, "label": "Готівка"}}
        return dict(client.receipts.create_service_receipt(receipt, relax=RELAX, timeout=5))

    assert service(20000)["type"] == "SERVICE_IN"
    out = service(-5000)
    assert (out["type"], out["status"]) == ("SERVICE_OUT", "DONE")
    balance = out["shift"]["balance"]
    with pytest.raises(CheckBoxAPIError):
        service(-balance["balance"] - 1)


def test_the_x_report_counts_what_was_sold(client: CheckBoxClient) -> None:
    client.receipts.create_receipt(a_receipt(), relax=RELAX, timeout=5)
    before = client.reports.create_x_report()
    client.receipts.create_receipt(a_receipt(payments=in_cash(100000)), relax=RELAX, timeout=5)
    after = client.reports.create_x_report()
    assert after["sell_receipts_count"] == before["sell_receipts_count"] + 1
    assert after["balance"] == before["balance"] + 100000
    assert not after["is_z_report"]
    assert "X-ЗВІТ" in client.reports.get_report_text(after["id"])
    assert after["id"] in [report["id"] for report in client.reports.get_reports()]


def test_every_rendering_shows_the_receipt(client: CheckBoxClient) -> None:
    done = client.receipts.create_receipt(a_receipt(), relax=RELAX, timeout=5)
    client.cashier.client.storage.token, kept = None, client.storage.token  # renderings need no token
    try:
        page = client.receipts.get_receipt_visualization_html(done["id"])
        assert "Вхід: Ніч на Рибальському" in page
        assert done["fiscal_code"] in page
        text = client.receipts.get_receipt_visualization_text(done["id"], width=42)
        assert max(len(line) for line in text.splitlines()) <= 42
        assert "1\u00a0000,00" in text
        assert "ФІСКАЛЬНИЙ ЧЕК" in text
        assert client.receipts.get_receipt_visualization_pdf(done["id"]).startswith(b"%PDF")
        png = Image.open(io.BytesIO(client.receipts.get_receipt_visualization_png(done["id"])))
        qr = Image.open(io.BytesIO(client.receipts.get_receipt_visualization_qrcode(done["id"])))
        for picture in (png, qr):
            assert [code.text for code in zxingcpp.read_barcodes(picture)] == [done["tax_url"]]
    finally:
        client.storage.token = kept


def test_a_stuck_receipt_is_waited_for_in_vain_until_released(
    client: CheckBoxClient, simulator: Simulator
) -> None:
    fault(simulator, "receipt_stuck")
    asked = a_receipt()
    with pytest.raises(StatusWaitTimeout):
        client.receipts.create_receipt(asked, relax=RELAX, timeout=0.3)
    assert post(simulator, "/control/release", {}) == {"released": 1}
    assert client.receipts.create_receipt(a_receipt(), relax=RELAX, timeout=5)["status"] == "DONE"
    assert client.receipts.get_receipt(asked["id"])["status"] == "DONE"


def test_a_receipt_can_end_in_error_with_the_reason(client: CheckBoxClient, simulator: Simulator) -> None:
    fault(simulator, "receipt_error", message="Сертифікат прострочено")
    asked = a_receipt()
    with pytest.raises(StatusException, match="Сертифікат прострочено"):
        client.receipts.create_receipt(asked, relax=RELAX, timeout=5)
    failed = client.receipts.get_receipt(asked["id"])
    assert failed["transaction"]["response_error_message"] == "Сертифікат прострочено"
    with pytest.raises(CheckBoxAPIError) as refused:
        client.receipts.create_receipt(asked, wait=False)
    assert refused.value.content["code"] == "receipt.already_exists"


def test_an_answer_can_be_lost_after_the_receipt_was_made(
    client: CheckBoxClient, simulator: Simulator
) -> None:
    asked = a_receipt()
    fault(simulator, "receipt_timeout", hang_s=0.2, order_id=asked["order_id"])
    with pytest.raises(CheckBoxError):
        client.receipts.create_receipt(asked, wait=False)
    assert client.receipts.get_receipt(asked["id"])["status"] == "DONE"


def test_offline_codes_are_kept_used_once_and_sent_in_the_end(client: CheckBoxClient) -> None:
    codes = client.cash_registers.get_offline_codes(ask_count=5, threshold=0)
    assert len(set(codes)) == 5
    sale = a_receipt(fiscal_code=codes[1], fiscal_date=datetime.now(UTC).isoformat())
    with pytest.raises(CheckBoxAPIError):
        client.receipts.create_receipt_offline(sale, wait=False)  # still online
    client.cash_registers.go_offline(go_offline_date=datetime.now(UTC), fiscal_code=codes[0])
    assert is_offline(client)
    sale["fiscal_date"] = datetime.now(UTC).isoformat()
    sold = client.receipts.create_receipt_offline(sale, relax=RELAX, timeout=5)
    assert (sold["status"], sold["fiscal_code"], sold["is_created_offline"]) == ("DONE", codes[1], True)
    assert not sold["is_sent_dps"]
    again = a_receipt(fiscal_code=codes[1], fiscal_date=datetime.now(UTC).isoformat())
    with pytest.raises(CheckBoxAPIError, match="used before"):
        client.receipts.create_receipt_offline(again, wait=False)
    early = a_receipt(fiscal_code=codes[2], fiscal_date="2020-01-01T00:00:00Z")
    with pytest.raises(CheckBoxAPIError, match="хронологію"):
        client.receipts.create_receipt_offline(early, wait=False)
    client.cash_registers.go_online()
    assert not is_offline(client)
    assert client.receipts.get_receipt(sale["id"])["is_sent_dps"] is True


def is_offline(client: CheckBoxClient) -> bool:
    client.refresh_info()
    return bool(client.storage.cash_register["offline_mode"])


def test_taxes_are_read_not_guessed(client: CheckBoxClient) -> None:
    rates = {tax["code"]: tax["rate"] for tax in client.tax.get_all_taxes()}
    assert rates == {1: 20.0, 2: 7.0, 8: 0.0}


def test_a_shift_can_be_refused_with_the_reason(simulator: Simulator) -> None:
    with a_second_till(simulator, "refused") as till:
        fault(simulator, "shift_refused", message="Касу заблоковано")
        with pytest.raises(StatusException, match="Касу заблоковано"):
            till.shifts.create_shift(relax=RELAX, timeout=5)
        assert till.shifts.create_shift(relax=RELAX, timeout=5)["status"] == "OPENED"


def test_a_shift_closes_with_a_report_that_balances(simulator: Simulator) -> None:
    with a_second_till(simulator, "closing") as till:
        with pytest.raises(CheckBoxAPIError) as refused:
            till.receipts.create_receipt(a_receipt(), wait=False)
        assert refused.value.content["code"] == "shift.not_opened"
        till.shifts.create_shift(relax=RELAX, timeout=5)
        sale = a_receipt(payments=in_cash(150000))
        till.receipts.create_receipt(sale, relax=RELAX, timeout=5)
        till.receipts.create_receipt(a_receipt(), relax=RELAX, timeout=5)
        till.receipts.create_receipt(returned(sale, payments=in_cash(100000)), relax=RELAX, timeout=5)
        report = till.shifts.close_shift(relax=RELAX, timeout=5)
        sums = {row["type"]: (row["sell_sum"], row["return_sum"]) for row in report["payments"]}
        assert sums == {"CASH": (100000, 100000), "CASHLESS": (100000, 0)}
        assert (report["is_z_report"], report["balance"]) == (True, 0)
        assert (report["sell_receipts_count"], report["return_receipts_count"]) == (2, 1)
        (shift,) = till.shifts.get_shifts(desc=True)
        assert (shift["status"], shift["closing_transaction"]["status"]) == ("CLOSED", "DONE")
        till.cashier.sign_out()


@contextmanager
def sdk(simulator: Simulator) -> Iterator[CheckBoxClient]:
    """The library's client, with the connections closed that it would leave open."""
    with CheckBoxClient(base_url=simulator.url, requests_per_10s=10_000) as client:
        limited = client._session._transport
        yield client
    limited.transport.close()


@contextmanager
def a_second_till(simulator: Simulator, name: str) -> Iterator[CheckBoxClient]:
    """A register of its own, its cashier signed in by name and password."""
    post(
        simulator,
        "/control/registers",
        {"license_key": name, "pin_code": "1", "login": name, "password": "secret"},
    )
    with sdk(simulator) as till:
        till.cashier.authenticate(login=name, password="secret", license_key=name)
        yield till


def fault(simulator: Simulator, name: str, **params: Any) -> None:
    post(simulator, "/control/faults", {"name": name, **params})


def post(simulator: Simulator, path: str, body: dict[str, Any]) -> Any:
    return httpx.post(simulator.url + path, json=body, trust_env=False).raise_for_status().json()
