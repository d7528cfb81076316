"""Words that several services' facts share."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from brama.kernel.facts import Fact

Tender = Literal["online", "cash", "terminal", "free"]
Channel = Literal["online", "door"]
Locale = Literal["uk", "en"]


class LocalText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same words in Ukrainian and English; English may be empty and then reads as Ukrainian."""

    uk: str
    en: str = ""

    def of(self, locale: str) -> str:
        """The words for a reader of `locale`."""
        return (self.en if locale == "en" else self.uk) or self.uk


class Buyer(msgspec.Struct, frozen=True, kw_only=True):
    """Who bought, and where the tickets go. A door sale may know neither name nor e-mail."""

    name: str
    email: str | None
    phone: str | None
    locale: Locale


class OrderLine(msgspec.Struct, frozen=True, kw_only=True):
    """Tickets of one type in an order; `holders` are as many as `quantity`, each a name or None."""

    ticket_type_id: UUID
    name: LocalText
    quantity: int
    unit_price_minor: int
    holders: list[str | None]


class CardFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a fiscal receipt must repeat of a card payment; never more of the card than its mask."""

    masked_pan: str | None = None
    rrn: str | None = None
    approval_code: str | None = None
    terminal: str | None = None
    payment_system: str | None = None
    bank_name: str | None = None


class SigningKeyPublished(Fact, frozen=True, kw_only=True):
    """A public Ed25519 key that a service signs with: base for each speaker's own fact.

    `public_key` is 32 bytes in base64url without padding.
    """

    key_id: str
    purpose: str
    public_key: str
    not_before: datetime
    not_after: datetime


class ActionRecorded(Fact, frozen=True, kw_only=True):
    """Somebody did something that the audit trail keeps: base for each speaker's own fact.

    `action` is a past-tense word such as `event.published`; `details` holds short plain values, never a
    password, token, card or e-mail address.
    """

    actor_kind: Literal["staff", "device", "system"]
    actor_id: UUID | None
    actor_name: str
    action: str
    subject_kind: str
    subject_id: str
    details: dict[str, str]
