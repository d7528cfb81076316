"""The kernel's own tables in every service's schema: outbox, inbox, keys, idempotency, schedule."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from brama.kernel.queries import Queries

SQL = Queries.of("brama.kernel")


class Said(msgspec.Struct, frozen=True):
    """A row of the outbox."""

    said_at: datetime
    position: int
    fact_id: UUID
    subject: str
    correlation_id: str
    envelope: bytes


class RelayState(msgspec.Struct, frozen=True):
    """Which stream was filled up to where; another one has to be filled anew."""

    stream_created_at: str
    last_sequence: int


class DeadLetter(msgspec.Struct, frozen=True):
    """A fact that could not be heard."""

    fact_id: UUID
    subject: str
    envelope: bytes
    attempts: int
    error: str
    failed_at: datetime


class TrustedKey(msgspec.Struct, frozen=True):
    """A public key (32 bytes) that some service signs with."""

    speaker: str
    key_id: str
    purpose: str
    public_key: bytes
    not_before: datetime
    not_after: datetime


class Authority(msgspec.Struct, frozen=True):
    """What a person may do, as last heard."""

    staff_id: UUID
    version: int
    name: str
    is_active: bool
    grants: list[dict[str, Any]]


class SigningKey(msgspec.Struct, frozen=True):
    """A key pair of this service; the private half is sealed."""

    key_id: str
    purpose: str
    private_sealed: bytes
    public_key: bytes
    not_before: datetime
    not_after: datetime


class IdempotentAnswer(msgspec.Struct, frozen=True):
    """What a key was used for; no status while the first request is under way."""

    body_hash: bytes
    status: int | None
    answer: bytes | None


class DueSchedule(msgspec.Struct, frozen=True):
    """A schedule whose time has come."""

    name: str
    due_at: datetime


add_said = SQL.execute("add_said")
unsent = SQL.all(Said, "unsent")
mark_sent = SQL.execute("mark_sent")
count_unsent = SQL.value(int, "count_unsent")
mark_all_unsent = SQL.execute("mark_all_unsent")
mark_unsent = SQL.execute("mark_unsent")
get_relay_state = SQL.maybe(RelayState, "get_relay_state")
put_relay_state = SQL.execute("put_relay_state")
make_partition = SQL.execute("make_partition")
drop_partitions = SQL.execute("drop_partitions")

add_heard = SQL.execute("add_heard")
add_dead_letter = SQL.execute("add_dead_letter")
count_dead_letters = SQL.value(int, "count_dead_letters")
dead_letters = SQL.all(DeadLetter, "dead_letters")
mark_replayed = SQL.execute("mark_replayed")

put_trusted_key = SQL.execute("put_trusted_key")
trusted_keys = SQL.all(TrustedKey, "trusted_keys")
get_trusted_key = SQL.maybe(TrustedKey, "get_trusted_key")
put_authority = SQL.execute("put_authority")
get_authority = SQL.maybe(Authority, "get_authority")
put_revoked_device = SQL.execute("put_revoked_device")
is_device_revoked = SQL.value(bool, "is_device_revoked")
add_signing_key = SQL.execute("add_signing_key")
signing_keys = SQL.all(SigningKey, "signing_keys")

claim_idempotency_key = SQL.execute("claim_idempotency_key")
get_idempotent_answer = SQL.maybe(IdempotentAnswer, "get_idempotent_answer")
put_idempotent_answer = SQL.execute("put_idempotent_answer")
drop_idempotency_keys = SQL.execute("drop_idempotency_keys")

add_schedule = SQL.execute("add_schedule")
lease_due_schedule = SQL.maybe(DueSchedule, "lease_due_schedule")
renew_schedule_lease = SQL.execute("renew_schedule_lease")
release_schedule = SQL.execute("release_schedule")
put_schedule_run = SQL.execute("put_schedule_run")
