"""What a browser's fake camera sees: a guest's phone with a code on it, as a video played in a loop."""

from collections.abc import Iterable
from pathlib import Path

import zxingcpp
from PIL import Image

WIDTH, HEIGHT, FPS = 640, 480, 10
CODE_PX = 400
_GREY_CHROMA = bytes([128]) * (WIDTH * HEIGHT // 2)


def camera_flags(video: Path) -> list[str]:
    """What Chromium is started with to take the video for its camera. The page still needs the permission."""
    return [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={video}",
    ]


def y4m_of(text: str, path: Path, *, shown_s: float = 1.0, away_s: float = 0.0) -> Path:
    """Write a video of a QR code with this text; gives the path, as the browser's flag wants it.

    The code is in sight for `shown_s`, then the camera looks into the dark for `away_s`: with more than a
    second of darkness every round of the loop is another guest who shows the same code.
    """
    return y4m_of_frames([(frame_of(text), shown_s), (dark(), away_s)], path)


def y4m_of_frames(scenes: Iterable[tuple[Image.Image, float]], path: Path) -> Path:
    """Write grey pictures of 640 × 480, each shown for its seconds, as a y4m video."""
    with path.open("wb") as video:
        video.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{FPS}:1 Ip A1:1 C420jpeg\n".encode())
        for picture, seconds in scenes:
            frame = b"FRAME\n" + picture.convert("L").tobytes() + _GREY_CHROMA
            for _ in range(round(seconds * FPS)):
                video.write(frame)
    return path.resolve()


def frame_of(text: str) -> Image.Image:
    """A picture of the code, upright and a little grey, as a phone's screen looks in a dark room."""
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    code = Image.fromarray(barcode.to_image(scale=1, add_quiet_zones=True)).convert("L")
    scale = max(1, CODE_PX // code.width)
    code = code.resize((code.width * scale, code.height * scale), Image.Resampling.NEAREST)
    picture = dark()
    picture.paste(code.point(lambda light: 25 + light * 200 // 255), _middle(code))
    return picture


def frame_of_picture(picture: Image.Image) -> Image.Image:
    """A picture that holds a code already, say a page of a PDF, as the camera would see it."""
    seen = picture.convert("L")
    seen.thumbnail((WIDTH, HEIGHT))
    frame = dark()
    frame.paste(seen, _middle(seen))
    return frame


def dark() -> Image.Image:
    """Nothing to be seen."""
    return Image.new("L", (WIDTH, HEIGHT), 20)


def _middle(picture: Image.Image) -> tuple[int, int]:
    return (WIDTH - picture.width) // 2, (HEIGHT - picture.height) // 2
