-- What every service's schema holds: its outbox and inbox, and what it knows of keys and authority.

create sequence outbox_position;

create table outbox (
    position bigint not null default nextval('outbox_position'),
    said_at timestamptz not null default now(),
    fact_id uuid not null,
    subject text not null,
    correlation_id text not null,
    envelope bytea not null,
    is_sent boolean not null default false,
    primary key (said_at, position)
) partition by range (said_at);
create table outbox_default partition of outbox default;
create index outbox_unsent on outbox (position) where not is_sent;

create table inbox (
    occurred_on date not null,
    fact_id uuid not null,
    received_at timestamptz not null default now(),
    primary key (occurred_on, fact_id)
) partition by range (occurred_on);
create table inbox_default partition of inbox default;

-- Make the partition of one day; called ahead of time and again and again.
create function make_partition(parent text, day date) returns void language plpgsql as $$
declare
    child text := parent || '_' || to_char(day, 'YYYYMMDD');
begin
    if to_regclass(child) is null then
        execute format('create table %I partition of %I for values from (%L) to (%L)',
                       child, parent, to_char(day, 'YYYY-MM-DD') || case parent when 'outbox' then ' 00:00+00' else '' end,
                       to_char(day + 1, 'YYYY-MM-DD') || case parent when 'outbox' then ' 00:00+00' else '' end);
    end if;
end $$;

-- Drop the partitions of days before `oldest`.
create function drop_partitions(parent text, oldest date) returns int language plpgsql as $$
declare
    child text;
    dropped int := 0;
begin
    for child in
        select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = to_regclass(parent) and c.relname ~ (parent || '_[0-9]{8}$')
          and to_date(right(c.relname, 8), 'YYYYMMDD') < oldest
    loop
        execute format('drop table %I', child);
        dropped := dropped + 1;
    end loop;
    return dropped;
end $$;

create table dead_letter (
    fact_id uuid primary key,
    subject text not null,
    envelope bytea not null,
    attempts int not null,
    error text not null,
    failed_at timestamptz not null,
    is_replayed boolean not null default false
);

create table relay_state (
    singleton boolean primary key default true check (singleton),
    stream_created_at text not null,
    last_sequence bigint not null
);

create table idempotency (
    principal text not null,
    route text not null,
    key text not null,
    body_hash bytea not null,
    status int,
    answer bytea,
    created_at timestamptz not null,
    primary key (principal, route, key)
);
create index idempotency_age on idempotency (created_at);

create table schedule (
    name text primary key,
    due_at timestamptz not null,
    ran_at timestamptz,
    error text
);

create table trusted_key (
    speaker text not null,
    key_id text not null,
    purpose text not null,
    public_key bytea not null,
    not_before timestamptz not null,
    not_after timestamptz not null,
    primary key (speaker, key_id)
);

create table authority (
    staff_id uuid primary key,
    version int not null,
    name text not null,
    is_active boolean not null,
    grants jsonb not null
);

create table revoked_device (
    device_id uuid primary key,
    revoked_at timestamptz not null
);

create table signing_key (
    key_id text primary key,
    purpose text not null,
    private_sealed bytea not null,
    public_key bytea not null,
    not_before timestamptz not null,
    not_after timestamptz not null,
    created_at timestamptz not null
);
create index signing_key_purpose on signing_key (purpose, not_before);
