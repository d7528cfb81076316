"""Registers: proven before they are kept, told apart, never shown with their secrets."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest

from brama.contracts.audit import FiscalActionRecorded
from brama.kernel.ids import new_id
from tests.fiscal.conftest import Club, Registry


async def _list(club: Club, role: str = "owner") -> list[dict[str, Any]]:
    answer = await club.app.client.get(
        "/api/fiscal/v1/registers",
        headers=club.app.as_staff(role, club.organiser_id),
        params={"organiser_id": str(club.organiser_id)},
    )
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def _change(club: Club, register_id: UUID, **changes: Any) -> httpx.Response:
    headers = changes.pop("headers", club.owner)
    return await club.app.client.patch(
        f"/api/fiscal/v1/registers/{register_id}", headers=headers, json=changes
    )


def _code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rsplit("/")[-1]


async def test_a_register_is_connected_and_listed_without_its_secrets(club: Club, registry: Registry) -> None:
    till_id = new_id()
    register_id = await club.connect(name="Каса сайту", till_ids=[str(till_id)], tax_codes=[1])
    for role in ("owner", "manager", "accountant"):
        [seen] = await _list(club, role)
        assert (seen["id"], seen["name"], seen["purpose"]) == (str(register_id), "Каса сайту", "online")
        assert (seen["till_ids"], seen["tax_codes"]) == ([str(till_id)], [1])
        assert seen["fiscal_number"].startswith("40")
        assert not seen.keys() & {"license_key", "pin_code", "secret", "webhook_key"}
        assert club.license_key not in str(seen)
    async with club.app.db.reading() as tx:
        kept = await tx.raw.fetchval("select secret || license_digest || webhook_key from register")
    assert club.license_key.encode() not in kept
    [said] = await club.app.said(FiscalActionRecorded)
    assert (said.action, said.subject_id, said.actor_name) == (
        "register.connected",
        str(register_id),
        "Оксана Коваль",
    )


async def test_the_same_request_connects_one_register(club: Club, registry: Registry) -> None:
    key, license_key = str(new_id()), await registry.register()
    first = await club.ask_for_register(license_key=license_key, key=key)
    again = await club.ask_for_register(license_key=license_key, key=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    assert again.headers["idempotent-replayed"] == "true"
    other = await club.ask_for_register(license_key=license_key, name="Інша", key=key)
    assert _code(other) == (422, "idempotency_conflict")
    assert len(await _list(club)) == 1


async def test_a_licence_works_in_one_register_only(club: Club) -> None:
    await club.connect()
    answer = await club.ask_for_register(license_key=club.license_key)
    assert _code(answer) == (409, "register_exists")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"license_key": "NO-SUCH"}, (422, "register_refused")),
        ({"pin_code": "9999"}, (422, "register_refused")),
        ({"tax_codes": [1, 77]}, (422, "tax_unknown")),
        ({"provider": "vchasno"}, (422, "registrar_unknown")),
        ({"purpose": "bar"}, (422, "validation_failed")),
        ({"license_key": "КИРИЛИЦЯ"}, (422, "validation_failed")),
        ({"requests_per_10s": 0}, (422, "validation_failed")),
    ],
)
async def test_a_register_that_cannot_work_is_refused(
    club: Club, registry: Registry, changed: dict[str, Any], expected: tuple[int, str]
) -> None:
    asked = {"license_key": await registry.register(), **changed}
    assert _code(await club.ask_for_register(**asked)) == expected
    assert await _list(club) == []


async def test_a_registrar_that_does_not_answer_is_told_apart_from_one_that_refuses(
    club: Club, registry: Registry
) -> None:
    license_key = await registry.register()
    await registry.fault("server_error", times=1)
    assert _code(await club.ask_for_register(license_key=license_key)) == (503, "registrar_unavailable")
    assert (await club.ask_for_register(license_key=license_key)).status_code == 201


async def test_only_the_owner_connects_and_changes(club: Club) -> None:
    register_id = await club.connect()
    for role in ("manager", "accountant", "box_office"):
        headers = club.app.as_staff(role, club.organiser_id)
        assert _code(await club.ask_for_register(license_key="X", headers=headers)) == (403, "forbidden")
        assert _code(await _change(club, register_id, is_active=False, headers=headers)) == (403, "forbidden")
    stranger = club.app.as_staff("owner", new_id())
    assert _code(await _change(club, register_id, is_active=False, headers=stranger)) == (404, "not_found")


async def test_others_see_no_registers_receipts_or_shifts(club: Club) -> None:
    await club.connect()
    await club.sell()
    stranger = club.app.as_staff("owner", new_id())
    for path in ("registers", "receipts", "shifts"):
        answer = await club.app.client.get(
            f"/api/fiscal/v1/{path}", headers=stranger, params={"organiser_id": str(club.organiser_id)}
        )
        assert answer.status_code == 404
    for path in ("receipts", "shifts"):
        answer = await club.app.client.get(f"/api/fiscal/v1/{path}", headers=stranger)
        assert answer.json()["items"] == []


async def test_receipts_wait_for_the_first_register(club: Club) -> None:
    order = await club.sell()
    assert await club.states(order) == ["queued"]
    await club.connect()
    await club.settle(order, "registered")


async def test_a_till_sells_at_its_own_register_others_at_one_of_the_door(club: Club) -> None:
    till_id = new_id()
    online = await club.connect(purpose="online")
    door = await club.connect(purpose="door")
    own = await club.connect(purpose="online", till_ids=[str(till_id)])

    async def register_of(**order: Any) -> UUID:
        fact = await club.sell(**order)
        return UUID((await club.receipts(order_code=fact.order_code))[0]["register_id"])

    assert await register_of(tender="cash", till_id=till_id) == own
    assert await register_of(tender="cash", till_id=new_id()) == door
    assert await register_of() == online
    assert (await _change(club, door, till_ids=[str(till_id)])).status_code == 200
    assert await register_of(tender="cash", till_id=till_id) == door
    await _change(club, door, is_active=False)
    assert await register_of(tender="cash", till_id=new_id()) in (online, own)


async def test_online_sales_are_spread_over_the_shortest_queues(club: Club) -> None:
    registers = {await club.connect() for _ in range(3)}
    for _ in range(9):
        await club.sell()
    chosen = [UUID(receipt["register_id"]) for receipt in await club.receipts()]
    assert {register_id: chosen.count(register_id) for register_id in registers} == dict.fromkeys(
        registers, 3
    )


async def test_what_waits_at_a_register_out_of_service_goes_elsewhere(club: Club, registry: Registry) -> None:
    first = await club.connect()
    former = club.license_key
    order = await club.sell()
    second = await club.connect()
    assert (await _change(club, first, is_active=False)).json()["is_active"] is False
    await club.settle(order, "registered")
    assert (await club.receipts())[0]["register_id"] == str(second)
    assert (await registry.totals(former))["receipts"] == 0


async def test_what_a_registrar_may_have_seen_stays_with_its_register(club: Club, registry: Registry) -> None:
    first = await club.connect()
    former = club.license_key
    await club.settle(await club.sell(), "registered")
    await registry.fault("receipt_timeout", hang_s=3)
    order = await club.sell()
    await club.serve()
    await club.connect()
    await _change(club, first, is_active=False)
    await club.settle(order, "registered")
    assert (await registry.totals(former))["receipts"] == 2
    assert (await registry.totals(club.license_key))["receipts"] == 0


async def test_taking_a_register_out_of_service_closes_its_shift(club: Club, registry: Registry) -> None:
    register_id = await club.connect()
    await club.settle(await club.sell(), "registered")
    await _change(club, register_id, is_active=False)

    async def is_closed() -> bool:
        return not await registry.has_shift(club.license_key)

    await club.until(is_closed)


async def test_a_register_keeps_below_its_limit(club: Club, registry: Registry) -> None:
    """Connecting it took four calls; six are left for the next ten seconds."""
    await club.connect(requests_per_10s=10)
    orders = [await club.sell() for _ in range(8)]

    for _ in range(50):
        await club.serve()
        await asyncio.sleep(0.03)
    sent = [len(await registry.receipts(order.order_code)) for order in orders]
    assert 1 <= sum(sent) <= 5
    [seen] = await _list(club)
    assert seen["trouble"] is None


async def test_refusals_are_told_in_the_readers_language(club: Club) -> None:
    for locale, title in (
        ("uk", "Реєстратор не приймає цю касу"),
        ("en", "The registrar does not accept this register"),
    ):
        headers = {**club.owner, "Accept-Language": locale}
        answer = await club.ask_for_register(license_key="NO-SUCH", headers=headers)
        assert answer.json()["title"] == title
