"""Settings of the catalogue."""

from brama.kernel.config import CommonConfig


class CatalogueConfig(CommonConfig, frozen=True, kw_only=True):
    """What the catalogue can be told."""

    upload_max_bytes: int = 10_000_000
    """The largest picture that is taken, in bytes."""

    upload_max_pixels: int = 50_000_000
    """The largest picture that is decoded, in pixels (width × height): a guard against pixel bombs."""

    poster_max_side: int = 1600
    """The longest side of a stored picture, in pixels."""
