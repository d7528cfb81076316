"""Words for people: the same keys and the same placeholders in Ukrainian and English, everywhere."""

import re
import tomllib
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from brama.kernel.answers import KERNEL_PROBLEMS
from brama.kernel.problem import Problem
from brama.kernel.texts import LOCALES
from tests.architecture.parts import BUILT, SOURCES, app_of, modules_of, title

FOLDERS = sorted({path.parent for path in SOURCES.rglob("texts/*.toml")})
PLACEHOLDER = re.compile(r"\{(\w*)[^}]*\}")
PLURALS = {"uk": {"one", "few", "many", "other"}, "en": {"one", "other"}}
CYRILLIC = re.compile("[а-яіїєґ]", re.IGNORECASE)
# English words that hold Cyrillic on purpose: an example of a name, a field that is filled in Ukrainian.
MAY_HOLD_CYRILLIC = {"other_language", "other_language_name"}


def _words(folder: Path, locale: str) -> dict[str, str]:
    """Every text by its dotted key; the forms of a plural are texts of their own."""
    return _flat(tomllib.loads((folder / f"{locale}.toml").read_text("utf-8")), "")


def _flat(node: dict[str, Any], prefix: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in node.items():
        found |= _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {f"{prefix}{name}": value}
    return found


def _plurals(words: Iterable[str]) -> dict[str, set[str]]:
    """The keys that are plural tables, with the forms they have."""
    leaves: dict[str, set[str]] = {}
    for path in words:
        head, _, last = path.rpartition(".")
        leaves.setdefault(head, set()).add(last)
    return {head: forms for head, forms in leaves.items() if head and forms <= PLURALS["uk"]}


def _keys(words: Iterable[str]) -> dict[str, str]:
    """Path → key: a plural table counts as one."""
    words = list(words)
    plurals = _plurals(words)
    return {path: head if (head := path.rpartition(".")[0]) in plurals else path for path in words}


@pytest.mark.parametrize("folder", FOLDERS, ids=title)
def test_both_languages_have_the_same_keys(folder: Path) -> None:
    uk, en = (set(_keys(_words(folder, locale)).values()) for locale in LOCALES)
    assert uk - en == set(), "not in English"
    assert en - uk == set(), "not in Ukrainian"


@pytest.mark.parametrize("folder", FOLDERS, ids=title)
@pytest.mark.parametrize("locale", LOCALES)
def test_a_plural_has_every_form_of_its_language(folder: Path, locale: str) -> None:
    forms = _plurals(_words(folder, locale))
    lacking = {key: PLURALS[locale] - found for key, found in forms.items() if PLURALS[locale] - found}
    assert not lacking


@pytest.mark.parametrize("folder", FOLDERS, ids=title)
def test_both_languages_name_the_same_facts(folder: Path) -> None:
    places: dict[str, dict[str, set[str]]] = {locale: {} for locale in LOCALES}
    for locale in LOCALES:
        catalogue = _words(folder, locale)
        keys = _keys(catalogue)
        for path, words in catalogue.items():
            found = set(PLACEHOLDER.findall(str(words))) - {"count"}  # "one ticket" needs no figure
            places[locale].setdefault(keys[path], set()).update(found)
    differing = {key for key in places["uk"] if places["uk"][key] != places["en"].get(key)}
    assert not differing


@pytest.mark.parametrize("folder", FOLDERS, ids=title)
def test_no_text_is_empty_or_left_in_the_other_language(folder: Path) -> None:
    for locale in LOCALES:
        empty = [path for path, words in _words(folder, locale).items() if not str(words).strip()]
        assert not empty, locale
    left = [
        path
        for path, words in _words(folder, "en").items()
        if CYRILLIC.search(str(words)) and path.rpartition(".")[2] not in MAY_HOLD_CYRILLIC
    ]
    assert not left


def _problems(package: str) -> list[type[Problem]]:
    return [
        kind
        for kind in vars(import_module(package)).values()
        if isinstance(kind, type) and issubclass(kind, Problem) and kind.__module__ == package
    ]


@pytest.mark.parametrize("service", BUILT)
def test_every_problem_of_a_service_has_words_a_status_and_a_message(service: str) -> None:
    table = app_of(service)[0].problems
    catalogues = {locale: _words(SOURCES / "services" / service / "texts", locale) for locale in LOCALES}
    modules_of(f"brama.services.{service}")
    kinds = _problems(f"brama.services.{service}.errors")
    bases = {base for kind in kinds for base in kind.__mro__[1:]}
    for kind in set(kinds) - bases:
        assert any(base in table or base in KERNEL_PROBLEMS for base in kind.__mro__), f"{kind} has no status"
        assert kind.__doc__, kind
        for locale in LOCALES:
            for part in ("title", "detail"):
                assert f"problem.{kind.code}.{part}" in catalogues[locale], f"{locale}: {kind.code}.{part}"


@pytest.mark.parametrize("service", BUILT)
def test_no_words_are_kept_for_a_problem_that_does_not_exist(service: str) -> None:
    kinds = {kind.code for kind in _problems(f"brama.services.{service}.errors")}
    texts = _words(SOURCES / "services" / service / "texts", "uk")
    codes = {path.split(".")[1] for path in texts if path.startswith("problem.")}
    assert not codes - kinds - {kind.code for kind in KERNEL_PROBLEMS}


@pytest.mark.parametrize("kind", KERNEL_PROBLEMS, ids=lambda kind: kind.code)
def test_every_problem_of_the_kernel_has_words(kind: type[Problem]) -> None:
    for locale in LOCALES:
        words = _words(SOURCES / "kernel" / "texts", locale)
        assert {f"problem.{kind.code}.title", f"problem.{kind.code}.detail"} <= words.keys()
