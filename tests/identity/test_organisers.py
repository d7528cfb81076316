"""Organisers: made by the administrator, changed by owners, apart from each other."""

from typing import Any

import pytest

from brama.contracts.identity import AuthorityChanged, OrganiserChanged
from tests.identity.club import API, Club, a_club, a_colleague, a_person_signed_in, setup_body, sign_in
from tests.support.app import App, running_app, stopped


async def set_up(app: App, body: dict[str, Any], key: str | None = None) -> Any:
    return await app.client.post(f"{API}/setup", json=body, headers=app.creating(key=key))


async def change(app: App, club: Club, version: int, **fields: Any) -> Any:
    headers = {**club.owner.headers, "If-Match": f'"{version}"'}
    return await app.client.patch(f"{API}/organisers/{club.id}", json=fields, headers=headers)


async def test_the_administrator_makes_an_organiser_with_its_owner(app: App) -> None:
    answer = await set_up(app, setup_body("nora", "olena@nora.example", is_fiscalised=True))
    assert answer.status_code == 201
    [told] = await app.said(OrganiserChanged)
    assert (told.slug, told.mark, told.is_fiscalised, told.aggregate_version) == ("nora", "НОРА", True, 1)
    [authority] = await app.said(AuthorityChanged)
    assert [(grant.organiser_id, grant.role) for grant in authority.grants] == [(told.organiser_id, "owner")]


async def test_setting_up_twice_with_one_key_makes_one_organiser(app: App) -> None:
    body = setup_body("nora", "olena@nora.example")
    first, second = await set_up(app, body, "one"), await set_up(app, body, "one")
    assert first.json() == second.json()
    assert second.headers["idempotent-replayed"] == "true"
    assert len(await app.said(OrganiserChanged)) == 1


@pytest.mark.parametrize("code", ["", "setup-code-of-the-tests-012345678", "інший код, не той самий"])
async def test_a_wrong_setup_code_makes_nothing(app: App, code: str) -> None:
    answer = await set_up(app, {**setup_body("nora", "olena@nora.example"), "setup_code": code})
    assert answer.status_code in (403, 422)
    assert await app.said(OrganiserChanged) == []


async def test_without_a_setup_code_in_the_settings_nobody_makes_one(tmp_path: Any) -> None:
    app = await running_app("identity", tmp_path, argon2_memory_kib=64, argon2_passes=1)
    answer = await set_up(app, setup_body("nora", "olena@nora.example"))
    assert answer.json()["type"].endswith("setup_refused")
    await stopped(app)


async def test_an_owner_of_a_second_organiser_keeps_the_first_password(app: App) -> None:
    nora = await a_club(app)
    body = setup_body("hala", "Olena@nora.example")
    body["owner"]["password"] = "another one altogether"
    assert (await set_up(app, body)).status_code == 201
    assert (await sign_in(app, "olena@nora.example", "another one altogether")).status_code == 401
    found = await sign_in(app, "olena@nora.example")
    assert {role["role"] for role in found.json()["staff"]["roles"]} == {"owner"}
    assert len(found.json()["staff"]["roles"]) == 2
    # the roles have changed: the token from before is refused, a refresh gives the new ones
    assert (await app.client.get(f"{API}/me", headers=nora.owner.headers)).status_code == 401


async def test_two_organisers_cannot_share_a_slug(app: App) -> None:
    await a_club(app)
    answer = await set_up(app, setup_body("nora", "iryna@hala.example"))
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/slug_taken")
    assert (await sign_in(app, "iryna@hala.example")).status_code == 401


@pytest.mark.parametrize(
    ("field", "value"), [("slug", "Nora Club"), ("accent", "red"), ("mark", ""), ("name", {"en": "Nora"})]
)
async def test_bad_fields_are_named_and_change_nothing(app: App, field: str, value: Any) -> None:
    answer = await set_up(app, setup_body("nora", "olena@nora.example", **{field: value}))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith(f"/organiser/{field}")
    assert await app.said(OrganiserChanged) == []


async def test_an_owner_changes_the_organiser_from_the_version_they_saw(app: App) -> None:
    club = await a_club(app)
    seen = await app.client.get(f"{API}/organisers/{club.id}", headers=club.owner.headers)
    assert seen.headers["etag"] == '"1"'
    changed = await change(app, club, 1, accent="#ff5a1f", address={"uk": "Львів", "en": "Lviv"})
    assert (changed.json()["accent"], changed.headers["etag"]) == ("#ff5a1f", '"2"')
    assert changed.json()["mark"] == "НОРА"
    told = (await app.said(OrganiserChanged))[-1]
    assert (told.accent, told.address.en, told.aggregate_version) == ("#ff5a1f", "Lviv", 2)
    late = await change(app, club, 1, mark="X")
    assert (late.status_code, late.json()["current"]) == (412, 2)
    blind = await app.client.patch(
        f"{API}/organisers/{club.id}", json={"mark": "X"}, headers=club.owner.headers
    )
    assert blind.status_code == 428
    assert (await change(app, club, 2, accent=None)).json()["accent"] is None


async def test_only_owners_change_the_organiser(app: App) -> None:
    club = await a_club(app)
    manager = await a_colleague(app, club, "manager", "taras@nora.example")
    headers = {**manager.headers, "If-Match": '"1"'}
    answer = await app.client.patch(f"{API}/organisers/{club.id}", json={"mark": "X"}, headers=headers)
    assert answer.status_code == 403
    assert (await app.client.get(f"{API}/organisers/{club.id}", headers=manager.headers)).status_code == 200


async def test_a_manager_of_one_organiser_sees_nothing_of_another(app: App) -> None:
    nora = await a_club(app)
    hala = await a_club(app, "hala", "iryna@hala.example")
    manager = await a_colleague(app, nora, "manager", "taras@nora.example")
    owner = await a_person_signed_in(app, "olena@nora.example")
    listed = await app.client.get(f"{API}/organisers", headers=owner.headers)
    assert [organiser["slug"] for organiser in listed.json()["items"]] == ["nora"]
    for path in (f"organisers/{hala.id}", f"staff?organiser_id={hala.id}", f"devices?organiser_id={hala.id}"):
        for person in (manager, owner):
            assert (await app.client.get(f"{API}/{path}", headers=person.headers)).status_code == 404
    for path in (f"audit?organiser_id={hala.id}", f"invitations?organiser_id={hala.id}"):
        assert (await app.client.get(f"{API}/{path}", headers=owner.headers)).status_code == 404
        assert (await app.client.get(f"{API}/{path}", headers=manager.headers)).status_code == 403


async def test_a_character_that_cannot_be_stored_is_refused_and_changes_nothing(app: App) -> None:
    club = await a_club(app)
    for name in ("Нора\u0000", "\u0000"):
        answer = await app.client.patch(f"{API}/me", json={"name": name}, headers=club.owner.headers)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/validation_failed")
    assert (await change(app, club, 1, address={"uk": "Київ\u0000"})).status_code == 422
    seen = await app.client.get(f"{API}/organisers/{club.id}", headers=club.owner.headers)
    assert (seen.json()["version"], seen.json()["address"]["en"]) == (1, "41 Kyrylivska St, Kyiv")


async def test_every_error_is_told_in_the_readers_language(app: App) -> None:
    body = {"email": "nobody@nora.example", "password": "not the password"}
    said = {}
    for language in ("uk", "en"):
        answer = await app.client.post(f"{API}/sessions", json=body, headers={"Accept-Language": language})
        said[language] = answer.json()["title"]
    assert said == {"uk": "Не збігається", "en": "That did not match"}
