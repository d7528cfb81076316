-- Registers with their tills and shifts, what others told us, and the receipts.

create table organiser (
    id uuid primary key,
    is_fiscalised boolean not null,
    version int not null
);

-- The words of receipts: the event's title and the short codes of its ticket types.
create table event (
    id uuid primary key,
    number bigint not null,
    title text not null,
    ticket_types jsonb not null,
    version int not null
);

-- What was decided of each payment, so that a refund knows whether there is a sale to return.
create table known_payment (
    id uuid primary key,
    is_fiscalised boolean not null
);

create table register (
    id uuid primary key,
    organiser_id uuid not null,
    name text not null,
    provider text not null,
    purpose text not null,
    secret bytea not null,
    license_digest bytea not null,
    fiscal_number text,
    tax_codes int[] not null,
    requests_per_10s int not null,
    webhook_url text,
    webhook_key bytea,
    is_active boolean not null,
    trouble text,
    tries int not null,
    lease_until timestamptz not null,
    rest_until timestamptz not null,
    version int not null,
    created_at timestamptz not null,
    constraint register_purpose check (purpose in ('online', 'door')),
    constraint register_pace check (requests_per_10s > 0)
);
-- One licence, one queue: two would break its order.
create unique index register_license on register (provider, license_digest) where is_active;
create index register_organiser on register (organiser_id, id);

create table register_till (
    organiser_id uuid not null,
    till_id uuid not null,
    register_id uuid not null references register,
    primary key (organiser_id, till_id)
);

-- The id is ours and known to the registrar, unless the shift was opened elsewhere and found.
-- due_at: when it is to be closed, or looked at while it opens or closes.
create table shift (
    id uuid primary key,
    register_id uuid not null references register,
    organiser_id uuid not null,
    state text not null,
    due_at timestamptz not null,
    tries int not null,
    reason text,
    asked_at timestamptz not null,
    opened_at timestamptz,
    closed_at timestamptz,
    constraint shift_state check (state in ('opening', 'opened', 'closing', 'closed', 'refused'))
);
create unique index shift_one_at_a_time on shift (register_id) where state in ('opening', 'opened', 'closing');
create index shift_due on shift (due_at) where state in ('opening', 'opened', 'closing');
create index shift_organiser on shift (organiser_id, id);

-- remote_id names the receipt at the registrar: a new one only after the old one ended in ERROR.
-- asked_at: a call with that id was begun; without an outcome the registrar is asked before any second call.
-- try_at: the next time something is to be done; null while a return waits for its sale.
create table receipt (
    id uuid primary key,
    organiser_id uuid not null,
    cause_id uuid not null,
    kind text not null,
    order_code text,
    event_id uuid,
    event_number bigint,
    channel text not null,
    till_id uuid,
    register_id uuid references register,
    sale_id uuid references receipt,
    remote_id uuid not null,
    state text not null,
    document jsonb not null,
    total_minor bigint not null,
    currency text not null,
    tax_codes int[],
    asked_at timestamptz,
    try_at timestamptz,
    tries int not null,
    attempts int not null,
    reason text,
    fiscal_code text,
    url text,
    version int not null,
    created_at timestamptz not null,
    registered_at timestamptz,
    constraint receipt_once unique (cause_id, kind),
    constraint receipt_remote unique (remote_id),
    constraint receipt_kind check (kind in ('sale', 'return', 'cash_in', 'cash_out')),
    constraint receipt_state check (state in ('queued', 'sent', 'registered', 'failed')),
    constraint receipt_returns_a_sale check ((kind = 'return') = (sale_id is not null)),
    constraint receipt_registered check ((state = 'registered') = (fiscal_code is not null)),
    constraint receipt_total check (total_minor > 0)
);
create index receipt_due on receipt (register_id, try_at) where state in ('queued', 'sent');
create index receipt_open on receipt (created_at) where state <> 'registered';
create index receipt_order on receipt (order_code);
create index receipt_organiser on receipt (organiser_id, id);
create index receipt_sale on receipt (sale_id) where sale_id is not null;

-- Once-only for calls with the registrar between question and answer, where one transaction cannot span both.
create table request_key (
    scope text not null,
    key text not null,
    body_hash bytea not null,
    subject_id uuid not null,
    created_at timestamptz not null,
    primary key (scope, key)
);
create index request_key_age on request_key (created_at);
