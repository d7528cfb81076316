"""Selling without the tax service: codes kept beforehand, the offline session, the way back."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from brama.simulators.checkbox import errors
from brama.simulators.checkbox.books import Books, new_fiscal_code, utc_now
from brama.simulators.checkbox.desk import Desk
from brama.simulators.checkbox.documents import OfflineCode, Receipt, Register
from brama.simulators.checkbox.receipts import Receipts, Sell, Stamp

AT_MOST_IN_A_ROW = timedelta(hours=36)
MOST_CODES = 2000


class GoOffline(msgspec.Struct):
    """Both or neither: with them the till keeps the session by itself."""

    go_offline_date: str | None = None
    fiscal_code: str | None = None


class Offline:
    """The register's stock of codes and its offline session."""

    def __init__(self, books: Books, receipts: Receipts) -> None:
        self._books, self._receipts = books, receipts

    def ask_codes(self, register: Register, count: int) -> None:
        """Fill the stock up to `count` unused codes."""
        have = self._books.codes.find("register_id", register.id)
        missing = min(count, MOST_CODES) - sum(1 for code in have if not code.used)
        with self._books.store.together():
            for serial in range(len(have) + 1, len(have) + 1 + max(missing, 0)):
                self._books.codes.add(
                    OfflineCode(id=new_fiscal_code(), register_id=register.id, serial_id=serial)
                )

    def unused_codes(self, register: Register) -> list[OfflineCode]:
        """In the order in which they are to be used."""
        have = self._books.codes.find("register_id", register.id)
        return [code for code in reversed(have) if not code.used]

    def go_offline(self, register: Register, asked: GoOffline) -> None:
        """Begin an offline session.

        Raises:
            ApiError: 400, refused, begun already, or its code is not a free one of the stock.
        """
        if self._books.faults.take("offline_refused") is not None:
            raise errors.ApiError(400, "cash_register.go_offline", "Перехід в офлайн заборонено")
        if register.offline_mode:
            raise errors.ApiError(400, "cash_register.offline_mode", "Каса вже в офлайн-режимі")
        since = asked.go_offline_date or utc_now()
        if asked.fiscal_code is not None:
            code = self._books.codes.get(asked.fiscal_code)
            if code is None or code.used or code.register_id != register.id:
                message = f"Offline code '{asked.fiscal_code}' was used before!"
                raise errors.ApiError(400, "receipt.offline_code", message)
            code.used = True
            self._books.codes.save(code)
        _moment(since, "go_offline_date")
        register.offline_mode, register.offline_since, register.last_offline_at = True, since, since
        self._books.registers.save(register)

    def go_online(self, register: Register) -> None:
        """End the session; what it sold is sent. Harmless when online."""
        self._receipts.send_offline_ones(register)
        register.offline_mode, register.offline_since, register.last_offline_at = False, None, None
        self._books.registers.save(register)

    def sell(self, desk: Desk, asked: Sell) -> Receipt:
        """A receipt that the till stamped itself.

        Raises:
            ApiError: 400, not in an offline session, a code used before, out of order, or after 36 hours.
        """
        register = desk.at_register()
        if self._books.faults.take("offline_refused") is not None or not register.offline_mode:
            raise errors.ApiError(400, "receipt.offline_not_manual", "Каса не в офлайн-режимі")
        if asked.fiscal_code is None or asked.fiscal_date is None:
            raise errors.invalid("fiscal_code", message="field required", kind="value_error.missing")
        moment = _moment(asked.fiscal_date, "fiscal_date")
        assert register.offline_since is not None
        assert register.last_offline_at is not None
        if moment < _moment(register.last_offline_at, "fiscal_date"):
            raise errors.ApiError(400, "receipt.offline_date", "Порушено хронологію офлайн-чеків")
        if moment - _moment(register.offline_since, "fiscal_date") > AT_MOST_IN_A_ROW:
            raise errors.ApiError(400, "cash_register.offline_limit", "Офлайн триває понад 36 годин")
        stamp = Stamp(asked.fiscal_code, asked.fiscal_date, _text(asked.previous_receipt_id))
        return self._receipts.sell(desk, asked, stamp=stamp)


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _moment(text: str, field: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise errors.invalid(field, message="invalid datetime format", kind="value_error.datetime") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
