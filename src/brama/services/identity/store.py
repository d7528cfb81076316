"""Identity's SQL, by name."""

from datetime import datetime
from uuid import UUID

from brama.kernel.queries import Queries
from brama.services.identity import errors
from brama.services.identity.domain.audit import AuditEntry
from brama.services.identity.domain.devices import Device, Event, TicketKey
from brama.services.identity.domain.invitations import Invitation
from brama.services.identity.domain.people import Colleague, Organiser, Staff, StaffRole
from brama.services.identity.domain.sessions import RefreshToken, Session
from brama.shared.roles import Role

SQL = Queries.of("brama.services.identity")

_SLUG_TAKEN: dict[str, type[Exception]] = {"organiser_slug_taken": errors.SlugTaken}

add_organiser = SQL.execute("add_organiser", violations=_SLUG_TAKEN)
get_organiser = SQL.one(Organiser, "get_organiser")
lock_organiser = SQL.one(Organiser, "lock_organiser")
organisers_of = SQL.all(Organiser, "organisers_of")
put_organiser = SQL.execute("put_organiser", violations=_SLUG_TAKEN)

add_staff = SQL.execute("add_staff", violations={"staff_email_taken": errors.EmailTaken})
get_staff = SQL.one(Staff, "get_staff", missing=errors.StaffNotFound)
lock_staff = SQL.one(Staff, "lock_staff", missing=errors.StaffNotFound)
staff_by_email = SQL.maybe(Staff, "staff_by_email")
put_profile = SQL.execute("put_profile")
put_password = SQL.execute("put_password")
renew_password_hash = SQL.execute("renew_password_hash")
put_totp = SQL.execute("put_totp")
use_totp_step = SQL.execute("use_totp_step")
raise_authority = SQL.value(int, "raise_authority")
roles_of = SQL.all(StaffRole, "roles_of")
role_at = SQL.maybe(Role, "role_at")
count_owners = SQL.value(int, "count_owners")
put_role = SQL.execute("put_role")
drop_role = SQL.execute("drop_role")
colleagues = SQL.all(Colleague, "colleagues")

add_invitation = SQL.execute("add_invitation")
withdraw_earlier = SQL.execute("withdraw_earlier")
invitation_by_token = SQL.one(Invitation, "invitation_by_token", missing=errors.InvitationNotFound)
lock_invitation = SQL.one(Invitation, "lock_invitation", missing=errors.InvitationNotFound)
get_invitation = SQL.one(Invitation, "get_invitation", missing=errors.InvitationNotFound)
open_invitations = SQL.all(Invitation, "open_invitations")
mark_accepted = SQL.execute("mark_accepted")
mark_withdrawn = SQL.execute("mark_withdrawn")

add_session = SQL.execute("add_session")
get_session = SQL.one(Session, "get_session", missing=errors.SessionNotFound)
lock_session = SQL.one(Session, "lock_session", missing=errors.SessionNotFound)
sessions_of = SQL.all(Session, "sessions_of")
touch_session = SQL.execute("touch_session")
end_session = SQL.execute("end_session")
end_sessions_of = SQL.execute("end_sessions_of")
add_refresh_token = SQL.execute("add_refresh_token")
get_refresh_token = SQL.maybe(RefreshToken, "get_refresh_token")
mark_replaced = SQL.execute("mark_replaced")
drop_old_sessions = SQL.execute("drop_old_sessions")

nth_latest_failure = SQL.maybe(datetime, "nth_latest_failure")
add_failure = SQL.execute("add_failure")
forget_failures = SQL.execute("forget_failures")
drop_old_failures = SQL.execute("drop_old_failures")

put_event = SQL.execute("put_event")
events_by_id = SQL.all(Event, "events_by_id")
organiser_of_event = SQL.maybe(UUID, "organiser_of_event")
put_ticket_key = SQL.execute("put_ticket_key")
ticket_keys_of = SQL.all(TicketKey, "ticket_keys_of")
add_device = SQL.execute("add_device")
get_device = SQL.one(Device, "get_device", missing=errors.DeviceNotFound)
find_device = SQL.maybe(Device, "get_device")
lock_device = SQL.one(Device, "lock_device", missing=errors.DeviceNotFound)
lock_device_by_code = SQL.maybe(Device, "lock_device_by_code")
devices_of = SQL.all(Device, "devices_of")
mark_paired = SQL.value(int, "mark_paired")
mark_revoked = SQL.value(int, "mark_revoked")
mark_seen = SQL.execute("mark_seen")
add_device_proof = SQL.execute(
    "add_device_proof", violations={"device_proof_used": errors.DeviceProofInvalid}
)
drop_old_device_proofs = SQL.execute("drop_old_device_proofs")

lock_keys = SQL.execute("lock_keys")

add_audit_entry = SQL.execute("add_audit_entry")
audit_entries = SQL.all(AuditEntry, "audit_entries")
