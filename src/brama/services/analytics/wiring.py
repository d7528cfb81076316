"""Analytics put together."""

from brama.kernel.runtime import Kernel, Service
from brama.services.analytics.config import AnalyticsConfig
from brama.services.analytics.http import PROBLEMS, ROUTES
from brama.services.analytics.operations.learning import Learner
from brama.services.analytics.ports import Writers
from brama.services.analytics.providers.spreadsheets import CsvWriter, WorkbookWriter
from brama.services.analytics.pulses import Pulses
from brama.services.analytics.subscribers import heard

CONFIG = AnalyticsConfig


def build(kernel: Kernel, config: AnalyticsConfig) -> Service:  # noqa: ARG001  # every service is built alike
    """The service, ready to run."""
    pulses = Pulses()
    return Service(
        name="analytics",
        routes=ROUTES,
        problems=PROBLEMS,
        heard=heard(Learner(pulses)),
        dependencies={
            "pulses": pulses,
            "stopping": kernel.stopping,
            "writers": Writers(csv=CsvWriter(), xlsx=WorkbookWriter()),
        },
    )
