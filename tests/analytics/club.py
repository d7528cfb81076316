"""A club with one event, and the facts of its orders as the other services say them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from httpx import Response

from brama.contracts import admission, catalogue, delivery, fiscal, identity, payments, sales, ticketing
from brama.contracts.common import Buyer, CardFacts, LocalText, OrderLine
from brama.kernel.facts import Fact
from brama.kernel.ids import new_code, new_id
from tests.support.app import App

START = datetime(2026, 12, 5, 21, 0, tzinfo=UTC)  # 23:00 in Kyiv


@dataclass
class Sale:
    """An order with every fact that came of it, in the order of their happening."""

    club: "Club"
    code: str
    quantity: int
    buyer: Buyer
    channel: Any = "online"
    tender: Any = "online"
    at: datetime = START
    price_minor: int = 50_000
    payment_id: UUID = field(default_factory=new_id)
    ticket_ids: list[UUID] = field(default_factory=list)
    version: int = 0
    facts: list[Fact] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ticket_ids = [new_id() for _ in range(self.quantity)]

    @property
    def total_minor(self) -> int:
        return self.quantity * self.price_minor

    def say(self, kind: type[sales.OrderFact], *, after_s: int = 0, **parts: Any) -> "Sale":
        """Add an order's fact."""
        self.version += 1
        self.at += timedelta(seconds=after_s)
        line = OrderLine(
            ticket_type_id=self.club.type_id, name=LocalText(uk="Вхід"), quantity=self.quantity,
            unit_price_minor=self.price_minor, holders=[self.buyer.name] * self.quantity,
        )  # fmt: skip
        self.facts.append(
            kind(
                **self.club.base(self.code, self.version, self.at), event_id=self.club.event_id,
                order_code=self.code, channel=self.channel, buyer=self.buyer, lines=[line],
                total_minor=self.total_minor, currency="UAH", token="t", restore_url="http://x/#t",
                placed_at=START, expires_at=START + timedelta(minutes=30), **parts,
            )
        )  # fmt: skip
        return self

    def place(self) -> "Sale":
        return self.say(sales.OrderPlaced)

    def pay(self) -> "Sale":
        paid = {"payment_id": self.payment_id, "tender": self.tender, "till_id": None, "sold_by": None}
        at = self.at + timedelta(seconds=20)
        return self.say(sales.OrderPaid, after_s=20, **paid, paid_at=at, cash_received_minor=None, card=None)

    def refund(self, *, count: int | None = None, reason: str = "хворіє") -> "Sale":
        """Money back for so many tickets (all), in one refund."""
        count = self.quantity if count is None else count
        at = self.at + timedelta(minutes=5)
        before = sum(fact.refunded_minor for fact in self.facts if isinstance(fact, sales.OrderRefunded))
        returned = self.ticket_ids[:count]
        self.ticket_ids = self.ticket_ids[count:]
        return self.say(
            sales.OrderRefunded, after_s=300, refund_id=new_id(), payment_id=self.payment_id,
            tender=self.tender, till_id=None,
            tickets=[
                sales.RefundedTicket(
                    ticket_id=id, ticket_type_id=self.club.type_id, unit_price_minor=self.price_minor
                )
                for id in returned
            ],
            refunded_minor=count * self.price_minor, refunded_total_minor=before + count * self.price_minor,
            is_whole=not self.ticket_ids, reason=reason, refunded_at=at,
        )  # fmt: skip

    def card(self, masked_pan: str) -> "Sale":
        """The bank confirms the payment."""
        self.facts.append(
            payments.PaymentConfirmed(
                **self.club.base(str(self.payment_id), 2, self.at - timedelta(seconds=1)),
                payment_id=self.payment_id,
                order_code=self.code, event_id=self.club.event_id, provider="monobank",
                amount_minor=self.total_minor, currency="UAH", paid_at=self.at,
                card=CardFacts(masked_pan=masked_pan),
            )
        )  # fmt: skip
        return self

    def issue(self) -> "Sale":
        """Ticketing issues the tickets."""
        sheets = [
            ticketing.TicketSheet(
                ticket_id=id, version=1, code_id="00" * 8, revision=0, state="valid", reason=None,
                ticket_type_id=self.club.type_id, product_number=1, holder=self.buyer.name, code="",
            )
            for id in self.ticket_ids
        ]  # fmt: skip
        self.facts.append(
            ticketing.TicketsIssued(
                **self.club.base(self.code, 1, self.at + timedelta(seconds=1)), order_code=self.code,
                event_id=self.club.event_id, tickets=sheets, locale="uk", pdf_digest=None,
            )
        )  # fmt: skip
        return self

    def receipt(self, kind: type[fiscal.ReceiptFact] = fiscal.ReceiptRegistered) -> "Sale":
        """Fiscal registers the receipt, or fails to."""
        at = self.at + timedelta(seconds=2)
        result: dict[str, Any] = (
            {"fiscal_code": "FN-1", "url": "https://tax.example/1", "registered_at": at}
            if kind is fiscal.ReceiptRegistered
            else {"reason": "зміну закрито"}
        )
        id = new_id()
        self.facts.append(
            kind(
                **self.club.base(str(id), 1, at), receipt_id=id, cause_id=self.payment_id, kind="sale",
                order_code=self.code, event_id=self.club.event_id,
                total_minor=self.total_minor, currency="UAH", **result,
            )
        )  # fmt: skip
        return self

    def email(self, kind: type[delivery.EmailFact] = delivery.EmailSent) -> "Sale":
        """Delivery sends the tickets, or fails to."""
        id = new_id()
        reason: dict[str, Any] = {"reason": "скриньки немає"} if kind is delivery.EmailFailed else {}
        self.facts.append(
            kind(
                **self.club.base(str(id), 1, self.at + timedelta(seconds=3)), email_id=id, kind="tickets",
                order_code=self.code, attempts=1, **reason,
            )
        )  # fmt: skip
        return self

    def scan(self, kind: type[admission.ScanFact], *, ticket: int = 0, seq: int, inside: int) -> "Sale":
        """A gate tells of a scan; `seq` is its place in the event's feed."""
        at = START + timedelta(hours=1, seconds=seq)
        scan_id = new_id()
        refused: dict[str, Any] = (
            {"kind": "undo", "reason": "помилка"} if issubclass(kind, admission.VisitorRefused) else {}
        )
        self.facts.append(
            kind(
                **self.club.base(str(scan_id), seq, at), scan_id=scan_id, event_id=self.club.event_id,
                check_in_list_id=new_id(), gate_id=new_id(), ticket_id=self.ticket_ids[ticket],
                order_code=self.code, ticket_type_id=self.club.type_id, device_id=None, by="Північ 1",
                outcome="valid", scanned_at=at, headcount=inside, **refused,
            )
        )  # fmt: skip
        return self

    async def heard(self) -> "Sale":
        """Deliver all facts, in their order."""
        for fact in self.facts:
            await self.club.app.hear(fact)
        return self


