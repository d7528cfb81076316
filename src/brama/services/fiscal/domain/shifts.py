"""When shifts begin and end. A fiscal day is a calendar day in Kyiv, whatever the night is called."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from brama.services.fiscal.domain.model import Shift, ShiftReport, ShiftState
from brama.services.fiscal.domain.receipts import pause

KYIV = ZoneInfo("Europe/Kyiv")
_LOOK_EVERY_S = 0.4


def midnight_after(moment: datetime) -> datetime:
    """The next 00:00 in Kyiv, in `moment`'s own zone; days of 23 and 25 hours included."""
    tomorrow = moment.astimezone(KYIV).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), KYIV).astimezone(moment.tzinfo)


def closes_at(opened_at: datetime, *, margin_s: int, longest_h: int) -> datetime:
    """When a shift is to be closed: just before midnight, and never after `longest_h` hours."""
    before_midnight = midnight_after(opened_at) - timedelta(seconds=margin_s)
    return min(before_midnight, opened_at + timedelta(hours=longest_h))


def held_until(now: datetime, *, margin_s: int) -> datetime | None:
    """In the last `margin_s` seconds of the day no shift is opened: until when sales wait, None if not."""
    midnight = midnight_after(now)
    return midnight if midnight - now <= timedelta(seconds=margin_s) else None


def shift_reported(
    shift: Shift, report: ShiftReport, now: datetime, *, margin_s: int, longest_h: int
) -> Shift:
    """What a registrar's report makes of a shift. Old news changes nothing."""
    if shift.state in (ShiftState.CLOSED, ShiftState.REFUSED):
        return shift
    if report.state == ShiftState.CLOSED:
        if shift.state == ShiftState.OPENING and report.opened_at is None:
            return replace(shift, state=ShiftState.REFUSED, reason=report.reason, closed_at=now)
        opened_at = shift.opened_at or report.opened_at
        return replace(shift, state=ShiftState.CLOSED, opened_at=opened_at, closed_at=report.closed_at or now)
    if report.state == ShiftState.OPENED and shift.state == ShiftState.OPENING:
        # Counted from when we asked, by our own clock: no later than when it really began.
        due_at = closes_at(shift.asked_at, margin_s=margin_s, longest_h=longest_h)
        opened_at = report.opened_at or now
        return replace(shift, state=ShiftState.OPENED, opened_at=opened_at, due_at=due_at, tries=0)
    if shift.state == ShiftState.OPENED:
        if report.state == ShiftState.CLOSING:  # somebody closes it elsewhere
            return replace(shift, state=ShiftState.CLOSING, due_at=now + pause(0, _LOOK_EVERY_S), tries=0)
        return shift
    return replace(shift, due_at=now + pause(shift.tries, _LOOK_EVERY_S), tries=shift.tries + 1)
