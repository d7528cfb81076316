"""What identity asks of the outside."""

from typing import Protocol


class Passwords(Protocol):
    """A slow, salted hash of passwords."""

    async def hash(self, password: str) -> str:
        """What may be kept of a password."""
        ...

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether the password is the one; None takes just as long and is always wrong."""
        ...

    def is_outdated(self, password_hash: str) -> bool:
        """Whether it was made with weaker settings than today's, and should be made anew."""
        ...
