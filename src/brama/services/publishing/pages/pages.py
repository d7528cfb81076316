"""Every file of the site: its path and its bytes."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from functools import partial
from io import BytesIO

import msgspec
from PIL import Image

from brama.contracts.identity import OrganiserChanged
from brama.kernel.texts import LOCALES
from brama.services.publishing import domain
from brama.services.publishing.domain import Night
from brama.services.publishing.pages import front, layout
from brama.services.publishing.pages.event import (
    EventWords,
    Poster,
    calendar,
    calendar_path,
    event_data,
    event_words,
    folder,
    linked_data,
    organiser_line,
)
from brama.services.publishing.pages.layout import Layout, Page, alternates, at, cut, file_of, texts
from brama.services.publishing.ports import Assets
from brama.shared.poster import poster_svg
from brama.shared.share_image import share_image

File = tuple[str, bytes]
Has = Callable[[str], Awaitable[bool]]

# A drawn poster is square; the style cuts it to the screen's shape. In pixels.
_SIDE = 1000


class Pages:
    """All pages under one origin."""

    def __init__(self, origin: str, assets: Assets) -> None:
        self._layout = Layout(origin, assets)
        self._origin, self._assets = origin, assets

    def digest(self) -> str:
        """Changes when any page would look different with the same facts."""
        return layout.digest(self._assets)

    async def event_files(self, night: Night, poster: bytes | None, has: Has) -> list[File]:
        """Everything that belongs to one event. `poster` is the uploaded one, if there is; a share image that
        `has` finds is not drawn again, its name tells what it shows."""
        picture = _picture(night, poster)
        files = [layout.style(), self.availability(night)]
        if not picture.is_uploaded:
            drawn = poster_svg(night.event.event_id, _SIDE, _SIDE)
            files.append((picture.url.removeprefix("/"), drawn.encode()))
        for locale in LOCALES:
            path, draw = self._share_image(night, locale, poster)
            if not await has(path):
                files.append((path, await asyncio.to_thread(draw)))
            files += self._event_page(night, locale, picture, f"/{path}")
        return files

    def availability(self, night: Night) -> File:
        """What can be had, as api.md has it: never how many."""
        body = {
            "as_of": night.as_of,
            "ticket_types": [
                {"id": offer.ticket_type.id, "state": offer.state, "price": offer.price}
                for offer in night.offers
            ],
        }
        return f"{folder(night.event.slug)[1:]}/availability.json", msgspec.json.encode(body)

    def organiser_files(self, organiser: OrganiserChanged, nights: list[Night]) -> list[File]:
        """An organiser's page in both languages."""
        path = f"/organisers/{organiser.slug}"
        files = []
        for locale in LOCALES:
            line = organiser_line(organiser, locale)
            page = Page(
                locale=locale,
                title=line.name,
                description=texts("organiser.description", locale=locale, name=line.name),
                mark=line.mark,
                home=line.path,
                path=at(path, locale),
                alternates=alternates(path),
            )
            html = self._layout.render(
                "organiser.html.j2",
                page,
                organiser=line,
                upcoming=self._rows(domain.upcoming(nights), locale),
                past=self._rows(domain.past(nights), locale),
            )
            files.append((file_of(path, locale), html))
        return files

    def front_files(self, nights: list[Night], organisers: list[OrganiserChanged]) -> list[File]:
        """Lists, legal pages, shells of order and ticket, and what machines read."""
        files = [layout.style(), ("favicon.svg", front.FAVICON), ("robots.txt", front.robots(self._origin))]
        mark = organisers[0].mark if len(organisers) == 1 else None
        for locale in LOCALES:
            rows = self._rows(domain.upcoming(nights), locale), self._rows(domain.past(nights), locale)
            files += front.lists(self._layout, locale, *rows, mark)
            lines = [organiser_line(each, locale) for each in organisers]
            files += front.legal(self._layout, locale, lines, mark)
            files += front.shells(self._layout, locale, mark)
        files.append(("sitemap.xml", front.sitemap(self._origin, nights, organisers)))
        return files

    def _event_page(self, night: Night, locale: str, picture: Poster, share: str) -> list[File]:
        event, slug = night.event, night.event.slug
        words = event_words(night, locale, picture)
        data = event_data(night, picture, share)
        about = [words.when, words.venue, event.description.of(locale)]
        page = Page(
            locale=locale,
            title=words.title,
            description=cut(". ".join(part for part in about if part), 180),
            mark=words.organiser.mark if words.organiser else texts("site.name", locale=locale),
            home=words.organiser.path if words.organiser else at("/", locale),
            path=words.path,
            alternates=alternates(f"/{slug}"),
            share_image=share,
        )
        linked = linked_data(night, locale, origin=self._origin, images=[share, picture.url])
        html = self._layout.render("event.html.j2", page, event=words, data=data, linked_data=linked)
        files = [
            (file_of(f"/{slug}", locale), html),
            (calendar_path(slug, locale)[1:], calendar(night, locale, origin=self._origin)),
        ]
        if locale == LOCALES[0]:
            body = msgspec.json.encode(data)
            # Orders and tickets name their event by its id.
            files += [(f"data/events/{slug}.json", body), (f"data/events/by-id/{event.event_id}.json", body)]
        return files

    def _rows(self, nights: list[Night], locale: str) -> list[EventWords]:
        return [event_words(night, locale, _picture(night, None)) for night in nights]

    def _share_image(
        self, night: Night, locale: str, poster: bytes | None
    ) -> tuple[str, Callable[[], bytes]]:
        words = event_words(night, locale, _picture(night, None))
        organiser = words.organiser.name if words.organiser else texts("site.name", locale=locale)
        seed = night.event.event_id
        shown = [
            words.title,
            words.when,
            words.venue,
            organiser,
            locale,
            str(seed),
            night.event.poster_digest,
        ]
        name = hashlib.sha256(msgspec.json.encode(shown)).hexdigest()[:12]
        draw = partial(
            share_image,
            title=words.title,
            date_line=words.when,
            venue_line=words.venue,
            organiser=organiser,
            locale=locale,
            seed=seed,
            poster=poster,
        )
        return f"{folder(night.event.slug)[1:]}/share-{locale}-{name}.png", draw


def _picture(night: Night, uploaded: bytes | None) -> Poster:
    """The picture over the page; an uploaded one stands in the blob store, a drawn one beside the data."""
    event = night.event
    if event.poster_url is not None:
        width, height = Image.open(BytesIO(uploaded)).size if uploaded else (_SIDE, _SIDE)
        return Poster(url=event.poster_url, width=width, height=height, is_uploaded=True)
    return Poster(url=f"{folder(event.slug)}/poster.svg", width=_SIDE, height=_SIDE, is_uploaded=False)
