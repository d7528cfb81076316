"""Events: entered, published, changed, cancelled, and told to others."""

import asyncio
from datetime import timedelta

import pytest

from brama.contracts import audit, catalogue
from brama.kernel.ids import new_id
from tests.catalogue.conftest import Desk, pointers
from tests.support.app import App


async def test_a_draft_has_a_number_for_ever_and_knows_what_it_lacks(desk: Desk) -> None:
    first = await desk.a_draft(slug="persha")
    second = await desk.a_draft(slug="druha")
    assert (first["state"], first["version"]) == ("draft", 1)
    assert second["number"] == first["number"] + 1
    assert [lack["pointer"] for lack in first["missing"]] == ["/ticket_types"]


async def test_publishing_without_ticket_types_says_what_is_missing_and_changes_nothing(
    desk: Desk, app: App
) -> None:
    event = await desk.a_draft()
    assert pointers(await desk.post(f"/events/{event['id']}/publish")) == ["/ticket_types"]
    assert (await desk.get(f"/events/{event['id']}")).json()["state"] == "draft"
    assert await app.said(catalogue.EventPublished) == []


async def test_publishing_tells_the_whole_event_with_a_list_and_a_gate_made_for_it(
    desk: Desk, app: App
) -> None:
    event = await desk.a_published_event()
    [told] = await app.said(catalogue.EventPublished)
    assert told.event_id.hex == event["id"].replace("-", "")
    assert (told.aggregate_id, told.aggregate_version) == (event["id"], event["version"])
    assert (told.state, told.slug, told.currency) == ("published", "persha-nich", "UAH")
    assert told.event_number == event["number"]
    assert told.organiser_id == desk.organiser_id
    assert told.venue.address.uk == "вул. Вигадана, 4, Київ"
    [ticket_type] = told.ticket_types
    assert (ticket_type.product_number, ticket_type.price_minor, ticket_type.quantity) == (1, 40_000, 200)
    assert [each.ticket_type_ids for each in told.check_in_lists] == [[ticket_type.id]]
    assert [gate.name for gate in told.gates] == ["Вхід"]
    assert told.published_at is not None
    assert event["missing"] == []


async def test_every_change_is_told_whole_with_the_next_version(desk: Desk, app: App) -> None:
    event = await desk.a_draft()
    ticket_type = await desk.a_ticket_type(event["id"])
    await desk.post(f"/events/{event['id']}/gates", {"name": "Північ"})
    await desk.patch(
        f"/events/{event['id']}/ticket_types/{ticket_type['id']}",
        {"price": {"minor": 45_000, "currency": "UAH"}},
    )
    told = await app.said(catalogue.EventChanged)
    assert [fact.aggregate_version for fact in told] == [1, 2, 3, 4]
    assert len({fact.fact_id for fact in told}) == 4
    assert [fact.ticket_types[0].price_minor for fact in told[1:]] == [40_000, 40_000, 45_000]
    assert [gate.name for gate in told[-1].gates] == ["Північ"]


async def test_publishing_twice_tells_once(desk: Desk, app: App) -> None:
    event = await desk.a_published_event()
    again = await desk.post(f"/events/{event['id']}/publish")
    assert (again.status_code, again.json()["version"]) == (200, event["version"])
    assert len(await app.said(catalogue.EventPublished)) == 1


async def test_two_managers_cannot_overwrite_each_other(desk: Desk) -> None:
    event = await desk.a_draft()
    path = f"/events/{event['id']}"
    kept = await desk.patch(path, {"age_limit": 18}, version=1)
    assert (kept.status_code, kept.headers["etag"]) == (200, '"2"')
    late = await desk.patch(path, {"age_limit": 16}, version=1)
    assert (late.status_code, late.json()["current"]) == (412, 2)
    assert late.json()["type"].endswith("version_conflict")
    blind = await desk.patch(path, {"age_limit": 16})
    assert blind.status_code == 428
    assert (await desk.get(path)).json()["age_limit"] == 18


async def test_a_public_event_changes_everything_but_its_address_and_currency(desk: Desk, app: App) -> None:
    event = await desk.a_published_event()
    path = f"/events/{event['id']}"
    refused = await desk.patch(path, {"slug": "insha", "currency": "EUR"}, version=event["version"])
    assert sorted(pointers(refused)) == ["/currency", "/slug"]
    later = (desk.starts_at() + timedelta(hours=1)).isoformat()
    changed = await desk.patch(
        path, {"starts_at": later, "title": {"uk": "Друга ніч", "en": ""}}, version=event["version"]
    )
    assert changed.status_code == 200
    told = (await app.said(catalogue.EventChanged))[-1]
    assert (told.state, told.title.of("en"), told.slug) == ("published", "Друга ніч", "persha-nich")


