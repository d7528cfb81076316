"""What an e-mail is and when it is tried again. Pure: the clock is passed in."""

from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

import msgspec

from brama.contracts.catalogue import VenueSheet
from brama.contracts.common import Buyer, Locale, LocalText, OrderLine
from brama.contracts.ticketing import TicketSheet
from brama.shared.calendar_file import CalendarEvent

EmailState = Literal["queued", "sending", "sent", "failed"]
PurchaseState = Literal["pending", "paid", "refunded"]

_FIRST_PAUSE: Final = timedelta(seconds=2)
_LONGEST_PAUSE: Final = timedelta(minutes=15)


class Organiser(msgspec.Struct, frozen=True, kw_only=True):
    """Who gives the event, and where answers go; `mark` is the short name set in type."""

    id: UUID
    name: LocalText
    mark: str
    contact_email: str


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """An event as last heard of."""

    id: UUID
    organiser_id: UUID
    version: int
    state: str
    slug: str
    title: LocalText
    description: LocalText
    venue: VenueSheet
    starts_at: datetime
    ends_at: datetime
    doors_at: datetime
    time_zone: str
    age_limit: int
    poster_digest: str | None
    changed_at: datetime


class Purchase(msgspec.Struct, frozen=True, kw_only=True):
    """An order as letters need it."""

    order_code: str
    event_id: UUID
    organiser_id: UUID
    state: PurchaseState
    buyer: Buyer
    lines: list[OrderLine]
    total_minor: int
    currency: str
    token: str
    restore_url: str

    @property
    def locale(self) -> Locale:
        """The language its buyer reads."""
        return self.buyer.locale


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """The tickets of an order."""

    order_code: str
    tickets: list[TicketSheet]
    pdf_digest: str | None


class Pair(msgspec.Struct, frozen=True):
    """A line of two: a label and what it names, or a thing and its amount."""

    left: str
    right: str


class Button(msgspec.Struct, frozen=True):
    """The one action of a letter."""

    words: str
    url: str


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A letter in its final words: what is stored, and so what is sent, however often.

    `mark` stands in the bar, `kicker` is the label over the title, `rows` are things with their amounts.
    `seed` grows the picture when `poster_digest` names none; a letter without both has no picture.
    """

    locale: Locale
    subject: str
    preheader: str
    sender_name: str
    mark: str
    reply_to: str | None
    kicker: str
    title: str
    lead: list[str]
    facts: list[Pair]
    rows: list[Pair]
    button: Button | None
    closing: list[str]
    footer: str
    seed: str | None
    poster_digest: str | None
    pdf_digest: str | None = None
    pdf_name: str = "tickets.pdf"
    calendar: CalendarEvent | None = None


class Email(msgspec.Struct, frozen=True, kw_only=True):
    """A letter on its way to one address. `cause` with `kind` says why: one e-mail for each."""

    id: UUID
    kind: str
    cause: str
    organiser_id: UUID
    order_code: str | None
    recipient: str
    letter: Letter
    state: EmailState
    attempts: int
    queued_at: datetime
    correlation_id: str


def next_attempt(attempts: int, queued_at: datetime, now: datetime, patience: timedelta) -> datetime | None:
    """When to try again after the `attempts`-th failure: 2 s, 4 s, … 15 min; None when patience is over."""
    pause = min(_FIRST_PAUSE * 2 ** min(attempts - 1, 16), _LONGEST_PAUSE)
    return None if now + pause > queued_at + patience else now + pause
