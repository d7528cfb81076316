"""Opening and closing shifts, and the reports on them."""

from typing import Any

from brama.simulators.checkbox import errors, views
from brama.simulators.checkbox.books import Books, new_fiscal_code, new_uuid, utc_now
from brama.simulators.checkbox.desk import Desk
from brama.simulators.checkbox.documents import Balance, Receipt, Register, Report, Shift, TaxTurnover
from brama.simulators.checkbox.webhooks import Webhooks

STILL_WAITING_S = 0.2  # between looks whether a closing shift's last receipts are through


class Shifts:
    """One open shift per register; the tax service's answer comes after the books' delay."""

    def __init__(self, books: Books, webhooks: Webhooks) -> None:
        self._books, self._webhooks = books, webhooks
        books.agenda.on("shift_step", self._step)

    def active(self, desk: Desk) -> Shift | None:
        """The cashier's shift that is not closed."""
        if desk.register is None or desk.register.shift_id is None:
            return None
        shift = self._books.shift(desk.register.shift_id)
        return shift if shift.cashier_id == desk.cashier.id else None

    def opened(self, desk: Desk) -> Shift:
        """The shift to sell in.

        Raises:
            ApiError: 400 shift.not_opened.
        """
        shift = self.active(desk)
        if shift is None or shift.status != "OPENED":
            raise errors.no_shift()
        if self._books.faults.take("midnight") is not None:
            self._finish_closing(self._begin_closing(desk.at_register(), shift))
            raise errors.no_shift()
        return shift

    def open(self, desk: Desk, shift_id: str | None) -> Shift:
        """Ask for a shift.

        Raises:
            ApiError: 400, the register has one already.
        """
        register, books = desk.at_register(), self._books
        if register.shift_id is not None:
            raise errors.shift_open()
        if shift_id is not None and books.shifts.get(shift_id) is not None:
            raise errors.ApiError(400, "shift.already_exists", "Вказаний id зміни вже існує")
        transaction = books.begin_transaction(register, "SHIFT_OPEN")
        register.shifts += 1
        shift = Shift(
            id=shift_id or new_uuid(),
            register_id=register.id,
            cashier_id=desk.cashier.id,
            serial=register.shifts,
            status="CREATED",
            created_at=utc_now(),
            initial_transaction_id=transaction.id,
            balance=Balance(initial=register.cash, balance=register.cash),
            taxes=_no_turnover(books),
        )
        register.shift_id = shift.id
        with books.store.together():
            books.shifts.add(shift)
            books.registers.save(register)
            books.agenda.add("shift_step", books.delay_s / 3, shift_id=shift.id, to="OPENING")
            books.agenda.add("shift_step", books.delay_s, shift_id=shift.id, to="OPENED")
        return shift

    def close(self, desk: Desk) -> Shift:
        """Ask for the end of the cashier's shift and its Z-report.

        Raises:
            ApiError: 400 shift.not_opened.
        """
        shift = self.active(desk)
        if shift is None or shift.status != "OPENED":
            raise errors.no_shift()
        self._begin_closing(desk.at_register(), shift)
        self._books.agenda.add("shift_step", self._books.delay_s, shift_id=shift.id, to="CLOSED")
        return shift

    def report(self, shift: Shift, *, is_z_report: bool) -> Report:
        """Count the shift's registered receipts."""
        books, register = self._books, self._books.register(shift.register_id)
        done = [receipt for receipt in books.receipts.find("shift_id", shift.id) if receipt.status == "DONE"]
        register.reports += 1
        books.registers.save(register)
        report = Report(
            id=new_uuid(),
            shift_id=shift.id,
            register_id=register.id,
            serial=register.reports,
            is_z_report=is_z_report,
            created_at=utc_now(),
            payments=_payments(done),
            taxes=shift.taxes,
            sell_receipts_count=shift.sell_receipts_count,
            return_receipts_count=shift.return_receipts_count,
            last_receipt_id=shift.last_receipt_id,
            initial=shift.balance.initial,
            balance=shift.balance.balance,
            fiscal_code=new_fiscal_code() if is_z_report else None,
        )
        books.reports.add(report)
        return report

    def _begin_closing(self, register: Register, shift: Shift) -> Shift:
        transaction = self._books.begin_transaction(register, "Z_REPORT")
        shift.status, shift.closing_transaction_id = "CLOSING", transaction.id
        self._books.registers.save(register)
        self._books.shifts.save(shift)
        return shift

    async def _step(self, job: dict[str, Any]) -> None:
        shift = self._books.shift(job["shift_id"])
        if job["to"] == "OPENING" and shift.status == "CREATED":
            shift.status = "OPENING"
            self._books.shifts.save(shift)
        elif job["to"] == "OPENED" and shift.status in ("CREATED", "OPENING"):
            self._finish_opening(shift)
        elif job["to"] == "CLOSED" and shift.status == "CLOSING":
            waiting = self._books.receipts.find("shift_id", shift.id)
            if any(receipt.status == "CREATED" for receipt in waiting):
                self._books.agenda.add("shift_step", STILL_WAITING_S, **job)
            else:
                self._finish_closing(shift)

    def _finish_opening(self, shift: Shift) -> None:
        books = self._books
        refused = books.faults.take("shift_refused")
        register = books.register(shift.register_id)
        failure = None if refused is None else str(refused.get("message", "Касу не зареєстровано"))
        books.end_transaction(books.transaction(shift.initial_transaction_id), failure=failure)
        now = utc_now()
        if failure is None:
            shift.status, shift.opened_at = "OPENED", now
        else:
            shift.status, shift.closed_at, register.shift_id = "CLOSED", now, None
            books.registers.save(register)
        shift.updated_at = now
        books.shifts.save(shift)
        self._tell(register, shift)

    def _finish_closing(self, shift: Shift) -> None:
        books = self._books
        assert shift.closing_transaction_id is not None
        books.end_transaction(books.transaction(shift.closing_transaction_id))
        shift.z_report_id = self.report(shift, is_z_report=True).id
        shift.status = "CLOSED"
        shift.closed_at = shift.updated_at = utc_now()
        register = books.register(shift.register_id)
        register.shift_id = None
        books.registers.save(register)
        books.shifts.save(shift)
        self._tell(register, shift)

    def _tell(self, register: Register, shift: Shift) -> None:
        self._webhooks.announce(register, "shift", views.shift_view(self._books, shift))


