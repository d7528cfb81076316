import io
import re
from itertools import groupby
from xml.etree import ElementTree

import pytest
import zxingcpp
from PIL import Image

from brama.shared import qr

TEXT = "BR1:" + "A1 $%*+-./:" * 12


def read(image: Image.Image) -> zxingcpp.Barcode:
    found = zxingcpp.read_barcode(image)
    assert found is not None
    return found


@pytest.mark.parametrize("grade", [qr.SCREEN, qr.PRINT])
def test_a_png_is_read_back_at_the_stated_grade(grade: qr.Grade) -> None:
    image = Image.open(io.BytesIO(qr.png(TEXT, grade, pixels_per_module=3)))
    assert image.size == ((17 + 4 * grade.version + 8) * 3,) * 2
    barcode = read(image)
    assert barcode.text == TEXT
    assert barcode.ec_level == grade.level


def test_an_svg_is_one_path_whose_rectangles_are_the_modules() -> None:
    root = ElementTree.fromstring(qr.svg(TEXT, qr.SCREEN))
    assert root.attrib["viewBox"] == "0 0 49 49"
    ground, modules = root
    assert ground.attrib["d"] == "M0 0h49v49H0z"
    image = Image.new("L", (49, 49), 255)
    for x, y, width, height in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+Z", modules.attrib["d"]):
        left, top = int(x) + qr.QUIET_ZONE, int(y) + qr.QUIET_ZONE
        image.paste(0, (left, top, left + int(width), top + int(height)))
    assert read(image.resize((196, 196), Image.Resampling.NEAREST)).text == TEXT


def test_a_text_too_long_for_its_grade_is_refused_and_not_drawn_larger() -> None:
    assert qr.svg("A" * 154, qr.SCREEN)
    with pytest.raises(qr.DoesNotFit):
        qr.svg("A" * 155, qr.SCREEN)


def test_a_terminal_shows_a_code_that_can_be_read() -> None:
    link = "https://brama.local:8743/checkin/"
    lines = qr.terminal(link).splitlines()
    assert len({len(line) for line in lines}) == 1
    upper = {"█": (255, 255), "▀": (255, 0), "▄": (0, 255), " ": (0, 0)}
    image = Image.new("L", (len(lines[0]), 2 * len(lines)))
    for row, line in enumerate(lines):
        for column, block in enumerate(line):
            for half in (0, 1):
                image.putpixel((column, 2 * row + half), upper[block][half])
    assert read(image.resize((image.width * 4, image.height * 4), Image.Resampling.NEAREST)).text == link


def test_ukrainian_words_survive() -> None:
    word = "Заходь, Дем’яненко"
    assert read(Image.open(io.BytesIO(qr.png(word)))).text == word


def test_the_quiet_zone_is_white() -> None:
    image = Image.open(io.BytesIO(qr.png(TEXT, qr.SCREEN, pixels_per_module=1))).convert("L")
    top = [image.getpixel((x, y)) for y in range(qr.QUIET_ZONE) for x in range(image.width)]
    assert [value for value, _ in groupby(top)] == [255]
