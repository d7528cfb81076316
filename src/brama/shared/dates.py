"""Days and hours as people say them, in the venue's zone: "сб, 5 грудня, 15:00–22:30".

`locale` is "uk" or "en" everywhere; times passed in are aware.
"""

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date

NIGHT_ENDS_AT: Final = time(8)
"""What happens earlier than this belongs to the night before: 23:00–08:00 is one night."""

# British order and 24 hours for English: the visitors of a Ukrainian club read neither am nor pm.
_LOCALES: Final = {"uk": Locale("uk"), "en": Locale("en", "GB")}
# Until then people still call it the night before.
_NOON: Final = time(12)


def day(on: date, locale: str, *, today: date | None = None) -> str:
    """`сб, 5 грудня`; with the year when it is another year than today's, or when today is not given."""
    pattern = "EEE, d MMMM" if today is not None and today.year == on.year else "EEE, d MMMM y"
    return format_date(on, pattern, locale=_LOCALES[locale])


def clock(at: datetime, zone: ZoneInfo) -> str:
    """`15:00`, on the venue's clock."""
    return f"{at.astimezone(zone):%H:%M}"


def moment(at: datetime, zone: ZoneInfo, locale: str, *, today: date | None = None) -> str:
    """`сб, 5 грудня, 15:00`."""
    return f"{day(at.astimezone(zone).date(), locale, today=today)}, {clock(at, zone)}"


def when(
    starts_at: datetime, ends_at: datetime | None, zone: ZoneInfo, locale: str, *, today: date | None = None
) -> str:
    """An event's time: `сб, 5 грудня, 23:00–06:00`; the last day is named only if it outlasts a night."""
    start = moment(starts_at, zone, locale, today=today)
    if ends_at is None:
        return start
    if _within_one_night(starts_at.astimezone(zone), ends_at.astimezone(zone)):
        return f"{start}–{clock(ends_at, zone)}"
    return f"{start} – {moment(ends_at, zone, locale, today=today)}"


def night_of(at: datetime, zone: ZoneInfo, ends_at: time = NIGHT_ENDS_AT) -> date:
    """The business date: the day on which the night that contains `at` began.

    A day of business lasts from `ends_at` (08:00) to `ends_at` on the venue's clock. Fiscal days follow the
    calendar instead.
    """
    local = at.astimezone(zone)
    return local.date() - timedelta(days=1) if local.time() < ends_at else local.date()


def _within_one_night(start: datetime, end: datetime) -> bool:
    if start.date() == end.date():
        return True
    next_day = end.date() - start.date() == timedelta(days=1)
    return next_day and end.time() <= _NOON and end.time() < start.time()
