"""Organisers: made by the installation's administrator, changed by their owners."""

import hmac
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from brama.contracts.common import Locale, LocalText
from brama.kernel import outbox
from brama.kernel.access import Caller
from brama.kernel.clock import Clock
from brama.kernel.database import Database, Transaction
from brama.kernel.ids import new_id
from brama.kernel.problem import NotFound, PreconditionRequired, VersionConflict
from brama.services.identity import errors, facts, store
from brama.services.identity.domain import passwords as rules
from brama.services.identity.domain.audit import Actor
from brama.services.identity.domain.people import Organiser, Staff, normalise_email
from brama.services.identity.operations import audit
from brama.services.identity.operations.authority import announce_authority
from brama.services.identity.ports import Passwords
from brama.shared.roles import Role

_ADMINISTRATOR = Actor("system", None, "setup")


class NewOwner(msgspec.Struct, frozen=True, kw_only=True):
    """The first owner; of somebody who has an account only the address counts."""

    name: str
    email: str
    password: str
    locale: Locale


class OrganiserSheet(msgspec.Struct, frozen=True, kw_only=True):
    """What people decide about an organiser."""

    slug: str
    name: LocalText
    mark: str
    accent: str | None
    legal_name: str
    tax_id: str
    contact_email: str
    address: LocalText
    locale: Locale
    is_fiscalised: bool


async def set_up_organiser(
    db: Database,
    clock: Clock,
    passwords: Passwords,
    *,
    expected_code: str,
    code: str,
    sheet: OrganiserSheet,
    owner: NewOwner,
) -> tuple[Organiser, Staff]:
    """Make an organiser with its first owner.

    Raises:
        SetupRefused: the code is wrong, or the installation has none.
        SlugTaken: another organiser has the slug.
        EmailInvalid, PasswordLength, PasswordCommon: the owner's data are refused.
    """
    if not expected_code or not hmac.compare_digest(expected_code.encode(), code.encode()):
        raise errors.SetupRefused()
    now = clock.now()
    async with db.transaction() as tx:
        organiser = _first_version(sheet)
        await _add_organiser(tx, organiser, now)
        staff = await _find_or_add_owner(tx, passwords, owner, now)
        await store.put_role(tx, staff.id, organiser.id, Role.OWNER, now)
        await announce_authority(tx, staff.id, now=now)
        subject = ("organiser", organiser.id)
        await audit.record(
            tx,
            _ADMINISTRATOR,
            "organiser.created",
            subject,
            organiser_id=organiser.id,
            now=now,
            slug=sheet.slug,
        )
    return organiser, staff


async def change_organiser(
    db: Database,
    clock: Clock,
    *,
    caller: Caller,
    organiser_id: UUID,
    version: int | None,
    changes: dict[str, Any],
) -> Organiser:
    """Change fields of an organiser, from the version that the caller saw.

    Raises:
        PreconditionRequired: the caller did not say which.
        VersionConflict: somebody else was quicker.
        SlugTaken: another organiser has the slug.
    """
    caller.within(organiser_id)
    if version is None:
        raise PreconditionRequired()
    if "contact_email" in changes:
        changes = changes | {"contact_email": normalise_email(changes["contact_email"])}
    now = clock.now()
    async with db.transaction() as tx:
        before = await store.lock_organiser(tx, organiser_id)
        if before.version != version:
            raise VersionConflict(current=before.version)
        after = msgspec.structs.replace(before, version=version + 1, **changes)
        await store.put_organiser(
            tx, after.id, after.slug, after.name, after.mark, after.accent, after.legal_name, after.tax_id,
            after.contact_email, after.address, after.locale, after.is_fiscalised, after.version,
        )  # fmt: skip
        await outbox.say(tx, facts.organiser_changed(after, now))
        await audit.record(
            tx, audit.actor_of(caller), "organiser.changed", ("organiser", organiser_id),
            organiser_id=organiser_id, now=now, fields=", ".join(sorted(changes)),
        )  # fmt: skip
    return after


async def get_organiser(db: Database, *, caller: Caller, organiser_id: UUID) -> Organiser:
    """An organiser, for everybody who works there."""
    if organiser_id not in {grant.organiser_id for grant in caller.grants}:
        raise NotFound()
    async with db.reading() as tx:
        return await store.get_organiser(tx, organiser_id)


def _first_version(sheet: OrganiserSheet) -> Organiser:
    fields = msgspec.structs.asdict(sheet) | {"contact_email": normalise_email(sheet.contact_email)}
    return Organiser(id=new_id(), version=1, **fields)


async def _add_organiser(tx: Transaction, organiser: Organiser, now: datetime) -> None:
    await store.add_organiser(
        tx, organiser.id, organiser.slug, organiser.name, organiser.mark, organiser.accent,
        organiser.legal_name, organiser.tax_id, organiser.contact_email, organiser.address, organiser.locale,
        organiser.is_fiscalised, organiser.version, now,
    )  # fmt: skip
    await outbox.say(tx, facts.organiser_changed(organiser, now))


async def _find_or_add_owner(tx: Transaction, passwords: Passwords, owner: NewOwner, now: datetime) -> Staff:
    email = normalise_email(owner.email)
    known = await store.staff_by_email(tx, email)
    if known is not None:
        return known
    rules.ensure_acceptable(owner.password, email=email)
    staff_id, password_hash = new_id(), await passwords.hash(owner.password)
    await store.add_staff(tx, staff_id, email, owner.name, owner.locale, password_hash, now)
    return await store.get_staff(tx, staff_id)