async def test_an_event_is_cancelled_without_a_word_too(desk: Desk) -> None:
    bodies: dict[str, dict[str, str] | None] = {"tysha": None, "porozhnio": {}}
    for slug, body in bodies.items():
        event = await desk.a_published_event(slug=slug)
        cancelled = await desk.post(f"/events/{event['id']}/cancel", body)
        assert (cancelled.status_code, cancelled.json()["cancel_reason"]) == (200, None)


async def test_a_cancelled_event_stays_cancelled(desk: Desk, app: App) -> None:
    event = await desk.a_published_event()
    path = f"/events/{event['id']}"
    assert pointers(await desk.post(path + "/cancel", {"reason": " "})) == ["/reason"]
    cancelled = await desk.post(path + "/cancel", {"reason": "Немає світла"})
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    [told] = await app.said(catalogue.EventCancelled)
    assert (told.state, told.aggregate_version) == ("cancelled", event["version"] + 1)
    again = await desk.post(path + "/cancel", {"reason": "Немає світла"})
    assert again.status_code == 200
    assert len(await app.said(catalogue.EventCancelled)) == 1
    for answer in (
        await desk.post(path + "/publish"),
        await desk.patch(path, {"age_limit": 0}, version=event["version"] + 1),
        await desk.post(path + "/gates", {"name": "Північ"}),
    ):
        assert (answer.status_code, answer.json()["type"].split("/")[-1]) == (409, "event_is_cancelled")


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"slug": "Перша"}, "/slug"),
        ({"slug": "Admin"}, "/slug"),
        ({"slug": "admin"}, "/slug"),
        ({"slug": "a--b"}, "/slug"),
        ({"slug": "../etc"}, "/slug"),
        ({"slug": ""}, "/slug"),
        ({"slug": "a" * 61}, "/slug"),
        ({"title": {"uk": "  ", "en": "Night"}}, "/title/uk"),
        ({"title": {"uk": "Н" * 121}}, "/title/uk"),
        ({"title": {"uk": "Ніч\u202eчін"}}, "/title/uk"),
        ({"title": {"uk": "Ніч", "en": "Night", "de": "Nacht"}}, "/title/de"),
        ({"description": {"uk": "\x00"}}, "/description/uk"),
        ({"time_zone": "Europe/Moon"}, "/time_zone"),
        ({"time_zone": "../../etc/passwd"}, "/time_zone"),
        ({"currency": "XBT"}, "/currency"),
        ({"age_limit": -1}, "/age_limit"),
        ({"age_limit": 100}, "/age_limit"),
        ({"age_limit": 18.5}, "/age_limit"),
        ({"capacity": 0}, "/capacity"),
        ({"starts_at": "2027-01-01T20:00:00"}, "/starts_at"),
        ({"starts_at": "tomorrow"}, "/starts_at"),
        ({"venue_id": "0193a000-0000-7000-8000-000000000001"}, "/venue_id"),
        ({"poster_digest": "0" * 64}, "/poster_digest"),
        ({"colour": "red"}, "/colour"),
    ],
)
async def test_a_wrong_field_is_named_and_nothing_is_drafted(
    desk: Desk, fields: dict[str, object], pointer: str
) -> None:
    answer = await desk.post("/events", await desk.event_entry(**fields))
    assert pointer in pointers(answer)
    assert (await desk.get("/events")).json()["items"] == []


async def test_an_event_ends_after_it_starts_and_opens_before(desk: Desk) -> None:
    start = desk.starts_at()
    entry = await desk.event_entry(
        ends_at=start.isoformat(), doors_at=(start + timedelta(minutes=1)).isoformat()
    )
    assert sorted(pointers(await desk.post("/events", entry))) == ["/doors_at", "/ends_at"]


async def test_faults_are_told_in_the_readers_language(desk: Desk) -> None:
    entry = await desk.event_entry(slug="admin")
    english = await desk.post("/events", entry, desk.manager | {"Accept-Language": "en"})
    ukrainian = await desk.post("/events", entry, desk.manager | {"Accept-Language": "uk"})
    assert english.json()["errors"][0]["detail"].startswith("Brama keeps the address “admin”")
    assert ukrainian.json()["errors"][0]["detail"].startswith("Адресу «admin» Брама лишає для себе")


async def test_an_address_belongs_to_one_event_of_the_whole_installation(desk: Desk, app: App) -> None:
    await desk.a_draft(slug="nich")
    other = Desk(app)
    assert pointers(await other.post("/events", await other.event_entry(slug="nich"))) == ["/slug"]


