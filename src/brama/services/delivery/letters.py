"""Letters in their final words, one function per kind. Pure: what was heard and the moment come in.

An unpaid order's letter repeats nothing that its buyer typed: anybody may order in a stranger's name.
"""

from collections import Counter
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from brama.contracts import identity, sales
from brama.contracts.common import Locale
from brama.kernel.money import Money
from brama.kernel.texts import Texts
from brama.services.delivery.domain import Button, Event, Issued, Letter, Organiser, Pair, Purchase
from brama.shared import dates
from brama.shared.calendar_file import CalendarEvent, Status

_TEXTS: Final = Texts.of("brama.services.delivery")
_LONGEST_NAME: Final = 60


class Scribe:
    """Writes about one order of one event, in its buyer's language."""

    def __init__(self, origin: str, purchase: Purchase, event: Event, organiser: Organiser) -> None:
        self._origin, self._purchase, self._event, self._organiser = origin, purchase, event, organiser
        self._locale: Locale = purchase.locale
        self._zone = ZoneInfo(event.time_zone)
        self._title = event.title.of(self._locale)

    def order_placed(self, expires_at: datetime) -> Letter:
        """Places wait for their money."""
        until = dates.clock(expires_at, self._zone)
        total = self._money(self._purchase.total_minor)
        return self._letter(
            subject=self._say("order_placed.subject", until=until, title=self._title),
            preheader=self._say("order_placed.preheader"),
            kicker=self._say("order_placed.kicker"),
            lead=[self._say("order_placed.lead", until=until)],
            facts=[self._fact("when", self._when()), self._fact("where", self._where())],
            rows=[*self._lines(), self._fact("total", total)],
            button=Button(self._say("order_placed.button", total=total), self._purchase.restore_url),
            closing=[self._say("order_placed.closing", until=until)],
        )

    def tickets(self, issued: Issued) -> Letter:
        """The tickets are here."""
        count = len(issued.tickets)
        lead = "tickets.lead" if issued.pdf_digest else "tickets.lead_without_pdf"
        names = {line.ticket_type_id: line.name.of(self._locale) for line in self._purchase.lines}
        return self._letter(
            subject=self._say("tickets.subject", title=self._title),
            preheader=self._say("tickets.preheader", count=count, when=self._when()),
            kicker=self._say("tickets.kicker"),
            lead=[self._say(lead, count=count)],
            facts=self._facts(),
            rows=[
                Pair(names.get(ticket.ticket_type_id, ""), _short(ticket.holder or ""))
                for ticket in issued.tickets
            ],
            button=Button(self._say("tickets.button"), self._web()),
            closing=[self._say("tickets.closing"), self._say("tickets.calendar")],
            pdf_digest=issued.pdf_digest,
            pdf_name=self._say("tickets.pdf_name", code=self._purchase.order_code),
            calendar=self._calendar(),
        )

    def refund(self, fact: sales.OrderRefunded) -> Letter:
        """Money went back; some tickets are dead."""
        amount = self._money(fact.refunded_minor)
        is_free = fact.refunded_minor == 0
        dead = Counter(ticket.ticket_type_id for ticket in fact.tickets)
        subject = "refund.subject_free" if is_free else "refund.subject"
        lead = self._say(f"refund.lead.{'free' if is_free else fact.tender}", amount=amount)
        return self._letter(
            subject=self._say(subject, amount=amount, title=self._title),
            preheader=lead,
            kicker=self._say("refund.kicker"),
            lead=[lead],
            facts=[
                *([] if is_free else [self._fact("refunded", amount)]),
                self._fact("order", self._purchase.order_code),
            ],
            rows=[
                Pair(f"{dead[line.ticket_type_id]} × {line.name.of(self._locale)}", self._say("refund.dead"))
                for line in self._purchase.lines
                if dead[line.ticket_type_id]
            ],
            button=Button(self._say("refund.button"), self._purchase.restore_url),
            closing=[self._say("refund.closing", count=dead.total())] if dead else [],
        )

    def event_cancelled(self) -> Letter:
        """The event will not happen."""
        is_free = self._purchase.total_minor == 0
        return self._letter(
            subject=self._say("event_cancelled.subject", title=self._title),
            preheader=self._say("event_cancelled.preheader", when=self._when()),
            kicker=self._say("event_cancelled.kicker"),
            lead=[
                self._say("event_cancelled.lead"),
                *([] if is_free else [self._say("event_cancelled.money")]),
            ],
            facts=[
                self._fact("when", self._when()),
                self._fact("where", self._where()),
                self._fact("order", self._purchase.order_code),
            ],
            rows=self._lines(),
            button=Button(self._say("event_cancelled.button"), self._purchase.restore_url),
            closing=[],
            calendar=self._calendar(),
        )

    def _letter(self, **parts: Any) -> Letter:
        organiser = self._organiser.name.of(self._locale)
        return Letter(
            locale=self._locale, sender_name=organiser, mark=self._organiser.mark or organiser,
            reply_to=self._organiser.contact_email or None, title=self._title,
            footer=self._say("footer.event", organiser=organiser), seed=str(self._event.id),
            poster_digest=self._event.poster_digest, **parts,
        )  # fmt: skip

    def _say(self, key: str, **facts: object) -> str:
        return _TEXTS(key, locale=self._locale, **facts)

    def _fact(self, name: str, words: str) -> Pair:
        return Pair(self._say(f"fact.{name}"), words)

    def _facts(self) -> list[Pair]:
        event = self._event
        doors = dates.clock(event.doors_at, self._zone) if event.doors_at < event.starts_at else None
        facts = {
            "when": self._when(),
            "doors": doors,
            "where": self._where(),
            "age": f"{event.age_limit}+" if event.age_limit else None,
            "order": self._purchase.order_code,
        }
        return [self._fact(name, words) for name, words in facts.items() if words]

    def _lines(self) -> list[Pair]:
        return [
            Pair(
                f"{line.quantity} × {line.name.of(self._locale)}",
                self._money(line.unit_price_minor * line.quantity),
            )
            for line in self._purchase.lines
        ]

    def _money(self, minor: int) -> str:
        money = Money(minor, self._purchase.currency)
        return money.formatted(self._locale) if money else self._say("free.price")

    def _when(self) -> str:
        return dates.when(self._event.starts_at, self._event.ends_at, self._zone, self._locale)

    def _where(self) -> str:
        venue = self._event.venue
        return ", ".join(filter(None, (venue.name.of(self._locale), venue.address.of(self._locale))))

    def _web(self) -> str:
        return f"{self._page('/tickets/' + self._purchase.order_code)}#token={self._purchase.token}"

    def _page(self, path: str) -> str:
        return f"{self._origin}{'/en' if self._locale == 'en' else ''}{path}"

    def _calendar(self) -> CalendarEvent:
        event = self._event
        is_off = event.state == "cancelled"
        return CalendarEvent(
            uid=f"{event.id}@brama", sequence=event.version, title=self._title,
            description=event.description.of(self._locale), starts_at=event.starts_at, ends_at=event.ends_at,
            zone=event.time_zone, location=self._where(), url=self._page(f"/{event.slug}"),
            locale=self._locale, changed_at=event.changed_at,
            status=Status.CANCELLED if is_off else Status.CONFIRMED,
        )  # fmt: skip


def invitation(fact: identity.StaffInvited, zone: ZoneInfo) -> Letter:
    """A colleague may join the team."""
    locale = fact.locale
    organiser = fact.organiser_name.of(locale)

    def say(key: str, **facts: object) -> str:
        return _TEXTS(key, locale=locale, **facts)

    who = {"name": fact.name, "inviter": fact.invited_by, "organiser": organiser}
    role = _TEXTS.find(f"role.{fact.role}", locale=locale) or fact.role
    return Letter(
        locale=locale, subject=say("invitation.subject", **who), preheader=say("invitation.preheader"),
        sender_name=organiser, mark=organiser, reply_to=None, title=organiser,
        kicker=say("invitation.kicker"),
        lead=[say("invitation.lead", **who), say("invitation.how")],
        facts=[
            Pair(say("fact.role"), role),
            Pair(say("fact.link_until"), dates.moment(fact.expires_at, zone, locale)),
        ],
        rows=[], button=Button(say("invitation.button"), fact.invitation_url),
        closing=[say("invitation.closing")], footer=say("footer.team", organiser=organiser),
        seed=str(fact.organiser_id or UUID(int=0)), poster_digest=None,
    )  # fmt: skip


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1].rstrip() + "…"
