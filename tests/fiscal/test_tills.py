"""A till's float and takings: service receipts around the night's sales."""

from uuid import UUID

from brama.contracts import sales
from brama.kernel.ids import new_id
from tests.fiscal.conftest import Club, Registry


def _opened(club: Club, till_id: UUID, minor: int) -> sales.TillOpened:
    return sales.TillOpened(
        aggregate_id=str(till_id), aggregate_version=1, occurred_at=club.now, organiser_id=club.organiser_id,
        till_id=till_id, name="Вхід", event_id=club.event_id, float_minor=minor, currency="UAH",
        opened_by="Оксана Коваль",
    )  # fmt: skip


def _closed(club: Club, till_id: UUID, minor: int) -> sales.TillClosed:
    return sales.TillClosed(
        aggregate_id=str(till_id), aggregate_version=2, occurred_at=club.now, organiser_id=club.organiser_id,
        till_id=till_id, expected_minor=minor, counted_minor=minor, currency="UAH", closed_by="Оксана Коваль",
    )  # fmt: skip


async def test_a_nights_cash_goes_in_and_out_to_the_kopiyka(club: Club, registry: Registry) -> None:
    till_id = new_id()
    await club.connect(purpose="door", till_ids=[str(till_id)])
    await club.app.hear(_opened(club, till_id, 200000))
    order = await club.sell(tender="cash", till_id=till_id, received=100000)
    await club.settle(order, "registered")
    assert await registry.cash(club.license_key) == 200000 + order.total_minor

    await club.app.hear(club.refunded(order, late=1))
    await club.settle(order, "registered", "registered")
    left = 200000 + order.total_minor - 40050
    await club.app.hear(_closed(club, till_id, left))
    await club.app.hear(_closed(club, till_id, left))

    async def is_empty() -> bool:
        return await registry.cash(club.license_key) == 0

    await club.until(is_empty)
    totals = await registry.totals(club.license_key)
    assert (totals["service_in"], totals["service_out"]) == (200000, left)
    # Nobody else hears of them.
    assert {said.kind for said in await club.registered()} == {"sale", "return"}


async def test_cash_that_is_not_in_the_drawer_fails_and_is_seen(club: Club) -> None:
    till_id = new_id()
    await club.connect(purpose="door", till_ids=[str(till_id)])
    await club.app.hear(_closed(club, till_id, 5000))

    async def has_failed() -> bool:
        return [receipt["state"] for receipt in await club.receipts()] == ["failed"]

    await club.until(has_failed, within_s=12)
    [receipt] = await club.receipts()
    assert receipt["kind"] == "cash_out"
    assert receipt["reason"].startswith("cash_register.not_enough_cash")
    assert await club.failed() == []
