"""Pure decisions: codes, limits, sessions."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brama.kernel.ids import new_id
from brama.services.identity.domain import totp
from brama.services.identity.domain.sessions import (
    Lifetimes,
    RefreshToken,
    Session,
    Transport,
    Verdict,
    judge,
)
from brama.services.identity.domain.throttle import Limit, network_of

NOW = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LIFETIMES = Lifetimes(idle_s=3600, total_s=86400, grace_s=10)


@pytest.mark.parametrize(
    ("offset_s", "is_good"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_a_code_of_a_neighbouring_half_minute_is_good(offset_s: int, is_good: bool) -> None:
    code = pyotp.TOTP(SECRET).at(NOW + timedelta(seconds=offset_s))
    assert (totp.accepted_step(SECRET, code, now=NOW, last_step=0) is not None) is is_good


def test_a_code_of_a_used_step_or_an_earlier_one_is_not() -> None:
    present = int(NOW.timestamp()) // 30
    before, code = pyotp.TOTP(SECRET).at(NOW - timedelta(seconds=30)), pyotp.TOTP(SECRET).at(NOW)
    assert totp.accepted_step(SECRET, code, now=NOW, last_step=present - 1) == present
    assert totp.accepted_step(SECRET, code, now=NOW, last_step=present) is None
    assert totp.accepted_step(SECRET, before, now=NOW, last_step=present) is None


@given(st.text(max_size=20))
def test_any_text_is_a_code_or_not(text: str) -> None:
    step = totp.accepted_step(SECRET, text, now=NOW, last_step=0)
    assert step is None or text.replace(" ", "").isdecimal()


def test_a_full_window_opens_when_its_oldest_failure_leaves_it() -> None:
    limit = Limit(kind="account", failures=3, window_s=60)
    assert limit.wait_s(None, now=NOW) is None
    assert limit.wait_s(NOW - timedelta(seconds=59.5), now=NOW) == 1
    assert limit.wait_s(NOW - timedelta(seconds=60), now=NOW) is None


def test_account_and_address_of_the_same_name_are_counted_apart() -> None:
    account, address = (Limit(kind=kind, failures=3, window_s=60) for kind in ("account", "address"))
    assert account.key("203.0.113.7") != address.key("203.0.113.7")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("unix:", "unix:"),
    ],
)
def test_a_household_is_one_network(address: str, network: str) -> None:
    assert network_of(address) == network


def judged(
    transport: Transport, *, replaced_s_ago: float | None, used_s_ago: float = 1, begun_s_ago: float = 1
) -> Verdict:
    def ago(seconds: float) -> datetime:
        return NOW - timedelta(seconds=seconds)

    session = Session(
        id=new_id(), staff_id=new_id(), transport=transport, user_agent="", started_at=ago(begun_s_ago),
        used_at=ago(used_s_ago), ended_at=None,
    )  # fmt: skip
    replaced_at = None if replaced_s_ago is None else ago(replaced_s_ago)
    token = RefreshToken(token_hash=b"", session_id=session.id, made_at=NOW, replaced_at=replaced_at)
    return judge(session, token, now=NOW, lifetimes=LIFETIMES)


def test_only_a_cookie_is_excused_and_only_for_a_moment() -> None:
    assert judged("body", replaced_s_ago=None) is Verdict.ROTATE
    assert judged("body", replaced_s_ago=0) is Verdict.REUSED
    assert judged("cookie", replaced_s_ago=9.9) is Verdict.ROTATE
    assert judged("cookie", replaced_s_ago=10) is Verdict.REUSED


def test_a_session_is_over_when_idle_or_old() -> None:
    assert judged("body", replaced_s_ago=None, used_s_ago=3599) is Verdict.ROTATE
    assert judged("body", replaced_s_ago=None, used_s_ago=3600) is Verdict.EXPIRED
    assert judged("body", replaced_s_ago=None, begun_s_ago=86400) is Verdict.EXPIRED
