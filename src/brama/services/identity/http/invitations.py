"""Invitations over HTTP."""

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, delete, get, post
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody

from brama.contracts.common import Locale
from brama.kernel.access import PUBLIC, allow
from brama.kernel.idempotency import creates
from brama.kernel.web import By, Db, Given, Page, Time, page
from brama.services.identity.config import IdentityConfig
from brama.services.identity.domain.invitations import Invitation
from brama.services.identity.http.fields import (
    DEFAULT_PAGE,
    Email,
    Name,
    PageSize,
    Password,
    Secret,
    client_address,
    cut,
)
from brama.services.identity.http.me import OrganiserBrief
from brama.services.identity.operations import invitations
from brama.services.identity.operations.invitations import Invitee
from brama.services.identity.operations.sessions import SessionDesk
from brama.shared.roles import Role

InvitationToken = Annotated[str, HeaderParameter(name="X-Invitation-Token", max_length=200)]


class NewInvitation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A colleague-to-be."""

    organiser_id: UUID
    name: Name
    email: Email
    role: Role
    locale: Locale = "uk"


class Acceptance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new account's password, or the one of the account that the address has; not needed when signed in."""

    token: Secret
    password: Password | None = None
    name: Name | None = None


class InvitationView(msgspec.Struct, frozen=True):
    """An invitation, as colleagues see it."""

    id: UUID
    organiser_id: UUID
    name: str
    email: str
    role: Role
    invited_by: str
    created_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, item: Invitation) -> "InvitationView":
        """The view of an invitation."""
        return cls(
            item.id, item.organiser_id, item.name, item.email, item.role, item.invited_by_name,
            item.created_at, item.expires_at,
        )  # fmt: skip


class InvitationSheetView(msgspec.Struct, frozen=True):
    """An invitation, as the invited person sees it."""

    organiser: OrganiserBrief
    name: str
    email: str
    role: Role
    invited_by: str
    expires_at: datetime
    has_account: bool


class AcceptedView(msgspec.Struct, frozen=True):
    """Who works where now; sign in with this address."""

    staff_id: UUID
    email: str
    organiser_id: UUID
    role: Role


@post("/invitations", opt=allow(Role.OWNER) | creates())
async def invite(
    data: JSONBody[NewInvitation], caller: By, db: Db, clock: Time, settings: Given[IdentityConfig]
) -> InvitationView:
    """Invite a colleague by e-mail."""
    invitation = await invitations.invite(
        db,
        clock,
        caller=caller,
        organiser_id=data.organiser_id,
        invitee=Invitee(name=data.name, email=data.email, role=data.role, locale=data.locale),
        public_origin=settings.public_origin,
        life=timedelta(seconds=settings.invitation_for_s),
    )
    return InvitationView.of(invitation)


@get("/invitations", opt=allow(Role.OWNER))
async def list_invitations(
    organiser_id: FromQuery[UUID],
    caller: By,
    db: Db,
    after: FromQuery[UUID | None] = None,
    limit: PageSize = DEFAULT_PAGE,
) -> Page:
    """Invitations that nobody has answered."""
    found = await invitations.list_invitations(
        db, caller=caller, organiser_id=organiser_id, after=after, limit=limit + 1
    )
    items, more = cut(found, limit)
    return page([InvitationView.of(item) for item in items], items[-1].id if more else None)


@delete("/invitations/{invitation_id:uuid}", opt=allow(Role.OWNER), status_code=204)
async def withdraw_invitation(invitation_id: FromPath[UUID], caller: By, db: Db, clock: Time) -> None:
    """Make an invitation's link void."""
    await invitations.withdraw_invitation(db, clock, caller=caller, invitation_id=invitation_id)


@get("/invitations/by-token", opt=PUBLIC)
async def show_invitation(
    db: Db,
    clock: Time,
    token: InvitationToken,
) -> InvitationSheetView:
    """What the invited person is asked; the token stands in a header, so that no log keeps it."""
    sheet = await invitations.show_invitation(db, clock, token=token)
    item = sheet.invitation
    return InvitationSheetView(
        organiser=OrganiserBrief.of(sheet.organiser),
        name=item.name,
        email=item.email,
        role=item.role,
        invited_by=item.invited_by_name,
        expires_at=item.expires_at,
        has_account=sheet.has_account,
    )


@post("/invitations/accept", opt=PUBLIC)
async def accept_invitation(
    data: JSONBody[Acceptance],
    request: Request[Any, Any, Any],
    caller: By,
    db: Db,
    clock: Time,
    desk: Given[SessionDesk],
) -> AcceptedView:
    """Take up the role; the link works once."""
    invitation, staff = await invitations.accept_invitation(
        db,
        clock,
        desk.passwords,
        desk.throttle,
        caller=caller,
        token=data.token,
        password=data.password,
        name=data.name,
        address=client_address(request),
    )
    return AcceptedView(staff.id, staff.email, invitation.organiser_id, invitation.role)


ROUTES = [invite, list_invitations, withdraw_invitation, show_invitation, accept_invitation]
