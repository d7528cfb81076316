"""What identity tells: domain values → contracts."""

from datetime import datetime

from brama.contracts.audit import IdentityActionRecorded
from brama.contracts.identity import (
    AuthorityChanged,
    DevicePaired,
    DeviceRevoked,
    Grant,
    IdentityKeyPublished,
    OrganiserChanged,
    StaffInvited,
)
from brama.kernel.keys import KeyPair, to_text
from brama.services.identity.domain.audit import AuditEntry
from brama.services.identity.domain.devices import Device
from brama.services.identity.domain.invitations import Invitation
from brama.services.identity.domain.people import Organiser, Staff, StaffRole


def organiser_changed(organiser: Organiser, now: datetime) -> OrganiserChanged:
    """An organiser, whole."""
    return OrganiserChanged(
        aggregate_id=str(organiser.id),
        aggregate_version=organiser.version,
        organiser_id=organiser.id,
        occurred_at=now,
        slug=organiser.slug,
        name=organiser.name,
        mark=organiser.mark,
        accent=organiser.accent,
        legal_name=organiser.legal_name,
        tax_id=organiser.tax_id,
        contact_email=organiser.contact_email,
        address=organiser.address,
        locale=organiser.locale,
        is_fiscalised=organiser.is_fiscalised,
    )


def authority_changed(staff: Staff, roles: list[StaffRole], now: datetime) -> AuthorityChanged:
    """A person's roles everywhere; `staff.authority_version` is the version they came with."""
    return AuthorityChanged(
        aggregate_id=str(staff.id),
        aggregate_version=staff.authority_version,
        occurred_at=now,
        staff_id=staff.id,
        name=staff.name,
        is_active=bool(roles),
        grants=[Grant(organiser_id=role.organiser_id, role=role.role.value) for role in roles],
    )


def staff_invited(invitation: Invitation, organiser: Organiser, url: str) -> StaffInvited:
    """An invitation with its link; the aggregate is the invitation."""
    return StaffInvited(
        aggregate_id=str(invitation.id),
        aggregate_version=1,
        organiser_id=invitation.organiser_id,
        occurred_at=invitation.created_at,
        staff_id=invitation.staff_id,
        name=invitation.name,
        email=invitation.email,
        locale=invitation.locale,
        role=invitation.role.value,
        invited_by=invitation.invited_by_name,
        organiser_name=organiser.name,
        invitation_url=url,
        expires_at=invitation.expires_at,
    )


def device_paired(device: Device, public_key: bytes, version: int, now: datetime) -> DevicePaired:
    """A device with its scope."""
    return DevicePaired(
        aggregate_id=str(device.id),
        aggregate_version=version,
        organiser_id=device.organiser_id,
        occurred_at=now,
        device_id=device.id,
        name=device.name,
        event_ids=device.event_ids,
        gate_ids=device.gate_ids,
        public_key=to_text(public_key),
    )


def device_revoked(device: Device, version: int, now: datetime) -> DeviceRevoked:
    """A device's end."""
    return DeviceRevoked(
        aggregate_id=str(device.id),
        aggregate_version=version,
        organiser_id=device.organiser_id,
        occurred_at=now,
        device_id=device.id,
        revoked_at=now,
    )


def key_published(key: KeyPair, now: datetime) -> IdentityKeyPublished:
    """The public half of a key."""
    return IdentityKeyPublished(
        aggregate_id=key.key_id,
        aggregate_version=1,
        occurred_at=now,
        key_id=key.key_id,
        purpose=key.purpose,
        public_key=to_text(key.public_key),
        not_before=key.not_before,
        not_after=key.not_after,
    )


def action_recorded(entry: AuditEntry) -> IdentityActionRecorded:
    """An entry of the audit trail under the id that it is kept by."""
    return IdentityActionRecorded(
        fact_id=entry.id,
        aggregate_id=str(entry.id),
        aggregate_version=1,
        organiser_id=entry.organiser_id,
        occurred_at=entry.occurred_at,
        actor_kind=entry.actor_kind,
        actor_id=entry.actor_id,
        actor_name=entry.actor_name,
        action=entry.action,
        subject_kind=entry.subject_kind,
        subject_id=entry.subject_id,
        details=entry.details,
    )
