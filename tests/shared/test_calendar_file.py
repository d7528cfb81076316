from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
import vobject

from brama.shared.calendar_file import CalendarEvent, Status, calendar_file

KYIV = ZoneInfo("Europe/Kyiv")
NIGHT = CalendarEvent(
    uid="019ac000-0000-7000-8000-000000000001@tysha.example",
    sequence=3,
    title="Перша ніч; після, зими",
    description="Двері о 15:00.\nБез фото: «камеру» заклеюємо.",
    starts_at=datetime(2026, 12, 5, 13, tzinfo=UTC),
    ends_at=datetime(2026, 12, 5, 20, 30, tzinfo=UTC),
    zone="Europe/Kyiv",
    location="Тиша, вул. Вигадана 4, Київ",
    url="https://tysha.example/persha-nich",
    locale="uk",
    changed_at=datetime(2026, 11, 23, 9, tzinfo=UTC),
)


def read(event: CalendarEvent) -> Any:
    return vobject.readOne(calendar_file(event).decode())


def test_another_reader_understands_every_field() -> None:
    entry = read(NIGHT).vevent
    assert entry.uid.value == NIGHT.uid
    assert entry.summary.value == NIGHT.title
    assert entry.description.value == NIGHT.description
    assert entry.location.value == NIGHT.location
    assert entry.url.value == NIGHT.url
    assert entry.sequence.value == "3"
    assert entry.status.value == "CONFIRMED"
    assert entry.summary.params["LANGUAGE"] == ["uk"]
    assert entry.dtstart.value == NIGHT.starts_at
    assert entry.dtend.value == NIGHT.ends_at


@pytest.mark.parametrize(("month", "hours"), [(1, 2), (7, 3)])
def test_the_hour_stands_in_the_venues_zone_whose_rules_are_in_the_file(month: int, hours: int) -> None:
    starts = datetime(2027, month, 9, 23, tzinfo=KYIV)
    event = msgspec.structs.replace(NIGHT, starts_at=starts, ends_at=starts.replace(day=10, hour=6))
    calendar = read(event)
    assert calendar.vtimezone.tzid.value == "Europe/Kyiv"
    start = calendar.vevent.dtstart.value
    assert (start.hour, start.utcoffset().total_seconds()) == (23, hours * 3600)
    # Only the years around the event, in whose rules Kyiv never had Moscow's hour.
    assert b"MSK" not in calendar_file(event)


def test_a_cancelled_event_is_struck_out() -> None:
    event = msgspec.structs.replace(
        NIGHT, sequence=4, status=Status.CANCELLED, locale="en", title="First night"
    )
    entry = read(event).vevent
    assert (entry.status.value, entry.sequence.value, entry.summary.value) == (
        "CANCELLED",
        "4",
        "First night",
    )


def test_the_same_event_gives_the_same_bytes_in_short_lines() -> None:
    data = calendar_file(NIGHT)
    assert data == calendar_file(NIGHT)
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
