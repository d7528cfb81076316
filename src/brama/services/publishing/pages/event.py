"""An event in words: for the page, for its island, for search engines, for calendars."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from brama.contracts.common import LocalText
from brama.contracts.identity import OrganiserChanged
from brama.kernel.money import Money
from brama.services.publishing.domain import Night, Offer
from brama.services.publishing.pages.layout import at, same_year, texts, title_fit
from brama.shared import calendar_file, dates

_SCHEMA = "https://schema.org"
_SCHEMA_STATES = {
    "available": "InStock",
    "few": "LimitedAvailability",
    "reserved": "SoldOut",
    "sold_out": "SoldOut",
    "not_yet": "PreOrder",
    "ended": "Discontinued",
}


class Poster(msgspec.Struct, frozen=True, kw_only=True):
    """The picture over the page."""

    url: str
    width: int
    height: int
    is_uploaded: bool


class OrganiserLine(msgspec.Struct, frozen=True, kw_only=True):
    """An organiser in one language."""

    name: str
    mark: str
    path: str
    legal_name: str
    tax_id: str
    contact_email: str
    address: str
    title_fit: str


class OfferLine(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket type in one language."""

    name: str
    description: str
    price: str
    state: str
    words: str


class EventWords(msgspec.Struct, frozen=True, kw_only=True):
    """An event in one language."""

    title: str
    title_fit: str
    path: str
    poster: Poster
    organiser: OrganiserLine | None
    venue: str
    address: str
    starts_at: str
    when: str
    doors: str
    day: str
    clock: str
    note: str
    age_limit: int
    paragraphs: list[list[str]]
    offers: list[OfferLine]
    reserved_rows: int
    is_cancelled: bool
    is_over: bool
    is_selling: bool
    calendar_url: str


def folder(slug: str) -> str:
    """Where an event's data files stand, as a public path."""
    return f"/data/events/{slug}"


def calendar_path(slug: str, locale: str) -> str:
    """The calendar file in a language."""
    return f"{folder(slug)}/{'event' if locale == 'uk' else f'event.{locale}'}.ics"


def event_words(night: Night, locale: str, poster: Poster) -> EventWords:
    """Everything that people read of an event."""
    event = night.event
    zone = ZoneInfo(event.time_zone)
    local = event.starts_at.astimezone(zone)
    today = same_year(local.date(), night.now.astimezone(zone).date())
    is_selling = not night.is_cancelled and not night.is_over
    return EventWords(
        title=event.title.of(locale),
        title_fit=title_fit(event.title.of(locale)),
        path=at(f"/{event.slug}", locale),
        poster=poster,
        organiser=organiser_line(night.organiser, locale) if night.organiser else None,
        venue=event.venue.name.of(locale),
        address=event.venue.address.of(locale),
        starts_at=local.isoformat(),
        when=dates.when(event.starts_at, event.ends_at, zone, locale, today=today),
        doors=dates.clock(event.doors_at, zone),
        day=dates.day(local.date(), locale, today=today),
        clock=dates.clock(event.starts_at, zone),
        note=_note(night, locale),
        age_limit=event.age_limit,
        paragraphs=_paragraphs(event.description.of(locale)),
        offers=[_offer_line(night, offer, locale) for offer in night.offers],
        reserved_rows=min(12, len(night.offers)),
        is_cancelled=night.is_cancelled,
        is_over=night.is_over,
        is_selling=is_selling,
        calendar_url=calendar_path(event.slug, locale),
    )


def organiser_line(organiser: OrganiserChanged, locale: str) -> OrganiserLine:
    """An organiser in one language."""
    name = organiser.name.of(locale)
    return OrganiserLine(
        name=name,
        mark=organiser.mark,
        path=at(f"/organisers/{organiser.slug}", locale),
        legal_name=organiser.legal_name,
        tax_id=organiser.tax_id,
        contact_email=organiser.contact_email,
        address=organiser.address.of(locale),
        title_fit=title_fit(name),
    )


def _note(night: Night, locale: str) -> str:
    """The one line on money in a list."""
    if night.is_over:
        return ""
    lowest = night.lowest_price
    if lowest is None:
        states = {offer.state for offer in night.offers}
        word = "sold_out" if "sold_out" in states else "ended"
        return texts(f"state.{word}", locale=locale) if states else ""
    if not lowest:
        return texts("event.free", locale=locale)
    price = lowest.formatted(locale)
    return price if len(night.offers) == 1 else texts("event.from_price", locale=locale, price=price)


def _offer_line(night: Night, offer: Offer, locale: str) -> OfferLine:
    ticket_type, zone = offer.ticket_type, ZoneInfo(night.event.time_zone)
    when = ""
    if ticket_type.sale_from is not None:
        day = ticket_type.sale_from.astimezone(zone).date()
        today = same_year(day, night.now.astimezone(zone).date())
        when = dates.moment(ticket_type.sale_from, zone, locale, today=today)
    return OfferLine(
        name=ticket_type.name.of(locale),
        description=ticket_type.description.of(locale),
        price=offer.price.formatted(locale) if offer.price else texts("event.free", locale=locale),
        state=offer.state,
        words=texts(f"state.{offer.state}", locale=locale, when=when),
    )


def _paragraphs(text: str) -> list[list[str]]:
    """Plain text as paragraphs of lines: an empty line parts paragraphs."""
    blocks = text.replace("\r\n", "\n").split("\n\n")
    return [[line.strip() for line in block.strip().split("\n")] for block in blocks if block.strip()]


