"""The gate's decisions, without a database: order of questions, merging in any order, signed entries."""

import string
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from brama.contracts.common import LocalText
from brama.kernel.secrets import to_base64url
from brama.services.admission.domain.entries import is_signed_by, signed_bytes
from brama.services.admission.domain.evaluation import Question, evaluate
from brama.services.admission.domain.merging import Presence, merge
from brama.services.admission.domain.records import CheckInList, Event, Scan, Standing, Ticket
from brama.services.admission.domain.rows import short_name
from brama.shared.outcomes import Outcome, Verdict
from brama.shared.ticket_code import Genuine, Payload, Refused

NOW = datetime(2026, 12, 5, 22, 0, tzinfo=UTC)
TYPE, LIST, OTHER_LIST = UUID(int=1), UUID(int=2), UUID(int=3)


def a_list(id: UUID = LIST, **rules: bool) -> CheckInList:
    allowed = {"allow_multiple_entries": False, "allow_entry_after_exit": False, **rules}
    return CheckInList(id=id, name="Двері", ticket_type_ids=[TYPE], **allowed)


def a_ticket(**changes: Any) -> Ticket:
    whole = {
        "ticket_id": UUID(int=9), "event_id": UUID(int=8), "order_code": "A", "code_id": "00" * 8,
        "revision": 0,
        "state": "valid", "reason": None, "state_at": NOW, "ticket_type_id": TYPE, "product_number": 1,
        "holder": None, "code": "", "version": 1,
    }  # fmt: skip
    return Ticket(**{**whole, **changes})


def an_event(**changes: Any) -> Event:
    whole = {
        "event_id": UUID(int=8), "event_number": 12, "organiser_id": UUID(int=7), "state": "published",
        "title": LocalText(uk="Ніч"), "doors_at": NOW, "starts_at": NOW, "ends_at": NOW, "time_zone": "UTC",
        "capacity": None, "ticket_types": [], "check_in_lists": [], "gates": [],
    }  # fmt: skip
    return Event(**{**whole, **changes})


def a_scan(number: int, at_s: int, **changes: Any) -> Scan:
    at = NOW + timedelta(seconds=at_s)
    whole = {
        "scan_id": UUID(int=number), "subject": "00" * 8, "revision": 0, "proof": Outcome.VALID,
        "check_in_list_id": LIST, "gate_id": UUID(int=5), "kind": "entry", "by_name": "A", "happened_at": at,
        "logical_ms": int(at.timestamp() * 1000), "hlc": "", "outcome": Outcome.VALID, "acted": Verdict.ADMIT,
        "is_clock_suspect": False, "is_quarantined": False,
    }  # fmt: skip
    return Scan(**{**whole, **changes})


# Every reason why this ticket fails, from the question asked first to the one asked last.
FAILURES: list[tuple[Outcome, dict[str, Any]]] = [
    (Outcome.COUNTERFEIT, {"reading": Refused(Outcome.COUNTERFEIT, None)}),
    (Outcome.UNKNOWN, {"ticket": None}),
    (Outcome.REVOKED, {"revision": 1}),
    (Outcome.REFUNDED, {"state": "revoked", "reason": "refunded"}),
    (Outcome.CANCELLED, {"event_state": "cancelled"}),
    (Outcome.BLOCKED, {"state": "blocked"}),
    (Outcome.NOT_YET, {"now": NOW - timedelta(days=900)}),
    (Outcome.WRONG_PRODUCT, {"ticket_type_id": UUID(int=99)}),
    (Outcome.ALREADY_IN, {"presence": Presence(entries=1, inside=1, last_entry=a_scan(1, 0))}),
]


