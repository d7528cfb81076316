"""What may be entered, and what a public event needs. Every fault names its field."""

import re
from datetime import datetime
from functools import cache
from uuid import UUID
from zoneinfo import available_timezones

import msgspec

from brama.contracts.common import LocalText
from brama.services.catalogue.domain.model import (
    CheckInList,
    Event,
    Sheet,
    TicketType,
    Venue,
)

# Paths of the one origin that belong to Brama itself; `assets`, `en` and the like can never be an event.
RESERVED_SLUGS = frozenset(
    [
        "api",
        "admin",
        "checkin",
        "en",
        "uk",
        "data",
        "assets",
        "media",
        "kit",
        "orders",
        "tickets",
        "demo",
        "health",
        "archive",
        "organisers",
        "legal",
        "index",
        "404",
        "robots",
        "sitemap",
        "favicon",
        "manifest",
    ]
)
CURRENCIES = ("UAH", "EUR", "USD", "PLN", "CZK", "GBP")
MAX_PRICE_MINOR = 1_000_000_000
MAX_QUANTITY = 100_000
MAX_PER_ORDER = 100
MAX_AGE = 99
MAX_CAPACITY = 1_000_000
LAST_PRODUCT_NUMBER = 255

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
# Everything below a space except tab and line ends, DEL, and the marks that turn a text's direction.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


class Fault(msgspec.Struct, frozen=True):
    """A field that cannot stay as it is: a JSON pointer, a word for the text, facts for the text."""

    pointer: str
    code: str
    facts: dict[str, str] = {}


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _words(pointer: str, text: str, longest: int, *, required: bool) -> list[Fault]:
    if required and not text.strip():
        return [Fault(pointer, "required")]
    if len(text) > longest:
        return [Fault(pointer, "too_long", {"longest": str(longest)})]
    if _CONTROL.search(text):
        return [Fault(pointer, "control_characters")]
    return []


def _both(pointer: str, text: LocalText, longest: int, *, required: bool) -> list[Fault]:
    return [
        *_words(
            f"{pointer}/uk",
            text.uk,
            longest,
            required=required or bool(text.en.strip()),
        ),
        *_words(f"{pointer}/en", text.en, longest, required=False),
    ]


def _between(pointer: str, number: int, low: int, high: int) -> list[Fault]:
    if low <= number <= high:
        return []
    return [Fault(pointer, "out_of_range", {"low": str(low), "high": str(high)})]


def _zone(pointer: str, name: str) -> list[Fault]:
    return [] if name in _time_zones() else [Fault(pointer, "time_zone_unknown", {"name": name[:60]})]


def check_name(pointer: str, name: str) -> list[Fault]:
    """A check-in list's or a gate's name, which only the team reads."""
    return _words(pointer, name, 60, required=True)


def check_venue(venue: Venue) -> list[Fault]:
    """All that is wrong with a venue."""
    return [
        *_both("/name", venue.name, 120, required=True),
        *_both("/address", venue.address, 240, required=True),
        *_zone("/time_zone", venue.time_zone),
    ]


def check_event(event: Event) -> list[Fault]:
    """All that is wrong with an event's own fields."""
    return [
        *_slug(event.slug),
        *_both("/title", event.title, 120, required=True),
        *_both("/description", event.description, 10_000, required=False),
        *_times(event),
        *_zone("/time_zone", event.time_zone),
        *_currency(event.currency),
        *_between("/age_limit", event.age_limit, 0, MAX_AGE),
        *([] if event.capacity is None else _between("/capacity", event.capacity, 1, MAX_CAPACITY)),
    ]


def _slug(slug: str) -> list[Fault]:
    if not _SLUG.fullmatch(slug) or "--" in slug:
        return [Fault("/slug", "slug_malformed")]
    if slug in RESERVED_SLUGS:
        return [Fault("/slug", "slug_reserved", {"slug": slug})]
    return []


def _times(event: Event) -> list[Fault]:
    faults = []
    if event.ends_at <= event.starts_at:
        faults.append(Fault("/ends_at", "ends_before_start"))
    if event.doors_at > event.starts_at:
        faults.append(Fault("/doors_at", "doors_after_start"))
    return faults


