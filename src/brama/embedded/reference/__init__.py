"""The page that reads the API's description to people, at /api; whole without a script."""

import json
import os
from importlib import resources
from pathlib import Path

import jinja2

from brama.embedded.reference.shapes import Group, groups_of
from brama.kernel.openapi import Document

_HERE = resources.files(__package__)
_FONTS = ("Unbounded-Black.ttf", "Onest-Regular.ttf", "JetBrainsMono-Medium.ttf")


def write_reference(document: Document, site: Path) -> None:
    """Write `api/openapi.json` and the page beside it into the site; each file whole or not at all."""
    folder = site / "api"
    folder.mkdir(parents=True, exist_ok=True)
    _put(folder / "openapi.json", json.dumps(document, ensure_ascii=False).encode())
    for name in ("reference.css", "reference.js"):
        _put(folder / name, (_HERE / name).read_bytes())
    for name in _FONTS:
        _put(folder / name, (resources.files("brama.shared") / "fonts" / name).read_bytes())
    _put(folder / "index.html", page(document).encode())


def page(document: Document) -> str:
    """The page."""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string((_HERE / "reference.html").read_text("utf-8"))
    groups: list[Group] = groups_of(document)
    return template.render(groups=groups, info=document["info"])


def _put(path: Path, content: bytes) -> None:
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.write_bytes(content)
    os.replace(unfinished, path)
