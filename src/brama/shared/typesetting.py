"""Pages and pictures by typst from templates and JSON: no text is ever built into markup."""

import base64
import io
import threading
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
import typst
from PIL import Image

_HERE: Final = Path(str(files("brama.shared")))
_FONTS: Final = _HERE / "fonts"
_TEMPLATES: Final = _HERE / "templates"
# One compiler keeps fonts and parsed templates; typst refuses to be entered twice, so callers take turns.
_TURN: Final = threading.Lock()


def pdf(template: str, data: Any) -> bytes:
    """The PDF that a template makes of `data`. Safe in any thread; the same data gives the same bytes.

    It meets PDF/UA-1 as far as a program can tell: tagged, titled, pictures described.
    """
    return _compiled(template, data, "pdf")


def png(template: str, data: Any) -> bytes:
    """The one page of a template as a PNG, a point as a pixel. Safe in any thread."""
    return _compiled(template, data, "png")


def cut(words: str, letters: int) -> str:
    """`words` if they are no longer than `letters`, else their beginning and an ellipsis."""
    return words if len(words) <= letters else words[: letters - 1].rstrip() + "…"


def as_svg(picture: bytes) -> str:
    """A picture as the SVG text that templates take: SVG as it is, PNG, JPEG or WebP wrapped.

    Raises:
        ValueError: it is none of these.
    """
    if picture.lstrip()[:5] in (b"<svg ", b"<?xml"):
        return picture.decode()
    try:
        with Image.open(io.BytesIO(picture), formats=("PNG", "JPEG", "WEBP")) as image:
            width, height = image.size
            kind, plain = str(image.format), picture
            if kind == "WEBP":
                kind, plain = "PNG", _as_png(image)
    except OSError as error:
        raise ValueError("the picture is neither SVG, PNG, JPEG nor WebP") from error
    text = base64.b64encode(plain).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}"><image width="{width}" height="{height}" '
        f'href="data:image/{kind.lower()};base64,{text}"/></svg>'
    )


def _as_png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _compiled(template: str, data: Any, form: Literal["pdf", "png"]) -> bytes:
    inputs = {"data": msgspec.json.encode(data).decode()}
    with _TURN:
        made = _compiler().compile(
            input=_TEMPLATES / template,
            format=form,
            ppi=72,
            sys_inputs=inputs,
            timestamp=0,
            pdf_standards="ua-1" if form == "pdf" else [],
        )
    if not isinstance(made, bytes):
        raise RuntimeError(f"{template} made {len(made or ())} pages instead of one file")
    return made


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_FONTS])
    return typst.Compiler(root=_TEMPLATES, font_paths=fonts, ignore_system_fonts=True)
