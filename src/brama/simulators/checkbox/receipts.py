"""Sales, returns, cash in and out: made at once, registered by the tax service a little later."""

import secrets
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from brama.simulators.checkbox import errors, views
from brama.simulators.checkbox.books import Books, new_fiscal_code, new_uuid, utc_now
from brama.simulators.checkbox.desk import Desk
from brama.simulators.checkbox.documents import Receipt, Register, Shift
from brama.simulators.checkbox.shifts import Shifts
from brama.simulators.checkbox.sums import Discount, Line, Payment, Totals, totals_of
from brama.simulators.checkbox.webhooks import Webhooks
from brama.simulators.runtime import kyiv


class Delivery(msgspec.Struct):
    email: str | None = None
    emails: list[str] = []
    phone: str | None = None


class Sell(msgspec.Struct):
    """A sale, or a return when its goods say so; the last three fields belong to sell-offline."""

    goods: list[Line]
    payments: list[Payment]
    id: UUID | None = None
    discounts: list[Discount] = []
    delivery: Delivery | None = None
    order_id: str | None = None
    related_receipt_id: UUID | None = None
    header: str | None = None
    footer: str | None = None
    barcode: str | None = None
    fiscal_code: str | None = None
    fiscal_date: str | None = None
    previous_receipt_id: UUID | None = None


class ServicePayment(msgspec.Struct):
    """Positive: cash put into the drawer; negative: taken out."""

    value: Annotated[int, msgspec.Meta(ge=-(10**12), le=10**12)]
    type: str = "CASH"
    label: str = "Готівка"


class Service(msgspec.Struct):
    payment: ServicePayment
    id: UUID | None = None


class Stamp(msgspec.Struct):
    """What an offline receipt is given at the till instead of by the tax service."""

    fiscal_code: str
    fiscal_date: str
    previous_receipt_id: str | None


