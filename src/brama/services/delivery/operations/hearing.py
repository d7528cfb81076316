"""What other services say becomes letters in the queue, each once for its cause."""

from collections.abc import Callable
from uuid import UUID
from zoneinfo import ZoneInfo

from brama.contracts import catalogue, identity, sales, ticketing
from brama.kernel.clock import Clock
from brama.kernel.correlation import correlation_id
from brama.kernel.database import Transaction
from brama.kernel.ids import new_id
from brama.kernel.inbox import NotYet
from brama.services.delivery import letters, store
from brama.services.delivery.domain import Email, Event, Letter, Organiser, Purchase, PurchaseState
from brama.services.delivery.letters import Scribe

# Invitations belong to no venue; the club's own clock tells until when they work.
_HOME_ZONE = ZoneInfo("Europe/Kyiv")


class Editor:
    """Hears facts and queues letters; `wake` calls the courier after the commit."""

    def __init__(self, clock: Clock, origin: str, wake: Callable[[], None]) -> None:
        self._clock, self._origin, self._wake = clock, origin, wake

    async def keep_organiser(self, tx: Transaction, fact: identity.OrganiserChanged) -> None:
        """The organiser's names and address for answers."""
        await store.put_organiser(
            tx, UUID(fact.aggregate_id), fact.aggregate_version, fact.name, fact.mark, fact.contact_email
        )

    async def keep_event(self, tx: Transaction, fact: catalogue.EventFact) -> None:
        """The event as it stands."""
        await store.put_event(
            tx, fact.event_id, fact.organiser_id, fact.aggregate_version, fact.state, fact.slug, fact.title,
            fact.description, fact.venue, fact.starts_at, fact.ends_at, fact.doors_at, fact.time_zone,
            fact.age_limit, fact.poster_digest, fact.occurred_at,
        )  # fmt: skip

    async def order_placed(self, tx: Transaction, fact: sales.OrderPlaced) -> None:
        """Places wait for money: tell who left an address, unless nothing is to pay or it is too late."""
        purchase = await self._keep_purchase(tx, fact, "pending")
        is_open = purchase.state == "pending" and self._clock.now() < fact.expires_at
        if is_open and fact.channel == "online" and fact.total_minor:
            letter = (await self._scribe(tx, purchase)).order_placed(fact.expires_at)
            await self._queue(tx, purchase, "order_placed", fact.order_code, letter)

    async def order_paid(self, tx: Transaction, fact: sales.OrderPaid) -> None:
        """Paid: with its tickets the letter is complete."""
        purchase = await self._keep_purchase(tx, fact, "paid")
        await self._queue_tickets(tx, purchase)
        event, _ = await self._known(tx, purchase.event_id)
        if event.state == "cancelled" and purchase.state == "paid":
            await self._queue_cancellation(tx, purchase)

    async def tickets_issued(self, tx: Transaction, fact: ticketing.TicketsIssued) -> None:
        """The tickets: with its payment the letter is complete."""
        await store.lock_purchase(tx, fact.order_code)
        await store.put_issued(tx, fact.order_code, fact.aggregate_version, fact.tickets, fact.pdf_digest)
        purchase = await store.find_purchase(tx, fact.order_code)
        if purchase is not None:
            await self._queue_tickets(tx, purchase)

    async def order_refunded(self, tx: Transaction, fact: sales.OrderRefunded) -> None:
        """Tell what came back and which tickets are dead."""
        purchase = await self._keep_purchase(tx, fact, "refunded" if fact.is_whole else "paid")
        scribe = await self._scribe(tx, purchase)
        await self._queue(tx, purchase, "refund", str(fact.refund_id), scribe.refund(fact))

    async def event_cancelled(self, tx: Transaction, fact: catalogue.EventCancelled) -> None:
        """Tell everybody who holds tickets; who pays a moment later is told by `order_paid`."""
        await self.keep_event(tx, fact)
        for purchase in await store.paid_purchases(tx, fact.event_id):
            await self._queue_cancellation(tx, purchase)

    async def staff_invited(self, tx: Transaction, fact: identity.StaffInvited) -> None:
        """Send the invitation's link, while it works."""
        if fact.organiser_id is None or fact.expires_at <= self._clock.now():
            return
        letter = letters.invitation(fact, _HOME_ZONE)
        email = self._email("invitation", fact.aggregate_id, fact.organiser_id, None, fact.email, letter)
        await self.add(tx, email)

    async def add(self, tx: Transaction, email: Email) -> bool:
        """Put an e-mail into the queue; False when its cause has one already."""
        added = await store.add_email(
            tx, email.id, email.kind, email.cause, email.organiser_id, email.order_code, email.recipient,
            email.letter.locale, email.letter, email.queued_at, email.correlation_id,
        )  # fmt: skip
        if added:
            tx.after_commit(self._wake)
        return added > 0

    async def _keep_purchase(self, tx: Transaction, fact: sales.OrderFact, state: PurchaseState) -> Purchase:
        """The order as it stands now, which may be newer than the fact."""
        await store.lock_purchase(tx, fact.order_code)
        await store.put_purchase(
            tx, fact.order_code, fact.event_id, fact.organiser_id, fact.aggregate_version, state, fact.buyer,
            fact.lines, fact.total_minor, fact.currency, fact.token, fact.restore_url,
        )  # fmt: skip
        purchase = await store.find_purchase(tx, fact.order_code)
        if purchase is None:
            raise LookupError(fact.order_code)
        return purchase

    async def _queue_tickets(self, tx: Transaction, purchase: Purchase) -> None:
        issued = await store.find_issued(tx, purchase.order_code)
        if issued is not None and purchase.state == "paid":
            letter = (await self._scribe(tx, purchase)).tickets(issued)
            await self._queue(tx, purchase, "tickets", purchase.order_code, letter)

    async def _queue_cancellation(self, tx: Transaction, purchase: Purchase) -> None:
        letter = (await self._scribe(tx, purchase)).event_cancelled()
        await self._queue(tx, purchase, "event_cancelled", purchase.order_code, letter)

    async def _queue(
        self, tx: Transaction, purchase: Purchase, kind: str, cause: str, letter: Letter
    ) -> None:
        if purchase.buyer.email:
            await self.add(
                tx,
                self._email(
                    kind, cause, purchase.organiser_id, purchase.order_code, purchase.buyer.email, letter
                ),
            )

    def _email(
        self,
        kind: str,
        cause: str,
        organiser_id: UUID,
        order_code: str | None,
        recipient: str,
        letter: Letter,
    ) -> Email:
        return Email(
            id=new_id(), kind=kind, cause=cause, organiser_id=organiser_id, order_code=order_code,
            recipient=recipient, letter=letter, state="queued", attempts=0, queued_at=self._clock.now(),
            correlation_id=correlation_id(),
        )  # fmt: skip

    async def _scribe(self, tx: Transaction, purchase: Purchase) -> Scribe:
        event, organiser = await self._known(tx, purchase.event_id)
        return Scribe(self._origin, purchase, event, organiser)

    async def _known(self, tx: Transaction, event_id: UUID) -> tuple[Event, Organiser]:
        """The event and its organiser.

        Raises:
            NotYet: one of them was not heard of.
        """
        event = await store.find_event(tx, event_id)
        organiser = await store.find_organiser(tx, event.organiser_id) if event else None
        if event is None or organiser is None:
            raise NotYet(f"event {event_id}")
        return event, organiser
