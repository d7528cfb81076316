"""Gate devices: pairing, tokens by proof, revocation, scope."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from brama.contracts.catalogue import EventCancelled, EventChanged
from brama.contracts.identity import DevicePaired, DeviceRevoked
from brama.kernel.ids import new_id
from brama.kernel.inbox import NotYet
from brama.kernel.keys import TrustedKeys, public_bytes
from brama.kernel.secrets import to_base64url
from brama.kernel.tokens import verify
from tests.identity.club import API, Club, Person, a_club, a_colleague, a_ticket_key, an_event, warm_pool
from tests.support.app import App


@dataclass
class Phone:
    """A paired device, as it knows itself."""

    id: UUID
    private: Ed25519PrivateKey
    sheet: dict[str, Any]

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.sheet['access_token']}"}


async def add_device(app: App, by: Person, event: EventChanged, **more: Any) -> Any:
    body = {
        "name": "Північ 1", "event_ids": [str(event.event_id)], "gate_ids": [str(event.gates[0].id)], **more
    }  # fmt: skip
    return await app.client.post(f"{API}/devices", json=body, headers=app.creating(by.headers))


async def pair(app: App, code: str, private: Ed25519PrivateKey) -> Any:
    body = {"pairing_code": code, "public_key": to_base64url(public_bytes(private))}
    return await app.client.post(f"{API}/devices/pair", json=body)


async def a_known_event(app: App, club: Club, number: int = 12) -> EventChanged:
    event = an_event(app, club.id, number=number)
    await app.hear(event)
    return event


async def a_phone(app: App, club: Club, event: EventChanged) -> Phone:
    added = await add_device(app, club.owner, event)
    private = Ed25519PrivateKey.generate()
    answer = await pair(app, added.json()["pairing_code"], private)
    assert answer.status_code == 201, answer.text
    return Phone(UUID(answer.json()["device_id"]), private, answer.json())


async def ask_token(app: App, phone: Phone, signed_at: datetime | str, **changed: Any) -> Any:
    text = signed_at if isinstance(signed_at, str) else signed_at.isoformat()
    device_id = changed.get("device_id", phone.id)
    message = b"brama.device.token.v1\0" + device_id.bytes + text.encode()
    signature = changed.get("private", phone.private).sign(message)
    body = {"signed_at": changed.get("text", text), "signature": to_base64url(signature)}
    return await app.client.post(f"{API}/devices/{phone.id}/token", json=body)


async def revoke(app: App, by: Person, phone: Phone) -> Any:
    return await app.client.delete(f"{API}/devices/{phone.id}", headers=by.headers)


async def test_a_phone_is_paired_and_knows_all_it_needs(app: App) -> None:
    club = await a_club(app)
    event, other = await a_known_event(app, club), await a_known_event(app, club, 13)
    keys = [a_ticket_key(app, event), a_ticket_key(app, event, 1), a_ticket_key(app, other)]
    for key in keys:
        await app.hear(key)
    manager = await a_colleague(app, club, "manager", "taras@nora.example")
    added = (await add_device(app, manager, event)).json()
    assert added["pairing_url"] == f"http://localhost:8700/checkin/#pair={added['pairing_code']}"
    private = Ed25519PrivateKey.generate()
    answer = await pair(app, added["pairing_code"].lower(), private)
    sheet = answer.json()
    assert (answer.status_code, sheet["device_id"]) == (201, added["id"])
    assert [(item["event_number"], item["key_number"]) for item in sheet["keys"]] == [
        (12, 0),
        (12, 1),
        (13, 0),
    ]
    assert [item["public_key"] for item in sheet["keys"]] == [key.public_key for key in keys]
    [seen] = sheet["events"]
    assert (seen["number"], seen["title"]["uk"]) == (12, "Ніч у Норі")
    assert seen["gates"] == [{"id": str(event.gates[0].id), "name": "Північ"}]
    claims = await verify(sheet["access_token"], TrustedKeys(app.db, app.kernel.config), app.clock.now())
    assert (claims.kind, claims.organiser_id, claims.event_ids) == ("device", club.id, [event.event_id])
    assert claims.exp - claims.iat == 86400
    [told] = await app.said(DevicePaired)
    assert (told.device_id, told.gate_ids) == (claims.sub, [event.gates[0].id])
    assert told.public_key == to_base64url(public_bytes(private))


async def test_a_pairing_code_works_once_even_at_once(app: App) -> None:
    club = await a_club(app)
    code = (await add_device(app, club.owner, await a_known_event(app, club))).json()["pairing_code"]
    await warm_pool(app)
    answers = await asyncio.gather(*(pair(app, code, Ed25519PrivateKey.generate()) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 422, 422]
    assert len(await app.said(DevicePaired)) == 1


async def test_a_pairing_code_ends_after_ten_minutes(app: App) -> None:
    club = await a_club(app)
    code = (await add_device(app, club.owner, await a_known_event(app, club))).json()["pairing_code"]
    app.clock.advance(minutes=10, seconds=1)
    answer = await pair(app, code, Ed25519PrivateKey.generate())
    assert answer.json()["type"].endswith("pairing_code_invalid")


async def test_guessing_pairing_codes_is_limited(app: App) -> None:
    for _ in range(50):
        assert (await pair(app, "00000000", Ed25519PrivateKey.generate())).status_code == 422
    assert (await pair(app, "00000000", Ed25519PrivateKey.generate())).status_code == 429


@pytest.mark.parametrize("public_key", ["", "AAAA", "не ключ", "A" * 44])
async def test_a_key_that_is_none_pairs_nothing(app: App, public_key: str) -> None:
    club = await a_club(app)
    code = (await add_device(app, club.owner, await a_known_event(app, club))).json()["pairing_code"]
    body = {"pairing_code": code, "public_key": public_key}
    answer = await app.client.post(f"{API}/devices/pair", json=body)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/public_key_invalid")
    assert (await pair(app, code, Ed25519PrivateKey.generate())).status_code == 201


async def test_a_device_gets_a_new_token_for_its_signature(app: App) -> None:
    club = await a_club(app)
    phone = await a_phone(app, club, await a_known_event(app, club))
    app.clock.advance(hours=25)
    assert (await app.client.get(f"{API}/devices/me", headers=phone.headers)).status_code == 401
    answer = await ask_token(app, phone, app.clock.now())
    assert answer.status_code == 201
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    me = await app.client.get(f"{API}/devices/me", headers=headers)
    assert me.json()["organiser"]["name"]["en"] == "Nora Club"


async def test_a_proof_works_once(app: App) -> None:
    club = await a_club(app)
    phone = await a_phone(app, club, await a_known_event(app, club))
    moment = app.clock.now()
    assert (await ask_token(app, phone, moment)).status_code == 201
    assert (await ask_token(app, phone, moment)).status_code == 401
    app.clock.advance(seconds=1)
    assert (await ask_token(app, phone, app.clock.now())).status_code == 201


async def test_only_the_devices_own_fresh_signature_counts(app: App) -> None:
    club = await a_club(app)
    event = await a_known_event(app, club)
    phone, other = await a_phone(app, club, event), await a_phone(app, club, event)
    now = app.clock.now()
    app.clock.advance(minutes=6)
    late = await ask_token(app, phone, now)
    early = await ask_token(app, phone, app.clock.now().replace(year=now.year + 1))
    stolen = await ask_token(app, phone, app.clock.now(), private=other.private)
    of_another = await ask_token(app, phone, app.clock.now(), device_id=other.id)
    altered = await ask_token(app, phone, app.clock.now(), text=now.replace(microsecond=0).isoformat())
    words = await ask_token(app, phone, "just now")
    zoneless = await ask_token(app, phone, app.clock.now().replace(tzinfo=None).isoformat())
    for answer in (late, early, stolen, of_another, altered, words, zoneless):
        assert (answer.status_code, answer.json()["type"]) == (401, "/problems/device_proof_invalid")


async def test_a_revoked_device_is_out_at_once_and_for_good(app: App) -> None:
    club = await a_club(app)
    phone = await a_phone(app, club, await a_known_event(app, club))
    assert (await app.client.get(f"{API}/devices/me", headers=phone.headers)).status_code == 200
    assert (await revoke(app, club.owner, phone)).status_code == 204
    assert (await revoke(app, club.owner, phone)).status_code == 204
    assert (await app.client.get(f"{API}/devices/me", headers=phone.headers)).status_code == 401
    answer = await ask_token(app, phone, app.clock.now())
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/device_revoked")
    [told] = await app.said(DeviceRevoked)
    assert (told.device_id, told.aggregate_version) == (phone.id, 3)


async def test_a_device_that_was_revoked_before_pairing_cannot_pair(app: App) -> None:
    club = await a_club(app)
    added = (await add_device(app, club.owner, await a_known_event(app, club))).json()
    await app.client.delete(f"{API}/devices/{added['id']}", headers=club.owner.headers)
    assert (await pair(app, added["pairing_code"], Ed25519PrivateKey.generate())).status_code == 422


async def test_the_list_tells_how_each_device_is(app: App) -> None:
    club = await a_club(app)
    event = await a_known_event(app, club)
    await add_device(app, club.owner, event, name="старий")
    app.clock.advance(minutes=4)
    await add_device(app, club.owner, event, name="новий")
    revoked = await a_phone(app, club, event)
    await revoke(app, club.owner, revoked)
    await a_phone(app, club, event)
    app.clock.advance(minutes=4)
    club.owner.access_token = (await refreshed(app, club.owner))["access_token"]
    app.clock.advance(minutes=3)
    url = f"{API}/devices?organiser_id={club.id}"
    found = (await app.client.get(url, headers=club.owner.headers)).json()["items"]
    assert [item["state"] for item in found] == ["paired", "revoked", "waiting", "lapsed"]


async def refreshed(app: App, person: Person) -> Any:
    body = {"refresh_token": person.refresh_token}
    return (await app.client.post(f"{API}/sessions/refresh", json=body)).json()


async def test_a_device_is_bound_to_known_events_and_gates_of_one_organiser(app: App) -> None:
    nora, hala = await a_club(app), await a_club(app, "hala", "iryna@hala.example")
    ours, theirs = await a_known_event(app, nora), await a_known_event(app, hala, 13)
    foreign = await add_device(app, nora.owner, theirs)
    unknown = await add_device(app, nora.owner, an_event(app, nora.id))
    elsewhere = await add_device(app, nora.owner, ours, gate_ids=[str(theirs.gates[0].id)])
    named = await add_device(app, nora.owner, ours, organiser_id=str(hala.id))
    nothing = await add_device(app, nora.owner, ours, gate_ids=[])
    assert [answer.status_code for answer in (foreign, unknown, elsewhere, named, nothing)] == [
        404,
        404,
        422,
        404,
        422,
    ]
    assert foreign.json()["type"] == unknown.json()["type"]
    phone = await a_phone(app, hala, theirs)
    assert (await revoke(app, nora.owner, phone)).status_code == 404
    assert (await app.client.get(f"{API}/devices/me", headers=phone.headers)).status_code == 200


async def test_an_inspector_makes_no_devices(app: App) -> None:
    club = await a_club(app)
    inspector = await a_colleague(app, club, "inspector", "taras@nora.example")
    assert (await add_device(app, inspector, await a_known_event(app, club))).status_code == 403


async def test_a_device_may_do_nothing_that_staff_does(app: App) -> None:
    club = await a_club(app)
    phone = await a_phone(app, club, await a_known_event(app, club))
    for path in ("me", "sessions", "organisers"):
        assert (await app.client.get(f"{API}/{path}", headers=phone.headers)).status_code == 403
    for path in ("devices", "staff", "audit"):
        url = f"{API}/{path}?organiser_id={club.id}"
        assert (await app.client.get(url, headers=phone.headers)).status_code == 403


async def test_what_the_catalogue_told_last_wins_in_any_order(app: App) -> None:
    club = await a_club(app)
    first = an_event(app, club.id)
    title = msgspec.structs.replace(first.title, uk="Інша ніч")
    later = msgspec.structs.replace(first, aggregate_version=2, title=title, fact_id=new_id())
    fields = msgspec.structs.asdict(first) | {
        "aggregate_version": 3,
        "state": "cancelled",
        "fact_id": new_id(),
    }
    await app.hear(later)
    await app.hear(first)
    phone = await a_phone(app, club, first)
    assert phone.sheet["events"][0]["title"]["uk"] == "Інша ніч"
    await app.hear(EventCancelled(**fields))
    me = (await app.client.get(f"{API}/devices/me", headers=phone.headers)).json()
    assert me["events"][0]["state"] == "cancelled"


async def test_a_key_of_an_unknown_event_waits_for_it(app: App) -> None:
    club = await a_club(app)
    event = an_event(app, club.id)
    key = msgspec.structs.replace(a_ticket_key(app, event), organiser_id=None)
    with pytest.raises(NotYet):
        await app.hear(key)
    await app.hear(event)
    await app.hear(key)
    assert len((await a_phone(app, club, event)).sheet["keys"]) == 1
