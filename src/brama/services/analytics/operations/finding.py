"""Orders: found by whatever a buyer remembers, and told from beginning to end."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from brama.kernel.access import Caller
from brama.kernel.database import Database
from brama.kernel.ids import normalise_code
from brama.services.analytics import errors, store
from brama.services.analytics.domain import Event, ExportRow, Life, OrderRow
from brama.services.analytics.operations.watching import event_for
from brama.shared.order_code import canonical

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


async def find_orders(
    db: Database,
    caller: Caller,
    *,
    organiser_id: UUID | None,
    event_id: UUID | None,
    state: str | None,
    query: str,
    after: str | None,
    limit: int,
) -> tuple[list[OrderRow], str | None]:
    """Orders of the caller's organisers, newest first, with the cursor of the next page.

    `query` is part of a name or e-mail, the beginning of a code, digits of a phone or a card's last four.

    Raises:
        NotFound, Forbidden: the organiser is not the caller's.
        CursorInvalid: `after` is not a cursor of this list.
    """
    if organiser_id is not None:
        caller.within(organiser_id)
    organisers = [organiser_id] if organiser_id else caller.organisers()
    at, code = _cursor_read(after) if after else (None, None)
    words, beginning, digits = _patterns(query)
    async with db.reading() as tx:
        rows = await store.find_orders(
            tx, organisers, event_id, state, words, beginning, digits, at, code, limit
        )
    return rows, _cursor(rows[-1]) if len(rows) == limit else None


async def tell_life(db: Database, caller: Caller, *, code: str) -> Life:
    """An order with its tickets, receipts and e-mails, and everything that happened to it in order.

    Raises:
        OrderNotFound, NotFound: there is none, or it is another organiser's.
        Forbidden: the caller's role there is not enough.
    """
    async with db.reading() as tx:
        order = await store.get_order(tx, canonical(code) or code)
        caller.within(order.organiser_id)
        return Life(
            order=order,
            event=await store.find_event(tx, order.event_id),
            lines=await store.lines_of(tx, order.order_code),
            tickets=await store.tickets_of(tx, order.order_code),
            receipts=await store.receipts_of(tx, order.order_code),
            emails=await store.emails_of(tx, order.order_code),
            moments=await store.moments_of(tx, order.order_code),
        )


async def list_for_books(db: Database, caller: Caller, *, event_id: UUID) -> tuple[Event, list[ExportRow]]:
    """Every order of an event, a row per ticket type, oldest first."""
    async with db.reading() as tx:
        event = await event_for(tx, caller, event_id)
        return event, await store.orders_to_export(tx, event_id)


def _patterns(query: str) -> tuple[str | None, str | None, str | None]:
    """LIKE patterns for words, for a code's beginning and for digits."""
    query = query.strip()
    if not query:
        return None, None, None
    digits = "".join(character for character in query if character.isdecimal())
    is_number = len(digits) >= 4 and not any(character.isalpha() for character in query)
    return (
        f"%{_escaped(query)}%",
        f"{_escaped(normalise_code(query))}%",
        f"%{digits}%" if is_number else None,
    )


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _cursor(row: OrderRow) -> str:
    return f"{(row.placed_at - _EPOCH) // _MICROSECOND}.{row.order_code}"


def _cursor_read(cursor: str) -> tuple[datetime, str]:
    micros, _, code = cursor.partition(".")
    if not (micros.isdecimal() and len(micros) <= 17 and code):
        raise errors.CursorInvalid()
    return _EPOCH + int(micros) * _MICROSECOND, code
