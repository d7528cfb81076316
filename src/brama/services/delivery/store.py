"""All that delivery reads and writes."""

from datetime import datetime
from uuid import UUID

import msgspec

from brama.kernel.queries import Queries
from brama.services.delivery.domain import Email, Event, Issued, Organiser, Purchase

SQL = Queries.of(__package__)


class EmailRow(msgspec.Struct, frozen=True, kw_only=True):
    """An e-mail as staff see it in a list."""

    id: UUID
    kind: str
    order_code: str | None
    organiser_id: UUID
    recipient: str
    locale: str
    subject: str
    state: str
    attempts: int
    queued_at: datetime
    next_attempt_at: datetime
    sent_at: datetime | None
    last_error: str | None


put_organiser = SQL.execute("put_organiser")
find_organiser = SQL.maybe(Organiser, "get_organiser")
put_event = SQL.execute("put_event")
find_event = SQL.maybe(Event, "get_event")
lock_purchase = SQL.value(int, "lock_purchase")
put_purchase = SQL.execute("put_purchase")
find_purchase = SQL.maybe(Purchase, "get_purchase")
paid_purchases = SQL.all(Purchase, "paid_purchases")
put_issued = SQL.execute("put_issued")
find_issued = SQL.maybe(Issued, "get_issued")

add_email = SQL.execute("add_email")
claim_due = SQL.all(Email, "claim_due")
put_sent = SQL.maybe(int, "put_sent")
put_failed = SQL.maybe(int, "put_failed")
put_off = SQL.execute("put_off")
get_email = SQL.one(Email, "get_email")
newest_of_kind = SQL.maybe(Email, "newest_of_kind")
emails_page = SQL.all(EmailRow, "emails_page")
