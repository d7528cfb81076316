"""QR codes, drawn by zxing-cpp at a size and error correction that are always stated."""

import io
import re
from typing import Final, NamedTuple

import zxingcpp
from PIL import Image

QUIET_ZONE: Final = 4


class Grade(NamedTuple):
    """A QR code's version (its size is 17 + 4 × version modules) and error correction level."""

    version: int
    level: str


SCREEN: Final = Grade(6, "M")
"""41 modules; 15 % may be lost. A ticket on a lit screen."""
PRINT: Final = Grade(8, "Q")
"""49 modules; 25 % may be lost. A ticket on paper that was folded."""


class DoesNotFit(ValueError):
    """The text is too long for the stated version and level."""


def svg(text: str, grade: Grade | None = None) -> str:
    """One path on a white ground with the quiet zone; a module is one unit of the viewBox.

    Without a grade, the smallest version at level M.

    Raises:
        DoesNotFit: the text needs a larger version than the grade's.
    """
    drawn = _barcode(text, grade).to_svg(add_quiet_zones=False)
    size = int(_found(r'<svg width="(\d+)"', drawn))
    path = _found(r'<path d="([^"]+)"', drawn)
    side = size + 2 * QUIET_ZONE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path fill="#000" transform="translate({QUIET_ZONE} {QUIET_ZONE})" d="{path}"/></svg>'
    )


def rows(text: str, grade: Grade | None = None) -> list[list[bool]]:
    """The modules, True is dark, without a quiet zone.

    Raises:
        DoesNotFit: the text needs a larger version than the grade's.
    """
    image = _barcode(text, grade).to_image(scale=1, add_quiet_zones=False)
    height, width = image.shape[:2]
    # It has the buffer protocol, which its stub does not say.
    pixels = memoryview(image).cast("B")  # type: ignore[arg-type]
    return [[pixels[y * width + x] < 128 for x in range(width)] for y in range(height)]


def png(text: str, grade: Grade | None = None, *, pixels_per_module: int = 8) -> bytes:
    """A grey-scale PNG with the quiet zone, for mail programs that draw no SVG.

    Raises:
        DoesNotFit: the text needs a larger version than the grade's.
    """
    modules = rows(text, grade)
    side = len(modules) + 2 * QUIET_ZONE
    image = Image.new("L", (side, side), 255)
    flat = [0 if dark else 255 for row in modules for dark in row]
    drawn = Image.frombytes("L", (len(modules), len(modules)), bytes(flat))
    image.paste(drawn, (QUIET_ZONE, QUIET_ZONE))
    out = io.BytesIO()
    enlarged = (side * pixels_per_module, side * pixels_per_module)
    image.resize(enlarged, Image.Resampling.NEAREST).save(out, "PNG", optimize=True)
    return out.getvalue()


def terminal(text: str) -> str:
    """Lines of half blocks for a terminal, light modules painted, so that it reads on a dark ground."""
    modules = rows(text)
    side = len(modules) + 2 * QUIET_ZONE
    light = [[True] * side for _ in range(side + side % 2)]
    for y, row in enumerate(modules):
        for x, dark in enumerate(row):
            light[y + QUIET_ZONE][x + QUIET_ZONE] = not dark
    blocks = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}
    lines = (
        "".join(blocks[pair] for pair in zip(light[y], light[y + 1], strict=True))
        for y in range(0, len(light), 2)
    )
    return "\n".join(lines)


def _barcode(text: str, grade: Grade | None) -> zxingcpp.Barcode:
    options = f"ecLevel={grade.level},version={grade.version}" if grade else "ecLevel=M"
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, options=options)
    if grade:
        side = barcode.to_image(scale=1, add_quiet_zones=False).shape[0]
        # The library grows the symbol, or gives up correction, rather than refuse.
        if side != 17 + 4 * grade.version or barcode.ec_level != grade.level:
            raise DoesNotFit(f"{len(text)} letters do not fit a QR code {grade.version}-{grade.level}")
    return barcode


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise RuntimeError(f"zxing-cpp's SVG has no {pattern}")
    return match[1]
