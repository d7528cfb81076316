"""Posters that people upload."""

import struct
import zlib
from io import BytesIO

import httpx
import pytest
from PIL import Image

from brama.contracts import catalogue
from brama.services.catalogue import errors
from brama.services.catalogue.providers.pictures import reencode
from tests.catalogue.conftest import Desk
from tests.support.app import App

LIMITS = {"max_bytes": 10_000_000, "max_pixels": 50_000_000, "max_side": 1600}


def a_photo(width: int = 2400, height: int = 1200, kind: str = "JPEG") -> bytes:
    """A picture with a place and a turn in its EXIF data."""
    image = Image.new("RGB", (width, height), "#4b2bff")
    exif = image.getexif()
    exif[0x0112] = 6  # to be turned by a quarter
    exif[0x010E] = "secret-place"
    out = BytesIO()
    image.save(out, kind, exif=exif)
    return out.getvalue()


def a_bomb(side: int = 40_000) -> bytes:
    """A PNG of a few bytes that claims side × side pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_turned_scaled_and_stripped(kind: str) -> None:
    drawn = reencode(a_photo(kind=kind), **LIMITS)
    picture = Image.open(BytesIO(drawn.data))
    assert (picture.format, picture.size) == ("JPEG", (800, 1600))
    assert (drawn.width, drawn.height) == picture.size
    assert b"secret-place" not in drawn.data
    assert not picture.getexif()


def test_a_transparent_picture_gets_a_ground() -> None:
    out = BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(out, "PNG")
    drawn = reencode(out.getvalue(), **LIMITS)
    ground = Image.open(BytesIO(drawn.data)).getpixel((5, 5))
    assert isinstance(ground, tuple)
    assert all(abs(seen - paper) <= 2 for seen, paper in zip(ground, (250, 250, 247), strict=True))


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7", b"<svg onload=alert(1)>", b"GIF89a" + bytes(40), a_photo()[:500]]
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(errors.PictureUnreadable):
        reencode(data, **LIMITS)


@pytest.mark.parametrize("side", [7_100, 12_000, 40_000])
def test_a_pixel_bomb_is_refused_before_it_is_decoded(side: int) -> None:
    with pytest.raises(errors.PictureTooLarge):
        reencode(a_bomb(side), **LIMITS)


async def upload(app: App, desk: Desk, data: bytes) -> httpx.Response:
    """The manager sends a file."""
    headers = desk.manager | {"Content-Type": "image/jpeg"}
    return await app.client.post("/api/catalogue/v1/media", content=data, headers=headers)


async def test_an_uploaded_poster_is_told_with_the_event(app: App, desk: Desk) -> None:
    event = await desk.a_published_event()
    kept = (await upload(app, desk, a_photo())).json()
    assert kept["url"].startswith("/media/")
    assert await app.kernel.blobs.get(kept["digest"], public=True) is not None
    patched = await desk.patch(
        f"/events/{event['id']}", {"poster_digest": kept["digest"]}, version=event["version"]
    )
    assert patched.json()["poster_url"] == kept["url"]
    assert (await app.said(catalogue.EventChanged))[-1].poster_digest == kept["digest"]
    removed = await desk.patch(
        f"/events/{event['id']}", {"poster_digest": None}, version=event["version"] + 1
    )
    assert removed.json()["poster_url"] is None


async def test_a_form_and_a_raw_body_keep_the_same_picture(app: App, desk: Desk) -> None:
    form = await app.client.post(
        "/api/catalogue/v1/media",
        files={"file": ("poster.jpg", a_photo(), "image/jpeg")},
        headers=desk.manager,
    )
    raw = await upload(app, desk, a_photo())
    assert form.status_code == raw.status_code == 201
    assert form.json()["digest"] == raw.json()["digest"]


async def test_a_bad_upload_is_answered_clearly(app: App, desk: Desk) -> None:
    text = await upload(app, desk, b"hello")
    assert (text.status_code, text.json()["type"].split("/")[-1]) == (422, "picture_unreadable")
    bomb = await upload(app, desk, a_bomb())
    assert (bomb.status_code, bomb.json()["type"].split("/")[-1]) == (413, "picture_too_large")
    heavy = await upload(app, desk, bytes(10_000_001))
    assert heavy.status_code == 413
