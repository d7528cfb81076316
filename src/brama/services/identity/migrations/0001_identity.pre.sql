-- Organisers and their people.

create table organiser (
    id uuid primary key,
    slug text not null,
    name jsonb not null,
    mark text not null,
    accent text,
    legal_name text not null,
    tax_id text not null,
    contact_email text not null,
    address jsonb not null,
    locale text not null,
    is_fiscalised boolean not null,
    version integer not null,
    created_at timestamptz not null,
    constraint organiser_slug_taken unique (slug),
    constraint organiser_accent_is_colour check (accent ~ '^#[0-9a-f]{6}$'),
    constraint organiser_locale_known check (locale in ('uk', 'en'))
);

create table staff (
    id uuid primary key,
    email text not null,
    name text not null,
    locale text not null,
    password_hash text not null,
    authority_version integer not null default 0,
    totp_secret bytea,
    totp_confirmed_at timestamptz,
    totp_last_step bigint not null default 0,
    created_at timestamptz not null,
    constraint staff_email_taken unique (email),
    constraint staff_email_in_lower_case check (email = lower(email)),
    constraint staff_locale_known check (locale in ('uk', 'en')),
    constraint staff_totp_confirmed_has_secret check (totp_confirmed_at is null or totp_secret is not null)
);

create table staff_role (
    staff_id uuid not null references staff,
    organiser_id uuid not null references organiser,
    role text not null,
    granted_at timestamptz not null,
    primary key (organiser_id, staff_id),
    constraint staff_role_known check (role in ('owner', 'manager', 'accountant', 'box_office', 'inspector'))
);
create index staff_role_by_staff on staff_role (staff_id);

create table invitation (
    id uuid primary key,
    organiser_id uuid not null references organiser,
    staff_id uuid not null,
    name text not null,
    email text not null,
    role text not null,
    locale text not null,
    token_hash bytea not null,
    invited_by uuid not null references staff,
    invited_by_name text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    accepted_at timestamptz,
    withdrawn_at timestamptz,
    constraint invitation_token_unique unique (token_hash),
    constraint invitation_ended_once check (accepted_at is null or withdrawn_at is null)
);
create index invitation_by_organiser on invitation (organiser_id, id desc);

-- Sessions.

create table session (
    id uuid primary key,
    staff_id uuid not null references staff,
    transport text not null,
    user_agent text not null,
    started_at timestamptz not null,
    used_at timestamptz not null,
    ended_at timestamptz,
    constraint session_transport_known check (transport in ('body', 'cookie'))
);
create index session_by_staff on session (staff_id, used_at desc);
create index session_age on session (coalesce(ended_at, used_at));

-- Every refresh token of a session, used ones too: that is how a stolen one shows.
create table refresh_token (
    token_hash bytea primary key,
    session_id uuid not null references session on delete cascade,
    made_at timestamptz not null,
    replaced_at timestamptz
);
create index refresh_token_by_session on refresh_token (session_id);

-- Failures that count against a limit; `key` is a hash of the address or the account.
create table failed_attempt (
    id bigint generated always as identity primary key,
    key bytea not null,
    failed_at timestamptz not null
);
create index failed_attempt_by_key on failed_attempt (key, failed_at desc);
create index failed_attempt_by_time on failed_attempt (failed_at);

-- What the catalogue and ticketing told.

create table event (
    id uuid primary key,
    organiser_id uuid not null,
    number bigint not null,
    title jsonb not null,
    state text not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    doors_at timestamptz not null,
    time_zone text not null,
    gates jsonb not null,
    check_in_lists jsonb not null,
    version integer not null
);

create table ticket_key (
    event_number bigint not null,
    key_number integer not null,
    organiser_id uuid not null,
    public_key text not null,
    version integer not null,
    primary key (event_number, key_number)
);
create index ticket_key_by_organiser on ticket_key (organiser_id);

-- Gate devices.

create table device (
    id uuid primary key,
    organiser_id uuid not null references organiser,
    name text not null,
    event_ids uuid[] not null,
    gate_ids uuid[] not null,
    pairing_code_hash bytea,
    pairing_expires_at timestamptz not null,
    public_key bytea,
    paired_at timestamptz,
    revoked_at timestamptz,
    seen_at timestamptz,
    version integer not null,
    created_at timestamptz not null,
    constraint device_pairing_code_unique unique (pairing_code_hash),
    constraint device_key_is_ed25519 check (octet_length(public_key) = 32),
    constraint device_paired_has_key check ((paired_at is null) = (public_key is null)),
    constraint device_has_scope check (cardinality(event_ids) > 0 and cardinality(gate_ids) > 0)
);
create index device_by_organiser on device (organiser_id, id desc);

-- Proofs that were used for an access token: each counts once.
create table device_proof (
    device_id uuid not null references device,
    signed_at timestamptz not null,
    constraint device_proof_used primary key (device_id, signed_at)
);
create index device_proof_by_time on device_proof (signed_at);

-- The audit trail: only ever added to. `id` is the fact's, so that a fact heard twice stands once.
create table audit_entry (
    id uuid primary key,
    organiser_id uuid,
    actor_kind text not null,
    actor_id uuid,
    actor_name text not null,
    service text not null,
    action text not null,
    subject_kind text not null,
    subject_id text not null,
    details jsonb not null,
    occurred_at timestamptz not null
);
create index audit_entry_by_organiser on audit_entry (organiser_id, id desc);
