"""One's own account over HTTP."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import delete, get, patch, post
from litestar.params import JSONBody

from brama.contracts.common import Locale, LocalText
from brama.kernel.access import SIGNED_IN
from brama.kernel.web import By, Db, Given, Time
from brama.services.identity.domain.people import Organiser
from brama.services.identity.http.fields import Code, Name, Password, person
from brama.services.identity.http.sessions import RoleView
from brama.services.identity.operations import me, totp
from brama.services.identity.operations.me import Account
from brama.services.identity.operations.sessions import SessionDesk


class OrganiserBrief(msgspec.Struct, frozen=True):
    """An organiser, to name and draw it."""

    id: UUID
    slug: str
    name: LocalText
    mark: str
    accent: str | None

    @classmethod
    def of(cls, organiser: Organiser) -> "OrganiserBrief":
        """The brief of an organiser."""
        return cls(organiser.id, organiser.slug, organiser.name, organiser.mark, organiser.accent)


class AccountView(msgspec.Struct, frozen=True):
    """My account."""

    id: UUID
    name: str
    email: str
    locale: Locale
    has_totp: bool
    roles: list[RoleView]
    organisers: list[OrganiserBrief]


class ProfileChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is not given stays."""

    name: Name | None = None
    locale: Locale | None = None


class PasswordChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The present password and the next."""

    current: Password
    new: Annotated[str, msgspec.Meta(max_length=1024)]


class TotpCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the authenticator app shows."""

    code: Code


class EnrolmentView(msgspec.Struct, frozen=True):
    """For the authenticator app; `otpauth_uri` is meant as a QR code."""

    secret: str
    otpauth_uri: str


@get("/me", opt=SIGNED_IN)
async def get_me(caller: By, db: Db) -> AccountView:
    """My account, my roles and where I have them."""
    return _view(await me.get_account(db, staff_id=person(caller)))


@patch("/me", opt=SIGNED_IN)
async def change_me(data: JSONBody[ProfileChange], caller: By, db: Db, clock: Time) -> AccountView:
    """Change my name or language."""
    staff_id = person(caller)
    await me.change_profile(db, clock, caller=caller, staff_id=staff_id, name=data.name, locale=data.locale)
    return _view(await me.get_account(db, staff_id=staff_id))


@post("/me/password", opt=SIGNED_IN, status_code=204)
async def change_password(
    data: JSONBody[PasswordChange], caller: By, db: Db, clock: Time, desk: Given[SessionDesk]
) -> None:
    """Change my password; I stay signed in here and nowhere else."""
    await me.change_password(
        db,
        clock,
        desk.passwords,
        desk.throttle,
        caller=caller,
        staff_id=person(caller),
        current=data.current,
        new=data.new,
    )


@post("/me/totp", opt=SIGNED_IN)
async def begin_totp(caller: By, db: Db, desk: Given[SessionDesk]) -> EnrolmentView:
    """A secret for my authenticator app; confirm it with a code."""
    enrolment = await totp.begin_totp(db, desk.sealer, staff_id=person(caller))
    return EnrolmentView(enrolment.secret, enrolment.uri)


@post("/me/totp/confirm", opt=SIGNED_IN, status_code=204)
async def confirm_totp(
    data: JSONBody[TotpCode], caller: By, db: Db, clock: Time, desk: Given[SessionDesk]
) -> None:
    """From now on signing in asks for a code."""
    await totp.confirm_totp(
        db, clock, desk.sealer, desk.throttle, caller=caller, staff_id=person(caller), code=data.code
    )


@delete("/me/totp", opt=SIGNED_IN, status_code=204)
async def remove_totp(caller: By, db: Db, clock: Time) -> None:
    """Signing in asks for no code any more."""
    await totp.remove_totp(db, clock, caller=caller, staff_id=person(caller))


ROUTES = [get_me, change_me, change_password, begin_totp, confirm_totp, remove_totp]


def _view(account: Account) -> AccountView:
    staff = account.staff
    return AccountView(
        id=staff.id,
        name=staff.name,
        email=staff.email,
        locale=staff.locale,
        has_totp=staff.has_totp,
        roles=[RoleView(role.organiser_id, role.role) for role in account.roles],
        organisers=[OrganiserBrief.of(organiser) for organiser in account.organisers],
    )
