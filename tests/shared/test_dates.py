from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brama.shared import dates

KYIV = ZoneInfo("Europe/Kyiv")
TODAY = date(2026, 11, 23)
START = datetime(2026, 12, 5, 13, tzinfo=UTC)


def when(start: datetime, hours: float | None, locale: str, today: date | None = TODAY) -> str:
    end = None if hours is None else start + timedelta(hours=hours)
    return dates.when(start, end, KYIV, locale, today=today)


@pytest.mark.parametrize(
    ("start", "hours", "uk", "en"),
    [
        (START, 7.5, "сб, 5 грудня, 15:00–22:30", "Sat, 5 December, 15:00–22:30"),
        (START, None, "сб, 5 грудня, 15:00", "Sat, 5 December, 15:00"),
        (START + timedelta(hours=8), 7, "сб, 5 грудня, 23:00–06:00", "Sat, 5 December, 23:00–06:00"),
        (START, 21, "сб, 5 грудня, 15:00–12:00", "Sat, 5 December, 15:00–12:00"),
        (
            START,
            22,
            "сб, 5 грудня, 15:00 – нд, 6 грудня, 13:00",
            "Sat, 5 December, 15:00 – Sun, 6 December, 13:00",
        ),
        (
            START - timedelta(hours=11),
            24,
            "сб, 5 грудня, 04:00 – нд, 6 грудня, 04:00",
            "Sat, 5 December, 04:00 – Sun, 6 December, 04:00",
        ),
        (
            START,
            24,
            "сб, 5 грудня, 15:00 – нд, 6 грудня, 15:00",
            "Sat, 5 December, 15:00 – Sun, 6 December, 15:00",
        ),
        (
            START,
            40,
            "сб, 5 грудня, 15:00 – пн, 7 грудня, 07:00",
            "Sat, 5 December, 15:00 – Mon, 7 December, 07:00",
        ),
    ],
)
def test_an_event_is_told_as_people_say_it(start: datetime, hours: float | None, uk: str, en: str) -> None:
    assert when(start, hours, "uk") == uk
    assert when(start, hours, "en") == en


@pytest.mark.parametrize("today", [date(2025, 12, 31), date(2027, 1, 1), None])
def test_another_year_is_named(today: date | None) -> None:
    assert when(START, 7.5, "uk", today) == "сб, 5 грудня 2026, 15:00–22:30"
    assert when(START, 7.5, "en", today) == "Sat, 5 December 2026, 15:00–22:30"


def test_a_new_years_night_names_its_years_once() -> None:
    start = datetime(2026, 12, 31, 21, tzinfo=UTC)
    assert when(start, 7, "uk") == "чт, 31 грудня, 23:00–06:00"


def test_the_venues_clock_is_shown_over_a_change_of_the_hour() -> None:
    # On 25 October 2026 Kyiv's clocks go back at 04:00.
    start = datetime(2026, 10, 24, 20, tzinfo=UTC)
    assert when(start, 8, "uk") == "сб, 24 жовтня, 23:00–06:00"


@pytest.mark.parametrize(
    ("local", "night"),
    [
        (datetime(2026, 12, 5, 23, tzinfo=KYIV), date(2026, 12, 5)),
        (datetime(2026, 12, 6, 0, tzinfo=KYIV), date(2026, 12, 5)),
        (datetime(2026, 12, 6, 7, 59, tzinfo=KYIV), date(2026, 12, 5)),
        (datetime(2026, 12, 6, 8, tzinfo=KYIV), date(2026, 12, 6)),
        (datetime(2026, 12, 6, 15, tzinfo=KYIV), date(2026, 12, 6)),
    ],
)
def test_from_eleven_in_the_evening_to_eight_in_the_morning_is_one_night(
    local: datetime, night: date
) -> None:
    assert dates.night_of(local, KYIV) == night


@given(st.integers(0, 15 * 366 * 24 * 60))
def test_nights_never_go_backwards(minutes: int) -> None:
    at = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    night, later = dates.night_of(at, KYIV), dates.night_of(at + timedelta(hours=1), KYIV)
    assert night <= later <= night + timedelta(days=1)
