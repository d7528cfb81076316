"""The API's answers, put together from what is kept."""

from typing import Any

import msgspec

from brama.simulators.checkbox.books import Books
from brama.simulators.checkbox.documents import Cashier, Receipt, Register, Report, Shift, Transaction

View = dict[str, Any]


def page(results: list[View], limit: int, offset: int) -> View:
    return {"meta": {"limit": limit, "offset": offset}, "results": results}


def cashier_view(cashier: Cashier) -> View:
    return {
        "id": cashier.id,
        "full_name": cashier.full_name,
        "nin": "0000000000",
        "key_id": "0" * 64,
        "signature_type": "TEST",
        "permissions": {"orders": True, "add_discounts": True, "branch_params": True},
        "blocked": None,
        "created_at": cashier.created_at,
        "updated_at": None,
        "certificate_end": None,
    }


def register_view(books: Books, register: Register) -> View:
    """As `/cash-registers/info` tells it."""
    last = books.receipts.find("register_id", register.id)[:1]
    return {
        "id": register.id,
        "fiscal_number": register.fiscal_number,
        "active": True,
        "number": None,
        "title": register.title,
        "address": register.address,
        "created_at": register.created_at,
        "updated_at": None,
        "offline_mode": register.offline_mode,
        "stay_offline": False,
        "has_shift": register.shift_id is not None,
        "is_test": True,
        "documents_state": {
            "last_receipt_code": register.receipts,
            "last_report_code": register.reports,
            "last_z_report_code": register.shifts,
            "last_receipt_id": last[0].id if last else None,
        },
    }


def transaction_view(transaction: Transaction) -> View:
    view: View = msgspec.to_builtins(transaction)
    return view


def report_view(report: Report) -> View:
    view: View = msgspec.to_builtins(report)
    return view


def shift_view(books: Books, shift: Shift, *, short: bool = False) -> View:
    """`short` leaves out the parties and the Z-report, as inside a receipt."""
    view: View = msgspec.to_builtins(shift)
    for inner in (
        "register_id",
        "cashier_id",
        "initial_transaction_id",
        "closing_transaction_id",
        "z_report_id",
    ):
        del view[inner]
    view["initial_transaction"] = transaction_view(books.transaction(shift.initial_transaction_id))
    closing = shift.closing_transaction_id
    view["closing_transaction"] = None if closing is None else transaction_view(books.transaction(closing))
    view["emergency_close"] = False
    view["emergency_close_details"] = None
    register = books.register(shift.register_id)
    view["cash_register"] = {
        "id": register.id,
        "fiscal_number": register.fiscal_number,
        "active": True,
        "created_at": register.created_at,
    }
    if short:
        return view
    cashier = books.cashiers.get(shift.cashier_id)
    report = None if shift.z_report_id is None else books.reports.get(shift.z_report_id)
    view["cashier"] = None if cashier is None else cashier_view(cashier)
    view["z_report"] = None if report is None else report_view(report)
    return view


def receipt_view(books: Books, receipt: Receipt) -> View:
    view: View = msgspec.to_builtins(receipt)
    for inner in ("register_id", "shift_id", "transaction_id"):
        del view[inner]
    view["transaction"] = transaction_view(books.transaction(receipt.transaction_id))
    view["shift"] = shift_view(books, books.shift(receipt.shift_id), short=True)
    view |= {
        "round_sum": None,
        "technical_return": False,
        "context": None,
        "currency_exchange": None,
        "stock_code": None,
    }
    return view
