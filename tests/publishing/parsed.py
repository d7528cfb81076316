"""A page as an HTML parser sees it."""

import json
from html.parser import HTMLParser
from typing import Any

_VOID = {"meta", "link", "img", "br", "input", "hr"}


class Parsed(HTMLParser):
    """Elements with their attributes and texts; refuses a page whose elements do not close."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == [], f"unclosed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((self._open[-1] if self._open else "", " ".join(data.split())))

    @property
    def words(self) -> str:
        """What people read: everything outside script elements."""
        return " ".join(text for tag, text in self.texts if tag not in ("script", "style", "title"))

    def all(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        """The attributes of every such element."""
        return [
            attrs
            for name, attrs in self.elements
            if name == tag and all(attrs.get(key) == value for key, value in wanted.items())
        ]

    def text_of(self, tag: str) -> list[str]:
        """The texts within every such element."""
        return [text for name, text in self.texts if name == tag]

    def block(self, kind: str) -> Any:
        """The JSON of the page's one script of that type."""
        [found] = [
            text for (name, text), attrs in zip(self._scripts(), self.all("script"), strict=True)
            if name == "script" and attrs.get("type") == kind
        ]  # fmt: skip
        return json.loads(found)

    def _scripts(self) -> list[tuple[str, str]]:
        """The scripts' texts, an empty one for those that load a file."""
        texts = iter([item for item in self.texts if item[0] == "script"])
        return [("script", "") if "src" in attrs else next(texts) for attrs in self.all("script")]
