"""Files follow facts and time, and can be made anew at any moment."""

import json
import shutil
import time
from datetime import datetime, timedelta

import pytest

from brama.contracts.catalogue import EventChanged
from brama.contracts.common import LocalText
from brama.contracts.publishing import PagePublished
from brama.kernel.ids import new_id
from brama.services.publishing.providers.folder import Folder
from tests.publishing.conftest import MANIFEST, Club
from tests.support.app import App

AVAILABILITY = "data/events/persha-nich/availability.json"


def states(club: Club) -> list[str]:
    """The states that the public reads now."""
    return [each["state"] for each in club.json(AVAILABILITY)["ticket_types"]]


async def test_a_page_stands_well_within_two_seconds(club: Club) -> None:
    club.built()
    started = time.perf_counter()
    await club.hear(club.event())
    assert (club.site / "persha-nich.html").is_file()
    assert time.perf_counter() - started < 2


async def test_an_older_version_changes_nothing(club: Club) -> None:
    await club.hear(club.event())
    await club.hear(club.event(EventChanged, aggregate_version=4, title=LocalText("Стара назва")))
    assert club.page("persha-nich.html").text_of("h1") == ["Перша ніч після зими"]
    await club.hear(club.event(EventChanged, aggregate_version=6, title=LocalText("Нова назва")))
    assert club.page("persha-nich.html").text_of("h1") == ["Нова назва"]


async def test_availability_has_the_shape_that_partners_read(club: Club) -> None:
    await club.hear(club.event(), club.availability(1, "few", "sold_out"))
    told = club.json(AVAILABILITY)
    assert set(told) == {"as_of", "ticket_types"}
    assert datetime.fromisoformat(told["as_of"]) == club.told_at + timedelta(seconds=1)
    assert told["ticket_types"] == [
        {"id": str(club.type_ids[0]), "state": "few", "price": {"minor": 40_000, "currency": "UAH"}},
        {"id": str(club.type_ids[1]), "state": "sold_out", "price": {"minor": 40_000, "currency": "UAH"}},
    ]


async def test_how_many_are_left_is_nowhere(club: Club) -> None:
    await club.hear(club.organiser(), club.event(), club.availability(1, "few", "sold_out"))
    for path, data in club.files().items():
        if path.endswith((".html", ".json")):
            assert b'"left"' not in data
            assert b'"quantity"' not in data


async def test_an_older_word_of_sales_changes_nothing(club: Club) -> None:
    await club.hear(club.event(), club.availability(2, "sold_out", "few"))
    await club.hear(club.availability(1, "available", "available"))
    assert states(club) == ["sold_out", "few"]


async def test_a_sold_out_type_is_struck_out_on_the_page_itself(club: Club) -> None:
    await club.hear(club.event(), club.availability(1, "sold_out", "available"))
    page = club.page("persha-nich.html")
    assert len(page.all("li", **{"class": "sold_out"})) == 1
    assert page.block("application/ld+json")["offers"][0]["availability"].endswith("/SoldOut")


async def test_sales_may_be_heard_before_the_catalogue(club: Club) -> None:
    await club.hear(club.availability(1, "few", "available"))
    await club.hear(club.event())
    assert states(club) == ["few", "available"]


async def test_a_sale_opens_and_ends_by_itself(club: Club, app: App) -> None:
    window = club.ticket_type(0, sale_from=club.days(1), sale_until=club.days(2))
    await club.hear(club.event(ticket_types=[window]))
    assert states(club) == ["not_yet"]
    assert "продаж з" in club.page("persha-nich.html").words
    for expected in ("available", "ended"):
        app.clock.advance(days=1, minutes=1)
        await app.run_schedule("turn_pages")
        await app.run_workers()
        assert states(club) == [expected]
        assert len(club.page("persha-nich.html").all("li", **{"class": expected})) == 1


async def test_a_word_of_sales_from_before_the_window_does_not_close_it(club: Club, app: App) -> None:
    window = club.ticket_type(0, sale_from=club.days(1))
    await club.hear(club.event(ticket_types=[window]), club.availability(1, "not_yet"))
    app.clock.advance(days=1, minutes=1)
    await app.run_schedule("turn_pages")
    await app.run_workers()
    assert states(club) == ["available"]


async def test_an_emptied_folder_is_filled_with_equal_files(club: Club, app: App) -> None:
    club.built()
    await club.hear(club.organiser(), club.event(), club.availability(1, "few", "sold_out"))
    await app.run_schedule("rebuild_if_needed")
    await app.run_workers()
    before = club.files()
    shutil.rmtree(club.site)
    await app.run_schedule("rebuild_if_needed")
    await app.run_workers()
    after = club.files()
    assert before.keys() == after.keys()
    assert [path for path in before if before[path] != after[path]] == []


async def test_a_new_build_reaches_every_page(club: Club, app: App) -> None:
    await club.hear(club.organiser(), club.event())
    assert club.page("persha-nich.html").all("script", type="module") == []
    club.built()
    await app.run_schedule("rebuild_if_needed")
    await app.run_workers()
    assert "/assets/shop/event-1.js" in (club.site / "persha-nich.html").read_text()
    newer = json.dumps(MANIFEST).replace("event-1", "event-2")
    (club.build / ".vite" / "manifest.json").write_text(newer)
    await app.run_schedule("rebuild_if_needed")
    await app.run_workers()
    for path in ("persha-nich.html", "en/persha-nich.html", "index.html", "organisers/tysha.html"):
        assert "event-2.css" in (club.site / path).read_text()


async def test_nothing_is_rebuilt_without_a_reason(club: Club, app: App) -> None:
    await club.hear(club.event())
    await app.run_schedule("rebuild_if_needed")
    await app.run_workers()
    await app.run_schedule("rebuild_if_needed")
    assert await app.run_workers() == 0


async def test_an_organisers_new_name_reaches_its_pages(club: Club) -> None:
    await club.hear(club.event())
    assert "Клуб «Тиша»" not in club.page("persha-nich.html").words
    await club.hear(club.organiser())
    assert "Клуб «Тиша»" in club.page("persha-nich.html").words
    await club.hear(club.organiser(aggregate_version=2, mark="НОВА", fact_id=club.event_id))
    assert "НОВА" in club.page("persha-nich.html").words


async def test_a_page_that_cannot_be_written_waits_and_holds_up_no_other(club: Club, app: App) -> None:
    blocked = club.site / "persha-nich.html"
    blocked.mkdir(parents=True)
    other = new_id()
    await club.hear(club.event(), club.event(aggregate_id=str(other), event_id=other, slug="druha"))
    assert (club.site / "druha.html").is_file()
    blocked.rmdir()
    app.clock.advance(seconds=6)
    await app.run_workers()
    assert blocked.is_file()
    assert [told.event_id for told in await app.said(PagePublished)] == [other, club.event_id]


@pytest.mark.parametrize("path", ["../evil.html", "/etc/passwd", "a/../../b", "."])
async def test_no_path_leads_out_of_the_site(club: Club, path: str) -> None:
    with pytest.raises(ValueError, match="not a path"):
        await Folder(str(club.site)).put(path, b"")