class Receipts:
    """`add…` make a receipt CREATED; the agenda brings it to DONE or ERROR."""

    def __init__(self, books: Books, shifts: Shifts, webhooks: Webhooks) -> None:
        self._books, self._shifts, self._webhooks = books, shifts, webhooks
        books.agenda.on("receipt_done", self._finish)

    def sell(self, desk: Desk, asked: Sell, *, stamp: Stamp | None = None) -> Receipt:
        """A sale or a return.

        Raises:
            ApiError: 400 for a used id, no open shift, too little cash, a return that is not possible;
                422 for a receipt that does not add up.
        """
        shift = self._shifts.opened(desk)
        receipt_id = self._free_id(asked.id)
        totals = totals_of(asked.goods, asked.discounts, asked.payments, self._books.taxes())
        register = desk.at_register()
        if totals.is_return:
            self._check_return(register, asked, totals)
        receipt = Receipt(
            id=receipt_id,
            register_id=register.id,
            shift_id=shift.id,
            transaction_id="",
            type="RETURN" if totals.is_return else "SELL",
            serial=0,
            status="CREATED",
            created_at=utc_now(),
            goods=totals.goods,
            discounts=totals.discounts,
            payments=totals.payments,
            taxes=totals.taxes,
            total_sum=totals.total_sum,
            total_payment=totals.total_payment,
            total_rest=totals.rest,
            delivery=None if asked.delivery is None else msgspec.to_builtins(asked.delivery),
            order_id=asked.order_id,
            related_receipt_id=None if asked.related_receipt_id is None else str(asked.related_receipt_id),
            header=asked.header,
            footer=asked.footer,
            barcode=asked.barcode,
        )
        return self._add(register, receipt, stamp)

    def service(self, desk: Desk, asked: Service) -> Receipt:
        """Cash put into the drawer or taken out.

        Raises:
            ApiError: 400 for a used id, no open shift or too little cash; 422 for a sum of zero.
        """
        shift = self._shifts.opened(desk)
        receipt_id = self._free_id(asked.id)
        value = asked.payment.value
        if asked.payment.type != "CASH" or value == 0:
            raise errors.invalid("payment", message="Службовий чек: готівка, сума не нуль")
        register = desk.at_register()
        if register.cash + value < 0:
            raise _no_cash()
        receipt = Receipt(
            id=receipt_id,
            register_id=register.id,
            shift_id=shift.id,
            transaction_id="",
            type="SERVICE_IN" if value > 0 else "SERVICE_OUT",
            serial=0,
            status="CREATED",
            created_at=utc_now(),
            goods=[],
            discounts=[],
            payments=[msgspec.to_builtins(asked.payment)],
            taxes=[],
            total_sum=abs(value),
            total_payment=abs(value),
            total_rest=0,
        )
        return self._add(register, receipt, None)

    def release(self, receipt_id: str | None) -> int:
        """Let receipts that are stuck in CREATED go on; how many there were."""
        stuck = [
            receipt
            for receipt in self._books.receipts.newest()
            if receipt.status == "CREATED" and receipt_id in (None, receipt.id)
        ]
        for receipt in stuck:
            self._books.agenda.add("receipt_done", 0, receipt_id=receipt.id)
        return len(stuck)

    def send_offline_ones(self, register: Register) -> None:
        """Back online: what was sold offline reaches the tax service."""
        for receipt in self._books.receipts.find("register_id", register.id):
            if receipt.is_created_offline and not receipt.is_sent_dps:
                receipt.is_sent_dps, receipt.sent_dps_at = True, utc_now()
                self._books.receipts.save(receipt)
                self._tell(register, receipt)

    def _free_id(self, asked: UUID | None) -> str:
        receipt_id = str(asked) if asked is not None else new_uuid()
        if self._books.receipts.get(receipt_id) is not None:
            raise errors.receipt_exists()
        return receipt_id

    def _check_return(self, register: Register, asked: Sell, totals: Totals) -> None:
        cash = sum(payment.value for payment in asked.payments if payment.type == "CASH")
        if cash > register.cash:
            raise _no_cash()
        if asked.related_receipt_id is None:
            return
        sale = self._books.receipts.get(str(asked.related_receipt_id))
        if sale is None or sale.type != "SELL" or sale.status != "DONE":
            raise errors.ApiError(400, "receipt.related_not_found", "Чек продажу для повернення не знайдено")
        earlier = self._books.receipts.find("related_receipt_id", sale.id)
        returned = sum(receipt.total_sum for receipt in earlier if receipt.status != "ERROR")
        if returned + totals.total_sum > sale.total_sum:
            raise errors.ApiError(400, "receipt.return_sum", "Сума повернень більша за суму продажу")

    def _add(self, register: Register, receipt: Receipt, stamp: Stamp | None) -> Receipt:
        books = self._books
        offline = stamp is not None or register.offline_mode
        with books.store.together():
            receipt.transaction_id = books.begin_transaction(register, "RECEIPT").id
            register.receipts += 1
            receipt.serial = register.receipts
            if offline:
                self._stamp(register, receipt, stamp)
            books.registers.save(register)
            books.receipts.add(receipt)
            if offline:
                self._count(register, receipt)
            else:
                self._schedule(receipt)
        if offline:
            self._tell(register, receipt)
        return receipt

    def _schedule(self, receipt: Receipt) -> None:
        faults, delay_s = self._books.faults, self._books.delay_s
        if faults.take("receipt_stuck", order_id=receipt.order_id) is not None:
            return
        if (late := faults.take("receipt_late", order_id=receipt.order_id)) is not None:
            delay_s = float(late.get("after_s", 5))
        self._books.agenda.add("receipt_done", delay_s, receipt_id=receipt.id)

    def _stamp(self, register: Register, receipt: Receipt, stamp: Stamp | None) -> None:
        """Take the till's own code, or the next one of the stock."""
        books = self._books
        if stamp is None:
            stock = [code for code in reversed(books.codes.find("register_id", register.id)) if not code.used]
            if not stock:
                raise errors.ApiError(400, "cash_register.no_offline_codes", "Немає офлайн-кодів")
            stamp = Stamp(fiscal_code=stock[0].id, fiscal_date=utc_now(), previous_receipt_id=None)
        code = books.codes.get(stamp.fiscal_code)
        if code is None or code.register_id != register.id:
            raise errors.ApiError(
                400, "receipt.offline_code", f"Offline code '{stamp.fiscal_code}' not found!"
            )
        if code.used:
            message = f"Offline code '{stamp.fiscal_code}' was used before!"
            raise errors.ApiError(400, "receipt.offline_code", message)
        code.used = True
        books.codes.save(code)
        register.last_offline_at = stamp.fiscal_date
        receipt.fiscal_code, receipt.fiscal_date = stamp.fiscal_code, stamp.fiscal_date
        receipt.previous_receipt_id = stamp.previous_receipt_id
        receipt.is_created_offline, receipt.status = True, "DONE"
        receipt.control_number = f"{secrets.randbelow(10_000):04d}"
        receipt.tax_url = self._tax_url(register, receipt)
        books.end_transaction(books.transaction(receipt.transaction_id))

    async def _finish(self, job: dict[str, Any]) -> None:
        books = self._books
        receipt = books.receipt(job["receipt_id"])
        if receipt.status != "CREATED":
            return
        register = books.register(receipt.register_id)
        error = books.faults.take("receipt_error", order_id=receipt.order_id)
        failure = None if error is None else str(error.get("message", "Документ відхилено ДПС"))
        with books.store.together():
            books.end_transaction(books.transaction(receipt.transaction_id), failure=failure)
            receipt.updated_at = utc_now()
            receipt.status = "DONE" if failure is None else "ERROR"
            if failure is None:
                receipt.fiscal_code, receipt.fiscal_date = new_fiscal_code(), utc_now()
                receipt.is_sent_dps, receipt.sent_dps_at = True, receipt.fiscal_date
                receipt.tax_url = self._tax_url(register, receipt)
                self._count(register, receipt)
            books.receipts.save(receipt)
        self._tell(register, receipt)

    def _count(self, register: Register, receipt: Receipt) -> None:
        """Add a registered receipt to its shift and to the drawer."""
        shift = self._books.shift(receipt.shift_id)
        cash = sum(abs(p["value"]) for p in receipt.payments if p["type"] == "CASH") - receipt.total_rest
        register.cash += cash if receipt.type in ("SELL", "SERVICE_IN") else -cash
        _add_to_balance(shift, receipt, cash=cash, drawer=register.cash)
        shift.last_receipt_id = receipt.id
        self._books.shifts.save(shift)
        self._books.registers.save(register)

    def _tax_url(self, register: Register, receipt: Receipt) -> str:
        """Where anybody can look the receipt up, with the tax service's own parameters."""
        assert receipt.fiscal_date is not None
        query = {
            "id": receipt.fiscal_code,
            "fn": register.fiscal_number,
            "date": kyiv(receipt.fiscal_date, "%Y%m%d"),
            "time": kyiv(receipt.fiscal_date, "%H:%M"),
            "sm": f"{receipt.total_sum / 100:.2f}",
        }
        return f"{self._books.base_url}/cashregs/check?{urlencode(query)}"

    def _tell(self, register: Register, receipt: Receipt) -> None:
        kind = "service_receipt" if receipt.type.startswith("SERVICE") else "receipt"
        self._webhooks.announce(register, kind, views.receipt_view(self._books, receipt))


