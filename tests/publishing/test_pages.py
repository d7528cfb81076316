"""Pages: what people and machines read in them."""

import re
from datetime import datetime, timedelta

import pytest
from icalendar import Calendar

from brama.contracts.catalogue import EventCancelled, EventChanged
from brama.contracts.common import LocalText
from brama.contracts.publishing import PagePublished
from brama.kernel.ids import new_id
from tests.publishing.conftest import Club
from tests.support.app import App

ORIGIN = "http://localhost:8700"


async def test_an_event_is_readable_without_javascript_in_both_languages(club: Club) -> None:
    await club.hear(club.organiser(), club.event())
    uk, en = club.page("persha-nich.html"), club.page("en/persha-nich.html")
    assert uk.all("html") == [{"lang": "uk"}]
    assert en.all("html") == [{"lang": "en"}]
    assert uk.text_of("h1") == ["Перша ніч після зими"]
    assert en.text_of("h1") == ["First night after winter"]
    for expected in ("Друга хвиля", "400 ₴", "На вході", "600 ₴", "Без фото.", "21+", "Тиша", "у продажу"):
        assert expected.replace(" ", "\u00a0") in uk.words or expected in uk.words
    for expected in ("Second wave", "₴400", "Dusk till dawn.", "on sale", "bring an ID"):
        assert expected in en.words


async def test_search_engines_get_a_valid_event(club: Club) -> None:
    await club.hear(club.organiser(), club.event())
    told = club.page("en/persha-nich.html").block("application/ld+json")
    assert (told["@type"], told["name"]) == ("Event", "First night after winter")
    assert told["eventStatus"] == "https://schema.org/EventScheduled"
    assert datetime.fromisoformat(told["startDate"]) == club.days(10)
    assert told["location"]["name"] == "Tysha"
    assert told["organizer"] == {
        "@type": "Organization",
        "name": "Tysha Club",
        "url": f"{ORIGIN}/en/organisers/tysha",
    }
    prices = [(offer["price"], offer["priceCurrency"], offer["availability"]) for offer in told["offers"]]
    assert prices == [
        ("400.00", "UAH", "https://schema.org/InStock"),
        ("600.00", "UAH", "https://schema.org/InStock"),
    ]


@pytest.mark.parametrize("path", ["persha-nich", "index", "archive", "legal/terms", "organisers/tysha"])
async def test_pages_name_their_twins(club: Club, path: str) -> None:
    await club.hear(club.organiser(), club.event())
    public = "/" if path == "index" else f"/{path}"
    english = "/en" if path == "index" else f"/en/{path}"
    pair = {"uk": ORIGIN + public, "en": ORIGIN + english, "x-default": ORIGIN + public}
    for locale, page in (("uk", club.page(f"{path}.html")), ("en", club.page(f"en/{path}.html"))):
        assert {each["hreflang"]: each["href"] for each in page.all("link", rel="alternate")} == pair
        assert [each["href"] for each in page.all("link", rel="canonical")] == [pair[locale]]
        other = english if locale == "uk" else public
        assert other in [each["href"] for each in page.all("a")]


async def test_no_page_needs_an_inline_script_or_style(club: Club) -> None:
    club.built()
    await club.hear(club.organiser(), club.event())
    pages = [path for path in club.files() if path.endswith(".html")]
    assert len(pages) == 18
    for path in pages:
        page = club.page(path)
        assert page.all("style") == []
        for tag, attrs in page.elements:
            assert "style" not in attrs
            assert not [name for name in attrs if name.startswith("on")]
            if tag == "script":
                assert "src" in attrs or attrs["type"] in ("application/json", "application/ld+json")


async def test_a_title_with_script_in_it_is_only_words(club: Club) -> None:
    evil = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
    event = club.event(
        title=LocalText(evil, evil),
        description=LocalText(evil),
        ticket_types=[club.ticket_type(0, name=LocalText(evil))],
    )
    await club.hear(club.organiser(name=LocalText(evil), mark=evil), event)
    for path in (path for path in club.files() if path.endswith(".html")):
        page = club.page(path)
        assert not [attrs for _, attrs in page.elements if "onerror" in attrs]
        assert all("src" in attrs or "json" in attrs["type"] for attrs in page.all("script"))
    page = club.page("persha-nich.html")
    assert page.text_of("h1") == [evil]
    assert page.block("application/json")["title"]["uk"] == evil
    assert page.block("application/ld+json")["name"] == evil


async def test_the_island_gets_its_script_its_data_and_its_place(club: Club) -> None:
    club.built()
    await club.hear(club.organiser(), club.event())
    page = club.page("persha-nich.html")
    assert [each["src"] for each in page.all("script", type="module")] == ["/assets/shop/event-1.js"]
    styles = [each["href"] for each in page.all("link", rel="stylesheet")]
    assert styles[:2] == ["/assets/shop/base-1.css", "/assets/shop/event-1.css"]
    assert (club.site / styles[2].removeprefix("/")).is_file()
    assert [each["href"] for each in page.all("link", rel="preload")] == [
        "/assets/shop/unbounded-cyrillic-wght-normal-1.woff2"
    ]
    assert len(page.all("div", id="shop")) == 1
    data = page.block("application/json")
    assert data == club.json("data/events/persha-nich.json")
    assert data == club.json(f"data/events/by-id/{club.event_id}.json")
    assert data["id"] == str(club.event_id)
    assert data["ticket_types"][1]["name"] == {"uk": "На вході", "en": "На вході"}
    assert data["ticket_types"][0]["price"] == {"minor": 40_000, "currency": "UAH"}
    assert "quantity" not in data["ticket_types"][0]


