"""Signing in, staying signed in, signing out."""

from datetime import datetime
from uuid import UUID

import msgspec

from brama.kernel.access import Caller
from brama.kernel.clock import Clock
from brama.kernel.database import Database, Transaction
from brama.kernel.ids import new_id
from brama.kernel.log import get_logger
from brama.kernel.secrets import Sealer
from brama.services.identity import errors, store
from brama.services.identity.domain import sessions
from brama.services.identity.domain.audit import Actor
from brama.services.identity.domain.people import Staff, StaffRole
from brama.services.identity.domain.sessions import Lifetimes, RefreshToken, Session, Transport, Verdict
from brama.services.identity.operations import audit
from brama.services.identity.operations.throttle import Throttle
from brama.services.identity.operations.tokens import AccessToken, AccessTokens
from brama.services.identity.operations.totp import matching_step
from brama.services.identity.ports import Passwords

log = get_logger()


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """What whoever signed in gets."""

    access: AccessToken
    refresh_secret: str
    staff: Staff
    roles: list[StaffRole]


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody who wants to sign in says, and from where."""

    email: str
    password: str
    totp: str | None
    transport: Transport
    user_agent: str
    address: str


class SessionDesk(msgspec.Struct, frozen=True, kw_only=True):
    """The means by which sessions are made and prolonged."""

    passwords: Passwords
    sealer: Sealer
    tokens: AccessTokens
    throttle: Throttle
    lifetimes: Lifetimes


async def sign_in(db: Database, clock: Clock, desk: SessionDesk, *, credentials: Credentials) -> SignedIn:
    """Begin a session. An unknown address costs the same time and gets the same answer as a wrong password.

    Raises:
        CredentialsInvalid: the address, the password or the code is wrong, or the code was used.
        TotpRequired: all is right so far, the code is missing.
        AccessWithdrawn: the person has no role anywhere.
        TooManyRequests: too many failures lately.
    """
    email = credentials.email.strip().lower()
    async with desk.throttle.attempt(account=email, address=credentials.address):
        async with db.reading() as reading:
            staff = await store.staff_by_email(reading, email)
        known_hash = staff.password_hash if staff else None
        if not await desk.passwords.verify(known_hash, credentials.password) or staff is None:
            raise errors.CredentialsInvalid()
        step = _totp_step(desk.sealer, staff, credentials.totp, now=clock.now())
        async with db.transaction() as tx:
            signed_in = await _begin_session(tx, desk, staff, step, credentials, now=clock.now())
    await desk.throttle.forget(account=email)
    if desk.passwords.is_outdated(staff.password_hash):
        await _renew_hash(db, desk.passwords, staff, credentials.password)
    return signed_in


async def refresh_session(
    db: Database, clock: Clock, desk: SessionDesk, *, secret: str, transport: Transport
) -> SignedIn:
    """Trade a refresh token for its successor and a fresh access token.

    A token that was traded before ends the session: two have it, and one of them stole it.

    Raises:
        SessionEnded: the token is unknown, over or reused, or came by the other way.
    """
    now = clock.now()
    async with db.transaction() as tx:
        signed_in = await _refresh(tx, desk, sessions.hash_secret(secret), transport, now=now)
    if signed_in is None:  # only now: the end of a session whose token was stolen has to be committed
        raise errors.SessionEnded()
    return signed_in


async def end_session(db: Database, clock: Clock, *, caller: Caller, session_id: UUID | None) -> None:
    """End one of the caller's own sessions; ending it again changes nothing.

    Raises:
        SessionNotFound: it is not the caller's.
    """
    now = clock.now()
    async with db.transaction() as tx:
        if session_id is None:
            raise errors.SessionNotFound()
        session = await store.lock_session(tx, session_id)
        if session.staff_id != caller.id:
            raise errors.SessionNotFound()
        if await store.end_session(tx, session_id, now):
            actor = audit.actor_of(caller)
            await audit.record_everywhere(tx, actor, "session.ended", ("session", session_id), now=now)


async def list_sessions(db: Database, clock: Clock, *, caller: Caller, lifetimes: Lifetimes) -> list[Session]:
    """Where the caller is signed in, the latest used first."""
    now = clock.now()
    async with db.reading() as tx:
        return await store.sessions_of(
            tx, caller.id, lifetimes.earliest_use(now), lifetimes.earliest_start(now)
        )


def _totp_step(sealer: Sealer, staff: Staff, code: str | None, *, now: datetime) -> int | None:
    if not staff.has_totp:
        return None
    if not code:
        raise errors.TotpRequired()
    step = matching_step(sealer, staff, code, now=now)
    if step is None:
        raise errors.CredentialsInvalid()
    return step


async def _begin_session(
    tx: Transaction,
    desk: SessionDesk,
    known: Staff,
    step: int | None,
    credentials: Credentials,
    *,
    now: datetime,
) -> SignedIn:
    staff = await store.lock_staff(tx, known.id)
    if staff.password_hash != known.password_hash:  # changed while this one was being checked
        raise errors.CredentialsInvalid()
    if step is not None and not await store.use_totp_step(tx, staff.id, step):
        raise errors.CredentialsInvalid()
    roles = await store.roles_of(tx, staff.id)
    if not roles:
        raise errors.AccessWithdrawn()
    session_id, secret = new_id(), sessions.new_secret()
    await store.add_session(tx, session_id, staff.id, credentials.transport, credentials.user_agent, now)
    await store.add_refresh_token(tx, sessions.hash_secret(secret), session_id, now)
    access = await desk.tokens.for_staff(tx, staff, roles, session_id=session_id, now=now)
    actor = Actor("staff", staff.id, staff.name)
    await audit.record_everywhere(tx, actor, "session.started", ("session", session_id), now=now)
    return SignedIn(access=access, refresh_secret=secret, staff=staff, roles=roles)


async def _refresh(
    tx: Transaction, desk: SessionDesk, token_hash: bytes, transport: Transport, *, now: datetime
) -> SignedIn | None:
    found = await _lock_token(tx, token_hash)
    if found is None:
        return None
    token, session = found
    staff = await store.get_staff(tx, session.staff_id)
    verdict = sessions.judge(session, token, now=now, lifetimes=desk.lifetimes)
    if verdict is Verdict.REUSED:
        await store.end_session(tx, session.id, now)
        log.warning("session.stolen", session_id=str(session.id))
        actor = Actor("system", staff.id, staff.name)
        await audit.record_everywhere(tx, actor, "session.stolen", ("session", session.id), now=now)
        return None
    if verdict is Verdict.EXPIRED or session.transport != transport:
        return None
    secret = sessions.new_secret()
    await store.mark_replaced(tx, token_hash, now)
    await store.add_refresh_token(tx, sessions.hash_secret(secret), session.id, now)
    await store.touch_session(tx, session.id, now)
    roles = await store.roles_of(tx, staff.id)
    access = await desk.tokens.for_staff(tx, staff, roles, session_id=session.id, now=now)
    return SignedIn(access=access, refresh_secret=secret, staff=staff, roles=roles)


async def _lock_token(tx: Transaction, token_hash: bytes) -> tuple[RefreshToken, Session] | None:
    """The token as it stands once its session is locked: another request may just have traded it."""
    token = await store.get_refresh_token(tx, token_hash)
    if token is None:
        return None
    session = await store.lock_session(tx, token.session_id)
    token = await store.get_refresh_token(tx, token_hash)
    return None if token is None else (token, session)


async def _renew_hash(db: Database, passwords: Passwords, staff: Staff, password: str) -> None:
    renewed = await passwords.hash(password)
    async with db.transaction() as tx:
        await store.renew_password_hash(tx, staff.id, renewed, staff.password_hash)
