"""The composition root of fiscal: the only room that knows all the others."""

from brama.kernel.config import BadSettings
from brama.kernel.runtime import Kernel, Service
from brama.services.fiscal import http, schedule, subscribers
from brama.services.fiscal.config import FiscalConfig
from brama.services.fiscal.operations import Desk
from brama.services.fiscal.providers import registrars_of

CONFIG = FiscalConfig
_REAL_REGISTRAR = "checkbox.ua"


def build(kernel: Kernel, config: FiscalConfig) -> Service:
    """Everything of fiscal that the runtime has to run.

    Raises:
        BadSettings: a drill would register receipts of sales that never were.
    """
    if config.drill and _REAL_REGISTRAR in config.checkbox_url:
        raise BadSettings("a drill must not reach a real registrar: point checkbox_url at the simulator")
    registrars = registrars_of(config)
    desk = Desk(kernel.db, kernel.clock, kernel.sealer, registrars, config)

    async def close_registrars() -> None:
        for registrar in registrars.values():
            await registrar.close()

    return Service(
        name="fiscal",
        routes=http.ROUTES,
        problems=http.PROBLEMS,
        heard=subscribers.heard(desk),
        schedules=schedule.schedules(desk),
        workers=schedule.workers(desk),
        dependencies={"desk": desk},
        on_stop=[close_registrars],
    )
