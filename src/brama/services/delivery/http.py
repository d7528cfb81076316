"""The HTTP side of delivery: what became of e-mails, and sending them again."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.types import ControllerRouterHandler

from brama.kernel.access import allow
from brama.kernel.idempotency import creates
from brama.kernel.problem import Problem
from brama.kernel.web import By, Db, Given, Page, Time, page
from brama.services.delivery import errors, store
from brama.services.delivery.domain import Email
from brama.services.delivery.operations import resending
from brama.services.delivery.operations.hearing import Editor
from brama.services.delivery.store import EmailRow
from brama.shared.roles import Role

PROBLEMS: dict[type[Problem], int] = {
    errors.DeliveryError: 400,
    errors.NothingToResend: 409,
}
_READERS = allow(Role.OWNER, Role.MANAGER, Role.ACCOUNTANT, Role.BOX_OFFICE)
_SENDERS = allow(Role.OWNER, Role.MANAGER, Role.BOX_OFFICE)
Limit = Annotated[int, QueryParameter(ge=1, le=200)]


class EmailOut(msgspec.Struct, frozen=True):
    """An e-mail and what became of it; `next_attempt_at` is set while it waits for another try."""

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
    next_attempt_at: datetime | None
    sent_at: datetime | None
    error: str | None


class ResentOut(msgspec.Struct, frozen=True):
    """The new e-mail."""

    id: UUID
    kind: str
    state: str


@get("/emails", opt=_READERS)
async def list_emails(
    caller: By, db: Db, order_code: FromQuery[str | None] = None, organiser_id: FromQuery[UUID | None] = None,
    limit: Limit = 50, after: FromQuery[UUID | None] = None,
) -> Page:  # fmt: skip
    """E-mails of the caller's organisers, the newest first."""
    if organiser_id is not None:
        caller.within(organiser_id)
    organisers = caller.organisers() if organiser_id is None else [organiser_id]
    async with db.reading() as tx:
        rows = await store.emails_page(tx, organisers, order_code, after, limit)
    return page([_shown(row) for row in rows], rows[-1].id if len(rows) == limit else None)


@post("/emails/{email_id:uuid}/resend", opt=_SENDERS | creates(), status_code=202)
async def resend(
    email_id: FromPath[UUID], caller: By, db: Db, clock: Time, editor: Given[Editor]
) -> ResentOut:
    """Send an e-mail once more, word for word."""
    return _resent(await resending.resend_email(db, clock, editor, caller, email_id))


@post("/orders/{code:str}/resend_tickets", opt=_SENDERS | creates(), status_code=202)
async def resend_tickets(
    code: FromPath[str], caller: By, db: Db, clock: Time, editor: Given[Editor]
) -> ResentOut:
    """Send an order's tickets once more."""
    return _resent(await resending.resend_tickets(db, clock, editor, caller, code))


def _shown(row: EmailRow) -> EmailOut:
    return EmailOut(
        row.id, row.kind, row.order_code, row.organiser_id, row.recipient, row.locale, row.subject, row.state,
        row.attempts, row.queued_at, row.next_attempt_at if row.state == "queued" else None, row.sent_at,
        row.last_error,
    )  # fmt: skip


def _resent(email: Email) -> ResentOut:
    return ResentOut(email.id, email.kind, email.state)


ROUTES: list[ControllerRouterHandler] = [list_emails, resend, resend_tickets]
