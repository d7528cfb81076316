"""An event in figures."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, datetime
from functools import partial
from typing import Literal
from uuid import UUID

import msgspec
from litestar import get
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from brama.contracts.common import LocalText
from brama.kernel.access import allow, is_trusted
from brama.kernel.money import Money, total
from brama.kernel.streams import StreamEvent, event_stream
from brama.kernel.web import By, Db, Given, Time
from brama.services.analytics.domain import Figures, Summary, Troubles
from brama.services.analytics.operations import watching
from brama.services.analytics.pulses import Pulses
from brama.shared.roles import Role

WATCHERS = allow(Role.OWNER, Role.MANAGER, Role.ACCOUNTANT, Role.BOX_OFFICE)
BOOKS = allow(Role.OWNER, Role.MANAGER, Role.ACCOUNTANT)


class TypeShown(msgspec.Struct, frozen=True):
    """A ticket type in figures. `sold` is gross, `left` and `held` as sales last said (null before)."""

    ticket_type_id: UUID
    name: LocalText | None
    quantity: int | None
    sold: int
    revenue: Money
    refunded_tickets: int
    refunded: Money
    admitted: int
    state: str | None
    left: int | None
    held: int | None


class WayShown(msgspec.Struct, frozen=True):
    """Paid orders of one channel and tender."""

    channel: str
    tender: str | None
    orders: int
    tickets: int
    revenue: Money


class RefundsShown(msgspec.Struct, frozen=True):
    """Money that went back one way."""

    tender: str
    refunds: int
    amount: Money


class ReportShown(msgspec.Struct, frozen=True):
    """The books of an event: of one night, or of all time."""

    night: date | None
    orders: int
    tickets_sold: int
    revenue: Money
    tickets_refunded: int
    refunded: Money
    net: Money
    by_ticket_type: list[TypeShown]
    by_way: list[WayShown]
    refunds: list[RefundsShown]


class SummaryShown(msgspec.Struct, frozen=True):
    """An event as it stands. Sold and revenue are gross; what went back stands beside them."""

    orders: int
    tickets_sold: int
    tickets_refunded: int
    revenue: Money
    refunded: Money
    admitted: int
    inside: int
    capacity: int | None
    by_ticket_type: list[TypeShown]
    by_way: list[WayShown]
    receipts_pending: int
    receipts_failed: int
    emails_failed: int
    cases_open: int
    as_of: datetime

    @classmethod
    def of(cls, summary: Summary) -> "SummaryShown":
        figures, troubles = summary.figures, summary.troubles
        return cls(
            orders=sum(way.orders for way in figures.ways),
            tickets_sold=sum(item.quantity for item in figures.sold),
            tickets_refunded=sum(item.quantity for item in figures.returned),
            revenue=_revenue(figures),
            refunded=_refunded(figures),
            admitted=sum(item.quantity for item in summary.admitted),
            inside=summary.inside,
            capacity=figures.event.capacity,
            by_ticket_type=_types(figures, summary),
            by_way=_ways(figures),
            **{name: getattr(troubles, name) for name in Troubles.__struct_fields__},
            as_of=summary.as_of,
        )


class SalesPoint(msgspec.Struct, frozen=True):
    """What was sold in the step that begins at `at`."""

    at: datetime
    orders: int
    tickets: int
    revenue: Money


class AdmissionPoint(msgspec.Struct, frozen=True):
    """Who went in during the step that begins at `at`."""

    at: datetime
    admitted: int


class CurvesShown(msgspec.Struct, frozen=True):
    """Sales and admissions over time; empty steps are left out."""

    step_s: int
    sales: list[SalesPoint]
    admissions: list[AdmissionPoint]


@get("/events/{event_id:uuid}/summary", opt=WATCHERS)
async def show_summary(event_id: FromPath[UUID], db: Db, clock: Time, caller: By) -> SummaryShown:
    """An event as it stands, within two seconds of what happened."""
    return SummaryShown.of(await watching.summarise(db, clock, caller, event_id=event_id))


@get("/events/{event_id:uuid}/stream", opt=WATCHERS)
async def watch_summary(
    event_id: FromPath[UUID],
    db: Db,
    clock: Time,
    pulses: Given[Pulses],
    stopping: Given[asyncio.Event],
    caller: By,
) -> Stream:
    """The summary as server-sent events: now, and whenever it changes, at most once a second."""
    await watching.allow_stream(db, caller, event_id=event_id)
    summaries = watching.follow(db, clock, pulses, event_id=event_id)
    return event_stream(
        _as_events(summaries), stopping=stopping, clock=clock, until=caller.expires_at,
        is_trusted=partial(is_trusted, db, caller),
    )  # fmt: skip


@get("/events/{event_id:uuid}/curves", opt=WATCHERS)
async def show_curves(
    event_id: FromPath[UUID],
    db: Db,
    caller: By,
    step: FromQuery[Literal["5m", "15m", "1h", "6h", "1d"]] = "1h",
) -> CurvesShown:
    """Sales and admissions over time."""
    curves = await watching.draw_curves(db, caller, event_id=event_id, step=step)
    currency = curves.event.currency
    return CurvesShown(
        int(curves.step.total_seconds()),
        [SalesPoint(s.at, s.orders, s.tickets, Money(s.amount_minor, currency)) for s in curves.sales],
        [AdmissionPoint(s.at, s.admitted) for s in curves.admissions],
    )


@get("/events/{event_id:uuid}/report", opt=BOOKS)
async def show_report(
    event_id: FromPath[UUID], db: Db, caller: By, night: FromQuery[date | None] = None
) -> ReportShown:
    """The books of an event: of one night (08:00 to 08:00 on the venue's clock), or of all time."""
    figures = await watching.report(db, caller, event_id=event_id, night=night)
    revenue, refunded = _revenue(figures), _refunded(figures)
    return ReportShown(
        night=night,
        orders=sum(way.orders for way in figures.ways),
        tickets_sold=sum(item.quantity for item in figures.sold),
        revenue=revenue,
        tickets_refunded=sum(item.quantity for item in figures.returned),
        refunded=refunded,
        net=revenue - refunded,
        by_ticket_type=_types(figures, None),
        by_way=_ways(figures),
        refunds=[
            RefundsShown(item.tender, item.refunds, Money(item.amount_minor, figures.event.currency))
            for item in figures.refunds
        ],
    )


async def _as_events(summaries: AsyncIterator[Summary | None]) -> AsyncIterator[StreamEvent | None]:
    async for summary in summaries:
        yield StreamEvent("summary", SummaryShown.of(summary)) if summary else None


def _revenue(figures: Figures) -> Money:
    currency = figures.event.currency
    return total([Money(way.amount_minor, currency) for way in figures.ways], currency)


def _refunded(figures: Figures) -> Money:
    currency = figures.event.currency
    return total([Money(item.amount_minor, currency) for item in figures.refunds], currency)


def _ways(figures: Figures) -> list[WayShown]:
    currency = figures.event.currency
    return [
        WayShown(way.channel, way.tender, way.orders, way.tickets, Money(way.amount_minor, currency))
        for way in figures.ways
    ]


def _types(figures: Figures, summary: Summary | None) -> list[TypeShown]:
    """Every ticket type of the event in its order, then those that only remain in old orders."""
    event = figures.event
    sold = {item.ticket_type_id: item for item in figures.sold}
    back = {item.ticket_type_id: item for item in figures.returned}
    came = {item.ticket_type_id: item.quantity for item in (summary.admitted if summary else [])}
    left = {item.ticket_type_id: item for item in (summary.left if summary else [])}
    known = {item.id: item for item in sorted(event.ticket_types, key=lambda item: item.position)}
    shown = []
    for id in [*known, *sorted(sold.keys() - known.keys())]:
        mine, returned, now = sold.get(id), back.get(id), left.get(id)
        shown.append(
            TypeShown(
                ticket_type_id=id,
                name=event.type_name(id),
                quantity=known[id].quantity if id in known else None,
                sold=mine.quantity if mine else 0,
                revenue=Money(mine.amount_minor if mine else 0, event.currency),
                refunded_tickets=returned.quantity if returned else 0,
                refunded=Money(returned.amount_minor if returned else 0, event.currency),
                admitted=came.get(id, 0),
                state=now.state if now else None,
                left=now.left if now else None,
                held=now.held if now else None,
            )
        )
    return shown
