-- The gates: what they must know (projections), what they saw (the log), what contradicts itself (cases).

create table server_epoch (
    is_only boolean primary key default true check (is_only),
    epoch uuid not null
);

create table event (
    event_id uuid primary key,
    event_number bigint not null,
    organiser_id uuid not null,
    version bigint not null,
    state text not null,
    title jsonb not null,
    doors_at timestamptz not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    time_zone text not null,
    capacity integer,
    ticket_types jsonb not null,
    check_in_lists jsonb not null,
    gates jsonb not null,
    list_ids uuid[] not null,
    seq bigint,
    constraint event_number_unique unique (event_number)
);
create index event_of_list on event using gin (list_ids);

-- One row per event, locked last in every transaction that adds to the event's log: a number is given out only
-- while the row is locked and the lock ends with the commit, so numbers become visible in their order and a
-- reader who has seen N has seen everything up to N. The head count lives under the same lock and is exact.
create table feed (
    event_id uuid primary key,
    last_seq bigint not null default 0,
    headcount integer not null default 0,
    constraint headcount_not_negative check (headcount >= 0)
);

create table ticket_key (
    event_number bigint not null,
    key_number integer not null,
    event_id uuid not null,
    organiser_id uuid,
    public_key text not null,
    not_before timestamptz not null,
    not_after timestamptz not null,
    primary key (event_number, key_number)
);
create index ticket_key_of_event on ticket_key (event_id);
create index ticket_key_of_organiser on ticket_key (organiser_id);

create table ticket (
    ticket_id uuid primary key,
    event_id uuid not null,
    organiser_id uuid,
    order_code text not null,
    code_id text not null,
    revision integer not null,
    state text not null,
    reason text,
    state_at timestamptz not null,
    ticket_type_id uuid not null,
    product_number integer not null,
    holder text,
    code text not null,
    version bigint not null,
    seq bigint,
    constraint ticket_code_unique unique (event_id, code_id)
);
create index ticket_feed on ticket (event_id, seq);
create index ticket_of_order on ticket (event_id, order_code);

-- What was heard and is not in the feed yet. A fact is applied in a transaction that may hold many; numbering
-- its changes there would hold the feed's lock against the gates. A worker takes them from here, milliseconds
-- later. An empty subject is the event itself. Rows repeat on purpose: a mark must not be lost to a concurrent
-- removal of an earlier one.
create table news (
    id bigint generated always as identity primary key,
    event_id uuid not null,
    subject text not null
);
create index news_of_event on news (event_id, id);

create table device (
    device_id uuid primary key,
    version bigint not null,
    organiser_id uuid,
    name text not null,
    event_ids uuid[] not null,
    gate_ids uuid[] not null,
    public_key text,
    revoked_at timestamptz,
    seen_at timestamptz
);

-- The check-in state of one thing that can be scanned: the lock that makes two gates take turns, and how many
-- people its scans put inside.
create table presence (
    event_id uuid not null,
    subject text not null,
    inside integer not null default 0,
    primary key (event_id, subject)
);

-- The log. Rows are never changed: what is learned later stands in scan_standing and device_entry.
create table scan (
    scan_id uuid not null,
    event_id uuid not null,
    organiser_id uuid not null,
    server_seq bigint not null,
    subject text not null,
    code text not null,
    revision integer,
    proof text not null,
    check_in_list_id uuid not null,
    gate_id uuid not null,
    kind text not null,
    device_id uuid,
    staff_id uuid,
    by_name text not null,
    scanned_at timestamptz not null,
    happened_at timestamptz not null,
    logical_ms bigint not null,
    hlc text not null,
    verdict text not null,
    outcome text not null,
    reason text,
    is_clock_suspect boolean not null,
    answer jsonb,
    received_at timestamptz not null,
    constraint scan_once primary key (scan_id),
    constraint scan_seq_unique unique (event_id, server_seq),
    constraint scan_kind_known check (kind in ('entry', 'exit', 'refuse', 'undo')),
    constraint scan_verdict_known check (verdict in ('admit', 'deny', 'ask'))
);
create index scan_of_subject on scan (event_id, subject);
create index scan_of_device on scan (device_id, happened_at);
create index scan_of_gate on scan (event_id, gate_id, received_at);

create function scan_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'the log of scans is append-only';
end $$;
create trigger scan_append_only before update or delete on scan
    for each row execute function scan_is_append_only();

create table scan_standing (
    scan_id uuid primary key references scan (scan_id),
    standing text not null
);

-- What a device signed of a scan. `is_upload`: it told so afterwards, having decided alone.
create table device_entry (
    scan_id uuid not null references scan (scan_id),
    device_id uuid not null,
    device_seq bigint not null,
    verdict text not null,
    outcome text not null,
    is_upload boolean not null,
    entry jsonb not null,
    received_at timestamptz not null,
    constraint device_entry_once primary key (scan_id),
    constraint device_seq_once unique (device_id, device_seq)
);

create table conflict_case (
    case_id uuid primary key,
    version integer not null,
    seq bigint not null,
    event_id uuid not null,
    organiser_id uuid not null,
    kind text not null,
    subject text not null,
    ticket_id uuid,
    scan_ids uuid[] not null,
    state text not null,
    opened_at timestamptz not null,
    resolution text,
    resolved_by text,
    resolved_at timestamptz,
    is_cleared boolean not null default false,
    constraint case_state_known check (state in ('open', 'resolved')),
    constraint case_resolved_by_somebody check ((state = 'resolved') = (resolved_at is not null))
);
create unique index case_open_once on conflict_case (event_id, subject, kind) where state = 'open';
create index case_feed on conflict_case (event_id, seq);
