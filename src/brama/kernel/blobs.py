"""Files by their digest: one private and one public store, each a folder."""

import asyncio
import hashlib
import mimetypes
import os
import re
from pathlib import Path

import msgspec

from brama.kernel.ids import new_id

_DIGEST = re.compile(r"[0-9a-f]{64}")
_SUFFIX = {"image/webp": ".webp", "image/svg+xml": ".svg", "image/png": ".png", "image/jpeg": ".jpg",
           "application/pdf": ".pdf", "text/calendar": ".ics"}  # fmt: skip


class Blob(msgspec.Struct, frozen=True):
    """A file's bytes and MIME type."""

    data: bytes
    content_type: str


class Blobs:
    """Content-addressed: the same bytes are kept once, and a digest can be trusted."""

    def __init__(self, private_folder: str, public_folder: str) -> None:
        self._private, self._public = Path(private_folder), Path(public_folder)

    async def put(self, data: bytes, content_type: str, *, public: bool = False) -> str:
        """Keep bytes; answers their SHA-256 in hexadecimal. Repeating it changes nothing."""
        digest = hashlib.sha256(data).hexdigest()
        path = self._path(digest, content_type, public)
        if not path.exists():
            await asyncio.to_thread(_write, path, data)
        return digest

    async def get(self, digest: str, *, public: bool = False) -> Blob | None:
        """The file, None when it is not here (or the digest is none)."""
        if not _DIGEST.fullmatch(digest):
            return None
        folder = (self._public if public else self._private) / digest[:2]
        found = await asyncio.to_thread(lambda: next(iter(folder.glob(f"{digest}.*")), None))
        if found is None:
            return None
        kind = {suffix: name for name, suffix in _SUFFIX.items()}.get(found.suffix)
        data = await asyncio.to_thread(found.read_bytes)
        return Blob(data, kind or mimetypes.guess_type(found.name)[0] or "application/octet-stream")

    def public_path(self, digest: str, content_type: str) -> str:
        """The path under the public origin."""
        return f"/media/{digest[:2]}/{digest}{_SUFFIX[content_type]}"

    def _path(self, digest: str, content_type: str, public: bool) -> Path:
        folder = self._public if public else self._private
        return folder / digest[:2] / f"{digest}{_SUFFIX[content_type]}"


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all: a reader never sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{new_id()}.part")
    with unfinished.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
