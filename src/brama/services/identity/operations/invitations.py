"""Inviting colleagues."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from brama.contracts.common import Locale
from brama.kernel import outbox
from brama.kernel.access import Caller
from brama.kernel.clock import Clock
from brama.kernel.database import Connection, Database, Transaction
from brama.kernel.ids import new_id
from brama.services.identity import errors, facts, store
from brama.services.identity.domain import passwords as rules
from brama.services.identity.domain.audit import Actor
from brama.services.identity.domain.invitations import Invitation
from brama.services.identity.domain.people import Organiser, Staff, normalise_email
from brama.services.identity.domain.sessions import hash_secret, new_secret
from brama.services.identity.operations import audit
from brama.services.identity.operations.authority import announce_authority
from brama.services.identity.operations.throttle import Throttle
from brama.services.identity.ports import Passwords
from brama.shared.roles import Role


class Invitee(msgspec.Struct, frozen=True, kw_only=True):
    """Who is invited, and as what."""

    name: str
    email: str
    role: Role
    locale: Locale


class InvitationSheet(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation as the invited person sees it."""

    invitation: Invitation
    organiser: Organiser
    has_account: bool


async def invite(
    db: Database,
    clock: Clock,
    *,
    caller: Caller,
    organiser_id: UUID,
    invitee: Invitee,
    public_origin: str,
    life: timedelta,
) -> Invitation:
    """Invite somebody by e-mail; an earlier invitation to the same address becomes void.

    Raises:
        EmailInvalid: that is no address.
        AlreadyStaff: they work there already; change their role instead.
    """
    caller.within(organiser_id)
    email, now, secret = normalise_email(invitee.email), clock.now(), new_secret()
    async with db.transaction() as tx:
        organiser = await store.lock_organiser(tx, organiser_id)
        known = await store.staff_by_email(tx, email)
        if known and await store.role_at(tx, organiser_id, known.id):
            raise errors.AlreadyStaff()
        staff_id = known.id if known else new_id()
        await store.withdraw_earlier(tx, organiser_id, email, now)
        invitation = await _add_invitation(
            tx, caller, organiser_id, invitee, staff_id, email, secret, now, now + life
        )
        url = f"{public_origin}/admin/invitation#{secret}"
        await outbox.say(tx, facts.staff_invited(invitation, organiser, url))
        await audit.record(
            tx, audit.actor_of(caller), "staff.invited", ("invitation", invitation.id),
            organiser_id=organiser_id, now=now, name=invitee.name, role=invitee.role.value,
        )  # fmt: skip
    return invitation


async def list_invitations(
    db: Database, *, caller: Caller, organiser_id: UUID, after: UUID | None, limit: int
) -> list[Invitation]:
    """A page of the invitations that nobody has answered, the latest first."""
    caller.within(organiser_id)
    async with db.reading() as tx:
        return await store.open_invitations(tx, organiser_id, after, limit)


async def withdraw_invitation(db: Database, clock: Clock, *, caller: Caller, invitation_id: UUID) -> None:
    """Make an invitation's link void; doing so again changes nothing.

    Raises:
        InvitationEnded: it was accepted already.
    """
    now = clock.now()
    async with db.transaction() as tx:
        invitation = await store.lock_invitation(tx, invitation_id)
        caller.within(invitation.organiser_id)
        if invitation.accepted_at is not None:
            raise errors.InvitationEnded()
        if invitation.withdrawn_at is not None:
            return
        await store.mark_withdrawn(tx, invitation_id, now)
        await audit.record(
            tx, audit.actor_of(caller), "invitation.withdrawn", ("invitation", invitation_id),
            organiser_id=invitation.organiser_id, now=now, name=invitation.name,
        )  # fmt: skip


