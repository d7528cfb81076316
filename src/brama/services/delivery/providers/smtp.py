"""SMTP by aiosmtplib: connections are kept between messages, several carry at once."""

import re
import time
from contextlib import suppress
from typing import Final, Literal

import aiosmtplib
import msgspec
from aiosmtplib import SMTP

from brama.services.delivery.ports import Parcel, Refused, TryLater

# A server may have let an idle connection go: ask before trusting it with a message.
_ASK_AFTER_S: Final = 5.0
_ENHANCED: Final = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")


class SmtpServer(msgspec.Struct, frozen=True, kw_only=True):
    """Where the server is and how to speak to it."""

    host: str
    port: int
    tls: Literal["none", "starttls", "tls"]
    user: str
    password: str
    timeout_s: int


class _Line(msgspec.Struct):
    """A connection and when it last carried something."""

    client: SMTP
    used_at: float


class SmtpPost:
    """A post over one SMTP server. Its caller bounds how many send at once; as many lines are kept."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        self._idle: list[_Line] = []

    async def send(self, parcel: Parcel) -> None:
        """Hand a parcel over; on return the server has it.

        A connection that breaks before the server's last word leaves open whether it has: then it is
        handed over again, so a reader may see it twice, with one Message-ID.

        Raises:
            Refused: the server will never take it for this recipient.
            TryLater: anything else, our own name or password refused included: nothing is lost by waiting.
        """
        try:
            line = await self._line()
        except (aiosmtplib.SMTPException, OSError) as error:
            raise TryLater(_code_of(error, "unreachable"), str(error)) from error
        try:
            await self._hand_over(line.client, parcel)
        except BaseException:
            line.client.close()
            raise
        line.used_at = time.monotonic()
        self._idle.append(line)

    async def close(self) -> None:
        """Let every idle connection go."""
        while self._idle:
            with suppress(aiosmtplib.SMTPException, OSError):
                await self._idle.pop().client.quit()

    async def _line(self) -> _Line:
        while self._idle:
            line = self._idle.pop()
            if time.monotonic() - line.used_at < _ASK_AFTER_S and line.client.is_connected:
                return line
            try:
                await line.client.noop(timeout=2)
            except (aiosmtplib.SMTPException, OSError):
                line.client.close()
            else:
                return line
        return _Line(await self._connected(), time.monotonic())

    async def _connected(self) -> SMTP:
        server = self._server
        client = SMTP(
            hostname=server.host, port=server.port, timeout=server.timeout_s, use_tls=server.tls == "tls",
            start_tls=server.tls == "starttls", username=server.user or None,
            password=server.password or None,
        )  # fmt: skip
        await client.connect()
        return client

    async def _hand_over(self, client: SMTP, parcel: Parcel) -> None:
        options = [] if parcel.recipient.isascii() else ["SMTPUTF8"]
        try:
            await client.sendmail(parcel.sender, parcel.recipient, parcel.message, mail_options=options)
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _judged(error.recipients[0]) from error
        except aiosmtplib.SMTPDataError as error:
            raise _judged(error) from error
        except aiosmtplib.SMTPNotSupported as error:
            raise Refused("unsupported_address", str(error)) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise TryLater(_code_of(error, "interrupted"), str(error)) from error
        except ValueError as error:
            raise Refused("malformed_address", str(error)) from error


def _judged(error: aiosmtplib.SMTPResponseException) -> Refused | TryLater:
    """What the server said of this very message or recipient: 5yz is its last word, the rest is not."""
    kind = Refused if 500 <= error.code < 600 else TryLater
    return kind(_code_of(error, ""), f"{error.code} {error.message}")


def _code_of(error: Exception, otherwise: str) -> str:
    """The bare status, without the words around it, which may name the reader."""
    if not isinstance(error, aiosmtplib.SMTPResponseException):
        return otherwise
    enhanced = _ENHANCED.search(error.message)
    return f"{error.code} {enhanced[1]}" if enhanced else str(error.code)
