"""The lanes as the runtime runs them: woken, side by side, killed in the middle of a call."""

import asyncio

import pytest

from tests.fiscal.conftest import Club, Registry


async def test_a_receipt_is_registered_within_a_second_of_its_payment(club: Club) -> None:
    await club.connect()
    await club.settle(await club.sell(), "registered")
    lanes = [asyncio.create_task(lane.run()) for lane in club.app.service.workers]
    try:
        order = await club.sell()
        async with asyncio.timeout(1):
            while await club.states(order) != ["registered"]:
                await asyncio.sleep(0.02)
    finally:
        for lane in lanes:
            lane.cancel()
        await asyncio.gather(*lanes, return_exceptions=True)


async def test_a_lane_that_dies_in_the_middle_of_a_call_leaves_nothing_twice_and_nothing_out(
    club: Club, registry: Registry
) -> None:
    await club.connect()
    await club.settle(await club.sell(), "registered")
    await registry.fault("webhook_lost", times=20)
    await registry.fault("receipt_timeout", hang_s=3)
    order = await club.sell()
    lane = asyncio.create_task(club.serve())

    async with asyncio.timeout(3):
        while not await registry.receipts(order.order_code):
            await asyncio.sleep(0.01)
    lane.cancel()
    with pytest.raises(asyncio.CancelledError):
        await lane
    # Its lease keeps the register from others, for a while.
    assert await club.serve() == 0
    club.app.clock.advance(seconds=30)
    await club.settle(order, "registered")
    assert [receipt["status"] for receipt in await registry.receipts(order.order_code)] == ["DONE"]


async def test_many_lanes_serve_one_register_one_after_another(club: Club, registry: Registry) -> None:
    """Each receipt is sent once although all lanes look for work at the same moment."""
    await club.connect()
    orders = [await club.sell() for _ in range(10)]
    calls = club.calls()

    async def all_registered() -> bool:
        await asyncio.gather(*(lane.step() for lane in club.app.service.workers))
        return {receipt["state"] for receipt in await club.receipts()} == {"registered"}

    await club.until(all_registered, within_s=15)
    assert calls.count(("POST", "/receipts/sell")) == len(orders)
    assert calls.count(("POST", "/shifts")) == 1


async def test_what_waits_and_what_failed_is_measured(club: Club, registry: Registry) -> None:
    await club.connect()
    await registry.fault("receipt_error", times=3)
    await club.settle(await club.sell(), "failed", within_s=12)
    await club.sell()
    club.app.clock.advance(minutes=10)
    await club.app.run_schedule("measure")
    lines = (await club.app.client.get("/metrics")).text.splitlines()
    measured = {
        line.split(" ")[0]: float(line.split(" ")[1]) for line in lines if line.startswith("brama_fiscal")
    }
    assert measured["brama_fiscal_failed_receipts"] == 1
    assert measured["brama_fiscal_waiting_receipts"] == 1
    assert measured["brama_fiscal_oldest_unregistered_seconds"] >= 600
