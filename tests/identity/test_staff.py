"""Inviting colleagues, their roles, and taking these away."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from brama.contracts.identity import AuthorityChanged, StaffInvited
from brama.kernel.access import Caller
from brama.kernel.ids import new_id
from brama.kernel.tokens import TokenGrant
from brama.services.identity.operations.staff import change_role
from tests.identity.club import (
    API,
    PASSWORD,
    Club,
    Person,
    a_club,
    a_colleague,
    a_person_signed_in,
    an_invitation,
    sign_in,
)
from tests.support.app import App


async def accept(app: App, token: str, headers: dict[str, str] | None = None, **more: Any) -> Any:
    return await app.client.post(f"{API}/invitations/accept", json={"token": token, **more}, headers=headers)


async def shown(app: App, token: str) -> Any:
    return await app.client.get(f"{API}/invitations/by-token", headers={"X-Invitation-Token": token})


async def give(app: App, by: Person, club: Club, to: UUID, role: str) -> Any:
    body = {"organiser_id": str(club.id), "role": role}
    return await app.client.put(f"{API}/staff/{to}/roles", json=body, headers=by.headers)


async def take(app: App, by: Person, club: Club, of: UUID) -> Any:
    return await app.client.delete(f"{API}/staff/{of}/roles?organiser_id={club.id}", headers=by.headers)


def owner_of(club: Club, person: Person) -> Caller:
    return Caller(
        kind="staff", id=person.id, name="", grants=[TokenGrant(club.id, "owner")], roles=frozenset({"owner"})
    )


async def test_an_invitation_leads_to_an_account_with_the_role(app: App) -> None:
    club = await a_club(app)
    token = await an_invitation(app, club, "box_office", "Taras@Nora.example")
    [told] = await app.said(StaffInvited)
    assert told.invitation_url == f"http://localhost:8700/admin/invitation#{token}"
    assert (told.email, told.role, told.invited_by) == (
        "taras@nora.example",
        "box_office",
        "Олена Дем'яненко",
    )
    sheet = (await shown(app, token)).json()
    assert (sheet["organiser"]["mark"], sheet["role"], sheet["has_account"]) == ("НОРА", "box_office", False)
    accepted = await accept(app, token, password=PASSWORD, name="Тарас Ґудзь-Вовк")
    assert accepted.status_code == 201
    found = (await sign_in(app, "taras@nora.example")).json()["staff"]
    assert found["id"] == accepted.json()["staff_id"] == str(told.staff_id)
    assert found["name"] == "Тарас Ґудзь-Вовк"
    assert found["roles"] == [{"organiser_id": str(club.id), "role": "box_office"}]


async def test_an_invitation_works_once(app: App) -> None:
    club = await a_club(app)
    token = await an_invitation(app, club, "manager", "taras@nora.example")
    answers = await asyncio.gather(*(accept(app, token, password=PASSWORD) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers)[0] == 201
    assert sum(answer.status_code == 201 for answer in answers) == 1
    assert (await accept(app, token, password=PASSWORD)).status_code == 410
    assert (await shown(app, token)).status_code == 410


async def test_an_invitation_ends_after_three_days(app: App) -> None:
    club = await a_club(app)
    token = await an_invitation(app, club, "manager", "taras@nora.example")
    app.clock.advance(hours=73)
    assert (await accept(app, token, password=PASSWORD)).json()["type"].endswith("invitation_ended")
    assert (await sign_in(app, "taras@nora.example")).status_code == 401


async def test_a_withdrawn_invitation_and_a_replaced_one_work_no_more(app: App) -> None:
    club = await a_club(app)
    replaced = await an_invitation(app, club, "manager", "taras@nora.example")
    withdrawn = await an_invitation(app, club, "inspector", "taras@nora.example")
    assert (await accept(app, replaced, password=PASSWORD)).status_code == 410
    listed = await app.client.get(f"{API}/invitations?organiser_id={club.id}", headers=club.owner.headers)
    [left] = listed.json()["items"]
    assert left["role"] == "inspector"
    answer = await app.client.delete(f"{API}/invitations/{left['id']}", headers=club.owner.headers)
    assert answer.status_code == 204
    assert (await accept(app, withdrawn, password=PASSWORD)).status_code == 410


async def test_an_unknown_link_is_not_found(app: App) -> None:
    assert (await shown(app, "x" * 43)).status_code == 404
    assert (await accept(app, "x" * 43, password=PASSWORD)).status_code == 404


async def test_a_new_account_needs_a_good_password(app: App) -> None:
    club = await a_club(app)
    token = await an_invitation(app, club, "manager", "taras@nora.example")
    assert (await accept(app, token)).json()["type"].endswith("password_missing")
    assert (await accept(app, token, password="qwertyuiop")).json()["type"].endswith("password_common")
    assert (await accept(app, token, password=PASSWORD)).status_code == 201


async def test_who_has_an_account_accepts_with_its_password_or_signed_in(app: App) -> None:
    nora, hala = await a_club(app), await a_club(app, "hala", "iryna@hala.example")
    token = await an_invitation(app, hala, "manager", "olena@nora.example")
    assert (await shown(app, token)).json()["has_account"] is True
    refused = await accept(app, token, password="not the password")
    assert refused.json()["type"].endswith("credentials_invalid")
    somebody_else = await accept(app, token, headers=hala.owner.headers)
    assert somebody_else.json()["type"].endswith("credentials_invalid")
    assert (await accept(app, token, password=PASSWORD)).status_code == 201
    nora.owner = await a_person_signed_in(app, "olena@nora.example")  # with both roles now
    second = await an_invitation(app, nora, "accountant", "iryna@hala.example")
    assert (await accept(app, second, headers=hala.owner.headers)).status_code == 201
    roles = (await sign_in(app, "iryna@hala.example")).json()["staff"]["roles"]
    assert sorted(role["role"] for role in roles) == ["accountant", "owner"]


async def test_whoever_works_there_is_not_invited_again(app: App) -> None:
    club = await a_club(app)
    body = {"organiser_id": str(club.id), "name": "Я", "email": "olena@nora.example", "role": "inspector"}
    answer = await app.client.post(f"{API}/invitations", json=body, headers=app.creating(club.owner.headers))
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/already_staff")


@pytest.mark.parametrize("role", ["manager", "accountant", "box_office", "inspector"])
async def test_only_owners_invite_and_give_roles(app: App, role: str) -> None:
    club = await a_club(app)
    person = await a_colleague(app, club, role, "taras@nora.example")
    body = {"organiser_id": str(club.id), "name": "Друг", "email": "druh@nora.example", "role": "owner"}
    answer = await app.client.post(f"{API}/invitations", json=body, headers=app.creating(person.headers))
    assert answer.status_code == 403
    assert (await give(app, person, club, person.id, "owner")).status_code == 403
    assert (await take(app, person, club, club.owner.id)).status_code == 403
    listed = await app.client.get(f"{API}/staff?organiser_id={club.id}", headers=person.headers)
    assert listed.status_code == (200 if role == "manager" else 403)


async def test_a_changed_role_holds_at_once(app: App) -> None:
    club = await a_club(app)
    person = await a_colleague(app, club, "manager", "taras@nora.example")
    assert (await give(app, club.owner, club, person.id, "inspector")).status_code == 204
    assert (await app.client.get(f"{API}/me", headers=person.headers)).status_code == 401
    body = {"refresh_token": person.refresh_token}
    refreshed = (await app.client.post(f"{API}/sessions/refresh", json=body)).json()
    assert refreshed["staff"]["roles"] == [{"organiser_id": str(club.id), "role": "inspector"}]
    told = [fact for fact in await app.said(AuthorityChanged) if fact.staff_id == person.id]
    assert [fact.aggregate_version for fact in told] == [1, 2]
    assert [grant.role for grant in told[-1].grants] == ["inspector"]
    assert told[-1].is_active


async def test_who_loses_the_last_role_is_out_at_once(app: App) -> None:
    club = await a_club(app)
    person = await a_colleague(app, club, "manager", "taras@nora.example")
    assert (await take(app, club.owner, club, person.id)).status_code == 204
    assert (await app.client.get(f"{API}/me", headers=person.headers)).status_code == 401
    body = {"refresh_token": person.refresh_token}
    assert (await app.client.post(f"{API}/sessions/refresh", json=body)).status_code == 401
    assert (await sign_in(app, "taras@nora.example")).json()["type"].endswith("access_withdrawn")
    told = (await app.said(AuthorityChanged))[-1]
    assert (told.staff_id, told.is_active, told.grants) == (person.id, False, [])
    token = await an_invitation(app, club, "inspector", "taras@nora.example")
    assert (await accept(app, token, password=PASSWORD)).status_code == 201
    assert (await sign_in(app, "taras@nora.example")).status_code == 201


async def test_the_last_owner_stays(app: App) -> None:
    club = await a_club(app)
    for answer in (
        await take(app, club.owner, club, club.owner.id),
        await give(app, club.owner, club, club.owner.id, "manager"),
    ):
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/last_owner")


async def test_two_owners_cannot_remove_each_other_at_once(app: App) -> None:
    club = await a_club(app)
    second = await a_colleague(app, club, "owner", "taras@nora.example")
    # Past the gate both of them: what is left is the operation's own care.
    pairs = [(club.owner, second), (second, club.owner)]
    removals = [
        change_role(
            app.db, app.clock, caller=owner_of(club, one), staff_id=other.id, organiser_id=club.id, role=None
        )
        for one, other in pairs
    ]
    outcomes = await asyncio.gather(*removals, return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Forbidden", "NoneType"]
    async with app.db.reading() as tx:
        assert await tx.raw.fetchval("select count(*) from staff_role where role = 'owner'") == 1


async def test_a_stranger_has_no_role_to_change(app: App) -> None:
    nora, hala = await a_club(app), await a_club(app, "hala", "iryna@hala.example")
    assert (await give(app, nora.owner, nora, hala.owner.id, "manager")).status_code == 404
    assert (await give(app, nora.owner, nora, new_id(), "manager")).status_code == 404
    assert (await give(app, nora.owner, hala, hala.owner.id, "manager")).status_code == 404


async def test_colleagues_are_listed_in_pages(app: App) -> None:
    club = await a_club(app)
    for n in range(3):
        await a_colleague(app, club, "inspector", f"inspector{n}@nora.example")
    seen: list[str] = []
    after = ""
    while True:
        url = f"{API}/staff?organiser_id={club.id}&limit=2{after}"
        found = (await app.client.get(url, headers=club.owner.headers)).json()
        seen += [item["email"] for item in found["items"]]
        if found["next"] is None:
            break
        after = f"&after={found['next']}"
    assert seen == [f"inspector{n}@nora.example" for n in (2, 1, 0)] + ["olena@nora.example"]


async def test_guessing_the_password_of_an_invited_account_is_limited(app: App) -> None:
    hala = await a_club(app, "hala", "iryna@hala.example")
    await a_club(app)
    token = await an_invitation(app, hala, "manager", "olena@nora.example")
    for _ in range(10):
        assert (await accept(app, token, password="not the password")).status_code == 401
    assert (await accept(app, token, password=PASSWORD)).status_code == 429
    app.clock.advance(minutes=16)
    assert (await accept(app, token, password=PASSWORD)).status_code == 201
    await a_person_signed_in(app, "olena@nora.example")
