"""Money: whole minor units with their currency. The only place where amounts are computed."""

from __future__ import annotations

from typing import Self

import msgspec

_SYMBOLS = {"UAH": "₴", "EUR": "€", "USD": "$", "GBP": "£", "PLN": "zł", "CZK": "Kč"}
_BEFORE_IN_ENGLISH = frozenset({"₴", "€", "$", "£"})
_NO_BREAK_SPACE = "\u00a0"


class CurrencyMismatch(ArithmeticError):
    """Amounts of different currencies cannot be added or compared."""


class Money(msgspec.Struct, frozen=True):
    """An amount in minor units (kopiyka, cent) of an ISO 4217 currency with two decimals."""

    minor: int
    currency: str

    @classmethod
    def zero(cls, currency: str) -> Self:
        """Nothing, in a currency."""
        return cls(0, currency)

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._same(other), self.currency)

    def __mul__(self, times: int) -> Money:
        if not isinstance(times, int):
            raise TypeError("money is multiplied by whole numbers only")
        return Money(self.minor * times, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: Money) -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: Money) -> bool:
        return self.minor >= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} with {other.currency}")
        return other.minor

    def formatted(self, locale: str) -> str:
        """As people write it: `1 200 ₴` or `₴1,200` by language; kopiykas only when there are any."""
        sign = "−" if self.minor < 0 else ""
        whole, part = divmod(abs(self.minor), 100)
        symbol = _SYMBOLS.get(self.currency, self.currency)
        if locale == "en":
            digits = f"{whole:,}" + (f".{part:02}" if part else "")
            if symbol in _BEFORE_IN_ENGLISH:
                return f"{sign}{symbol}{digits}"
            return f"{sign}{digits}{_NO_BREAK_SPACE}{symbol}"
        digits = f"{whole:,}".replace(",", _NO_BREAK_SPACE) + (f",{part:02}" if part else "")
        return f"{sign}{digits}{_NO_BREAK_SPACE}{symbol}"


def total(amounts: list[Money], currency: str) -> Money:
    """The sum of amounts of one currency; zero of `currency` for none.

    Raises:
        CurrencyMismatch: an amount is of another currency.
    """
    result = Money.zero(currency)
    for amount in amounts:
        result = result + amount
    return result
