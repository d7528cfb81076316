"""The registrar fails in every way it can: nothing is lost, nothing is registered twice."""

import httpx
import pytest

from brama.kernel.ids import new_id
from tests.fiscal.conftest import Club, Registry


async def test_an_answer_that_is_lost_after_the_receipt_was_made_makes_no_second_one(
    club: Club, registry: Registry
) -> None:
    await club.connect()
    await registry.fault("receipt_timeout", hang_s=3)
    order = await club.sell()
    await club.settle(order, "registered")
    assert [r["status"] for r in await registry.receipts(order.order_code)] == ["DONE"]


async def test_without_webhooks_a_lost_answer_is_asked_after_before_anything_is_sent_again(
    club: Club, registry: Registry
) -> None:
    await club.connect()
    await registry.fault("receipt_timeout", hang_s=3)
    await registry.fault("webhook_lost", times=20)
    calls = club.calls()
    order = await club.sell()
    await club.settle(order, "registered")
    assert [r["status"] for r in await registry.receipts(order.order_code)] == ["DONE"]
    assert calls.count(("POST", "/receipts/sell")) == 1


async def test_a_call_that_never_arrived_is_made_again_under_the_same_id(
    club: Club, registry: Registry
) -> None:
    await club.connect()
    await registry.fault("server_error", operation="receipts/sell", status=502)
    order = await club.sell()
    await club.settle(order, "registered")
    [receipt] = await registry.receipts(order.order_code)
    [ours] = await club.receipts(order_code=order.order_code)
    assert receipt["id"] == ours["id"]


async def test_a_receipt_whose_id_is_taken_already_is_looked_up(club: Club, registry: Registry) -> None:
    """We died after the call and before its outcome was kept, and the mark of the call was lost too."""
    await club.connect()
    await registry.fault("receipt_stuck")
    await registry.fault("webhook_lost", times=20)
    order = await club.sell()
    await club.settle(order, "sent")
    async with club.app.db.transaction() as tx:
        await tx.raw.execute("update receipt set state = 'queued', asked_at = null, try_at = created_at")
    await registry.release()
    await club.settle(order, "registered")
    assert len(await registry.receipts(order.order_code)) == 1


async def test_a_receipt_that_is_stuck_holds_up_no_other(club: Club, registry: Registry) -> None:
    await club.connect()
    stuck = club.paid()
    await registry.fault("receipt_stuck", order_id=stuck.order_code)
    await club.app.hear(stuck)
    order = await club.sell()
    await club.settle(order, "registered")
    assert await club.states(stuck) == ["sent"]
    await registry.release()
    await club.settle(stuck, "registered")


async def test_a_receipt_that_is_done_late_is_waited_for(club: Club, registry: Registry) -> None:
    await club.connect()
    await registry.fault("receipt_late", after_s=2)
    order = await club.sell()
    await club.settle(order, "registered")
    assert len(await registry.receipts(order.order_code)) == 1


async def test_a_receipt_that_ended_in_error_is_made_anew_under_a_new_id(
    club: Club, registry: Registry
) -> None:
    await club.connect()
    await registry.fault("receipt_error")
    order = await club.sell()
    await club.settle(order, "registered")
    first, second = await registry.receipts(order.order_code)
    assert (first["status"], second["status"]) == ("ERROR", "DONE")
    assert first["id"] != second["id"]
    [said] = await club.registered()
    assert said.fiscal_code == second["fiscal_code"]
    assert str(said.receipt_id) == first["id"]  # ours, whatever the registrar's is now
    assert await club.failed() == []


async def test_after_some_errors_a_person_has_to_look_and_may_try_again(
    club: Club, registry: Registry
) -> None:
    await club.connect()
    await registry.fault("receipt_error", times=3, message="Помилка підпису")
    order = await club.sell()
    await club.settle(order, "failed", within_s=12)
    [failed] = await club.failed()
    assert (failed.cause_id, failed.reason) == (order.payment_id, "Помилка підпису")
    [seen] = await club.receipts(state="failed")
    assert seen["reason"] == "Помилка підпису"

    accountant = club.app.as_staff("accountant", club.organiser_id)
    answer = await club.app.client.post(f"/api/fiscal/v1/receipts/{seen['id']}/retry", headers=accountant)
    assert answer.status_code == 202, answer.text
    await club.settle(order, "registered")
    statuses = [receipt["status"] for receipt in await registry.receipts(order.order_code)]
    assert statuses == ["ERROR", "ERROR", "ERROR", "DONE"]
    [registered] = await club.registered()
    assert registered.aggregate_version > failed.aggregate_version


