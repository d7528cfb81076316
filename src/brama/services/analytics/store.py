"""The only SQL of analytics: every function is a query in sql/*.sql."""

from uuid import UUID

from brama.kernel.queries import Queries
from brama.services.analytics import domain, errors

SQL = Queries.of(__package__)

put_organiser = SQL.execute("put_organiser")
put_event = SQL.execute("put_event")
beat = SQL.execute("beat")
beat_of_order = SQL.maybe(UUID, "beat_of_order")
put_order = SQL.execute("put_order")
put_order_payment = SQL.execute("put_order_payment")
add_line = SQL.many("add_line")
add_refund = SQL.execute("add_refund")
add_refunded_ticket = SQL.many("add_refunded_ticket")
put_payment = SQL.execute("put_payment")
put_ticket = SQL.many("put_ticket")
put_receipt = SQL.execute("put_receipt")
put_email = SQL.execute("put_email")
put_scan = SQL.execute("put_scan")
put_case = SQL.execute("put_case")
put_availability = SQL.execute("put_availability")
add_moment = SQL.execute("add_moment")

get_event = SQL.one(domain.Event, "get_event", missing=errors.EventNotFound)
find_event = SQL.maybe(domain.Event, "get_event")
get_beats = SQL.maybe(int, "get_beats")
get_availability = SQL.maybe(list[domain.TypeLeft], "get_availability")
sold_by_type = SQL.all(domain.ByType, "sold_by_type")
refunded_by_type = SQL.all(domain.ByType, "refunded_by_type")
paid_by_way = SQL.all(domain.ByWay, "paid_by_way")
refunds_by_tender = SQL.all(domain.RefundsByTender, "refunds_by_tender")
admitted_by_type = SQL.all(domain.Admitted, "admitted_by_type")
headcount = SQL.maybe(int, "headcount")
troubles = SQL.one(domain.Troubles, "troubles")
sales_curve = SQL.all(domain.SalesStep, "sales_curve")
admission_curve = SQL.all(domain.AdmissionStep, "admission_curve")

find_orders = SQL.all(domain.OrderRow, "find_orders")
get_order = SQL.one(domain.Order, "get_order", missing=errors.OrderNotFound)
lines_of = SQL.all(domain.Line, "lines_of")
tickets_of = SQL.all(domain.Ticket, "tickets_of")
receipts_of = SQL.all(domain.Receipt, "receipts_of")
emails_of = SQL.all(domain.Email, "emails_of")
moments_of = SQL.all(domain.Moment, "moments_of")
orders_to_export = SQL.all(domain.ExportRow, "orders_to_export")
