"""Composition root of ticketing."""

from datetime import timedelta

from brama.kernel.runtime import Kernel, Service
from brama.services.ticketing import http, subscribers
from brama.services.ticketing.config import TicketingConfig
from brama.services.ticketing.keys import KeyCabinet
from brama.services.ticketing.links import Links
from brama.services.ticketing.operations.issuing import Issuer
from brama.services.ticketing.operations.reading import Door
from brama.services.ticketing.printing import Press

CONFIG = TicketingConfig


def build(kernel: Kernel, config: TicketingConfig) -> Service:
    """Put ticketing together."""
    cabinet = KeyCabinet(kernel.sealer)
    press = Press(kernel.db, kernel.blobs)
    issuer = Issuer(kernel.db, kernel.clock, cabinet, press, print_batch=config.print_batch)
    links = Links(config.public_origin, config.master_key, timedelta(seconds=config.link_for_s))
    return Service(
        name="ticketing",
        routes=http.ROUTES,
        problems=http.PROBLEMS,
        heard=subscribers.heard(issuer, cabinet, kernel.clock),
        workers=[issuer.worker],
        dependencies={
            "links": links,
            "press": press,
            "cabinet": cabinet,
            "door": Door(kernel.db, kernel.trusted),
        },
    )
