"""Refunds: only what was paid, only once, and never silently behind an admitted guest."""

from typing import Any
from uuid import UUID

from brama.contracts import admission, payments
from brama.contracts.sales import OrderRefunded, RefundRequested
from brama.kernel.ids import new_id
from tests.sales.factories import NUMBER, Night, a_night, a_paid_order, counts, the_order
from tests.support.app import App


async def ask(app: App, night: Night, order: dict[str, Any], role: str = "manager", **body: Any) -> Any:
    headers = app.creating(app.as_staff(role, night.organiser_id))
    body = {"reason": "guest asked", **body}
    return await app.client.post(f"/api/sales/v1/orders/{order['code']}/refunds", json=body, headers=headers)


def completed(app: App, night: Night, fact: RefundRequested, **more: Any) -> payments.RefundCompleted:
    given: dict[str, Any] = {
        "refund_id": fact.refund_id,
        "amount_minor": fact.amount_minor,
        "is_external": False,
    }
    given.update(more)
    return payments.RefundCompleted(
        aggregate_id=str(given["refund_id"]), aggregate_version=2, occurred_at=app.clock.now(),
        organiser_id=night.organiser_id, event_number=NUMBER, payment_id=fact.payment_id,
        order_code=fact.order_code, event_id=night.event_id, currency="UAH", tender="online",
        completed_at=app.clock.now(), **given,
    )  # fmt: skip


async def test_a_part_and_then_the_rest_of_an_order_goes_back(app: App) -> None:
    night = await a_night(app)
    order = await a_paid_order(app, night, 3)
    answer = await ask(app, night, order, ticket_ids=order["tickets"][:1])
    assert (answer.status_code, answer.json()["state"]) == (202, "requested")
    first = (await app.said(RefundRequested))[0]
    assert first.amount_minor == 40_000
    await app.hear(completed(app, night, first))
    assert (await the_order(app, order))["state"] == "partially_refunded"
    assert await counts(app, night) == (2, 0)
    await ask(app, night, order)
    rest = (await app.said(RefundRequested))[1]
    assert {str(ticket) for ticket in rest.ticket_ids} == set(order["tickets"][1:])
    await app.hear(completed(app, night, rest))
    seen = await the_order(app, order)
    assert (seen["state"], seen["refunded"]["minor"]) == ("refunded", 120_000)
    told = await app.said(OrderRefunded)
    assert [(fact.refunded_minor, fact.is_whole) for fact in told] == [(40_000, False), (80_000, True)]


async def test_a_ticket_is_refunded_once(app: App) -> None:
    night = await a_night(app)
    order = await a_paid_order(app, night, 2)
    await ask(app, night, order, ticket_ids=order["tickets"][:1])
    again = await ask(app, night, order, ticket_ids=order["tickets"][:1])
    assert (again.status_code, again.json()["type"]) == (422, "/problems/ticket_unknown")
    foreign = await ask(app, night, order, ticket_ids=[str(new_id())])
    assert foreign.status_code == 422
    assert len(await app.said(RefundRequested)) == 1


async def test_a_failed_refund_can_be_asked_for_again(app: App) -> None:
    night = await a_night(app)
    order = await a_paid_order(app, night)
    await ask(app, night, order)
    fact = (await app.said(RefundRequested))[0]
    await app.hear(
        payments.RefundFailed(
            aggregate_id=str(fact.refund_id), aggregate_version=2, occurred_at=app.clock.now(),
            organiser_id=night.organiser_id, event_number=NUMBER, refund_id=fact.refund_id,
            payment_id=fact.payment_id, order_code=fact.order_code, event_id=night.event_id,
            amount_minor=fact.amount_minor, currency="UAH", tender="online", reason="declined",
        )
    )  # fmt: skip
    assert (await ask(app, night, order)).status_code == 202
    assert (await the_order(app, order))["state"] == "paid"


async def test_an_admitted_guest_is_not_refunded_without_saying_so(app: App) -> None:
    night = await a_night(app)
    order = await a_paid_order(app, night)
    await app.hear(
        admission.VisitorAdmitted(
            aggregate_id="scan", aggregate_version=1, occurred_at=app.clock.now(), organiser_id=night.organiser_id,
            event_number=NUMBER, scan_id=new_id(), event_id=night.event_id, check_in_list_id=new_id(),
            gate_id=new_id(), ticket_id=UUID(order["tickets"][0]), order_code=order["code"],
            ticket_type_id=night.types[0], device_id=None, by="Остап", outcome="valid",
            scanned_at=app.clock.now(), headcount=1,
        )
    )  # fmt: skip
    refused = await ask(app, night, order)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/ticket_admitted")
    assert refused.json()["ticket_ids"] == order["tickets"]
    assert (await ask(app, night, order, confirm_admitted=True)).status_code == 202


async def test_a_reversal_at_the_bank_kills_the_tickets(app: App) -> None:
    night = await a_night(app)
    order = await a_paid_order(app, night, 2)
    payment = (await the_order(app, order))["payments"][0]["id"]
    reversal = RefundRequested(
        aggregate_id="x", aggregate_version=1, occurred_at=app.clock.now(), refund_id=new_id(),
        order_code=order["code"], event_id=night.event_id, payment_id=UUID(payment), tender="online", till_id=None,
        amount_minor=80_000, currency="UAH", ticket_ids=[], reason="", requested_by="",
    )  # fmt: skip
    await app.hear(completed(app, night, reversal, is_external=True))
    assert (await the_order(app, order))["state"] == "refunded"
    assert len((await app.said(OrderRefunded))[0].tickets) == 2


async def test_refunds_are_for_managers_and_owners_of_the_organiser(app: App) -> None:
    night = await a_night(app)
    order = await a_paid_order(app, night)
    assert (await ask(app, night, order, role="accountant")).status_code == 403
    foreign = Night(night.event_id, new_id(), night.types, night.price_minor)
    assert (await ask(app, foreign, order)).status_code == 404
    assert await app.said(RefundRequested) == []
