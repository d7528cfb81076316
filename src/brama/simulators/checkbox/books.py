"""The registrar's collections and the small things that every operation needs of them."""

import secrets
import time
import uuid
from datetime import UTC, datetime

from brama.simulators.agenda import Agenda
from brama.simulators.checkbox import errors
from brama.simulators.checkbox.documents import (
    Cashier,
    OfflineCode,
    Receipt,
    Register,
    Report,
    Session,
    Shift,
    Transaction,
)
from brama.simulators.checkbox.sums import Tax
from brama.simulators.faults import Faults
from brama.simulators.store import Store

LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789-_"
TAXES = (("ПДВ 20%", "А", 1, 20.0, False), ("ПДВ 7%", "Б", 2, 7.0, False), ("Без ПДВ", "З", 8, 0.0, True))


class Books:
    """`delay_s` is how long the tax service takes to register anything."""

    def __init__(
        self, store: Store, agenda: Agenda, faults: Faults, *, base_url: str, delay_s: float
    ) -> None:
        self.store, self.agenda, self.faults = store, agenda, faults
        self.base_url, self.delay_s = base_url, delay_s
        self.registers = store.collection("register", Register, indexed=("license_key", "cashier_id"))
        self.cashiers = store.collection("cashier", Cashier, indexed=("login",))
        self.sessions = store.collection("session", Session)
        self.shifts = store.collection("shift", Shift, indexed=("register_id",))
        self.receipts = store.collection(
            "receipt", Receipt, indexed=("shift_id", "register_id", "fiscal_code", "related_receipt_id")
        )
        self.transactions = store.collection("fiscal_transaction", Transaction)
        self.reports = store.collection("report", Report, indexed=("register_id",))
        self.codes = store.collection("offline_code", OfflineCode, indexed=("register_id",))

    def taxes(self) -> list[Tax]:
        """The organisation's rates; their ids stay the same over restarts."""
        return [
            Tax(
                id=str(uuid.uuid5(uuid.NAMESPACE_OID, symbol)),
                code=code,
                label=label,
                symbol=symbol,
                rate=rate,
                extra_rate=None,
                included=True,
                created_at="2026-01-01T00:00:00+00:00",
                no_vat=no_vat,
            )
            for label, symbol, code, rate, no_vat in TAXES
        ]

    def register(self, register_id: str) -> Register:
        register = self.registers.get(register_id)
        if register is None:
            raise errors.not_found("Касу")
        return register

    def licensed(self, license_key: str) -> Register:
        """The register of that licence.

        Raises:
            ApiError: 401, there is no such licence.
        """
        found = self.registers.find("license_key", license_key)
        if not found:
            raise errors.wrong_license()
        return found[0]

    def shift(self, shift_id: str) -> Shift:
        shift = self.shifts.get(shift_id)
        if shift is None:
            raise errors.not_found("Зміну")
        return shift

    def receipt(self, receipt_id: str) -> Receipt:
        receipt = self.receipts.get(receipt_id.lower())
        if receipt is None:
            raise errors.not_found("Чек")
        return receipt

    def transaction(self, transaction_id: str) -> Transaction:
        transaction = self.transactions.get(transaction_id)
        if transaction is None:
            raise errors.not_found("Транзакцію")
        return transaction

    def begin_transaction(self, register: Register, kind: str) -> Transaction:
        """A signed document on its way to the tax service. The caller saves the register."""
        register.transactions += 1
        now = utc_now()
        transaction = Transaction(
            id=new_uuid(),
            type=kind,
            serial=register.transactions,
            status="CREATED",
            created_at=now,
            request_signed_at=now,
        )
        self.transactions.add(transaction)
        return transaction

    def end_transaction(self, transaction: Transaction, *, failure: str | None = None) -> None:
        transaction.status = "DONE" if failure is None else "ERROR"
        transaction.response_status = "OK" if failure is None else "ERROR"
        transaction.response_error_message = failure
        transaction.response_id = new_fiscal_code() if failure is None else None
        transaction.request_received_at = transaction.updated_at = utc_now()
        self.transactions.save(transaction)


def utc_now() -> str:
    return at_moment(time.time())


def at_moment(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="microseconds")


def new_uuid() -> str:
    return str(uuid.uuid4())


def new_fiscal_code() -> str:
    return "TEST-" + "".join(secrets.choice(LETTERS) for _ in range(8))
