"""The page `/demo`: every place of the system one click away, and tickets to cheat with."""

import os
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2

from brama.kernel.texts import Texts
from brama.shared import qr

_ROOM = resources.files("brama.demo")
_FONTS = ("Unbounded-Black.ttf", "Onest-Regular.ttf", "JetBrainsMono-Medium.ttf")
_TICKETS = ("valid", "used", "forged", "refunded", "elsewhere")


def write(site: Path, made: dict[str, Any]) -> None:
    """Write the page in both languages with its style and script; whole or not at all."""
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    template = environment.from_string((_ROOM / "templates" / "demo.html").read_text("utf-8"))
    texts = Texts.of("brama.demo")
    folder = site / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    for locale, name in (("uk", "index.html"), ("en", "en.html")):
        _put(
            folder / name,
            template.render(t=lambda key, at=locale: texts(key, locale=at), **_shown(made, locale)),
        )
    for asset in ("demo.css", "demo.js"):
        _put(folder / asset, (_ROOM / "assets" / asset).read_text("utf-8"))
    for font in _FONTS:
        (folder / font).write_bytes((resources.files("brama.shared") / "fonts" / font).read_bytes())


def _shown(made: dict[str, Any], locale: str) -> dict[str, Any]:
    tray = [{"name": name, "code": made["tray"][name], "qr": qr.svg(made["tray"][name])} for name in _TICKETS]
    script = {
        "staff": made["staff"],
        "event": made["event"],
        "locale": locale,
    }
    return {"locale": locale, "made": made, "tray": tray, "script": script, "slug": made["event"]["slug"]}


def _put(path: Path, content: str) -> None:
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.write_text(content, "utf-8")
    os.replace(unfinished, path)
