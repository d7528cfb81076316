"""The gate's answer to one scan, in the order in which the questions are asked."""

from datetime import datetime
from typing import Literal

import msgspec

from brama.services.admission.domain.merging import Presence
from brama.services.admission.domain.records import CheckInList, Event, Kind, Ticket
from brama.shared.outcomes import Outcome, Verdict
from brama.shared.ticket_code import Genuine, Payload, Refused

_DEAD: dict[str, Outcome] = {"refunded": Outcome.REFUNDED, "cancelled": Outcome.CANCELLED}


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides a scan. `presence` is the ticket's at this list, `now` the scan's true time."""

    kind: Kind
    reading: Genuine | Refused
    event: Event
    ticket: Ticket | None
    check_in_list: CheckInList
    presence: Presence
    now: datetime


def evaluate(question: Question) -> Outcome:
    """The outcome of an entry or an exit.

    Signature and key, event, revision, cancelled, blocked, time, product, rules, already in: the first that
    fails is the answer. An exit skips time and rules, since nobody is kept in.
    """
    if isinstance(question.reading, Refused):
        return question.reading.outcome
    ticket = question.ticket
    if ticket is None:
        return Outcome.UNKNOWN
    payload = question.reading.payload
    if (outcome := _state(payload, ticket, question.event)) is not None:
        return outcome
    if question.kind == "entry" and (outcome := _time(payload, question.now)) is not None:
        return outcome
    if ticket.ticket_type_id not in question.check_in_list.ticket_type_ids:
        return Outcome.WRONG_PRODUCT
    if question.kind == "exit":
        return Outcome.EXIT_OK
    return _again(question.check_in_list, question.presence) or Outcome.VALID


def verdict_of(kind: Kind, outcome: Outcome) -> Verdict:
    """What the guest meets. An inspector's refusal or undoing keeps out, whatever the ticket says."""
    return Verdict.DENY if kind in ("refuse", "undo") else outcome.verdict


def verdict_by_hand(kind: Literal["refuse", "undo"], presence: Presence) -> Outcome:
    """The outcome of an inspector's own decision; `rule` when there is no entry to undo."""
    if kind == "undo" and presence.last_entry is None:
        return Outcome.RULE
    return Outcome.MANUAL_OVERRIDE


def _state(payload: Payload, ticket: Ticket, event: Event) -> Outcome | None:
    if payload.revision < ticket.revision or ticket.state == "transferred":
        return Outcome.REVOKED
    if ticket.state == "revoked":
        return _DEAD.get(ticket.reason or "", Outcome.REVOKED)
    if event.state == "cancelled":
        return Outcome.CANCELLED
    if ticket.state == "blocked":
        return Outcome.BLOCKED
    return None


def _time(payload: Payload, now: datetime) -> Outcome | None:
    if now < payload.valid_from:
        return Outcome.NOT_YET
    if now >= payload.valid_until:
        return Outcome.EXPIRED
    return None


def _again(rules: CheckInList, presence: Presence) -> Outcome | None:
    """Whether an earlier entry stands in the way of this one."""
    if presence.last_entry is None or rules.allow_multiple_entries:
        return None
    if presence.inside:
        return Outcome.ALREADY_IN
    return None if rules.allow_entry_after_exit else Outcome.REENTRY_DENIED
