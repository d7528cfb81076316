"""The SMTP side: takes every message, unless a fault says otherwise."""

# ruff: noqa: N802, ARG002  (the hooks' names and arguments are aiosmtpd's)
import asyncio
from collections.abc import Callable
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from brama.simulators.faults import Faults

KNOWN_FAULTS = {
    "reject_recipient": "550 to RCPT TO; `to` narrows it to one address",
    "temporary_failure": "451 to the message's data, nothing is kept; `to` narrows it",
    "drop_connection": "the connection is cut instead of an answer to the message's data",
    "timeout_after_accept": "the message is kept, then the connection is cut: the sender cannot know",
    "slow": "`delay_s` (5) pass before the message's data is answered",
}
SIZE_LIMIT = 32 * 1024 * 1024
Keep = Callable[[str, list[str], bytes], None]


class Catcher:
    """aiosmtpd's hooks; names and signatures are its own."""

    def __init__(self, faults: Faults, keep: Keep) -> None:
        self._faults, self._keep = faults, keep

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._faults.take("reject_recipient", to=address) is not None:
            return "550 5.1.1 No such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        first = envelope.rcpt_tos[0]
        if (slow := self._faults.take("slow", to=first)) is not None:
            await asyncio.sleep(float(slow.get("delay_s", 5)))
        if self._faults.take("temporary_failure", to=first) is not None:
            return "451 4.3.0 Try again later"
        if self._faults.take("drop_connection", to=first) is not None:
            return _cut(server)
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self._keep(envelope.mail_from or "", list(envelope.rcpt_tos), content)
        if self._faults.take("timeout_after_accept", to=first) is not None:
            return _cut(server)
        return "250 2.0.0 OK: caught"


async def listen(catcher: Catcher, host: str, port: int) -> asyncio.Server:
    """An SMTP server on that port; like most of today's it speaks UTF-8 addresses and takes 32 MB."""

    def connection() -> Any:
        return SMTP(
            catcher, hostname="mail.simulator", ident="Brama mail catcher", enable_SMTPUTF8=True,
            data_size_limit=SIZE_LIMIT,
        )  # fmt: skip

    return await asyncio.get_running_loop().create_server(connection, host, port)


def _cut(server: SMTP) -> str:
    if server.transport is not None:
        server.transport.close()
    return "421 4.3.2 Closing"
