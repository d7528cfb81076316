"""The pure part: documents add up, days end in time, the pace is kept."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from brama.kernel.ids import new_id
from brama.services.fiscal import domain
from brama.services.fiscal.domain import (
    Document,
    News,
    Payment,
    Receipt,
    ReceiptKind,
    ReceiptReport,
    ReceiptState,
)
from brama.services.fiscal.domain.documents import _balanced
from brama.services.fiscal.domain.shifts import KYIV, closes_at, held_until, midnight_after
from brama.services.fiscal.providers.pace import Pace

_moments = st.integers(1_767_225_600, 1_830_297_600).map(lambda s: datetime.fromtimestamp(s, UTC))
_NOW = datetime(2026, 11, 20, 20, tzinfo=UTC)


@given(_moments)
def test_a_shift_never_sees_two_days_nor_lasts_a_day(opened_at: datetime) -> None:
    ends = closes_at(opened_at, margin_s=30, longest_h=23)
    assert ends <= midnight_after(opened_at) - timedelta(seconds=30)
    assert ends <= opened_at + timedelta(hours=23)


@given(_moments)
def test_midnight_is_in_kyiv_and_soon(moment: datetime) -> None:
    midnight = midnight_after(moment)
    assert timedelta(0) < midnight - moment <= timedelta(hours=25)
    local = midnight.astimezone(KYIV)
    assert (local.hour, local.minute, local.second) == (0, 0, 0)


def test_days_of_23_and_25_hours_end_at_their_own_midnight() -> None:
    spring = datetime(2026, 3, 28, 22, tzinfo=UTC)  # 00:00 of 29 March in Kyiv
    assert midnight_after(spring) - spring == timedelta(hours=23)
    autumn = datetime(2026, 10, 24, 21, tzinfo=UTC)  # 00:00 of 25 October in Kyiv
    assert midnight_after(autumn) - autumn == timedelta(hours=25)


def test_sales_are_held_in_the_last_seconds_of_the_day_only() -> None:
    midnight = datetime(2026, 11, 20, 22, tzinfo=UTC)
    assert held_until(midnight - timedelta(seconds=31), margin_s=30) is None
    assert held_until(midnight - timedelta(seconds=30), margin_s=30) == midnight
    assert held_until(midnight - timedelta(seconds=1), margin_s=30) == midnight
    assert held_until(midnight, margin_s=30) is None


@given(
    prices=st.lists(st.tuples(st.integers(1, 10**6), st.integers(1, 20)), max_size=8),
    total=st.integers(1, 10**8),
)
def test_a_document_adds_up_to_its_total(prices: list[tuple[int, int]], total: int) -> None:
    event = domain.Event(new_id(), 7, "Нічна зміна", [])
    goods = [domain.Good("7-1", "Квиток", price, count) for price, count in prices]
    document = _balanced(goods, total, Payment(False, total), event)
    assert document.goods
    assert sum(good.total_minor for good in document.goods) + document.adjustment_minor == total


def _receipt() -> Receipt:
    receipt_id = new_id()
    return Receipt(
        id=receipt_id, organiser_id=new_id(), cause_id=new_id(), kind=ReceiptKind.SALE, order_code="A",
        event_id=new_id(), event_number=7, channel="online", till_id=None, register_id=new_id(), sale_id=None,
        remote_id=receipt_id, state=ReceiptState.QUEUED, document=Document([], 0, Payment(False, 100)),
        total_minor=100, currency="UAH", tax_codes=[], asked_at=_NOW, try_at=_NOW, tries=0, attempts=0,
        reason=None, fiscal_code=None, url=None, version=1, created_at=_NOW, registered_at=None,
    )  # fmt: skip


def _after(receipt: Receipt, report: ReceiptReport) -> tuple[Receipt, News]:
    return domain.reported(receipt, report, _NOW, fresh_id=new_id(), silence_s=5, attempts=3)


def _report(remote_id: UUID, is_done: bool | None) -> ReceiptReport:
    return ReceiptReport(remote_id=remote_id, is_done=is_done, fiscal_code="F" if is_done else None, url="u")


@given(st.lists(st.tuples(st.booleans(), st.sampled_from([None, True, False])), max_size=30))
def test_whatever_is_reported_in_whatever_order_a_receipt_is_registered_once_and_for_good(
    reports: list[tuple[bool, bool | None]],
) -> None:
    """Reports on the present id and on former ones, mixed and repeated."""
    receipt, registered, former = _receipt(), 0, new_id()
    for is_present, is_done in reports:
        before = receipt
        receipt, news = _after(receipt, _report(receipt.remote_id if is_present else former, is_done))
        registered += news == News.REGISTERED
        if before.state == ReceiptState.REGISTERED or not is_present:
            assert (receipt, news) == (before, News.NONE)
        if receipt.remote_id != before.remote_id:
            assert is_done is False  # a new id only after the old one ended in ERROR
            former = before.remote_id
    assert registered == (receipt.state == ReceiptState.REGISTERED)
    assert registered <= 1
    assert (receipt.fiscal_code is not None) == (receipt.state == ReceiptState.REGISTERED)


def test_done_after_a_failure_still_counts() -> None:
    failed = replace(_receipt(), state=ReceiptState.FAILED, try_at=None)
    receipt, news = _after(failed, _report(failed.remote_id, True))
    assert (receipt.state, news) == (ReceiptState.REGISTERED, News.REGISTERED)


@given(st.lists(st.floats(0, 5), min_size=1, max_size=80))
def test_no_ten_seconds_see_more_calls_than_allowed(steps: list[float]) -> None:
    now = 0.0
    pace = Pace(lambda: now)
    made: list[float] = []
    for step in steps:
        now += step
        wait_s = pace.wait_s("register", 5)
        assert wait_s <= 10
        now += wait_s
        assert pace.wait_s("register", 5) <= 1e-6
        pace.note("register")
        made.append(now)
    assert all(made[number + 5] - made[number] >= 10 - 1e-6 for number in range(len(made) - 5))
