"""What the registrar keeps. Fields have the API's names; money in kopiykas, times as RFC 3339 text."""

from typing import Any

import msgspec

from brama.simulators.store import Document


class Webhook(msgspec.Struct):
    url: str
    key: str


class OfflineCode(Document):
    """A fiscal number kept for a sale without connection; the id is the number itself."""

    register_id: str
    serial_id: int
    used: bool = False


class Register(Document):
    """A cash register with its licence, and the cashier who works on it."""

    license_key: str
    fiscal_number: str
    created_at: str
    title: str
    address: str
    organisation: str
    edrpou: str
    cashier_id: str
    offline_mode: bool = False
    offline_since: str | None = None
    last_offline_at: str | None = None
    webhook: Webhook | None = None
    shift_id: str | None = None
    receipts: int = 0
    shifts: int = 0
    reports: int = 0
    transactions: int = 0
    cash: int = 0  # in the drawer; stays over shifts


class Cashier(Document):
    """Signs in by PIN at a licence's register, or by login."""

    full_name: str
    pin_code: str | None
    login: str | None
    password: str | None
    created_at: str


class Session(Document):
    """A token that is signed in; the id is the token's `jti`."""

    cashier_id: str
    license_key: str | None


class Transaction(Document):
    """What goes to the tax service: CREATED → DONE or ERROR."""

    type: str
    serial: int
    status: str
    created_at: str
    request_signed_at: str | None = None
    request_received_at: str | None = None
    response_status: str | None = None
    response_error_message: str | None = None
    response_id: str | None = None
    offline_id: str | None = None
    updated_at: str | None = None
    original_datetime: str | None = None
    previous_hash: str | None = None


class Balance(msgspec.Struct):
    """A shift's money: `balance` is the cash in the drawer now."""

    initial: int = 0
    balance: int = 0
    cash_sales: int = 0
    card_sales: int = 0
    cash_returns: int = 0
    card_returns: int = 0
    service_in: int = 0
    service_out: int = 0
    discounts_sum: int = 0
    extra_charge_sum: int = 0
    updated_at: str | None = None


class TaxTurnover(msgspec.Struct):
    """What a shift sold and returned under one tax."""

    id: str
    code: int
    label: str
    symbol: str
    rate: float
    extra_rate: float | None
    included: bool
    created_at: str
    sales: int = 0
    returns: int = 0
    sales_turnover: int = 0
    returns_turnover: int = 0


class Report(Document):
    """An X-report, or the Z-report that ends a shift."""

    shift_id: str
    register_id: str
    serial: int
    is_z_report: bool
    created_at: str
    payments: list[dict[str, Any]]
    taxes: list[TaxTurnover]
    sell_receipts_count: int
    return_receipts_count: int
    last_receipt_id: str | None
    initial: int
    balance: int
    sales_round_up: int = 0
    sales_round_down: int = 0
    returns_round_up: int = 0
    returns_round_down: int = 0
    fiscal_code: str | None = None


class Shift(Document):
    """CREATED → OPENING → OPENED → CLOSING → CLOSED."""

    register_id: str
    cashier_id: str
    serial: int
    status: str
    created_at: str
    initial_transaction_id: str
    balance: Balance
    taxes: list[TaxTurnover]
    opened_at: str | None = None
    closed_at: str | None = None
    updated_at: str | None = None
    closing_transaction_id: str | None = None
    z_report_id: str | None = None
    sell_receipts_count: int = 0
    return_receipts_count: int = 0
    last_receipt_id: str | None = None


class Receipt(Document):
    """SELL, RETURN, SERVICE_IN or SERVICE_OUT; CREATED → DONE or ERROR."""

    register_id: str
    shift_id: str
    transaction_id: str
    type: str
    serial: int
    status: str
    created_at: str
    goods: list[dict[str, Any]]
    discounts: list[dict[str, Any]]
    payments: list[dict[str, Any]]
    taxes: list[dict[str, Any]]
    total_sum: int
    total_payment: int
    total_rest: int
    delivery: dict[str, Any] | None = None
    order_id: str | None = None
    related_receipt_id: str | None = None
    previous_receipt_id: str | None = None
    header: str | None = None
    footer: str | None = None
    barcode: str | None = None
    fiscal_code: str | None = None
    fiscal_date: str | None = None
    delivered_at: str | None = None
    updated_at: str | None = None
    is_created_offline: bool = False
    is_sent_dps: bool = False
    sent_dps_at: str | None = None
    tax_url: str | None = None
    control_number: str | None = None
