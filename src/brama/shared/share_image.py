"""The picture that a shared link unfolds into."""

from uuid import UUID

from brama.shared import typesetting
from brama.shared.poster import poster_svg

WIDTH, HEIGHT = 1200, 630


def share_image(
    *,
    title: str,
    date_line: str,
    venue_line: str,
    organiser: str,
    locale: str,
    seed: UUID | str,
    poster: bytes | None = None,
    mark: bytes | None = None,
) -> bytes:
    """A PNG of 1200 × 630: the title as large as it can be, and the poster.

    Without `poster` (SVG, PNG, JPEG, WebP) the one that grows from `seed`; without `mark`, drawn for a black
    ground, the organiser's name. The same arguments give the same bytes.

    Raises:
        ValueError: poster or mark is no picture of these kinds.
    """
    data = {
        "title": typesetting.cut(title, 160),
        "date": date_line,
        "venue": typesetting.cut(venue_line, 120),
        "organiser": organiser,
        "lang": locale,
        "poster": typesetting.as_svg(poster) if poster else poster_svg(seed, 480, HEIGHT),
        "mark": typesetting.as_svg(mark) if mark else None,
    }
    return typesetting.png("share.typ", data)
