"""The audit trail: every change of identity, and what the other services tell."""

from typing import Any

import msgspec

from brama.contracts.audit import IdentityActionRecorded, SalesActionRecorded
from brama.kernel.ids import new_id
from tests.identity.club import API, Club, a_club, a_colleague
from tests.support.app import App


async def trail(app: App, club: Club, **query: Any) -> Any:
    params = {"organiser_id": str(club.id), **query}
    answer = await app.client.get(f"{API}/audit", params=params, headers=club.owner.headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def a_refund(app: App, club: Club) -> SalesActionRecorded:
    return SalesActionRecorded(
        aggregate_id=str(new_id()), aggregate_version=1, occurred_at=app.clock.now(), organiser_id=club.id,
        actor_kind="staff", actor_id=club.owner.id, actor_name="Олена Дем'яненко", action="order.refunded",
        subject_kind="order", subject_id="C-7Q2M9XKD", details={"reason": "захворіла"},
    )  # fmt: skip


async def test_the_trail_tells_who_did_what_the_latest_first(app: App) -> None:
    club = await a_club(app)
    person = await a_colleague(app, club, "manager", "taras@nora.example")
    body = {"organiser_id": str(club.id), "role": "inspector"}
    await app.client.put(f"{API}/staff/{person.id}/roles", json=body, headers=club.owner.headers)
    entries = (await trail(app, club))["items"]
    assert [(entry["actor_name"], entry["action"]) for entry in entries] == [
        ("Олена Дем'яненко", "role.changed"),
        ("Тарас Ґудзь", "session.started"),
        ("Тарас Ґудзь", "invitation.accepted"),
        ("Олена Дем'яненко", "staff.invited"),
        ("Олена Дем'яненко", "session.started"),
        ("setup", "organiser.created"),
    ]
    assert entries[0]["subject_id"] == str(person.id)
    assert entries[0]["details"] == {"before": "manager", "after": "inspector"}


async def test_every_entry_of_identity_is_told_under_the_id_it_is_kept_by(app: App) -> None:
    club = await a_club(app)
    kept = {entry["id"] for entry in (await trail(app, club))["items"]}
    told = {str(fact.fact_id) for fact in await app.said(IdentityActionRecorded)}
    assert kept == told
    assert len(kept) == 2


async def test_no_entry_holds_an_address_or_a_secret(app: App) -> None:
    club = await a_club(app)
    await a_colleague(app, club, "manager", "taras@nora.example")
    text = msgspec.json.encode(await trail(app, club)).decode()
    assert "@" not in text


async def test_what_another_service_tells_stands_once(app: App) -> None:
    club = await a_club(app)
    refund = a_refund(app, club)
    assert await app.hear(refund)
    assert not await app.hear(refund)
    found = (await trail(app, club, action="order.refunded"))["items"]
    assert [(entry["service"], entry["details"]) for entry in found] == [("sales", {"reason": "захворіла"})]


async def test_the_trail_is_read_by_actor_and_in_pages(app: App) -> None:
    club = await a_club(app)
    await a_colleague(app, club, "manager", "taras@nora.example")
    await app.hear(a_refund(app, club))
    mine = (await trail(app, club, actor_id=str(club.owner.id)))["items"]
    assert [entry["action"] for entry in mine] == ["order.refunded", "staff.invited", "session.started"]
    first = await trail(app, club, actor_id=str(club.owner.id), limit=2)
    rest = await trail(app, club, actor_id=str(club.owner.id), limit=2, after=first["next"])
    assert [entry["id"] for entry in first["items"] + rest["items"]] == [entry["id"] for entry in mine]
    assert rest["next"] is None


async def test_only_owners_read_the_trail(app: App) -> None:
    club = await a_club(app)
    manager = await a_colleague(app, club, "manager", "taras@nora.example")
    url = f"{API}/audit?organiser_id={club.id}"
    assert (await app.client.get(url, headers=manager.headers)).status_code == 403
    assert (await app.client.get(url)).status_code == 401


async def test_another_organisers_actions_stay_out_of_the_trail(app: App) -> None:
    nora, hala = await a_club(app), await a_club(app, "hala", "iryna@hala.example")
    await app.hear(a_refund(app, hala))
    assert (await trail(app, nora, action="order.refunded"))["items"] == []
    assert len((await trail(app, hala, action="order.refunded"))["items"]) == 1


async def test_one_entry_for_each_organiser_tells_that_somebody_signed_in(app: App) -> None:
    nora, hala = await a_club(app), await a_club(app, "hala", "iryna@hala.example")
    before = len((await trail(app, hala, action="session.started"))["items"])
    await a_colleague(app, nora, "manager", "taras@nora.example")
    assert len((await trail(app, hala, action="session.started"))["items"]) == before
    assert len((await trail(app, nora, action="session.started"))["items"]) == 2
