"""Analytics' addresses."""

from brama.kernel.problem import Problem
from brama.services.analytics import errors
from brama.services.analytics.http.events import (
    show_curves,
    show_report,
    show_summary,
    watch_summary,
)
from brama.services.analytics.http.orders import export_csv, export_xlsx, list_orders, show_order

ROUTES = [
    show_summary, watch_summary, show_curves, show_report, list_orders, show_order, export_csv, export_xlsx,
]  # fmt: skip

PROBLEMS: dict[type[Problem], int] = {
    errors.EventNotFound: 404,
    errors.OrderNotFound: 404,
    errors.CursorInvalid: 422,
}