async def test_organisers_do_not_see_each_other(desk: Desk, app: App) -> None:
    event = await desk.a_published_event()
    stranger = Desk(app)
    path = f"/events/{event['id']}"
    body = {"reason": "заздрість"}
    answers = [
        await stranger.get(path),
        await stranger.patch(path, {"age_limit": 0}, version=event["version"]),
        await stranger.post(path + "/publish"),
        await stranger.post(path + "/cancel", body),
        await stranger.post(path + "/gates", {"name": "Чужі"}),
        await stranger.delete(f"{path}/ticket_types/{event['ticket_types'][0]['id']}"),
        await stranger.get(f"/venues/{event['venue']['id']}"),
        await stranger.patch(f"/venues/{event['venue']['id']}", {"name": {"uk": "Моє"}}),
        await stranger.get(f"/events?organiser_id={desk.organiser_id}"),
        await stranger.post("/events", await desk.event_entry(slug="chuzha", venue_id=event["venue"]["id"])),
    ]
    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert (await stranger.get("/events")).json()["items"] == []
    borrowed = await stranger.event_entry(slug="chuzha", venue_id=event["venue"]["id"])
    assert pointers(await stranger.post("/events", borrowed)) == ["/venue_id"]


@pytest.mark.parametrize("role", ["accountant", "box_office", "inspector"])
async def test_others_of_the_team_read_but_do_not_write(desk: Desk, app: App, role: str) -> None:
    event = await desk.a_published_event()
    person = app.as_staff(role, desk.organiser_id)
    assert (await desk.get(f"/events/{event['id']}", person)).status_code == 200
    refused = await desk.post(f"/events/{event['id']}/cancel", {"reason": "ні"}, person)
    assert refused.status_code == 403
    assert (await app.client.get(f"/api/catalogue/v1/events/{event['id']}")).status_code == 401


async def test_a_list_is_paged_by_start_and_filtered_by_state(desk: Desk) -> None:
    venue = (await desk.a_venue())["id"]
    for day in (3, 1, 2):
        start = desk.starts_at(day)
        await desk.a_draft(
            slug=f"den-{day}",
            venue_id=venue,
            starts_at=start.isoformat(),
            doors_at=start.isoformat(),
            ends_at=(start + timedelta(hours=5)).isoformat(),
        )
    first = (await desk.get("/events?limit=2")).json()
    assert [event["slug"] for event in first["items"]] == ["den-3", "den-2"]
    rest = (await desk.get(f"/events?limit=2&after={first['next']}")).json()
    assert ([event["slug"] for event in rest["items"]], rest["next"]) == (["den-1"], None)
    assert (await desk.get("/events?state=published")).json()["items"] == []
    assert (await desk.get("/events?state=sleeping")).status_code == 422
    assert (await desk.get("/events?limit=0")).status_code == 422


async def test_the_same_key_drafts_one_event(desk: Desk, app: App) -> None:
    entry = await desk.event_entry()
    headers = app.creating(desk.manager, key="one-press")
    first = await app.client.post("/api/catalogue/v1/events", json=entry, headers=headers)
    again = await app.client.post("/api/catalogue/v1/events", json=entry, headers=headers)
    assert first.status_code == again.status_code == 201
    assert first.json()["id"] == again.json()["id"]
    assert again.headers["idempotent-replayed"] == "true"
    assert len(await app.said(catalogue.EventChanged)) == 1


async def test_the_audit_trail_hears_who_did_what(desk: Desk, app: App) -> None:
    event = await desk.a_published_event()
    told = await app.said(audit.CatalogueActionRecorded)
    assert [fact.action for fact in told] == [
        "venue.added",
        "event.drafted",
        "ticket_type.added",
        "event.published",
    ]
    assert {fact.actor_name for fact in told} == {"Оксана Коваль"}
    assert told[-1].subject_id == event["id"]
    assert len({fact.aggregate_id for fact in told}) == 4


async def test_an_event_may_be_drafted_before_identity_told_of_its_organiser(desk: Desk, app: App) -> None:
    from brama.contracts.common import LocalText
    from brama.contracts.identity import OrganiserChanged

    event = await desk.a_draft()
    assert event["organiser"] is None
    told = OrganiserChanged(
        aggregate_id=str(desk.organiser_id),
        aggregate_version=2,
        organiser_id=desk.organiser_id,
        occurred_at=app.clock.now(),
        slug="tysha",
        name=LocalText("Тиша", "Tysha"),
        mark="ТИША",
        accent=None,
        legal_name="ТОВ «Тиша»",
        tax_id="12345678",
        contact_email="hi@example.org",
        address=LocalText("Київ"),
        locale="uk",
        is_fiscalised=True,
    )
    await app.hear(told)
    older = {"aggregate_version": 1, "mark": "СТАРА", "fact_id": new_id()}
    await app.hear(type(told)(**{name: getattr(told, name) for name in told.__struct_fields__} | older))
    assert (await desk.get(f"/events/{event['id']}")).json()["organiser"]["mark"] == "ТИША"


async def test_an_address_taken_in_the_same_moment_goes_to_one(desk: Desk) -> None:
    venue = (await desk.a_venue())["id"]
    entries = [await desk.event_entry(slug="nich", venue_id=venue) for _ in range(5)]
    answers = await asyncio.gather(*(desk.post("/events", entry) for entry in entries))
    assert {answer.status_code for answer in answers} <= {201, 409, 422}
    assert sum(answer.status_code == 201 for answer in answers) == 1
    assert len((await desk.get("/events")).json()["items"]) == 1
