"""Time → one operation."""

from datetime import datetime, timedelta

from brama.kernel.bus import BUS_ERRORS, Bus
from brama.kernel.schedule import Schedule
from brama.services.sales.operations.availability import AvailabilityDesk
from brama.services.sales.operations.holds import expire_holds
from brama.services.sales.operations.orders import OrderDesk, expire_orders
from brama.services.sales.signer import Signer


class PaymentsHeard:
    """Whether everything that payments said before our start has been heard.

    After a downtime money may be waiting in the stream for orders whose time is over: they must not expire
    before it is heard.
    """

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._is_so = False

    async def is_so(self) -> bool:
        """Asks the bus until it has been so once."""
        if not self._is_so and self._bus.is_connected:
            try:
                self._is_so = await self._bus.backlog("sales", "payments") == 0
            except BUS_ERRORS:
                return False
        return self._is_so


def schedules(
    desk: OrderDesk, availability: AvailabilityDesk, signer: Signer, payments_heard: PaymentsHeard
) -> list[Schedule]:
    """What sales does by the clock."""

    async def holds(_: datetime) -> None:
        while await expire_holds(desk.db, desk.clock, availability):
            pass

    async def orders(_: datetime) -> None:
        while await payments_heard.is_so() and await expire_orders(desk):
            pass

    async def everything(_: datetime) -> None:
        await availability.touch_all()

    async def keys(_: datetime) -> None:
        await signer.rotate()

    return [
        Schedule("expire_holds", timedelta(seconds=1), holds),
        Schedule("expire_orders", timedelta(seconds=1), orders),
        Schedule("tell_availability", timedelta(seconds=30), everything),
        Schedule("rotate_keys", timedelta(hours=6), keys),
    ]
