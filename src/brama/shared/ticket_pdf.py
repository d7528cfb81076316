"""Tickets as a PDF that a person is glad to print: a page each, the code at its most robust."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from brama.kernel.money import Money
from brama.kernel.texts import Texts
from brama.shared import dates, qr, typesetting
from brama.shared.poster import PRINT, poster_svg
from brama.shared.typesetting import cut

_TEXTS: Final = Texts.of("brama.shared")
_BAND: Final = (595.28, 250.0)


class TicketPage(msgspec.Struct, frozen=True, kw_only=True):
    """All that one page shows. Times are aware; `number` of `total` counts within the order.

    `poster` and `mark` are SVG, PNG, JPEG or WebP; the mark is drawn on black. Without a poster the one of
    `poster_seed` is drawn, without a mark the organiser's name is set.
    """

    code: str
    number: int
    total: int
    order_code: str
    event_title: str
    organiser: str
    starts_at: datetime
    ends_at: datetime | None
    doors_at: datetime | None
    zone: str
    venue: str
    address: str
    holder: str
    ticket_type: str
    price: Money
    age_limit: int | None
    entrance_note: str | None
    locale: str
    poster_seed: UUID | str
    poster: bytes | None = None
    mark: bytes | None = None


def ticket_pdf(pages: list[TicketPage]) -> bytes:
    """One PDF, a page per ticket. The same pages give the same bytes. Takes about 10 ms a page: off the loop.

    Raises:
        ValueError: there is no page, or a picture is of no known kind.
        qr.DoesNotFit: a code is longer than a ticket code can be.
    """
    if not pages:
        raise ValueError("a PDF of no tickets")
    first = pages[0]
    data = {
        "document": _TEXTS("ticket.document", locale=first.locale, title=first.event_title),
        "author": first.organiser,
        "lang": first.locale,
        "pages": [_page(page) for page in pages],
    }
    return typesetting.pdf("ticket.typ", data)


def _page(page: TicketPage) -> dict[str, Any]:
    def say(key: str, **facts: object) -> str:
        return _TEXTS(f"ticket.{key}", locale=page.locale, **facts)

    return {
        "organiser": page.organiser,
        "mark": typesetting.as_svg(page.mark) if page.mark else None,
        "poster": typesetting.as_svg(page.poster)
        if page.poster
        else poster_svg(page.poster_seed, *_BAND, PRINT),
        "number": say("number", number=page.number, total=page.total),
        "title": cut(page.event_title, 200),
        "holder": [say("holder"), cut(page.holder, 120)],
        "facts": _facts(page),
        "exact": [*([say("price")] if page.price else []), say("order")],
        "qr": qr.svg(page.code, qr.PRINT),
        "qr_alt": say("code"),
        "caption": f"{page.order_code} · {page.number}/{page.total}",
        "entrance": [
            say("entrance"),
            say("show"),
            *([say("bring_id", count=page.age_limit)] if page.age_limit else []),
            *([cut(page.entrance_note, 400)] if page.entrance_note else []),
        ],
    }


def _facts(page: TicketPage) -> list[tuple[str, str]]:
    zone = ZoneInfo(page.zone)
    price = page.price.formatted(page.locale) if page.price else _TEXTS("ticket.free", locale=page.locale)
    facts = {
        "when": dates.when(page.starts_at, page.ends_at, zone, page.locale).replace(" – ", " –\n"),
        "doors": dates.clock(page.doors_at, zone) if page.doors_at else None,
        "where": cut(", ".join(filter(None, (page.venue, page.address))), 200),
        "type": cut(page.ticket_type, 120),
        "price": price,
        "age": f"{page.age_limit}+" if page.age_limit else None,
        "order": page.order_code,
    }
    return [(_TEXTS(f"ticket.{name}", locale=page.locale), words) for name, words in facts.items() if words]
