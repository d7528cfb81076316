"""The catalogue's composition root."""

from functools import partial

from brama.kernel.runtime import Kernel, Service
from brama.services.catalogue import http, subscribers
from brama.services.catalogue.config import CatalogueConfig
from brama.services.catalogue.providers.pictures import reencode

CONFIG = CatalogueConfig


def build(kernel: Kernel, config: CatalogueConfig) -> Service:
    """The catalogue over its kernel."""
    drawn = partial(
        reencode,
        max_bytes=config.upload_max_bytes,
        max_pixels=config.upload_max_pixels,
        max_side=config.poster_max_side,
    )
    return Service(
        name="catalogue",
        routes=http.ROUTES,
        problems=http.PROBLEMS,
        heard=subscribers.heard(),
        dependencies={"blobs": kernel.blobs, "reencode": drawn},
    )
