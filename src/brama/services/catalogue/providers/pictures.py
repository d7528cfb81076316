"""Pictures by Pillow: decoded under a limit of pixels, turned upright, scaled down, drawn anew."""

import warnings
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from brama.services.catalogue import errors
from brama.services.catalogue.ports import Drawn

_FORMATS = ("JPEG", "PNG", "WEBP")
# JPEG, because the poster stands in e-mails too, and mail programs do not all know WebP.
_QUALITY = 84
_PAPER = (250, 250, 247)


def reencode(data: bytes, *, max_bytes: int, max_pixels: int, max_side: int) -> Drawn:
    """The picture as a progressive JPEG whose longest side is `max_side` pixels at most.

    Raises:
        PictureUnreadable: not a JPEG, PNG or WebP, or a broken one.
        PictureTooLarge: more than `max_bytes` bytes or `max_pixels` pixels; found before decoding.
    """
    if len(data) > max_bytes:
        raise errors.PictureTooLarge(max_bytes=max_bytes, max_pixels=max_pixels)
    try:
        with warnings.catch_warnings():
            # Our own limit is lower than Pillow's, which would only warn.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(BytesIO(data), formats=_FORMATS)
        if image.width * image.height > max_pixels:
            raise errors.PictureTooLarge(max_bytes=max_bytes, max_pixels=max_pixels)
        drawn = _drawn(image, max_side)
    except Image.DecompressionBombError:
        raise errors.PictureTooLarge(max_bytes=max_bytes, max_pixels=max_pixels) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise errors.PictureUnreadable() from error
    out = BytesIO()
    drawn.save(out, "JPEG", quality=_QUALITY, progressive=True, optimize=True)
    return Drawn(
        data=out.getvalue(),
        content_type="image/jpeg",
        width=drawn.width,
        height=drawn.height,
    )


def _drawn(image: Image.Image, max_side: int) -> Image.Image:
    image.draft("RGB", (max_side, max_side))
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((max_side, max_side), Image.Resampling.LANCZOS)
    if "A" in upright.getbands() or "transparency" in upright.info:
        ground = Image.new("RGB", upright.size, _PAPER)
        ground.paste(upright, mask=upright.convert("RGBA").getchannel("A"))
        return ground
    # A fresh image: whatever the file carried beside its pixels stays behind.
    fresh = Image.new("RGB", upright.size)
    fresh.paste(upright.convert("RGB"))
    return fresh
