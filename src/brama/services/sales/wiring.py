"""Composition root of sales."""

from brama.kernel.runtime import Kernel, Service
from brama.services.sales import http, schedule, subscribers
from brama.services.sales.config import SalesConfig
from brama.services.sales.links import Links
from brama.services.sales.operations.availability import AvailabilityDesk
from brama.services.sales.operations.holds import HoldDesk
from brama.services.sales.operations.orders import OrderDesk
from brama.services.sales.signer import Signer

CONFIG = SalesConfig


def build(kernel: Kernel, config: SalesConfig) -> Service:
    """Put sales together."""
    links = Links(config.public_origin)
    signer = Signer(kernel.db, kernel.clock, kernel.keys)
    availability = AvailabilityDesk(kernel.db, kernel.clock)
    desk = OrderDesk(
        kernel.db, kernel.clock, signer, links, availability,
        order_for_s=config.order_for_s, payment_grace_s=config.payment_grace_s,
    )  # fmt: skip
    hold_desk = HoldDesk(
        kernel.db, kernel.clock, signer, availability, hold_for_s=config.hold_for_s, batch=config.hold_batch
    )
    return Service(
        name="sales",
        routes=http.ROUTES,
        problems=http.PROBLEMS,
        heard=subscribers.heard(desk),
        schedules=schedule.schedules(desk, availability, signer, schedule.PaymentsHeard(kernel.bus)),
        workers=[availability.worker],
        dependencies={"desk": desk, "hold_desk": hold_desk, "links": links},
        on_start=[signer.start, availability.touch_all],
    )
