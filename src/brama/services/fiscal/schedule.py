"""What fiscal does by time: lanes that serve the registers' queues, measures, tidying."""

from datetime import datetime, timedelta

from brama.kernel.schedule import Schedule
from brama.kernel.worker import Worker
from brama.services.fiscal import operations
from brama.services.fiscal.operations import Desk


def workers(desk: Desk) -> list[Worker]:
    """Lanes: each takes one register after another, so a slow registrar holds up its own register only.

    Registers are leased, so any number of replicas may run lanes. Whoever leaves work wakes them; the pause
    is the safety net.
    """
    lanes = [
        Worker(f"serve_registers_{number}", lambda: operations.serve_register(desk))
        for number in range(1, desk.config.lanes + 1)
    ]

    def wake() -> None:
        for lane in lanes:
            lane.wake()

    desk.wake = wake
    return lanes


def schedules(desk: Desk) -> list[Schedule]:
    """What happens at regular times."""

    async def measure(_: datetime) -> None:
        await operations.measure(desk)

    async def drop_old(_: datetime) -> None:
        await operations.drop_old(desk)

    return [
        Schedule("measure", timedelta(seconds=15), measure),
        Schedule("drop_old", timedelta(hours=6), drop_old),
    ]
