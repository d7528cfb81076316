"""What identity says: organisers, staff and their authority, devices, keys."""

from datetime import datetime
from uuid import UUID

import msgspec

from brama.contracts.common import Locale, LocalText, SigningKeyPublished
from brama.kernel.facts import Fact, fact


class Grant(msgspec.Struct, frozen=True):
    """A role that a person has at an organiser."""

    organiser_id: UUID
    role: str


@fact("identity.organiser.changed.v1")
class OrganiserChanged(Fact, frozen=True, kw_only=True):
    """An organiser came to be or changed; whole. The aggregate is the organiser's id.

    `mark` is the short name set in type on pages and tickets; `accent` is `#rrggbb` or None.
    """

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


@fact("identity.staff.invited.v1")
class StaffInvited(Fact, frozen=True, kw_only=True):
    """A colleague was invited by e-mail; the link works once, until `expires_at`."""

    staff_id: UUID
    name: str
    email: str
    locale: Locale
    role: str
    invited_by: str
    organiser_name: LocalText
    invitation_url: str
    expires_at: datetime


@fact("identity.authority.changed.v1")
class AuthorityChanged(Fact, frozen=True, kw_only=True):
    """A person's roles changed, or the person was shut out. The aggregate is the staff id.

    Access tokens carry the version they were made at: an older one is refused from now on.
    """

    staff_id: UUID
    name: str
    is_active: bool
    grants: list[Grant]


@fact("identity.key.published.v1")
class IdentityKeyPublished(SigningKeyPublished, frozen=True, kw_only=True):
    """A key that signs access tokens (purpose `access`)."""


@fact("identity.device.paired.v1")
class DevicePaired(Fact, frozen=True, kw_only=True):
    """A gate device got its rights. The aggregate is the device's id; `public_key` is base64url, 32 bytes."""

    device_id: UUID
    name: str
    event_ids: list[UUID]
    gate_ids: list[UUID]
    public_key: str


@fact("identity.device.revoked.v1")
class DeviceRevoked(Fact, frozen=True, kw_only=True):
    """A gate device lost its rights; what it scanned after `revoked_at` is quarantined."""

    device_id: UUID
    revoked_at: datetime
