-- What is on sale (heard from the catalogue), who holds it, who bought it.

create table organiser (
    id uuid primary key,
    version int not null,
    name jsonb not null
);

create table event (
    id uuid primary key,
    number bigint not null,
    organiser_id uuid not null,
    version int not null,
    state text not null,
    slug text not null,
    title jsonb not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    time_zone text not null,
    currency text not null,
    availability_version int not null default 0,
    constraint event_number_unique unique (number)
);
create index event_organiser on event (organiser_id);

-- The counters of the inventory. A capacity is never lowered below what is sold and held.
create table ticket_type (
    id uuid primary key,
    event_id uuid not null references event,
    name jsonb not null,
    price_minor bigint not null,
    capacity int not null,
    sold int not null default 0,
    held int not null default 0,
    sale_from timestamptz,
    sale_until timestamptz,
    max_per_order int not null,
    position int not null,
    is_on_sale boolean not null,
    constraint ticket_type_not_oversold check (sold >= 0 and held >= 0 and sold + held <= capacity)
) with (fillfactor = 50);
create index ticket_type_event on ticket_type (event_id);

create table hold (
    id uuid primary key,
    event_id uuid not null references event,
    state text not null,
    lines jsonb not null,
    total_minor bigint not null,
    currency text not null,
    token text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    principal text not null,
    idempotency_key text not null,
    body_hash bytea not null,
    constraint hold_state_known check (state in ('active', 'ordered', 'released', 'expired')),
    constraint hold_idempotent unique (principal, idempotency_key)
);
create index hold_due on hold (expires_at) where state = 'active';

create table orders (
    code text primary key,
    hold_id uuid,
    event_id uuid not null references event,
    event_number bigint not null,
    organiser_id uuid not null,
    version int not null,
    channel text not null,
    state text not null,
    buyer jsonb not null,
    lines jsonb not null,
    total_minor bigint not null,
    refunded_minor bigint not null default 0,
    currency text not null,
    token text not null,
    placed_at timestamptz not null,
    expires_at timestamptz not null,
    paid_at timestamptz,
    payment_id uuid,
    tender text,
    till_id uuid,
    sold_by text,
    cash_received_minor bigint,
    constraint order_once_per_hold unique (hold_id),
    constraint order_refund_within_total check (refunded_minor between 0 and total_minor),
    constraint order_state_known check
        (state in ('pending', 'paid', 'expired', 'cancelled', 'refunded', 'partially_refunded'))
);
create index orders_due on orders (expires_at) where state = 'pending';
create index orders_event on orders (event_id, placed_at desc);

-- What payments said of an order's money. `use`: what became of a confirmed amount.
create table order_payment (
    id uuid primary key,
    order_code text not null,
    version int not null,
    state text not null,
    provider text not null,
    amount_minor bigint not null,
    valid_until timestamptz,
    use text not null default 'none',
    constraint payment_use_known check (use in ('none', 'pays', 'waits', 'returned'))
);
create index order_payment_order on order_payment (order_code);

create table order_ticket (
    id uuid primary key,
    order_code text not null,
    ticket_type_id uuid not null,
    version int not null,
    state text not null,
    is_admitted boolean not null default false,
    admitted_at timestamptz
);
create index order_ticket_order on order_ticket (order_code);

create table order_receipt (
    id uuid primary key,
    order_code text not null,
    version int not null,
    kind text not null,
    state text not null,
    fiscal_code text,
    url text
);
create index order_receipt_order on order_receipt (order_code);

create table refund (
    id uuid primary key,
    order_code text not null,
    payment_id uuid not null,
    state text not null,
    tickets jsonb not null,
    amount_minor bigint not null,
    reason text not null,
    requested_by text not null,
    requested_at timestamptz not null,
    is_of_order boolean not null,
    failure text,
    constraint refund_state_known check (state in ('requested', 'done', 'failed'))
);
create index refund_order on refund (order_code);

create table till (
    id uuid primary key,
    organiser_id uuid not null,
    event_id uuid,
    name text not null,
    version int not null,
    float_minor bigint not null,
    currency text not null,
    opened_by text not null,
    opened_at timestamptz not null,
    closed_at timestamptz,
    counted_minor bigint
);
create index till_organiser on till (organiser_id);
