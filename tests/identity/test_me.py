"""One's own account: profile, password, second factor."""

import asyncio
from typing import Any

import pyotp
import pytest

from tests.identity.club import API, PASSWORD, Person, a_club, a_person_signed_in, sign_in, warm_pool
from tests.support.app import App

NEW_PASSWORD = "синій трамвай о п'ятій"


async def enrolled(app: App, person: Person) -> pyotp.TOTP:
    """The person's authenticator app, confirmed."""
    answer = await app.client.post(f"{API}/me/totp", headers=person.headers)
    assert answer.status_code == 201, answer.text
    generator = pyotp.TOTP(answer.json()["secret"])
    assert (await confirm(app, person, code_now(app, generator))).status_code == 204
    return generator


async def confirm(app: App, person: Person, code: str) -> Any:
    return await app.client.post(f"{API}/me/totp/confirm", json={"code": code}, headers=person.headers)


async def change_password(app: App, person: Person, current: str, new: str) -> Any:
    body = {"current": current, "new": new}
    return await app.client.post(f"{API}/me/password", json=body, headers=person.headers)


def code_now(app: App, generator: pyotp.TOTP) -> str:
    return generator.at(app.clock.now())


async def test_a_person_changes_name_and_language(app: App) -> None:
    club = await a_club(app)
    answer = await app.client.patch(f"{API}/me", json={"name": "Олена Квітка"}, headers=club.owner.headers)
    assert (answer.json()["name"], answer.json()["locale"]) == ("Олена Квітка", "uk")
    answer = await app.client.patch(f"{API}/me", json={"locale": "en"}, headers=club.owner.headers)
    assert (answer.json()["name"], answer.json()["locale"]) == ("Олена Квітка", "en")
    again = await sign_in(app, "olena@nora.example")
    assert again.json()["staff"]["name"] == "Олена Квітка"


async def test_nobody_sees_an_account_without_signing_in(app: App) -> None:
    assert (await app.client.get(f"{API}/me")).status_code == 401


async def test_a_new_password_ends_the_other_sessions(app: App) -> None:
    club = await a_club(app)
    elsewhere = await a_person_signed_in(app, "olena@nora.example")
    assert (await change_password(app, club.owner, PASSWORD, NEW_PASSWORD)).status_code == 204
    for person, status in ((elsewhere, 401), (club.owner, 201)):
        body = {"refresh_token": person.refresh_token}
        assert (await app.client.post(f"{API}/sessions/refresh", json=body)).status_code == status
    assert (await sign_in(app, "olena@nora.example")).status_code == 401
    assert (await sign_in(app, "olena@nora.example", NEW_PASSWORD)).status_code == 201


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("коротко", "password_length"),
        ("x" * 300, "password_length"),
        ("Qwertyuiop123", "password_common"),
        ("СлаваУкраїні", "password_common"),
        ("abababababab", "password_common"),
        ("Olena@Nora.example", "password_common"),
    ],
)
async def test_a_password_that_is_easy_to_guess_is_refused(app: App, password: str, code: str) -> None:
    club = await a_club(app)
    answer = await change_password(app, club.owner, PASSWORD, password)
    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{code}")
    assert (await sign_in(app, "olena@nora.example")).status_code == 201


async def test_changing_the_password_needs_the_current_one_and_few_attempts(app: App) -> None:
    club = await a_club(app)
    for _ in range(10):
        answer = await change_password(app, club.owner, "not the password", NEW_PASSWORD)
        assert answer.json()["type"].endswith("password_wrong")
    assert (await change_password(app, club.owner, PASSWORD, NEW_PASSWORD)).status_code == 429


async def test_with_an_authenticator_app_signing_in_asks_for_its_code(app: App) -> None:
    club = await a_club(app)
    generator = await enrolled(app, club.owner)
    without = await sign_in(app, "olena@nora.example")
    wrong = await sign_in(app, "olena@nora.example", totp="000000")
    assert without.json()["type"].endswith("totp_required")
    assert wrong.json()["type"].endswith("credentials_invalid")
    app.clock.advance(seconds=30)
    assert (await sign_in(app, "olena@nora.example", totp=code_now(app, generator))).status_code == 201


async def test_who_does_not_know_the_password_does_not_learn_that_there_is_a_code(app: App) -> None:
    club = await a_club(app)
    await enrolled(app, club.owner)
    answer = await sign_in(app, "olena@nora.example", "not the password")
    assert answer.json()["type"].endswith("credentials_invalid")


async def test_a_code_works_once(app: App) -> None:
    club = await a_club(app)
    generator = await enrolled(app, club.owner)
    confirming = code_now(app, generator)
    assert (await sign_in(app, "olena@nora.example", totp=confirming)).status_code == 401
    app.clock.advance(seconds=30)
    code = code_now(app, generator)
    assert (await sign_in(app, "olena@nora.example", totp=code)).status_code == 201
    assert (await sign_in(app, "olena@nora.example", totp=code)).status_code == 401
    app.clock.advance(seconds=30)
    assert (await sign_in(app, "olena@nora.example", totp=confirming)).status_code == 401


async def test_a_code_works_once_even_at_once(app: App) -> None:
    club = await a_club(app)
    generator = await enrolled(app, club.owner)
    app.clock.advance(seconds=30)
    await warm_pool(app)
    code = code_now(app, generator)
    answers = await asyncio.gather(*(sign_in(app, "olena@nora.example", totp=code) for _ in range(2)))
    assert sorted(answer.status_code for answer in answers) == [201, 401]


async def test_a_secret_counts_only_once_it_was_confirmed(app: App) -> None:
    club = await a_club(app)
    begun = await app.client.post(f"{API}/me/totp", headers=club.owner.headers)
    assert begun.json()["otpauth_uri"].startswith("otpauth://totp/Brama:olena%40nora.example")
    assert (await sign_in(app, "olena@nora.example")).status_code == 201
    assert (await confirm(app, club.owner, "123")).json()["type"].endswith("totp_code_wrong")
    assert (await sign_in(app, "olena@nora.example")).status_code == 201


async def test_the_secret_is_sealed_at_rest(app: App) -> None:
    club = await a_club(app)
    begun = await app.client.post(f"{API}/me/totp", headers=club.owner.headers)
    async with app.db.reading() as tx:
        kept = await tx.raw.fetchval("select totp_secret from staff")
    assert begun.json()["secret"].encode() not in kept


async def test_the_second_factor_can_be_taken_off_again(app: App) -> None:
    club = await a_club(app)
    await enrolled(app, club.owner)
    twice = await app.client.post(f"{API}/me/totp", headers=club.owner.headers)
    assert twice.json()["type"].endswith("totp_already_on")
    assert (await app.client.delete(f"{API}/me/totp", headers=club.owner.headers)).status_code == 204
    assert (await sign_in(app, "olena@nora.example")).status_code == 201