async def test_orders_and_tickets_are_nobodys_business(club: Club) -> None:
    club.built()
    await club.hear(club.organiser())
    for name in ("order", "ticket"):
        for path in (f"{name}s.html", f"en/{name}s.html"):
            page = club.page(path)
            assert page.all("meta", name="robots") == [{"name": "robots", "content": "noindex, nofollow"}]
            assert page.all("meta", name="referrer") == [{"name": "referrer", "content": "no-referrer"}]
            assert [each["src"] for each in page.all("script")] == [f"/assets/shop/{name}-1.js"]
            assert len(page.all("div", id=name)) == 1
            # At the door, in the dark, a ticket is black from its first moment.
            assert page.all("html")[0].get("data-theme") == ("dark" if name == "ticket" else None)


async def test_a_cancelled_event_says_so_and_sells_nothing(club: Club) -> None:
    club.built()
    await club.hear(club.organiser(), club.event())
    cancelled = {"aggregate_version": 6, "state": "cancelled", "cancelled_at": club.days(1)}
    await club.hear(club.event(EventCancelled, **cancelled))
    page = club.page("persha-nich.html")
    assert "Скасовано" in page.words
    assert page.all("script", type="module") == []
    assert page.all("div", id="shop") == []
    assert page.block("application/ld+json")["eventStatus"].endswith("/EventCancelled")
    states = [
        each["state"] for each in club.json("data/events/persha-nich/availability.json")["ticket_types"]
    ]
    assert states == ["ended", "ended"]
    calendar = Calendar.from_ical((club.site / "data/events/persha-nich/event.ics").read_bytes())
    assert calendar.walk("VEVENT")[0]["STATUS"] == "CANCELLED"
    assert "Перша ніч після зими" in club.page("index.html").words


async def test_calendar_share_image_and_poster_are_files(club: Club) -> None:
    await club.hear(club.organiser(), club.event())
    page = club.page("persha-nich.html")
    [image] = page.all("meta", property="og:image")
    share = club.site / image["content"].removeprefix(ORIGIN + "/")
    assert share.read_bytes().startswith(b"\x89PNG")
    poster = page.all("img")[0]["src"]
    assert (club.site / poster.removeprefix("/")).read_text().startswith("<svg")
    for locale, name in (("uk", "event.ics"), ("en", "event.en.ics")):
        calendar = Calendar.from_ical((club.site / "data/events/persha-nich" / name).read_bytes())
        [entry] = calendar.walk("VEVENT")
        assert entry.decoded("DTSTART") == club.days(10)
        assert entry["SUMMARY"] == club.event().title.of(locale)


async def test_an_uploaded_poster_replaces_the_drawn_one(club: Club, app: App) -> None:
    from tests.catalogue.test_pictures import a_photo

    digest = await app.kernel.blobs.put(a_photo(900, 600), "image/jpeg", public=True)
    await club.hear(
        club.event(poster_digest=digest, poster_url=app.kernel.blobs.public_path(digest, "image/jpeg"))
    )
    [image] = club.page("persha-nich.html").all("img")
    assert (image["src"], image["width"], image["height"]) == (
        f"/media/{digest[:2]}/{digest}.jpg",
        "900",
        "600",
    )
    assert not (club.site / "data/events/persha-nich/poster.svg").exists()


async def test_lists_hold_what_is_next_and_the_archive_what_was(club: Club, app: App) -> None:
    other = new_id()
    await club.hear(
        club.organiser(),
        club.event(),
        club.event(
            aggregate_id=str(other), event_id=other, event_number=8, slug="druha", starts_at=club.days(5),
            doors_at=club.days(5), ends_at=club.days(5.2), title=LocalText("Друга ніч"),
        ),
    )  # fmt: skip
    assert club.page("index.html").text_of("h2") == ["Друга ніч", "Перша ніч після зими"]
    app.clock.advance(days=6)
    await app.run_schedule("turn_pages")
    await app.run_workers()
    assert club.page("index.html").text_of("h2") == ["Перша ніч після зими"]
    assert club.page("archive.html").text_of("h2") == ["Друга ніч"]
    assert "Уже було" in club.page("druha.html").words
    locations = re.findall(r"<loc>(.*?)</loc>", (club.site / "sitemap.xml").read_text())
    assert f"{ORIGIN}/druha" in locations
    assert f"{ORIGIN}/en/organisers/tysha" in locations


async def test_legal_pages_name_the_seller(club: Club) -> None:
    await club.hear(club.organiser())
    assert "ТОВ «Тиша»" in club.page("legal/terms.html").words
    assert "4 Vyhadana St, Kyiv" in club.page("en/legal/privacy.html").words


async def test_a_published_page_is_told_with_its_version(club: Club, app: App) -> None:
    await club.hear(club.event())
    [told] = await app.said(PagePublished)
    assert (told.event_id, told.event_version) == (club.event_id, 5)
    assert told.urls == [f"{ORIGIN}/persha-nich", f"{ORIGIN}/en/persha-nich"]


async def test_a_draft_has_no_page(club: Club, app: App) -> None:
    await club.hear(club.event(EventChanged, state="draft", published_at=None))
    assert club.files().keys() & {"persha-nich.html", "data/events/persha-nich.json"} == set()
    assert await app.said(PagePublished) == []


async def test_a_year_is_named_when_it_is_not_this_one(club: Club) -> None:
    far = club.told_at + timedelta(days=500)
    await club.hear(club.event(starts_at=far, doors_at=far, ends_at=far + timedelta(hours=3)))
    assert str(far.year) in club.page("persha-nich.html").text_of("time")[0]
