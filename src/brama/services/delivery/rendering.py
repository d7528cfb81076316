"""A stored letter as a finished message: HTML, text, picture, PDF and calendar file."""

import asyncio
import re
from collections import OrderedDict
from importlib import resources
from typing import Final

import jinja2
from markupsafe import Markup, escape

from brama.kernel.blobs import Blobs
from brama.kernel.log import get_logger
from brama.services.delivery.domain import Email, Letter
from brama.services.delivery.mime import PICTURE_ID, Headers, Picture, as_bytes
from brama.services.delivery.ports import Parcel
from brama.services.delivery.providers.mjml import compiled
from brama.shared.mail_band import mail_band

log = get_logger()
_BETWEEN_TAGS: Final = re.compile(r">\s+<")
_HOURS: Final = re.compile(r"\d\d:\d\d–\d\d:\d\d")
_PICTURES_KEPT: Final = 64


class Renderer:
    """Compiles the templates once, and keeps the pictures of recent events."""

    def __init__(self, blobs: Blobs, from_address: str) -> None:
        self._blobs, self._from = blobs, from_address
        folder = resources.files("brama.services.delivery") / "templates"
        html = _BETWEEN_TAGS.sub("> <", compiled((folder / "letter.mjml").read_text("utf-8")))
        guarded = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
        # The text part is no markup: escaping would show `&amp;` to its reader.
        plain = jinja2.Environment(autoescape=False, undefined=jinja2.StrictUndefined)  # noqa: S701
        guarded.filters["unbroken"] = unbroken
        self._html = guarded.from_string(html)
        self._text = plain.from_string((folder / "letter.txt").read_text("utf-8"))
        self._pictures: OrderedDict[str, Picture] = OrderedDict()

    async def parcel(self, email: Email) -> Parcel:
        """The message, the same for the same e-mail but for the marks between its parts."""
        letter = email.letter
        picture = await self._picture(letter)
        pdf = await self._blobs.get(letter.pdf_digest) if letter.pdf_digest else None
        if letter.pdf_digest and pdf is None:
            log.error("email.pdf_missing", email_id=str(email.id), order_code=email.order_code)
        headers = Headers(
            email_id=email.id, sender_name=letter.sender_name, sender=self._from, recipient=email.recipient,
            written_at=email.queued_at,
        )  # fmt: skip
        message = as_bytes(
            letter, headers, html=self.html(letter, f"cid:{PICTURE_ID}" if picture else ""),
            text=self._text.render(letter=letter).strip() + "\n", picture=picture,
            pdf=pdf.data if pdf else None,
        )  # fmt: skip
        return Parcel(self._from, email.recipient, message)

    def html(self, letter: Letter, picture: str) -> str:
        """The HTML part; `picture` is the address of the band above the title, empty for none."""
        return self._html.render(letter=letter, picture=picture)

    async def _picture(self, letter: Letter) -> Picture | None:
        if letter.seed is None:
            return None
        name = letter.poster_digest or letter.seed
        if name not in self._pictures:
            self._pictures[name] = await self._drawn(letter.seed, letter.poster_digest)
            if len(self._pictures) > _PICTURES_KEPT:
                self._pictures.popitem(last=False)
        self._pictures.move_to_end(name)
        return self._pictures[name]

    async def _drawn(self, seed: str, digest: str | None) -> Picture:
        poster = await self._blobs.get(digest, public=True) if digest else None
        try:
            return await asyncio.to_thread(mail_band, seed, poster.data if poster else None)
        except ValueError:  # the poster is no picture: the arches never fail
            log.warning("email.poster_unreadable", digest=digest)
            return await asyncio.to_thread(mail_band, seed, None)


def unbroken(words: str) -> Markup:
    """The words as HTML in which a span of hours, `23:00–07:00`, stays on one line."""
    return Markup(_HOURS.sub(r'<span style="white-space:nowrap">\g<0></span>', str(escape(words))))  # noqa: S704
