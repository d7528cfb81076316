"""Fact → one operation."""

from brama.contracts import catalogue, identity, payments, sales
from brama.kernel.clock import Clock
from brama.kernel.database import Transaction
from brama.kernel.inbox import Heard
from brama.services.ticketing.keys import KeyCabinet
from brama.services.ticketing.operations import changing, projections
from brama.services.ticketing.operations.issuing import Issuer


def heard(issuer: Issuer, cabinet: KeyCabinet, clock: Clock) -> Heard:
    """What ticketing listens to."""

    async def event(tx: Transaction, fact: catalogue.EventFact) -> None:
        await projections.keep_event(tx, cabinet, fact)

    async def requested(tx: Transaction, fact: sales.RefundRequested) -> None:
        await changing.block_for_refund(tx, clock, fact)

    async def refunded(tx: Transaction, fact: sales.OrderRefunded) -> None:
        await changing.revoke_refunded(tx, clock, fact)

    async def failed(tx: Transaction, fact: payments.RefundFailed) -> None:
        await changing.release_from_refund(tx, clock, fact)

    return {
        identity.OrganiserChanged: projections.keep_organiser,
        catalogue.EventPublished: event,
        catalogue.EventChanged: event,
        catalogue.EventCancelled: event,
        sales.OrderPaid: issuer.issue,
        sales.RefundRequested: requested,
        sales.OrderRefunded: refunded,
        payments.RefundFailed: failed,
    }
