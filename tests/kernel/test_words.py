"""Money, identifiers, texts and settings."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brama.kernel.config import BadSettings, CommonConfig, load
from brama.kernel.ids import ALPHABET, decode_number, encode_number, new_code, new_id, normalise_code
from brama.kernel.money import CurrencyMismatch, Money, total
from brama.kernel.texts import Texts, UnknownText

SPACE = "\u00a0"


class ShopConfig(CommonConfig, frozen=True, kw_only=True):
    """A service's own settings."""

    hold_for_s: int = 600
    label: str


SETTINGS = """
[common]
nats_url = "nats://x"
public_origin = "http://x"
trust_keys = []
private_blobs = "a"
public_blobs = "b"
http_port = 1
[shop]
database_url = "postgresql://shop:${SHOP_PASSWORD}@x/y"
master_key = "k"
label = "дзвінок"
"""


def hryvnias(minor: int) -> Money:
    return Money(minor, "UAH")


@pytest.mark.parametrize(
    ("minor", "currency", "uk", "en"),
    [
        (0, "UAH", f"0{SPACE}₴", "₴0"),
        (120_000, "UAH", f"1{SPACE}200{SPACE}₴", "₴1,200"),
        (120_050, "UAH", f"1{SPACE}200,50{SPACE}₴", "₴1,200.50"),
        (5, "UAH", f"0,05{SPACE}₴", "₴0.05"),
        (-100, "EUR", f"−1{SPACE}€", "−€1"),
        (123_456_789, "PLN", f"1{SPACE}234{SPACE}567,89{SPACE}zł", f"1,234,567.89{SPACE}zł"),
        (100, "CHF", f"1{SPACE}CHF", f"1{SPACE}CHF"),
    ],
)
def test_money_is_written_as_people_write_it(minor: int, currency: str, uk: str, en: str) -> None:
    assert (Money(minor, currency).formatted("uk"), Money(minor, currency).formatted("en")) == (uk, en)


def test_money_of_two_currencies_never_meets() -> None:
    for meet in (
        lambda: hryvnias(1) + Money(1, "EUR"),
        lambda: hryvnias(1) - Money(1, "EUR"),
        lambda: hryvnias(1) < Money(2, "EUR"),
        lambda: hryvnias(1) >= Money(0, "EUR"),
        lambda: total([hryvnias(1), Money(1, "EUR")], "UAH"),
    ):
        with pytest.raises(CurrencyMismatch):
            meet()
    assert hryvnias(1) != Money(1, "EUR")


def test_money_is_multiplied_by_whole_numbers_only() -> None:
    assert hryvnias(1250) * 3 == hryvnias(3750)
    with pytest.raises(TypeError):
        hryvnias(1250) * 0.5  # type: ignore[operator]


@given(st.lists(st.integers(-(10**12), 10**12)))
def test_a_total_is_the_sum(amounts: list[int]) -> None:
    assert total([hryvnias(minor) for minor in amounts], "UAH") == hryvnias(sum(amounts))


def test_an_id_is_version_7_and_tells_its_time() -> None:
    before = int(datetime.now(UTC).timestamp() * 1000)
    made = new_id()
    after = int(datetime.now(UTC).timestamp() * 1000)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert before <= made.int >> 80 <= after
    assert len({new_id() for _ in range(10_000)}) == 10_000


@given(st.integers(0, 32**9 - 1))
def test_a_number_survives_its_letters(number: int) -> None:
    assert decode_number(encode_number(number, 9)) == number


def test_a_number_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        encode_number(32**3, 3)
    with pytest.raises(ValueError, match="substring"):
        decode_number("A!")


@given(st.text(ALPHABET, min_size=1))
def test_a_code_is_understood_as_people_type_it(code: str) -> None:
    typed = " ".join(code.lower()).replace("1", "l").replace("0", "o") + "-"
    assert normalise_code(typed) == code


def test_codes_have_no_letters_that_are_mistaken_for_others() -> None:
    assert not set("ILOU") & set(ALPHABET)
    assert set("".join(new_code(16) for _ in range(300))) == set(ALPHABET)


TEXTS = Texts(
    {
        "uk": {"tickets": {"one": "{count} квиток", "few": "{count} квитки", "many": "{count} квитків",
                           "other": "{count} квитка"}, "state": {"few": "мало", "sold_out": "немає"},
               "hello": "Вітаємо, {name}"},
        "en": {"tickets": {"one": "{count} ticket", "other": "{count} tickets"},
               "state": {"few": "few", "sold_out": "none"}, "hello": "Hello, {name}"},
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("count", "uk", "en"),
    [(0, "0 квитків", "0 tickets"), (1, "1 квиток", "1 ticket"), (2, "2 квитки", "2 tickets"),
     (5, "5 квитків", "5 tickets"), (11, "11 квитків", "11 tickets"), (21, "21 квиток", "21 tickets"),
     (112, "112 квитків", "112 tickets"), (1.5, "1.5 квитка", "1.5 tickets")],
)  # fmt: skip
def test_a_plural_follows_its_language(count: float, uk: str, en: str) -> None:
    assert TEXTS("tickets", locale="uk", count=count) == uk
    assert TEXTS("tickets", locale="en", count=count) == en


def test_a_text_is_found_by_its_path_and_filled() -> None:
    assert TEXTS("hello", locale="uk", name="Оля {count}") == "Вітаємо, Оля {count}"
    assert TEXTS("hello", locale="uk") == "Вітаємо, {name}"
    assert TEXTS("hello", locale="de", name="x") == "Вітаємо, x"
    assert TEXTS("state.few", locale="uk") == "мало"


def test_a_missing_text_is_an_error_and_no_table_is_a_text() -> None:
    for key in ("nothing", "hello.deeper", "state"):
        with pytest.raises(UnknownText):
            TEXTS(key, locale="uk", count=1)
    assert TEXTS.keys("uk") == TEXTS.keys("en") == {"tickets", "state.few", "state.sold_out", "hello"}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHOP_PASSWORD", "хвиля")
    path = tmp_path / "settings.toml"
    path.write_text(SETTINGS, "utf-8")
    return path


def test_settings_are_the_services_table_over_the_common_one(settings: Path) -> None:
    config = load(settings, "shop", ShopConfig)
    assert (config.database_url, config.hold_for_s) == ("postgresql://shop:хвиля@x/y", 600)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('label = "дзвінок"', "", "missing required field `label`"),
        ('label = "дзвінок"', 'label = "x"\nhold_for = 5', "unknown field `hold_for`"),
        (
            'label = "дзвінок"',
            'label = "x"\nhold_for_s = "5"',
            "Expected `int`, got `str` - at `$.hold_for_s`",
        ),
        ("${SHOP_PASSWORD}", "${OTHER_PASSWORD}", "OTHER_PASSWORD, which is not set"),
        ("[shop]", "[shop", "settings.toml: "),
    ],
)
def test_settings_that_cannot_be_used_say_what_to_mend(
    settings: Path, before: str, after: str, words: str
) -> None:
    settings.write_text(SETTINGS.replace(before, after), "utf-8")
    with pytest.raises(BadSettings) as failure:
        load(settings, "shop", ShopConfig)
    assert words in str(failure.value)
    assert "хвиля" not in str(failure.value), "a secret in a message"


def test_settings_that_are_not_there_say_who_writes_them(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="`brama up` writes one"):
        load(tmp_path / "none.toml", "shop", ShopConfig)