def _no_turnover(books: Books) -> list[TaxTurnover]:
    return [
        TaxTurnover(
            id=tax.id,
            code=tax.code,
            label=tax.label,
            symbol=tax.symbol,
            rate=tax.rate,
            extra_rate=tax.extra_rate,
            included=tax.included,
            created_at=tax.created_at,
        )
        for tax in books.taxes()
    ]


def _payments(done: list[Receipt]) -> list[dict[str, Any]]:
    """Per kind of payment: sold, returned, put in and taken out. Change is not counted as sold."""
    rows: dict[str, dict[str, Any]] = {}
    for receipt in done:
        for payment in receipt.payments:
            row = rows.setdefault(
                payment["type"],
                {
                    "id": new_uuid(),
                    "type": payment["type"],
                    "code": 0 if payment["type"] == "CASH" else 1,
                    "label": "Готівка" if payment["type"] == "CASH" else "Картка",
                    "sell_sum": 0,
                    "return_sum": 0,
                    "service_in": 0,
                    "service_out": 0,
                },
            )
            column = {"SELL": "sell_sum", "RETURN": "return_sum"}.get(receipt.type, receipt.type.lower())
            change = receipt.total_rest if payment["type"] == "CASH" else 0
            row[column] += abs(payment["value"]) - change
    return list(rows.values())
