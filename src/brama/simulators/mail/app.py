"""The mail catcher put together: one process, an HTTP and an SMTP port."""

import argparse
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from litestar import Litestar

from brama.simulators import faults as fault_routes
from brama.simulators.faults import Faults
from brama.simulators.given import given
from brama.simulators.mail import http
from brama.simulators.mail.inbox import Inbox
from brama.simulators.mail.smtp import KNOWN_FAULTS, Catcher, listen
from brama.simulators.runtime import HEALTH, flags, public_url, report_surprise, serve
from brama.simulators.store import Store


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = flags("mail", "Catches every e-mail and shows it.")
    parser.add_argument("--smtp-port", type=int, required=True, help="SMTP port to listen on")
    return parser.parse_args(argv)


def build(options: argparse.Namespace) -> Litestar:
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd would print every command
    store = Store(options.data)
    inbox, faults = Inbox(store), Faults(store, KNOWN_FAULTS)

    @asynccontextmanager
    async def catching(_: Litestar) -> AsyncIterator[None]:
        server = await listen(Catcher(faults, inbox.keep), options.host, options.smtp_port)
        try:
            yield
        finally:
            server.close()
            store.close()

    return Litestar(
        [*http.ROUTES, *fault_routes.ROUTES, *HEALTH],
        dependencies=given(inbox=inbox, faults=faults, base_url=public_url(options)),
        after_exception=[report_surprise],
        lifespan=[catching],
        openapi_config=None,
        logging_config=None,
    )


def main(argv: Sequence[str] | None = None) -> None:
    options = parse(argv)
    serve(build(options), options)
