"""Sessions and the refresh tokens that prolong them."""

import secrets
from datetime import datetime, timedelta
from enum import Enum, auto
from hashlib import sha256
from typing import Literal
from uuid import UUID

import msgspec

Transport = Literal["body", "cookie"]


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A person signed in somewhere."""

    id: UUID
    staff_id: UUID
    transport: Transport
    user_agent: str
    started_at: datetime
    used_at: datetime
    ended_at: datetime | None


class RefreshToken(msgspec.Struct, frozen=True, kw_only=True):
    """A refresh token as it is kept: its hash. `replaced_at` is when it bought its successor."""

    token_hash: bytes
    session_id: UUID
    made_at: datetime
    replaced_at: datetime | None


class Lifetimes(msgspec.Struct, frozen=True, kw_only=True):
    """How long a session lives: `idle_s` without a refresh, `total_s` at all.

    Within `grace_s` of its use a cookie's token works again: two tabs share one cookie, and a page that is
    reloaded loses the answer. A token in a body has no such excuse.
    """

    idle_s: int
    total_s: int
    grace_s: int

    def earliest_use(self, now: datetime) -> datetime:
        """A session last used before this is over."""
        return now - timedelta(seconds=self.idle_s)

    def earliest_start(self, now: datetime) -> datetime:
        """A session begun before this is over."""
        return now - timedelta(seconds=self.total_s)


class Verdict(Enum):
    """What presenting a refresh token leads to."""

    ROTATE = auto()
    EXPIRED = auto()
    REUSED = auto()


def judge(session: Session, token: RefreshToken, *, now: datetime, lifetimes: Lifetimes) -> Verdict:
    """Whether a token buys a successor. REUSED means that somebody else has it: the session must end."""
    if session.ended_at is not None:
        return Verdict.EXPIRED
    if token.replaced_at is not None and not _is_excused(session, token.replaced_at, now, lifetimes):
        return Verdict.REUSED
    is_over = session.used_at <= lifetimes.earliest_use(
        now
    ) or session.started_at <= lifetimes.earliest_start(now)
    return Verdict.EXPIRED if is_over else Verdict.ROTATE


def _is_excused(session: Session, replaced_at: datetime, now: datetime, lifetimes: Lifetimes) -> bool:
    return session.transport == "cookie" and now - replaced_at < timedelta(seconds=lifetimes.grace_s)


def new_secret() -> str:
    """256 random bits as text: a refresh token, or an invitation's."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> bytes:
    """What is kept of a secret. Its 256 random bits need no slow hash."""
    return sha256(secret.encode()).digest()
