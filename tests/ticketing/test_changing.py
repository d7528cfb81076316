"""Tickets while money goes back, and under the hands of staff."""

from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brama.contracts import payments, sales
from brama.contracts.audit import TicketingActionRecorded
from brama.contracts.ticketing import TicketsBlocked, TicketsIssued, TicketsRevoked, TicketsUnblocked
from brama.kernel.ids import new_id
from brama.kernel.inbox import NotYet
from tests.ticketing.conftest import API, Club


def refund_failed(request: sales.RefundRequested) -> payments.RefundFailed:
    return payments.RefundFailed(
        aggregate_id=str(request.refund_id), aggregate_version=2, occurred_at=request.occurred_at,
        organiser_id=request.organiser_id, event_number=request.event_number, refund_id=request.refund_id,
        payment_id=request.payment_id, order_code=request.order_code, event_id=request.event_id,
        amount_minor=1, currency="UAH", tender="online", reason="bank",
    )  # fmt: skip


async def ids(club: Club, paid: sales.OrderPaid) -> list[UUID]:
    return [UUID(item["id"]) for item in await club.tickets(paid)]


async def states(club: Club, paid: sales.OrderPaid) -> list[str]:
    return [item["state"] for item in await club.tickets(paid)]


async def test_a_refund_blocks_its_tickets_then_they_die(club: Club) -> None:
    paid = await club.issued()
    first, _ = await ids(club, paid)
    request = club.refund_requested(paid, [first])
    await club.app.hear(request)
    assert await states(club, paid) == ["blocked", "valid"]
    (blocked,) = await club.app.said(TicketsBlocked)
    assert (blocked.refund_id, [sheet.version for sheet in blocked.tickets]) == (request.refund_id, [2])

    await club.app.hear(club.refunded(paid, request.refund_id, [first]))
    assert await states(club, paid) == ["revoked", "valid"]
    (revoked,) = await club.app.said(TicketsRevoked)
    assert [(sheet.version, sheet.reason) for sheet in revoked.tickets] == [(3, "refunded")]
    (issued,) = await club.app.said(TicketsIssued)
    assert issued.aggregate_version < blocked.aggregate_version < revoked.aggregate_version


async def test_a_failed_refund_brings_its_tickets_back(club: Club) -> None:
    paid = await club.issued()
    request = club.refund_requested(paid, await ids(club, paid))
    await club.app.hear(request)
    await club.app.hear(refund_failed(request))
    assert await states(club, paid) == ["valid", "valid"]
    (fact,) = await club.app.said(TicketsUnblocked)
    assert (fact.refund_id, len(fact.tickets)) == (request.refund_id, 2)


async def test_a_late_request_does_not_wake_the_dead_but_is_answered(club: Club) -> None:
    paid = await club.issued()
    first, _ = await ids(club, paid)
    request = club.refund_requested(paid, [first])
    await club.app.hear(club.refunded(paid, request.refund_id, [first]))
    await club.app.hear(request)
    assert await states(club, paid) == ["revoked", "valid"]
    (fact,) = await club.app.said(TicketsBlocked)
    assert [sheet.state for sheet in fact.tickets] == ["revoked"]


async def test_a_refund_of_tickets_not_issued_yet_waits(club: Club) -> None:
    with pytest.raises(NotYet):
        await club.app.hear(club.refund_requested(club.paid(), [new_id()]))


async def test_money_without_tickets_touches_none(club: Club) -> None:
    paid = await club.issued()
    await club.app.hear(club.refund_requested(paid, []))
    assert await club.app.said(TicketsBlocked) == []


async def test_staff_block_and_unblock_and_the_trail_knows(club: Club) -> None:
    paid = await club.issued()
    first, _ = await ids(club, paid)
    manager = club.app.as_staff("manager", club.organiser_id)
    answer = await club.app.client.post(
        f"{API}/tickets/{first}/block", headers=manager, json={"reason": "перепродаж"}
    )
    assert answer.json() == {"id": str(first), "state": "blocked", "reason": "перепродаж"}
    answer = await club.app.client.post(f"{API}/tickets/{first}/unblock", headers=manager)
    assert answer.json()["state"] == "valid"
    assert [fact.action for fact in await club.app.said(TicketingActionRecorded)] == [
        "ticket.blocked",
        "ticket.unblocked",
    ]


async def test_staff_block_survives_a_failed_refund(club: Club) -> None:
    paid = await club.issued(quantity=1)
    (first,) = await ids(club, paid)
    manager = club.app.as_staff("manager", club.organiser_id)
    request = club.refund_requested(paid, [first])
    await club.app.hear(request)
    answer = await club.app.client.post(f"{API}/tickets/{first}/unblock", headers=manager)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/refund_under_way")
    await club.app.client.post(f"{API}/tickets/{first}/block", headers=manager, json={"reason": "x"})
    await club.app.hear(refund_failed(request))
    assert await states(club, paid) == ["blocked"]


async def test_a_dead_ticket_cannot_be_unblocked(club: Club) -> None:
    paid = await club.issued(quantity=1)
    tickets = await ids(club, paid)
    await club.app.hear(club.refunded(paid, new_id(), tickets))
    answer = await club.app.client.post(
        f"{API}/tickets/{tickets[0]}/unblock", headers=club.app.as_staff("owner", club.organiser_id)
    )
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/ticket_revoked")


@pytest.mark.parametrize(
    ("role", "elsewhere", "status"),
    [("box_office", False, 403), ("inspector", False, 403), ("owner", True, 404)],
)
async def test_others_may_not_block(club: Club, role: str, elsewhere: bool, status: int) -> None:
    paid = await club.issued(quantity=1)
    (first,) = await ids(club, paid)
    headers = club.app.as_staff(role, new_id() if elsewhere else club.organiser_id)
    answer = await club.app.client.post(f"{API}/tickets/{first}/block", headers=headers, json={"reason": "x"})
    assert answer.status_code == status
    assert await states(club, paid) == ["valid"]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(["request", "failed", "refunded", "again"]), max_size=6))
async def test_what_was_refunded_never_admits_again(club: Club, steps: list[str]) -> None:
    paid = await club.issued(quantity=1)
    tickets = await ids(club, paid)
    request, other = club.refund_requested(paid, tickets), club.refund_requested(paid, tickets)
    said = {
        "request": request,
        "again": other,
        "failed": refund_failed(request),
        "refunded": club.refunded(paid, request.refund_id, tickets),
    }
    blocked_by = None
    for step in steps:
        is_new = await club.app.hear(said[step])
        if is_new and step in ("request", "again"):
            blocked_by = step
        elif is_new and step == "failed" and blocked_by == "request":
            blocked_by = None
    expected = "revoked" if "refunded" in steps else "blocked" if blocked_by else "valid"
    assert await states(club, paid) == [expected]