@dataclass
class Club:
    """An organiser with one event."""

    app: App
    organiser_id: UUID = field(default_factory=new_id)
    event_id: UUID = field(default_factory=new_id)
    type_id: UUID = field(default_factory=new_id)
    number: int = 12

    def base(self, aggregate_id: str, version: int, at: datetime) -> dict[str, Any]:
        return {
            "aggregate_id": aggregate_id, "aggregate_version": version, "occurred_at": at,
            "organiser_id": self.organiser_id, "event_number": self.number,
        }  # fmt: skip

    def event(self) -> catalogue.EventPublished:
        """The event as the catalogue tells it."""
        place = LocalText(uk="Депо", en="Depot")
        return catalogue.EventPublished(
            **self.base(str(self.event_id), 1, START - timedelta(days=9)), event_id=self.event_id,
            slug="nich", state="published", title=LocalText(uk="Ніч", en="Night"),
            description=LocalText(uk=""),
            venue=catalogue.VenueSheet(id=new_id(), name=place, address=place, time_zone="Europe/Kyiv"),
            starts_at=START, ends_at=START + timedelta(hours=7), doors_at=START, time_zone="Europe/Kyiv",
            currency="UAH", age_limit=18, poster_url=None, poster_digest=None, capacity=300,
            ticket_types=[
                catalogue.TicketTypeSheet(
                    id=self.type_id, product_number=1, name=LocalText(uk="Вхід", en="Entry"),
                    description=LocalText(uk=""), price_minor=50_000, quantity=200, sale_from=None,
                    sale_until=None, max_per_order=10, position=1,
                )
            ],
            check_in_lists=[], gates=[], published_at=START, cancelled_at=None,
        )  # fmt: skip

    def organiser(self, *, is_fiscalised: bool) -> identity.OrganiserChanged:
        """The organiser as identity tells it."""
        return identity.OrganiserChanged(
            **self.base(str(self.organiser_id), 1, START - timedelta(days=9)), slug="depo",
            name=LocalText(uk="Депо"), mark="Депо", accent=None, legal_name="ТОВ Депо", tax_id="1",
            contact_email="a@example.com", address=LocalText(uk="Київ"), locale="uk",
            is_fiscalised=is_fiscalised,
        )  # fmt: skip

    def sale(self, quantity: int = 2, name: str = "Олена Дем'яненко", **parts: Any) -> Sale:
        """An order that nobody told of yet."""
        buyer = Buyer(
            name=name,
            email=parts.pop("email", "olena@example.com"),
            phone=parts.pop("phone", "+380 67 123-45-67"),
            locale="uk",
        )
        return Sale(self, parts.pop("code", f"000C-{new_code(4)}-{new_code(4)}"), quantity, buyer, **parts)

    async def ask(self, path: str, role: str = "manager") -> Response:
        """What an address answers to a colleague."""
        headers = self.app.as_staff(role, self.organiser_id)
        return await self.app.client.get(f"/api/analytics/v1{path}", headers=headers)

    async def get(self, path: str, role: str = "manager") -> Any:
        """What an address answers, as JSON."""
        response = await self.ask(path, role)
        assert response.status_code == 200, response.text
        return response.json()

    async def summary(self) -> dict[str, Any]:
        """The event's summary."""
        result: dict[str, Any] = await self.get(f"/events/{self.event_id}/summary")
        return result


def again(fact: Fact) -> Fact:
    """The same fact once more under another id, as if the inbox had forgotten it."""
    return msgspec.structs.replace(fact, fact_id=new_id())


async def a_club(app: App) -> Club:
    """A club with one event on sale, whose sales need receipts."""
    club = Club(app)
    await app.hear(club.organiser(is_fiscalised=True))
    await app.hear(club.event())
    return club
