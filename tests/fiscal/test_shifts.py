"""Shifts: opened for a sale, closed before midnight, found when they were opened elsewhere."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from brama.services.fiscal.domain.shifts import midnight_after
from tests.fiscal.conftest import Club, Registry


async def _shifts(club: Club) -> list[dict[str, Any]]:
    """Oldest first."""
    answer = await club.app.client.get(
        "/api/fiscal/v1/shifts", headers=club.owner, params={"organiser_id": str(club.organiser_id)}
    )
    assert answer.status_code == 200, answer.text
    return list(reversed(answer.json()["items"]))


async def _states(club: Club) -> list[str]:
    return [shift["state"] for shift in await _shifts(club)]


def _to_midnight(club: Club, *, seconds_before: float) -> None:
    left = midnight_after(club.now) - club.now - timedelta(seconds=seconds_before)
    club.app.clock.advance(seconds=left.total_seconds() % (24 * 3600))


async def test_a_register_without_sales_opens_no_shift(club: Club) -> None:
    await club.connect()
    assert await club.serve() == 0
    assert await _shifts(club) == []


async def test_one_shift_serves_many_sales(club: Club) -> None:
    await club.connect()
    for _ in range(3):
        await club.settle(await club.sell(), "registered")
    [shift] = await _shifts(club)
    assert (shift["state"], shift["reason"]) == ("opened", None)


async def test_a_shift_is_closed_just_before_midnight_and_sales_wait_for_the_new_day(
    club: Club, registry: Registry
) -> None:
    await club.connect()
    _to_midnight(club, seconds_before=600)
    await club.settle(await club.sell(), "registered")
    _to_midnight(club, seconds_before=20)
    late = await club.sell()

    async def is_closed() -> bool:
        return await _states(club) == ["closed"]

    await club.until(is_closed)
    for _ in range(5):
        await club.serve()
    assert await club.states(late) == ["queued"]
    assert await _states(club) == ["closed"]
    assert not await registry.has_shift(club.license_key)

    _to_midnight(club, seconds_before=-1)
    await club.settle(late, "registered")
    assert await _states(club) == ["closed", "opened"]


async def test_a_shift_is_closed_at_midnight_without_any_sale_to_do(club: Club, registry: Registry) -> None:
    await club.connect()
    _to_midnight(club, seconds_before=600)
    await club.settle(await club.sell(), "registered")
    _to_midnight(club, seconds_before=25)

    async def is_closed() -> bool:
        return await _states(club) == ["closed"]

    await club.until(is_closed)
    assert not await registry.has_shift(club.license_key)


async def test_a_shift_that_a_downtime_left_open_is_closed_before_the_first_sale(
    club: Club, registry: Registry
) -> None:
    await club.connect()
    await club.settle(await club.sell(), "registered")
    _to_midnight(club, seconds_before=3600)
    club.app.clock.advance(hours=26)
    await club.settle(await club.sell(), "registered")
    assert await _states(club) == ["closed", "opened"]


async def test_a_shift_is_closed_by_hand(club: Club, registry: Registry) -> None:
    register_id = await club.connect()
    await club.settle(await club.sell(), "registered")
    accountant = club.app.as_staff("accountant", club.organiser_id)
    path = f"/api/fiscal/v1/registers/{register_id}/close_shift"
    answer = await club.app.client.post(path, headers=accountant)
    assert answer.status_code == 202, answer.text

    async def is_closed() -> bool:
        return not await registry.has_shift(club.license_key) and await _states(club) == ["closed"]

    await club.until(is_closed)
    answer = await club.app.client.post(path, headers=accountant)
    assert (answer.status_code, answer.json()["type"].rsplit("/")[-1]) == (409, "shift_not_open")


async def test_a_refused_shift_is_told_and_another_one_is_tried(club: Club, registry: Registry) -> None:
    await club.connect()
    await registry.fault("shift_refused", message="Термін дії ключа минув")
    order = await club.sell()
    await club.settle(order, "registered")
    refused, opened = await _shifts(club)
    assert (refused["state"], refused["reason"]) == ("refused", "Термін дії ключа минув")
    assert opened["state"] == "opened"


async def test_an_opening_whose_answer_was_lost_opens_no_second_shift(club: Club, registry: Registry) -> None:
    await club.connect()
    await registry.fault("shift_timeout", hang_s=3)
    await registry.fault("webhook_lost", times=20)
    await club.settle(await club.sell(), "registered")
    assert await _states(club) == ["opened"]


async def test_a_closing_whose_answer_was_lost_is_found_out(club: Club, registry: Registry) -> None:
    register_id = await club.connect()
    await club.settle(await club.sell(), "registered")
    await registry.fault("shift_timeout", hang_s=3)
    await registry.fault("webhook_lost", times=20)
    await club.app.client.post(f"/api/fiscal/v1/registers/{register_id}/close_shift", headers=club.owner)

    async def is_closed() -> bool:
        return await _states(club) == ["closed"]

    await club.until(is_closed)


async def test_a_closing_that_never_arrived_is_asked_for_again(club: Club, registry: Registry) -> None:
    register_id = await club.connect()
    await club.settle(await club.sell(), "registered")
    await registry.fault("server_error", operation="shifts/close")
    await club.app.client.post(f"/api/fiscal/v1/registers/{register_id}/close_shift", headers=club.owner)

    async def is_closed() -> bool:
        return await _states(club) == ["closed"]

    await club.until(is_closed)
    assert not await registry.has_shift(club.license_key)


async def test_a_shift_that_was_opened_elsewhere_is_worked_in(club: Club, registry: Registry) -> None:
    await club.connect()
    shift_id = await _open_elsewhere(registry, club.license_key)
    await club.settle(await club.sell(), "registered")
    opened = [shift for shift in await _shifts(club) if shift["state"] == "opened"]
    assert [UUID(shift["id"]) for shift in opened] == [shift_id]


async def test_a_shift_that_was_closed_elsewhere_is_followed_by_another(
    club: Club, registry: Registry
) -> None:
    await club.connect()
    await club.settle(await club.sell(), "registered")
    await registry.fault("webhook_lost", times=1, kind="shift")
    await registry.fault("midnight")
    await club.settle(await club.sell(), "registered")
    assert await _states(club) == ["closed", "opened"]


async def _open_elsewhere(registry: Registry, license_key: str) -> UUID:
    """As a cashier does in the registrar's own app."""
    async with httpx.AsyncClient(
        base_url=f"{registry.url}/api/v1", headers={"X-License-Key": license_key}, trust_env=False
    ) as app:
        token = (await app.post("/cashier/signinPinCode", json={"pin_code": "1111"})).json()["access_token"]
        answer = await app.post("/shifts", json={}, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 202, answer.text
        return UUID(answer.json()["id"])
