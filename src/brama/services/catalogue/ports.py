"""What the catalogue needs of the outside world."""

from collections.abc import Callable

import msgspec


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """A picture drawn anew: nothing of the uploaded file but its pixels, its sides in pixels."""

    data: bytes
    content_type: str
    width: int
    height: int


Reencode = Callable[[bytes], Drawn]
