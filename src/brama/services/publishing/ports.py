"""What publishing needs of the outside world."""

from typing import Protocol

import msgspec


class Site(Protocol):
    """The folder that the web server reads. Paths are relative, with slashes."""

    async def put(self, path: str, data: bytes) -> bool:
        """Write a file whole or not at all; False when it already stood so."""
        ...

    async def has(self, path: str) -> bool:
        """Whether the file is there."""
        ...


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What a page loads for one island: public paths; `script` None while the shop is not built."""

    script: str | None
    preloads: list[str]
    styles: list[str]
    fonts: list[str]


class Assets(Protocol):
    """The shop's build."""

    def entry(self, name: str) -> Entry:
        """What the island `name` (event, order, ticket) needs."""
        ...

    def digest(self) -> str:
        """Changes with the build."""
        ...