async def show_invitation(db: Database, clock: Clock, *, token: str) -> InvitationSheet:
    """An invitation, for whoever has its link.

    Raises:
        InvitationNotFound: no invitation has this link.
        InvitationEnded: it is over.
    """
    async with db.reading() as tx:
        invitation = await _open_invitation(tx, token, clock.now())
        return InvitationSheet(
            invitation=invitation,
            organiser=await store.get_organiser(tx, invitation.organiser_id),
            has_account=await store.staff_by_email(tx, invitation.email) is not None,
        )


async def accept_invitation(
    db: Database,
    clock: Clock,
    passwords: Passwords,
    throttle: Throttle,
    *,
    caller: Caller,
    token: str,
    password: str | None,
    name: str | None,
    address: str,
) -> tuple[Invitation, Staff]:
    """Take up a role: with a new account and its password, or with the account that the address has.

    Whoever has an account must be signed in to it or give its password: the link alone is not enough.

    Raises:
        InvitationNotFound, InvitationEnded: the link does not work (any more).
        PasswordMissing, PasswordLength, PasswordCommon: a new account needs a good password.
        CredentialsInvalid: the account's password is another.
        AlreadyStaff: the person works there already.
    """
    async with db.reading() as reading:
        invitation = await _open_invitation(reading, token, clock.now())
        known = await store.staff_by_email(reading, invitation.email)
    password_hash = ""
    if known is None:
        password_hash = await _new_password_hash(passwords, password, invitation.email)
    elif caller.id != known.id:
        async with throttle.attempt(account=known.email, address=address):
            if not await passwords.verify(known.password_hash, password or ""):
                raise errors.CredentialsInvalid()
    async with db.transaction() as tx:
        return await _accept(tx, invitation, known, password_hash, name, now=clock.now())


async def _accept(
    tx: Transaction,
    shown: Invitation,
    known: Staff | None,
    password_hash: str,
    name: str | None,
    *,
    now: datetime,
) -> tuple[Invitation, Staff]:
    await store.lock_organiser(tx, shown.organiser_id)
    invitation = await store.lock_invitation(tx, shown.id)
    if not invitation.is_open(now):
        raise errors.InvitationEnded()
    staff_id = known.id if known else invitation.staff_id
    if await store.role_at(tx, invitation.organiser_id, staff_id):
        raise errors.AlreadyStaff()
    if known is None:
        await store.add_staff(
            tx, staff_id, invitation.email, name or invitation.name, invitation.locale, password_hash, now
        )
    await store.mark_accepted(tx, invitation.id, now)
    await store.put_role(tx, staff_id, invitation.organiser_id, invitation.role, now)
    await announce_authority(tx, staff_id, now=now)
    staff = await store.get_staff(tx, staff_id)
    await audit.record(
        tx, Actor("staff", staff.id, staff.name), "invitation.accepted", ("invitation", invitation.id),
        organiser_id=invitation.organiser_id, now=now, role=invitation.role.value,
    )  # fmt: skip
    return invitation, staff


async def _open_invitation(tx: Connection, token: str, now: datetime) -> Invitation:
    invitation = await store.invitation_by_token(tx, hash_secret(token))
    if not invitation.is_open(now):
        raise errors.InvitationEnded()
    return invitation


async def _new_password_hash(passwords: Passwords, password: str | None, email: str) -> str:
    if not password:
        raise errors.PasswordMissing()
    rules.ensure_acceptable(password, email=email)
    return await passwords.hash(password)


async def _add_invitation(
    tx: Transaction,
    caller: Caller,
    organiser_id: UUID,
    invitee: Invitee,
    staff_id: UUID,
    email: str,
    secret: str,
    now: datetime,
    expires_at: datetime,
) -> Invitation:
    invitation_id = new_id()
    await store.add_invitation(
        tx, invitation_id, organiser_id, staff_id, invitee.name, email, invitee.role, invitee.locale,
        hash_secret(secret), caller.id, caller.name, now, expires_at,
    )  # fmt: skip
    return await store.get_invitation(tx, invitation_id)
