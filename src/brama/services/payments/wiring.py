"""The composition root of payments: the only room that knows all the others."""

from brama.kernel.config import BadSettings
from brama.kernel.runtime import Kernel, Service
from brama.services.payments import http, schedule, subscribers
from brama.services.payments.config import PaymentsConfig
from brama.services.payments.operations import Desk
from brama.services.payments.providers import providers_of

CONFIG = PaymentsConfig
_REAL_BANK = "monobank.ua"


def build(kernel: Kernel, config: PaymentsConfig) -> Service:
    """Everything of payments that the runtime has to run.

    Raises:
        BadSettings: a drill would take or return real money.
    """
    if config.drill and _REAL_BANK in config.monobank_url:
        raise BadSettings("a drill must not reach a real bank: point monobank_url at the simulator")
    providers = providers_of(config)
    desk = Desk(kernel.db, kernel.clock, kernel.sealer, kernel.trusted, providers, config)

    async def close_providers() -> None:
        for provider in providers.values():
            await provider.close()

    return Service(
        name="payments",
        routes=http.ROUTES,
        problems=http.PROBLEMS,
        heard=subscribers.heard(desk),
        schedules=schedule.schedules(desk),
        workers=schedule.workers(desk),
        dependencies={"desk": desk},
        on_stop=[close_providers],
    )
