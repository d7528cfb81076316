"""The shop's build as Vite's manifest tells of it."""

import hashlib
from pathlib import Path

import msgspec

from brama.services.publishing.ports import Entry

_PUBLIC = "/assets/shop/"
# The faces of a page's first screen; the rest come when a text needs them.
_PRELOADED = ("unbounded-cyrillic", "onest-cyrillic")


class _Chunk(msgspec.Struct, frozen=True):
    file: str
    imports: list[str] = []
    css: list[str] = []
    assets: list[str] = []


_decode = msgspec.json.Decoder(dict[str, _Chunk]).decode


class ViteBuild:
    """`Assets` in a folder. The build may come, go and be replaced while the service runs."""

    def __init__(self, folder: str) -> None:
        self._manifest = Path(folder) / ".vite" / "manifest.json"

    def entry(self, name: str) -> Entry:
        """The island's script and styles with all that they import; empty while there is no build."""
        chunks = self._chunks()
        key = next((key for key in (f"src/{name}/main.ts", f"src/{name}.ts") if key in chunks), None)
        if key is None:
            return Entry(script=None, preloads=[], styles=[], fonts=[])
        own, *imported = _closure(chunks, key)
        fonts = [asset for chunk in (own, *imported) for asset in chunk.assets if asset.endswith(".woff2")]
        # What is imported comes first, so that the island's own rules win.
        styles = [style for chunk in (*reversed(imported), own) for style in chunk.css]
        return Entry(
            script=_PUBLIC + own.file,
            preloads=[_PUBLIC + chunk.file for chunk in imported],
            styles=[_PUBLIC + style for style in dict.fromkeys(styles)],
            fonts=[_PUBLIC + font for font in dict.fromkeys(fonts) if font.startswith(_PRELOADED)],
        )

    def digest(self) -> str:
        """The manifest's digest: its names carry the digests of everything else."""
        return hashlib.sha256(self._bytes()).hexdigest()

    def _chunks(self) -> dict[str, _Chunk]:
        return _decode(self._bytes() or b"{}")

    def _bytes(self) -> bytes:
        try:
            return self._manifest.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return b""


def _closure(chunks: dict[str, _Chunk], key: str) -> list[_Chunk]:
    """The chunk and everything it imports, each once, importers first."""
    seen: dict[str, _Chunk] = {}
    waiting = [key]
    while waiting:
        name = waiting.pop(0)
        if name not in seen and name in chunks:
            seen[name] = chunks[name]
            waiting += chunks[name].imports
    return list(seen.values())
