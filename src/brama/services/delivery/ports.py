"""The outside world as delivery sees it."""

from typing import Protocol

import msgspec


class Parcel(msgspec.Struct, frozen=True):
    """A finished message (RFC 5322) and its envelope."""

    sender: str
    recipient: str
    message: bytes


class Refused(Exception):
    """The server will never take it. `code` is its bare status (`550 5.1.1`); the text is for staff."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class TryLater(Exception):
    """The server does not take it now, or does not answer. `code` as in `Refused`, or a word."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


class Post(Protocol):
    """Carries parcels; several at once."""

    async def send(self, parcel: Parcel) -> None:
        """Hand a parcel over; on return the server has it.

        Raises:
            Refused, TryLater: it has not, or cannot be known to have it.
        """
        ...

    async def close(self) -> None:
        """Let every connection go."""
        ...