async def test_only_a_failed_receipt_can_be_tried_again(club: Club) -> None:
    await club.connect()
    order = await club.sell()
    await club.settle(order, "registered")
    [seen] = await club.receipts()
    path = f"/api/fiscal/v1/receipts/{seen['id']}/retry"
    answer = await club.app.client.post(path, headers=club.owner)
    assert (answer.status_code, answer.json()["type"].rsplit("/")[-1]) == (409, "receipt_not_failed")
    for role, organiser_id, status in (
        ("box_office", club.organiser_id, 403),
        ("owner", new_id(), 404),
    ):
        answer = await club.app.client.post(path, headers=club.app.as_staff(role, organiser_id))
        assert answer.status_code == status


async def test_a_receipt_that_makes_no_sense_fails_at_once_and_says_why(
    club: Club, registry: Registry
) -> None:
    """The organisation's taxes changed under us: no repetition would help."""
    await club.connect()
    async with club.app.db.transaction() as tx:
        await tx.raw.execute("update register set tax_codes = '{999}'")
    order = await club.sell()
    await club.settle(order, "failed")
    [failed] = await club.failed()
    assert failed.reason.startswith("validation.custom")
    assert await registry.receipts(order.order_code) == []


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("too_many_requests", {"times": 2}),
        ("server_error", {"times": 2, "status": 503}),
        ("token_expired", {"operation": "receipts/sell"}),
        ("license_invalid", {"operation": "receipts/sell"}),
        ("midnight", {}),
        ("shift_timeout", {"hang_s": 3}),
        ("shift_refused", {}),
    ],
)
async def test_the_queue_outlives(club: Club, registry: Registry, name: str, params: dict[str, int]) -> None:
    await club.connect()
    await registry.fault(name, **params)
    order = await club.sell()
    await club.settle(order, "registered", within_s=20)
    assert [r["status"] for r in await registry.receipts(order.order_code)] == ["DONE"]
    assert await registry.waiting_faults() == []


async def test_a_token_that_is_over_is_renewed_at_once(club: Club, registry: Registry) -> None:
    await club.connect()
    await club.settle(await club.sell(), "registered")
    await registry.fault("token_expired", operation="receipts/sell")
    calls = club.calls()
    await club.settle(await club.sell(), "registered", within_s=2)
    assert calls[:3] == [
        ("POST", "/receipts/sell"), ("POST", "/cashier/signinPinCode"), ("POST", "/receipts/sell"),
    ]  # fmt: skip


async def test_a_licence_that_is_refused_stops_its_register_and_is_seen(
    club: Club, registry: Registry
) -> None:
    await club.connect()
    await registry.fault("license_invalid", times=1000)
    order = await club.sell()
    for _ in range(3):
        await club.serve()
    answer = await club.app.client.get(
        "/api/fiscal/v1/registers",
        headers=club.owner,
        params={"organiser_id": str(club.organiser_id)},
    )
    [register] = answer.json()["items"]
    assert "cash_register.invalid_license_key" in register["trouble"]
    assert await club.states(order) == ["queued"]

    await registry.client.delete("/faults")
    club.app.clock.advance(minutes=1)
    await club.settle(order, "registered")


async def test_a_silent_register_holds_up_no_other(club: Club, registry: Registry) -> None:
    silent = await club.connect()
    other = Club(club.app, registry)
    await other.found()
    await other.connect()
    order = await club.sell()
    await registry.fault("shift_timeout", hang_s=5)
    await club.serve()  # its call hangs until it is given up
    sold = await other.sell()
    await other.settle(sold, "registered", within_s=2)
    assert await club.states(order) == ["queued"]
    assert str(silent) == (await club.receipts())[0]["register_id"]


async def test_while_nobody_listens_receipts_wait_and_then_all_go(club: Club, registry: Registry) -> None:
    await club.connect()
    checkbox = club.app.service.dependencies["desk"].registrars["checkbox"]
    kept = checkbox._client.base_url
    checkbox._client.base_url = httpx.URL("http://127.0.0.1:9/api/v1")
    orders = [await club.sell() for _ in range(3)]
    for _ in range(4):
        await club.serve()
    assert [await club.states(order) for order in orders] == [["queued"]] * 3
    checkbox._client.base_url = kept
    for order in orders:
        await club.settle(order, "registered")
    assert (await registry.totals(club.license_key))["sales"] == sum(order.total_minor for order in orders)
