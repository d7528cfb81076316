-- Merchant accounts, the orders that can be paid, payments, refunds, webhooks, tills' cash, comparisons.

create table merchant_account (
    id uuid primary key,
    organiser_id uuid not null,
    provider text not null,
    name text not null,
    secret bytea not null,
    public_key text not null,
    public_key_asked_at timestamptz not null,
    is_active boolean not null,
    version int not null,
    created_at timestamptz not null,
    disabled_at timestamptz,
    constraint merchant_account_disabled_is_told check (is_active = (disabled_at is null))
);
create unique index merchant_account_active on merchant_account (organiser_id, provider) where is_active;

create table known_order (
    code text primary key,
    organiser_id uuid not null,
    event_id uuid not null,
    event_number bigint not null,
    total_minor bigint not null,
    currency text not null,
    state text not null,
    expires_at timestamptz not null,
    locale text not null,
    version int not null
);

-- Once-only for calls with a provider between question and answer, where one transaction cannot span both.
create table request_key (
    scope text not null,
    key text not null,
    body_hash bytea not null,
    subject_id uuid not null,
    created_at timestamptz not null,
    primary key (scope, key)
);
create index request_key_age on request_key (created_at);

create table payment (
    id uuid primary key,
    organiser_id uuid not null,
    event_id uuid not null,
    event_number bigint not null,
    order_code text not null,
    tender text not null,
    provider text not null,
    account_id uuid references merchant_account,
    state text not null,
    amount_minor bigint not null,
    currency text not null,
    captured_minor bigint not null,
    reason text,
    invoice_id text,
    redirect_url text,
    valid_until timestamptz,
    reported_at timestamptz,
    reported_state text,
    paid_at timestamptz,
    card jsonb,
    till_id uuid,
    version int not null,
    created_at timestamptz not null,
    -- When to ask the provider again; null: never by ourselves.
    poll_at timestamptz,
    -- When to make the invoice unpayable, because its order needs no money any more; null: not asked for.
    close_at timestamptz,
    constraint payment_state_known
        check (state in ('created', 'pending', 'confirmed', 'failed', 'cancelled', 'refunded')),
    constraint payment_asks_for_money check (amount_minor > 0),
    constraint payment_captured_is_told
        check ((captured_minor > 0) = (state in ('confirmed', 'refunded')) and captured_minor >= 0)
);
create index payment_by_order on payment (order_code, created_at);
create index payment_by_organiser on payment (organiser_id, id);
create unique index payment_invoice on payment (account_id, invoice_id);
create index payment_poll on payment (poll_at) where poll_at is not null;
create index payment_close on payment (close_at) where close_at is not null;
create index payment_unopened on payment (created_at) where state = 'created' and invoice_id is null;

create table refund (
    id uuid primary key,
    -- No foreign key: a free order is refunded too, and has no payment.
    payment_id uuid not null,
    organiser_id uuid not null,
    event_id uuid not null,
    event_number bigint not null,
    order_code text not null,
    tender text not null,
    till_id uuid,
    amount_minor bigint not null,
    currency text not null,
    state text not null,
    provider_ref text not null,
    awaits_tickets boolean not null,
    tries int not null,
    reason text not null,
    failure text,
    requested_by text,
    version int not null,
    created_at timestamptz not null,
    completed_at timestamptz,
    -- When to ask the provider next; only of refunds that are under way.
    try_at timestamptz,
    constraint refund_state_known
        check (state in ('created', 'transit', 'external', 'done', 'failed', 'cancelled')),
    constraint refund_amount_not_negative check (amount_minor >= 0),
    constraint refund_completion_is_told check ((completed_at is null) = (state in ('created', 'transit'))),
    constraint refund_named_once unique (payment_id, provider_ref)
);
create index refund_due on refund (try_at) where try_at is not null;
create index refund_by_order on refund (order_code);

create table webhook (
    id text primary key,
    provider text not null,
    account_id uuid not null references merchant_account,
    invoice_id text not null,
    reference text not null,
    received_at timestamptz not null,
    tries int not null default 0,
    try_at timestamptz,
    outcome text,
    constraint webhook_outcome_is_told check ((try_at is null) = (outcome is not null))
);
create index webhook_due on webhook (try_at) where try_at is not null;
create index webhook_age on webhook (received_at);

create table till (
    id uuid primary key,
    organiser_id uuid not null,
    event_id uuid,
    name text not null,
    currency text not null,
    opened_by text not null,
    opened_at timestamptz not null,
    closed_by text,
    closed_at timestamptz,
    counted_minor bigint
);

-- The cash book of a till; a line is never changed. A positive amount is cash that came into the drawer.
create table till_entry (
    id uuid primary key,
    till_id uuid not null,
    organiser_id uuid not null,
    kind text not null,
    cause_id uuid not null,
    order_code text,
    amount_minor bigint not null,
    currency text not null,
    booked_at timestamptz not null,
    constraint till_entry_kind_known check (kind in ('float', 'sale', 'refund', 'difference')),
    constraint till_entry_once unique (till_id, kind, cause_id)
);

create table reconciliation (
    id uuid primary key,
    organiser_id uuid not null,
    account_id uuid not null references merchant_account,
    provider text not null,
    day date not null,
    since timestamptz not null,
    until timestamptz not null,
    checked int,
    unanswered int,
    captured_minor bigint,
    captured_there_minor bigint,
    returned_minor bigint,
    returned_there_minor bigint,
    currency text,
    differences jsonb,
    made_at timestamptz,
    try_at timestamptz,
    constraint reconciliation_once_a_day unique (account_id, day),
    constraint reconciliation_is_made check ((made_at is null) = (try_at is not null))
);
create index reconciliation_by_organiser on reconciliation (organiser_id, id);
create index reconciliation_due on reconciliation (try_at) where try_at is not null;
