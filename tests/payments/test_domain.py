"""The pure decisions: whatever reports do on their way, the end is the same and money counts once."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from brama.kernel.ids import new_id
from brama.kernel.money import Money
from brama.services.payments import domain
from brama.services.payments.domain import (
    InvoiceReport,
    InvoiceState,
    News,
    Payment,
    PaymentState,
    Refund,
    RefundState,
    ReturnReport,
    ReturnState,
)

START = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
ID, OURS = UUID(int=1), UUID(int=2)


def a_payment(**changed: Any) -> Payment:
    payment = Payment(
        id=ID, organiser_id=UUID(int=3), event_id=UUID(int=4), event_number=7, order_code="0000007ABCDEFGH",
        tender="online", provider="monobank", account_id=UUID(int=5), state=PaymentState.CREATED,
        amount_minor=50000, currency="UAH", invoice_id="i1", valid_until=START + timedelta(minutes=15),
        version=1, created_at=START,
    )  # fmt: skip
    return replace(payment, **changed)


def a_refund(**changed: Any) -> Refund:
    refund = Refund(
        id=OURS, payment_id=ID, organiser_id=UUID(int=3), event_id=UUID(int=4), event_number=7,
        order_code="0000007ABCDEFGH", tender="online", till_id=None, amount_minor=10000, currency="UAH",
        state=RefundState.TRANSIT, provider_ref=str(OURS), awaits_tickets=False, tries=1, reason="",
        failure=None, requested_by=None, version=2, created_at=START, completed_at=None,
    )  # fmt: skip
    return replace(refund, **changed)


def a_report(state: InvoiceState, *, at_s: int = 0, captured: int = 0, **changed: Any) -> InvoiceReport:
    report = InvoiceReport(
        invoice_id="i1", reference=str(ID), state=state, asked=Money(50000, "UAH"),
        captured=Money(captured, "UAH"), modified_at=START + timedelta(seconds=at_s),
    )  # fmt: skip
    return replace(report, **changed)


def a_return(ref: str | None, amount: int, state: ReturnState, at_s: int = 0) -> ReturnReport:
    return ReturnReport(
        ref=ref, state=state, amount=Money(amount, "UAH"), created_at=START + timedelta(seconds=at_s)
    )


@st.composite
def histories(draw: st.DrawFn) -> list[InvoiceReport]:
    """What one invoice may go through at a provider, as reports in the order of events."""
    at_s, reports = 0, [a_report(InvoiceState.CREATED)]

    def tick() -> int:
        nonlocal at_s
        at_s += draw(st.integers(0, 2))  # the provider's times have whole seconds: ties happen
        return at_s

    attempts = st.sampled_from([InvoiceState.PROCESSING, InvoiceState.FAILED, InvoiceState.EXPIRED])
    for state in draw(st.lists(attempts, max_size=4)):
        reports.append(a_report(state, at_s=tick()))
    if not draw(st.booleans()):
        return reports
    captured = draw(st.integers(1, 90000))
    reports.append(a_report(InvoiceState.PAID, at_s=tick(), captured=captured))
    returns: tuple[ReturnReport, ...] = ()
    left, ours_is_free = captured, True
    for _ in range(draw(st.integers(0, 3))):
        if left == 0:
            break
        is_ours = ours_is_free and left >= 10000 and draw(st.booleans())
        amount = 10000 if is_ours else draw(st.integers(1, left))
        ours_is_free = ours_is_free and not is_ours
        ref = str(OURS) if is_ours else draw(st.sampled_from([None, "bank-dispute"]))
        began = tick()
        reports.append(
            a_report(
                InvoiceState.PAID,
                at_s=began,
                captured=captured,
                returns=(*returns, a_return(ref, amount, ReturnState.PROCESSING, began)),
            )
        )
        end = draw(st.sampled_from([ReturnState.DONE, ReturnState.FAILED]))
        returns = (*returns, a_return(ref, amount, end, began))
        left -= amount if end == ReturnState.DONE else 0
        state = InvoiceState.REVERSED if left == 0 else InvoiceState.PAID
        reports.append(a_report(state, at_s=tick(), captured=captured, returns=returns))
    return reports


def applied(
    reports: list[InvoiceReport], payment: Payment, refunds: list[Refund]
) -> tuple[Payment, list[Refund], list[News]]:
    news = []
    for report in reports:
        weighed = domain.weigh(payment, refunds, report, START)
        assert weighed.problem is None
        payment, refunds = weighed.payment, domain.merge(refunds, weighed.refunds)
        if weighed.news:
            news.append(weighed.news)
    return payment, refunds, news


def gist(payment: Payment, refunds: list[Refund]) -> Any:
    """Everything but the count of steps that led there, and the moment, which is the first report's."""
    money = sorted((r.provider_ref, r.state, r.amount_minor) for r in refunds)
    return replace(payment, version=0, paid_at=None), money


@given(data=st.data(), reports=histories())
def test_any_order_and_repetition_of_reports_ends_the_same(
    data: st.DataObject, reports: list[InvoiceReport]
) -> None:
    repeated = reports + data.draw(st.lists(st.sampled_from(reports), max_size=6))
    shuffled = data.draw(st.permutations(repeated))
    in_order, in_order_refunds, _ = applied(reports, a_payment(), [a_refund()])
    payment, refunds, news = applied(shuffled, a_payment(), [a_refund()])
    assert gist(payment, refunds) == gist(in_order, in_order_refunds)
    was_paid = any(report.state == InvoiceState.PAID for report in reports)
    assert news.count(News.CONFIRMED) == was_paid
    assert payment.captured_minor == (max(r.captured.minor for r in reports) if was_paid else 0)