def question(failures: list[dict[str, Any]], kind: str = "entry") -> Question:
    facts: dict[str, Any] = {}
    for failure in reversed(failures):
        facts.update(failure)
    hours = int((NOW - datetime(2024, 1, 1, tzinfo=UTC)).total_seconds() // 3600)
    payload = Payload(
        event_number=12, key_id=1, ticket_id=bytes(8), valid_from_h=hours - 1, valid_until_h=hours + 9
    )
    changes = {
        name: facts[name] for name in ("revision", "state", "reason", "ticket_type_id") if name in facts
    }
    return Question(
        kind=kind,  # type: ignore[arg-type]
        reading=facts.get("reading", Genuine(payload)),
        event=an_event(state=facts.get("event_state", "published")),
        ticket=facts["ticket"] if "ticket" in facts else a_ticket(**changes),
        check_in_list=a_list(),
        presence=facts.get("presence", Presence()),
        now=facts.get("now", NOW),
    )


@given(st.sets(st.integers(0, len(FAILURES) - 1)))
def test_the_first_question_that_fails_is_the_answer(failing: set[int]) -> None:
    answer = evaluate(question([FAILURES[index][1] for index in sorted(failing)]))
    assert answer == (FAILURES[min(failing)][0] if failing else Outcome.VALID)


@given(st.sets(st.sampled_from([6, 8])))
def test_an_exit_skips_time_and_rules(failing: set[int]) -> None:
    assert evaluate(question([FAILURES[index][1] for index in failing], kind="exit")) is Outcome.EXIT_OK


scans = st.lists(
    st.builds(
        a_scan,
        st.integers(1, 10_000),
        st.integers(0, 20),
        kind=st.sampled_from(["entry", "entry", "entry", "exit", "undo", "refuse"]),
        acted=st.sampled_from([Verdict.ADMIT, Verdict.ADMIT, Verdict.DENY]),
        check_in_list_id=st.sampled_from([LIST, LIST, OTHER_LIST]),
        proof=st.sampled_from([Outcome.VALID, Outcome.VALID, Outcome.UNKNOWN_KEY]),
        is_quarantined=st.sampled_from([False, False, True]),
        revision=st.integers(0, 1),
    ),
    max_size=8,
    unique_by=lambda scan: scan.scan_id,
)
rules = st.builds(a_list, allow_multiple_entries=st.booleans(), allow_entry_after_exit=st.booleans())
tickets = st.none() | st.builds(
    a_ticket, state=st.sampled_from(["valid", "revoked"]), revision=st.integers(0, 1)
)


@given(scans, rules, tickets, st.randoms(use_true_random=False))
def test_any_order_of_scans_tells_the_same_story(
    told: list[Scan], rule: CheckInList, ticket: Ticket | None, random: Any
) -> None:
    shuffled = list(told)
    random.shuffle(shuffled)
    lists = {LIST: rule}
    assert merge(told, ticket, lists) == merge(shuffled, ticket, lists)


@given(scans, rules, tickets)
def test_every_contradiction_among_entries_is_a_conflict(
    told: list[Scan], rule: CheckInList, ticket: Ticket | None
) -> None:
    story = merge(told, ticket, {LIST: rule})
    in_conflict = {id for conflict in story.conflicts for id in conflict.scan_ids}
    for scan in told:
        standing = story.standings[scan.scan_id]
        if standing in (Standing.DUPLICATE_SUSPECTED, Standing.ADMITTED_STALE, Standing.UNLISTED_SIGNED):
            assert scan.scan_id in in_conflict
    assert story.inside >= 0


@given(st.integers(1, 6))
def test_gates_that_admit_one_ticket_unknowingly_are_one_conflict_and_all_are_inside(gates: int) -> None:
    story = merge([a_scan(number, number) for number in range(1, gates + 1)], a_ticket(), {LIST: a_list()})
    standings = [story.standings[UUID(int=number)] for number in range(1, gates + 1)]
    assert standings == [Standing.CONFIRMED] + [Standing.DUPLICATE_SUSPECTED] * (gates - 1)
    assert story.inside == gates
    assert [len(conflict.scan_ids) for conflict in story.conflicts] == ([gates] if gates > 1 else [])


def test_who_left_before_the_second_entry_contradicts_nobody_where_reentry_is_allowed() -> None:
    told = [a_scan(1, 0), a_scan(2, 5, kind="exit"), a_scan(3, 9)]
    assert merge(told, a_ticket(), {LIST: a_list(allow_entry_after_exit=True)}).conflicts == []
    assert merge(told, a_ticket(), {LIST: a_list()}).conflicts != []
    assert merge([told[0], told[2]], a_ticket(), {LIST: a_list(allow_entry_after_exit=True)}).conflicts != []


def test_a_guest_of_two_lists_is_one_guest() -> None:
    told = [a_scan(1, 0), a_scan(2, 5, check_in_list_id=OTHER_LIST)]
    story = merge(told, a_ticket(), {LIST: a_list(), OTHER_LIST: a_list(OTHER_LIST)})
    assert (story.inside, story.conflicts) == (1, [])


def test_a_ticket_that_died_after_the_entry_contradicts_nothing() -> None:
    dead = a_ticket(state="revoked", state_at=NOW + timedelta(seconds=10))
    assert merge([a_scan(1, 5)], dead, {LIST: a_list()}).conflicts == []
    assert merge([a_scan(1, 15)], dead, {LIST: a_list()}).standings == {UUID(int=1): Standing.ADMITTED_STALE}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.dictionaries(st.text(string.ascii_lowercase), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.text(string.ascii_lowercase, min_size=1), json_values, max_size=5))
def test_only_the_devices_key_signs_and_every_garbage_is_merely_unsigned(raw: dict[str, Any]) -> None:
    key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    signed = {**raw, "signature": to_base64url(key.sign(signed_bytes(raw)))}
    public = [to_base64url(pair.public_key().public_bytes_raw()) for pair in (key, other)]
    assert is_signed_by(signed, public[0])
    assert not is_signed_by(signed, public[1])
    assert not is_signed_by({**signed, "added": 1}, public[0])
    assert not is_signed_by({**raw, "signature": "не підпис"}, public[0])


def test_the_signed_text_is_the_documented_one() -> None:
    raw = {"b": {"z": 1, "a": None}, "a": "Їжак\n", "signature": "x"}
    assert signed_bytes(raw) == b"brama.scan.v1\x00" + '{"a":"Їжак\\n","b":{"a":null,"z":1}}'.encode()


@pytest.mark.parametrize(
    ("holder", "short"),
    [
        ("Олена Дем'яненко", "Олена Д."),
        ("Анна Марія Нечуй-Левицька", "Анна Н."),
        ("Madonna", "Madonna"),
        ("  ", None),
        (None, None),
    ],
)
def test_a_lost_phone_tells_little(holder: str | None, short: str | None) -> None:
    assert short_name(holder) == short


def test_an_id_that_was_never_seen_has_no_presence() -> None:
    assert merge([], None, {}).lists.get(uuid4()) is None
