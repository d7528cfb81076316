"""The static site as a folder of files, each whole at every moment."""

import asyncio
import os
from pathlib import Path, PurePosixPath

from brama.services.publishing.errors import SiteUnwritable


class Folder:
    """A `Site` on disk. Several writers may meet: each file is the whole of one of them."""

    def __init__(self, root: str) -> None:
        self._root = Path(root)

    async def put(self, path: str, data: bytes) -> bool:
        """Write a file by renaming a finished one over it; False when the same bytes stood there.

        Raises:
            ValueError: the path leads out of the folder.
            SiteUnwritable: the disk refuses; nothing of the old file is lost.
        """
        target = self._within(path)
        try:
            return await asyncio.to_thread(_put, target, data)
        except OSError as error:
            raise SiteUnwritable(path=path) from error

    async def has(self, path: str) -> bool:
        """Whether the file is there."""
        return await asyncio.to_thread(self._within(path).is_file)

    def _within(self, path: str) -> Path:
        parts = PurePosixPath(path).parts
        if not parts or any(part in ("/", "..", ".") for part in parts):
            raise ValueError(f"not a path within the site: {path!r}")
        return self._root.joinpath(*parts)


def _put(path: Path, data: bytes) -> bool:
    try:
        if path.read_bytes() == data:
            return False
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    # A name that starts with a dot is not served.
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    unfinished.write_bytes(data)
    unfinished.replace(path)
    return True
