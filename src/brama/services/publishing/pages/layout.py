"""What every page has: its language, its twin in the other one, titles, the shared shell."""

import hashlib
import math
from datetime import date
from functools import cache
from importlib import resources
from io import BytesIO
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from PIL import ImageFont

from brama.kernel.texts import LOCALES, Texts
from brama.services.publishing.ports import Assets

PACKAGE = "brama.services.publishing"
_STYLES = ("site.css", "measures.css")
_OTHER = {"uk": "en", "en": "uk"}
# Not one of these can end the script element or begin a comment in it.
_UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}

# Titles are measured in their own face: its Cyrillic letters are much wider than its Latin ones.
_EM = 100
_TRACKING = -0.04
_MOST_HALVES = 50
_LONG = 36

texts = Texts.of(PACKAGE)


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A page's head. `path` None for one that stands under no address of its own."""

    locale: str
    title: str
    mark: str
    home: str
    description: str = ""
    path: str | None = None
    alternates: list[tuple[str, str]] = []
    share_image: str | None = None
    is_private: bool = False

    @property
    def other_locale(self) -> str:
        """The language that the page is not in."""
        return _OTHER[self.locale]

    @property
    def other_path(self) -> str:
        """The same page in the other language."""
        return dict(self.alternates)[self.other_locale]


def at(path: str, locale: str) -> str:
    """The public path of a page in a language: `/en` before it in English."""
    if locale == "uk":
        return path
    return "/en" if path == "/" else f"/en{path}"


def file_of(path: str, locale: str) -> str:
    """The file that stands behind a public path."""
    name = "index" if path == "/" else path.removeprefix("/")
    return f"{'en/' if locale == 'en' else ''}{name}.html"


def alternates(path: str) -> list[tuple[str, str]]:
    """A page's languages, Ukrainian first, and their paths."""
    return [(locale, at(path, locale)) for locale in LOCALES]


def cut(text: str, longest: int) -> str:
    """The text in one line, shortened at a word with an ellipsis."""
    line = " ".join(text.split())
    if len(line) <= longest:
        return line
    return line[: longest - 1].rsplit(" ", 1)[0].rstrip(".,;:–- ") + "…"


def title_fit(text: str) -> str:
    """The classes by which the style sizes a title: `fit-N`, N half ems that its longest word takes; `brief`
    for one or two words, which may be larger, `long` for a title of many."""
    words = text.replace("-", "- ").split()
    widest = max((_title_font().getlength(word) / _EM + _TRACKING * len(word) for word in words), default=1)
    halves = min(_MOST_HALVES, max(4, math.ceil(widest * 2)))
    shape = " brief" if len(words) <= 2 else " long" if len(text) > _LONG else ""
    return f"fit-{halves}{shape}"


@cache
def _title_font() -> ImageFont.FreeTypeFont:
    data = (resources.files("brama.shared") / "fonts" / "Unbounded-ExtraBold.ttf").read_bytes()
    return ImageFont.truetype(BytesIO(data), _EM)


def as_json(value: Any) -> Markup:
    """JSON that is safe within a script element."""
    text = msgspec.json.encode(value).decode()
    for character, escaped in _UNSAFE.items():
        text = text.replace(character, escaped)
    return Markup(text)  # noqa: S704 — every character that HTML could read is escaped above


@cache
def environment() -> Environment:
    """Jinja with everything escaped and nothing undefined."""
    loader = PackageLoader(PACKAGE, "templates")
    env = Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    env.filters["json"] = as_json
    return env


def style() -> tuple[str, bytes]:
    """The stylesheet of static pages: its path in the site, named by its digest, and its bytes."""
    data = b"\n".join((resources.files(PACKAGE) / "templates" / name).read_bytes() for name in _STYLES)
    return f"assets/site/{hashlib.sha256(data).hexdigest()[:16]}.css", data


def digest(assets: Assets) -> str:
    """Changes when any page would look different with the same facts."""
    seen = hashlib.sha256(assets.digest().encode())
    for folder in ("templates", "texts", "pages"):
        for file in sorted((resources.files(PACKAGE) / folder).iterdir(), key=lambda each: each.name):
            if file.is_file():
                seen.update(file.name.encode() + file.read_bytes())
    return seen.hexdigest()


class Layout:
    """Renders templates into the shell."""

    def __init__(self, origin: str, assets: Assets) -> None:
        self.origin, self.assets = origin, assets

    def render(self, template: str, page: Page, *, island: str = "event", **given: Any) -> bytes:
        """A page as bytes; `island` names the part of the shop's build that it loads."""
        html = (
            environment()
            .get_template(template)
            .render(
                page=page,
                origin=self.origin,
                assets=self.assets.entry(island),
                stylesheet="/" + style()[0],
                t=lambda key, **facts: texts(key, locale=page.locale, **facts),
                at=lambda path: at(path, page.locale),
                island=island,
                **given,
            )
        )
        return html.encode()


def same_year(day: date, today: date) -> date | None:
    """Today, when a date may go without its year: it is still to come, within this one."""
    return today if day >= today and day.year == today.year else None
