"""An event as a calendar file (RFC 5545), with its zone's rules inside."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec
from icalendar import Calendar, Event, vText

_A_YEAR = timedelta(days=366)


class Status(StrEnum):
    """What the calendar shows: the event stands, or it is struck out."""

    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


class CalendarEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event in one language. `uid` stays the same for ever; `sequence` grows with every change."""

    uid: str
    sequence: int
    title: str
    description: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    location: str
    url: str
    locale: str
    changed_at: datetime
    status: Status = Status.CONFIRMED


def calendar_file(event: CalendarEvent) -> bytes:
    """The .ics file. The same event gives the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//Brama//Brama//UK")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_entry(event))
    # Only the rules around the event: by default the file would tell the zone's history since 1970.
    calendar.add_missing_timezones(
        first_date=event.starts_at.date() - _A_YEAR, last_date=event.ends_at.date() + _A_YEAR
    )
    return bytes(calendar.to_ical())


def _entry(event: CalendarEvent) -> Event:
    zone = ZoneInfo(event.zone)
    entry = Event()
    entry.add("uid", event.uid)
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", event.changed_at.astimezone(UTC))
    entry.add("last-modified", event.changed_at.astimezone(UTC))
    entry.add("dtstart", event.starts_at.astimezone(zone))
    entry.add("dtend", event.ends_at.astimezone(zone))
    for name, words in (
        ("summary", event.title),
        ("description", event.description),
        ("location", event.location),
    ):
        entry.add(name, vText(words, params={"LANGUAGE": event.locale}))
    entry.add("url", event.url)
    entry.add("status", event.status.value)
    return entry
