"""The life of a payment: pure decisions."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from brama.kernel.money import Money
from brama.services.payments.domain.model import (
    CAPTURED,
    OPEN,
    KnownOrder,
    News,
    Payment,
    PaymentState,
    Refund,
)
from brama.services.payments.domain.refunds import returned_minor


def end_unpaid(payment: Payment, state: PaymentState, reason: str) -> tuple[Payment, News | None]:
    """Close an open payment without money (`failed` or `cancelled`); any other stays as it is."""
    if payment.state not in OPEN:
        return payment, None
    return replace(payment, state=state, reason=reason, version=payment.version + 1), News.FAILED


def amount_due(order: KnownOrder, payments: Sequence[Payment], refunds: Sequence[Refund]) -> Money:
    """What to ask for: the whole total until it is covered, then nothing.

    Sales lets a payment pay an order only if it alone covers the total, and returns a short one: so a
    receipt and its refunds never have to be split over payments.
    """
    kept = sum(payment.captured_minor for payment in payments) - returned_minor(refunds)
    return Money.zero(order.currency) if kept >= order.total.minor else order.total


def validity_end(
    now: datetime, expires_at: datetime, *, margin: timedelta, longest: timedelta, shortest: timedelta
) -> datetime | None:
    """Until when a buyer may pay: `margin` before the order's expiry; None when too little time is left."""
    end = min(now + longest, expires_at - margin)
    return end if end - now >= shortest else None


def night_end(now: datetime, *, zone: ZoneInfo, hour: int) -> datetime:
    """The last moment, up to now, at which it was `hour` o'clock in the zone."""
    local = now.astimezone(zone)
    today = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    if today > local:
        today = (today - timedelta(days=1)).replace(hour=hour)
    return today.astimezone(now.tzinfo)


def next_poll(payment: Payment, now: datetime) -> datetime | None:
    """When to ask the provider again by ourselves; None: only webhooks and the nightly comparison tell more.

    The pause grows with the payment's age: 5 s at first, a minute at most before the validity ends, five
    after it; a payment without money is watched for a week more, as money may come late.
    """
    if payment.invoice_id is None or payment.valid_until is None or payment.state in CAPTURED:
        return None
    if payment.state in OPEN:
        longest = timedelta(minutes=1 if now < payment.valid_until else 5)
        due = now + _between(timedelta(seconds=5), (now - payment.created_at) / 3, longest)
        # The validity's end brings no webhook.
        end = payment.valid_until + timedelta(seconds=2)
        return end if now < end < due else due
    late = now - payment.valid_until
    if late > timedelta(days=7):
        return None
    return now + _between(timedelta(minutes=1), late / 2, timedelta(hours=6))


def _between(least: timedelta, wanted: timedelta, most: timedelta) -> timedelta:
    return max(least, min(wanted, most))
