"""Organisers over HTTP."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, patch, post
from litestar.params import FromPath, JSONBody
from msgspec import UNSET, Meta, UnsetType

from brama.contracts.common import Locale
from brama.kernel.access import PUBLIC, SIGNED_IN, allow
from brama.kernel.idempotency import creates
from brama.kernel.web import By, Db, Given, Page, Time, etag, page
from brama.services.identity.config import IdentityConfig
from brama.services.identity.domain.people import Organiser
from brama.services.identity.http.fields import Email, Name, Password, PostalAddress, Secret, Title, person
from brama.services.identity.operations import me, organisers
from brama.services.identity.operations.organisers import NewOwner, OrganiserSheet
from brama.services.identity.operations.sessions import SessionDesk
from brama.shared.roles import Role

Slug = Annotated[str, Meta(min_length=2, max_length=40, pattern="^[a-z0-9]+(-[a-z0-9]+)*$")]
Mark = Annotated[str, Meta(min_length=1, max_length=16, pattern=r"\S")]
Accent = Annotated[str, Meta(pattern="^#[0-9a-f]{6}$")]
TaxId = Annotated[str, Meta(min_length=1, max_length=20, pattern="^[0-9A-Za-z-]+$")]
LegalName = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S")]


class NewOrganiser(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A club or a promoter."""

    slug: Slug
    name: Title
    mark: Mark
    accent: Accent | None = None
    legal_name: LegalName
    tax_id: TaxId
    contact_email: Email
    address: PostalAddress
    locale: Locale = "uk"
    is_fiscalised: bool = False


class Owner(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The first owner. Somebody who has an account keeps its name and password."""

    name: Name
    email: Email
    password: Password
    locale: Locale = "uk"


class Setup(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An organiser with its first owner, made by the installation's administrator."""

    setup_code: Secret
    organiser: NewOrganiser
    owner: Owner


class OrganiserChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is not given stays."""

    slug: Slug | UnsetType = UNSET
    name: Title | UnsetType = UNSET
    mark: Mark | UnsetType = UNSET
    accent: Accent | UnsetType | None = UNSET
    legal_name: LegalName | UnsetType = UNSET
    tax_id: TaxId | UnsetType = UNSET
    contact_email: Email | UnsetType = UNSET
    address: PostalAddress | UnsetType = UNSET
    locale: Locale | UnsetType = UNSET
    is_fiscalised: bool | UnsetType = UNSET


class OwnerView(msgspec.Struct, frozen=True):
    """The first owner."""

    id: UUID
    name: str
    email: str


class SetupView(msgspec.Struct, frozen=True):
    """What was made."""

    organiser: Organiser
    owner: OwnerView


@post("/setup", opt=PUBLIC | creates())
async def set_up(
    data: JSONBody[Setup], db: Db, clock: Time, desk: Given[SessionDesk], settings: Given[IdentityConfig]
) -> SetupView:
    """Make an organiser with its first owner."""
    organiser, staff = await organisers.set_up_organiser(
        db,
        clock,
        desk.passwords,
        expected_code=settings.setup_code,
        code=data.setup_code,
        sheet=OrganiserSheet(**msgspec.structs.asdict(data.organiser)),
        owner=NewOwner(**msgspec.structs.asdict(data.owner)),
    )
    return SetupView(organiser, OwnerView(staff.id, staff.name, staff.email))


@get("/organisers", opt=SIGNED_IN)
async def list_organisers(caller: By, db: Db) -> Page:
    """The organisers I work for."""
    account = await me.get_account(db, staff_id=person(caller))
    return page(account.organisers, None)


@get("/organisers/{organiser_id:uuid}", opt=SIGNED_IN)
async def get_organiser(organiser_id: FromPath[UUID], caller: By, db: Db) -> Response[Organiser]:
    """An organiser I work for."""
    return _answer(await organisers.get_organiser(db, caller=caller, organiser_id=organiser_id))


@patch("/organisers/{organiser_id:uuid}", opt=allow(Role.OWNER))
async def change_organiser(
    organiser_id: FromPath[UUID],
    data: JSONBody[OrganiserChange],
    caller: By,
    db: Db,
    clock: Time,
    if_match: Given[int | None],
) -> Response[Organiser]:
    """Change an organiser from the version that `If-Match` names."""
    given = {name: value for name, value in msgspec.structs.asdict(data).items() if value is not UNSET}
    organiser = await organisers.change_organiser(
        db, clock, caller=caller, organiser_id=organiser_id, version=if_match, changes=given
    )
    return _answer(organiser)


ROUTES = [set_up, list_organisers, get_organiser, change_organiser]


def _answer(organiser: Organiser) -> Response[Organiser]:
    return Response(organiser, headers={"ETag": etag(organiser.version)})