class PublicTicketType(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket type as the island knows it; `state` is as of writing, availability.json is fresher."""

    id: UUID
    name: LocalText
    description: LocalText
    price: Money
    state: str
    sale_from: datetime | None
    sale_until: datetime | None
    max_per_order: int


def event_data(night: Night, poster: Poster, share_image: str) -> dict[str, Any]:
    """The event for its island and for partners: both languages, no counts. English is never empty."""
    event, organiser = night.event, night.organiser
    zone = ZoneInfo(event.time_zone)
    return {
        "id": event.event_id,
        "number": event.event_number,
        "version": event.aggregate_version,
        "slug": event.slug,
        "state": event.state,
        "title": _both(event.title),
        "description": _both(event.description),
        "organiser": organiser
        and {
            "id": organiser.organiser_id,
            "slug": organiser.slug,
            "name": _both(organiser.name),
            "mark": organiser.mark,
            "accent": organiser.accent,
        },
        "venue": {"name": _both(event.venue.name), "address": _both(event.venue.address)},
        "starts_at": event.starts_at.astimezone(zone),
        "ends_at": event.ends_at.astimezone(zone),
        "doors_at": event.doors_at.astimezone(zone),
        "time_zone": event.time_zone,
        "currency": event.currency,
        "age_limit": event.age_limit,
        "poster_url": poster.url,
        "share_image_url": share_image,
        "page_url": f"/{event.slug}",
        "availability_url": f"{folder(event.slug)}/availability.json",
        "calendar_url": {locale: calendar_path(event.slug, locale) for locale in ("uk", "en")},
        "ticket_types": [_public(offer) for offer in night.offers],
    }


def _public(offer: Offer) -> PublicTicketType:
    ticket_type = offer.ticket_type
    return PublicTicketType(
        id=ticket_type.id,
        name=_both(ticket_type.name),
        description=_both(ticket_type.description),
        price=offer.price,
        state=offer.state,
        sale_from=ticket_type.sale_from,
        sale_until=ticket_type.sale_until,
        max_per_order=ticket_type.max_per_order,
    )


def _both(text: LocalText) -> LocalText:
    return LocalText(uk=text.uk, en=text.of("en"))


def linked_data(night: Night, locale: str, *, origin: str, images: list[str]) -> dict[str, Any]:
    """The event in schema.org's words."""
    event, zone = night.event, ZoneInfo(night.event.time_zone)
    url = origin + at(f"/{event.slug}", locale)
    return {
        "@context": _SCHEMA,
        "@type": "Event",
        "@id": f"{origin}/{event.slug}#event",
        "url": url,
        "inLanguage": locale,
        "name": event.title.of(locale),
        "description": event.description.of(locale) or event.title.of(locale),
        "startDate": event.starts_at.astimezone(zone).isoformat(),
        "endDate": event.ends_at.astimezone(zone).isoformat(),
        "doorTime": event.doors_at.astimezone(zone).isoformat(),
        "eventStatus": f"{_SCHEMA}/{'EventCancelled' if night.is_cancelled else 'EventScheduled'}",
        "eventAttendanceMode": f"{_SCHEMA}/OfflineEventAttendanceMode",
        "image": [origin + image for image in images],
        "typicalAgeRange": f"{event.age_limit}-" if event.age_limit else "0-",
        "location": {
            "@type": "Place",
            "name": event.venue.name.of(locale),
            "address": event.venue.address.of(locale),
        },
        **_organizer(night, locale, origin),
        "offers": [_linked_offer(night, offer, locale, url) for offer in night.offers],
    }


def _organizer(night: Night, locale: str, origin: str) -> dict[str, Any]:
    if night.organiser is None:
        return {}
    line = organiser_line(night.organiser, locale)
    return {"organizer": {"@type": "Organization", "name": line.name, "url": origin + line.path}}


def _linked_offer(night: Night, offer: Offer, locale: str, url: str) -> dict[str, Any]:
    whole, part = divmod(offer.price.minor, 100)
    state = "Discontinued" if night.is_cancelled else _SCHEMA_STATES[offer.state]
    opens = offer.ticket_type.sale_from or night.event.published_at
    return {
        "@type": "Offer",
        "name": offer.ticket_type.name.of(locale),
        "price": f"{whole}.{part:02}",
        "priceCurrency": offer.price.currency,
        "availability": f"{_SCHEMA}/{state}",
        "url": url,
        **({"validFrom": opens.isoformat()} if opens else {}),
    }


def calendar(night: Night, locale: str, *, origin: str) -> bytes:
    """The event as a calendar file."""
    event = night.event
    where = [event.venue.name.of(locale), event.venue.address.of(locale)]
    status = calendar_file.Status.CANCELLED if night.is_cancelled else calendar_file.Status.CONFIRMED
    return calendar_file.calendar_file(
        calendar_file.CalendarEvent(
            uid=f"{event.event_id}@brama",
            sequence=event.aggregate_version,
            title=event.title.of(locale),
            description=event.description.of(locale),
            starts_at=event.starts_at,
            ends_at=event.ends_at,
            zone=event.time_zone,
            location=", ".join(part for part in where if part),
            url=origin + at(f"/{event.slug}", locale),
            locale=locale,
            changed_at=event.occurred_at,
            status=status,
        )
    )
