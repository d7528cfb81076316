"""The simulated bank put together."""

import argparse
from collections.abc import Sequence

from litestar import Litestar
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.types import Scope

from brama.simulators import faults as fault_routes
from brama.simulators.agenda import Agenda
from brama.simulators.faults import Faults
from brama.simulators.given import given
from brama.simulators.monobank import control, http, pages
from brama.simulators.monobank.bank import Bank, UnknownInvoice
from brama.simulators.monobank.invoices import RefusedByBank
from brama.simulators.monobank.webhooks import Signer, Webhooks
from brama.simulators.runtime import HEALTH, flags, lifespan, public_url, report_surprise, serve
from brama.simulators.store import Store


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = flags("monobank", "The monobank acquiring API, simulated.")
    parser.add_argument(
        "--retry-delays",
        default="60,600",
        metavar="S,S",
        help="seconds before a webhook's 2nd and 3rd POST (default: %(default)s)",
    )
    parser.add_argument(
        "--processing-s",
        type=float,
        default=0,
        help="seconds between `processing` and the outcome of a payment (default: 0, no such step)",
    )
    parser.add_argument(
        "--token", action="append", default=[], help="accept only these X-Tokens (repeatable)"
    )
    return parser.parse_args(argv)


def build(options: argparse.Namespace) -> Litestar:
    store = Store(options.data)
    agenda, faults = Agenda(store), Faults(store, control.KNOWN_FAULTS)
    signer = Signer(store)
    delays = tuple(float(part) for part in options.retry_delays.split(",") if part)
    webhooks = Webhooks(agenda, faults, signer, delays)
    bank = Bank(store, agenda, faults, webhooks, processing_s=options.processing_s)
    return Litestar(
        [http.API, *control.ROUTES, *fault_routes.ROUTES, *pages.ROUTES, *HEALTH],
        dependencies=given(bank=bank, faults=faults, signer=signer, base_url=public_url(options)),
        exception_handlers={
            HTTPException: http.answer_http_error,
            RefusedByBank: http.answer_refused,
            UnknownInvoice: http.answer_unknown,
        },
        after_exception=[_report],
        lifespan=[lifespan(agenda, webhooks.close, store.close)],
        state=State({"faults": faults, "tokens": frozenset(options.token)}),
        openapi_config=None,
        logging_config=None,
    )


async def _report(failure: Exception, scope: Scope) -> None:
    if not isinstance(failure, RefusedByBank | UnknownInvoice):
        await report_surprise(failure, scope)


def main(argv: Sequence[str] | None = None) -> None:
    options = parse(argv)
    serve(build(options), options)
