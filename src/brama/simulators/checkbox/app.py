"""The simulated registrar put together."""

import argparse
from collections.abc import Sequence

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.types import Scope

from brama.simulators import faults as fault_routes
from brama.simulators.agenda import Agenda
from brama.simulators.checkbox import control, http, pages
from brama.simulators.checkbox.books import Books
from brama.simulators.checkbox.desk import DefineRegister, define_register
from brama.simulators.checkbox.errors import ApiError
from brama.simulators.checkbox.limits import Limit
from brama.simulators.checkbox.offline import Offline
from brama.simulators.checkbox.receipts import Receipts
from brama.simulators.checkbox.shifts import Shifts
from brama.simulators.checkbox.webhooks import Webhooks
from brama.simulators.faults import Faults
from brama.simulators.given import given
from brama.simulators.runtime import HEALTH, flags, lifespan, public_url, report_surprise, serve
from brama.simulators.store import Store


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = flags("checkbox", "The Checkbox fiscal API, simulated.")
    parser.add_argument(
        "--register",
        action="append",
        default=[],
        metavar="LICENSE:PIN",
        help="a register to have (repeatable)",
    )
    parser.add_argument(
        "--delay-ms", type=int, default=150, help="how long registering anything takes (default: %(default)s)"
    )
    parser.add_argument(
        "--webhook-retry-s",
        type=float,
        default=30,
        help="seconds between webhook POSTs (default: %(default)s)",
    )
    return parser.parse_args(argv)


def build(options: argparse.Namespace) -> Litestar:
    store = Store(options.data)
    agenda, faults = Agenda(store), Faults(store, control.KNOWN_FAULTS)
    books = Books(store, agenda, faults, base_url=public_url(options), delay_s=options.delay_ms / 1000)
    for text in options.register:
        license_key, _, pin_code = text.partition(":")
        define_register(books, DefineRegister(license_key=license_key, pin_code=pin_code))
    webhooks = Webhooks(books, retry_s=options.webhook_retry_s)
    shifts = Shifts(books, webhooks)
    receipts = Receipts(books, shifts, webhooks)
    drawn = Router("/", route_handlers=pages.DRAWN, dependencies={"drawn": Provide(pages.drawn_receipt)})
    return Litestar(
        [http.API, drawn, *pages.ROUTES, *control.ROUTES, *fault_routes.ROUTES, *HEALTH],
        dependencies={
            **given(books=books, faults=faults, shifts=shifts, receipts=receipts),
            **given(offline=Offline(books, receipts)),
            "desk": Provide(http.desk_of, sync_to_thread=False),
        },
        exception_handlers={ApiError: http.answer_api_error, HTTPException: http.answer_http_error},
        after_exception=[_report],
        lifespan=[lifespan(agenda, webhooks.close, store.close)],
        state=State({"books": books, "limit": Limit(unlimited=options.unlimited)}),
        openapi_config=None,
        logging_config=None,
    )


async def _report(failure: Exception, scope: Scope) -> None:
    if not isinstance(failure, ApiError):
        await report_surprise(failure, scope)


def main(argv: Sequence[str] | None = None) -> None:
    options = parse(argv)
    serve(build(options), options)