def _add_to_balance(shift: Shift, receipt: Receipt, *, cash: int, drawer: int) -> None:
    balance, card = shift.balance, receipt.total_sum - cash
    if receipt.type == "SELL":
        balance.cash_sales += cash
        balance.card_sales += card
        shift.sell_receipts_count += 1
    elif receipt.type == "RETURN":
        balance.cash_returns += cash
        balance.card_returns += card
        shift.return_receipts_count += 1
    elif receipt.type == "SERVICE_IN":
        balance.service_in += cash
    else:
        balance.service_out += cash
    balance.balance, balance.updated_at = drawer, utc_now()
    for discount in [*receipt.discounts, *(d for good in receipt.goods for d in good["discounts"])]:
        if discount["type"] == "DISCOUNT":
            balance.discounts_sum += discount["sum"]
        else:
            balance.extra_charge_sum += discount["sum"]
    turnovers = {turnover.id: turnover for turnover in shift.taxes}
    for tax in receipt.taxes:
        turnover = turnovers[tax["id"]]
        if receipt.type == "SELL":
            turnover.sales += tax["value"]
            turnover.sales_turnover += tax["turnover"]
        else:
            turnover.returns += tax["value"]
            turnover.returns_turnover += tax["turnover"]


def _no_cash() -> errors.ApiError:
    return errors.ApiError(400, "cash_register.not_enough_cash", "Недостатньо готівки в касі")
