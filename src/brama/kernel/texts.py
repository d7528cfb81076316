"""Words for people, from each package's `texts/uk.toml` and `texts/en.toml`."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from babel import Locale

LOCALES = ("uk", "en")
_PLURAL_FORMS = frozenset({"one", "few", "many", "other"})


class UnknownText(KeyError):
    """No catalogue has this key."""


class Texts:
    """The words of one package. Keys are dotted paths; a plural table is chosen by `count`."""

    def __init__(self, catalogues: dict[str, dict[str, Any]]) -> None:
        self.catalogues = catalogues

    @classmethod
    def of(cls, package: str) -> "Texts":
        """The catalogues of a package, read once."""
        return _read(package)

    def __call__(self, key: str, *, locale: str, **facts: Any) -> str:
        """The words under `key` for a reader of `locale`, with `{names}` filled in.

        Raises:
            UnknownText: the catalogue lacks the key.
        """
        found = self.find(key, locale=locale, **facts)
        if found is None:
            raise UnknownText(f"{key} ({locale})")
        return found

    def find(self, key: str, *, locale: str, **facts: Any) -> str | None:
        """As calling, but None for a missing key."""
        node: Any = self.catalogues.get(locale) or self.catalogues["uk"]
        for part in key.split("."):
            if not isinstance(node, dict) or part not in node:
                return None
            node = node[part]
        if isinstance(node, dict):
            if not _is_plural(node):
                return None
            form = Locale.parse(locale).plural_form(facts["count"])
            node = node.get(form) or node["other"]
        return str(node).format_map(_Lenient(facts))

    def keys(self, locale: str) -> set[str]:
        """Every key of a language; a plural table counts as one."""
        return set(_flatten(self.catalogues[locale], ""))


class _Lenient(dict[str, Any]):
    """A name that was not given stays visible instead of hiding the whole message."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _is_plural(node: dict[str, Any]) -> bool:
    """Whether a table holds the forms of one text: nothing but forms, for `few` may also be a word's name."""
    return bool(node) and node.keys() <= _PLURAL_FORMS


def _flatten(node: dict[str, Any], prefix: str) -> list[str]:
    keys: list[str] = []
    for name, value in node.items():
        path = f"{prefix}{name}"
        if isinstance(value, dict) and not _is_plural(value):
            keys += _flatten(value, path + ".")
        else:
            keys.append(path)
    return keys


@cache
def _read(package: str) -> Texts:
    folder = resources.files(package) / "texts"
    return Texts(
        {locale: tomllib.loads((folder / f"{locale}.toml").read_text("utf-8")) for locale in LOCALES}
    )