def _currency(currency: str) -> list[Fault]:
    if currency in CURRENCIES:
        return []
    return [Fault("/currency", "currency_unknown", {"known": ", ".join(CURRENCIES)})]


def check_ticket_type(ticket_type: TicketType, price_currency: str, event: Event) -> list[Fault]:
    """All that is wrong with a ticket type; its price is in the event's currency."""
    faults = [
        *_both("/name", ticket_type.name, 80, required=True),
        *_both("/description", ticket_type.description, 500, required=False),
        *_between("/price/minor", ticket_type.price_minor, 0, MAX_PRICE_MINOR),
        *_between("/quantity", ticket_type.quantity, 1, MAX_QUANTITY),
        *_between("/max_per_order", ticket_type.max_per_order, 1, MAX_PER_ORDER),
        *_between("/position", ticket_type.position, 0, 10_000),
    ]
    if price_currency != event.currency:
        faults.append(Fault("/price/currency", "currency_not_events", {"currency": event.currency}))
    opens, closes = ticket_type.sale_from, ticket_type.sale_until
    if opens is not None and closes is not None and closes <= opens:
        faults.append(Fault("/sale_until", "sale_ends_before_start"))
    return faults


def check_edit(old: Sheet, new: Event) -> list[Fault]:
    """What may not change any more: a public address is out in the world, prices stand in a currency."""
    faults = []
    if new.slug != old.event.slug and not old.event.is_draft:
        faults.append(Fault("/slug", "slug_is_public"))
    if new.currency != old.event.currency and (old.ticket_types or not old.event.is_draft):
        faults.append(Fault("/currency", "currency_has_prices"))
    return faults


def check_reason(reason: str | None) -> list[Fault]:
    """Why an event is cancelled: the team will want to know next year. Who gives a reason, says something."""
    return [] if reason is None else _words("/reason", reason, 500, required=True)


def check_list(check_in_list: CheckInList, types: list[TicketType]) -> list[Fault]:
    """All that is wrong with a check-in list: it names only the event's own ticket types, at least one."""
    faults = check_name("/name", check_in_list.name)
    if check_in_list.ticket_type_ids is None:
        return faults
    if not check_in_list.ticket_type_ids:
        faults.append(Fault("/ticket_type_ids", "required"))
    known = {ticket_type.id for ticket_type in types}
    for index, ticket_type_id in enumerate(check_in_list.ticket_type_ids):
        if ticket_type_id not in known:
            faults.append(Fault(f"/ticket_type_ids/{index}", "ticket_type_unknown"))
    return faults


def missing_for_publishing(sheet: Sheet, *, now: datetime) -> list[Fault]:
    """What has to be done before the public may see the event; empty when it may."""
    faults = []
    if not any(ticket_type.archived_at is None for ticket_type in sheet.ticket_types):
        faults.append(Fault("/ticket_types", "no_ticket_types"))
    if sheet.event.ends_at <= now:
        faults.append(Fault("/ends_at", "already_over"))
    return faults


def next_product_number(types: list[TicketType]) -> int | None:
    """The number for another ticket type; archived ones keep theirs. None when all 255 are given."""
    highest = max((ticket_type.product_number for ticket_type in types), default=0)
    return highest + 1 if highest < LAST_PRODUCT_NUMBER else None


def archived(ticket_type: TicketType, *, now: datetime) -> TicketType:
    """The type as it stays behind once its sale is over for good: tickets sold still need its name."""
    if ticket_type.archived_at is not None:
        return ticket_type
    opens, closes = ticket_type.sale_from, ticket_type.sale_until
    return msgspec.structs.replace(
        ticket_type,
        archived_at=now,
        sale_from=None if opens is not None and opens >= now else opens,
        sale_until=now if closes is None else min(closes, now),
    )


def without(ids: list[UUID] | None, gone: UUID) -> list[UUID] | None:
    """A check-in list's types less one that was deleted."""
    return None if ids is None else [each for each in ids if each != gone]