@given(reports=histories())
def test_returned_money_is_what_the_provider_returned_and_never_more_than_came(
    reports: list[InvoiceReport],
) -> None:
    payment, refunds, _ = applied(reports, a_payment(), [a_refund()])
    done = [entry for entry in reports[-1].returns if entry.state == ReturnState.DONE]
    assert domain.returned_minor(refunds) == sum(entry.amount.minor for entry in done)
    assert domain.returned_minor(refunds) <= payment.captured_minor
    is_empty = 0 < payment.captured_minor == domain.returned_minor(refunds)
    assert (payment.state == PaymentState.REFUNDED) == is_empty


@given(reports=histories(), start=st.sampled_from([PaymentState.FAILED, PaymentState.CANCELLED]))
def test_a_closed_payment_comes_back_to_life_by_money_only(
    reports: list[InvoiceReport], start: PaymentState
) -> None:
    payment, _, news = applied(reports, a_payment(state=start, reason="abandoned"), [a_refund()])
    was_paid = any(report.state == InvoiceState.PAID for report in reports)
    assert (payment.state in (PaymentState.CONFIRMED, PaymentState.REFUNDED)) == was_paid
    assert news.count(News.CONFIRMED) == was_paid


@given(amounts=st.lists(st.tuples(st.integers(1, 40000), st.booleans()), max_size=8))
def test_refunds_never_exceed_what_came(amounts: list[tuple[int, bool]]) -> None:
    payment = a_payment(state=PaymentState.CONFIRMED, captured_minor=50000)
    refunds: list[Refund] = []
    for amount, fails in amounts:
        refund = a_refund(id=new_id(), amount_minor=amount, state=RefundState.CREATED)
        if domain.objection(payment, refund, refunds) is None:
            outcome = ReturnState.FAILED if fails else ReturnState.DONE
            refunds.append(domain.settle(refund, outcome, START))
    assert domain.returned_minor(refunds) <= 50000
    left = 50000 - domain.returned_minor(refunds)
    if left:
        rest = a_refund(id=new_id(), amount_minor=left, state=RefundState.CREATED)
        assert domain.objection(payment, rest, refunds) is None
        one_more = replace(rest, amount_minor=left + 1)
        assert domain.objection(payment, one_more, refunds) == "exceeds_paid"


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"reference": str(new_id())}, "reference"),
        ({"captured": Money(50000, "EUR")}, "currency"),
        ({"asked": Money(50000, "EUR")}, "currency"),
    ],
)
def test_a_report_that_contradicts_the_payment_changes_nothing(changed: dict[str, Any], problem: str) -> None:
    report = a_report(InvoiceState.PAID, captured=50000)
    weighed = domain.weigh(a_payment(), [], replace(report, **changed), START)
    assert (weighed.payment, weighed.problem, weighed.news) == (a_payment(), problem, None)


def test_a_reversal_seen_first_still_tells_that_the_money_came() -> None:
    weighed = domain.weigh(a_payment(), [], a_report(InvoiceState.REVERSED, captured=0), START)
    assert weighed.news == News.CONFIRMED
    assert weighed.payment.state == PaymentState.REFUNDED
    [external] = weighed.refunds
    assert (external.state, external.amount_minor) == (RefundState.EXTERNAL, 50000)


def test_one_reference_listed_twice_is_money_that_went_twice() -> None:
    done = a_return(str(OURS), 10000, ReturnState.DONE)
    report = a_report(InvoiceState.PAID, captured=50000, returns=(done, done))
    weighed = domain.weigh(a_payment(), [a_refund()], report, START)
    assert sorted((r.state, r.amount_minor) for r in weighed.refunds) == [
        ("done", 10000),
        ("external", 10000),
    ]


def test_a_late_success_mends_a_failed_refund() -> None:
    failed = domain.settle(a_refund(), ReturnState.FAILED, START)
    assert failed.state == RefundState.FAILED
    assert domain.settle(failed, ReturnState.DONE, START).state == RefundState.DONE
    assert (
        domain.settle(domain.settle(a_refund(), ReturnState.DONE, START), ReturnState.FAILED, START).state
        == "done"
    )


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-20T01:59:59+00:00", "2026-11-19T02:00:00+00:00"),
        ("2026-11-20T02:00:00+00:00", "2026-11-20T02:00:00+00:00"),
        ("2026-03-29T12:00:00+00:00", "2026-03-29T01:00:00+00:00"),  # the clocks went forward at 3
    ],
)
def test_a_night_ends_at_four_in_kyiv(now: str, expected: str) -> None:
    end = domain.night_end(datetime.fromisoformat(now), zone=ZoneInfo("Europe/Kyiv"), hour=4)
    assert end == datetime.fromisoformat(expected)


def test_polling_slows_down_but_meets_the_end_of_the_validity_and_stops_after_a_week() -> None:
    payment = a_payment()
    assert payment.valid_until is not None
    assert domain.next_poll(payment, START) == START + timedelta(seconds=5)
    late = payment.valid_until - timedelta(seconds=5)
    assert domain.next_poll(payment, late) == payment.valid_until + timedelta(seconds=2)
    now, polls = START, 0
    while (due := domain.next_poll(payment, now)) is not None and due < START + timedelta(minutes=16):
        assert due > now
        now, polls = due, polls + 1
    assert polls < 30
    failed = replace(payment, state=PaymentState.FAILED)
    assert domain.next_poll(failed, payment.valid_until + timedelta(days=6)) is not None
    assert domain.next_poll(failed, payment.valid_until + timedelta(days=8)) is None
    assert domain.next_poll(replace(payment, state=PaymentState.CONFIRMED), START) is None
