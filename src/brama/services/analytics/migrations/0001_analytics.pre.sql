-- Read models. One row per order, line, refund, ticket, scan, …: figures are counted from rows and never added up
-- as facts arrive, so that a repeated or late fact cannot make them wrong.

create table organiser (
    organiser_id uuid primary key,
    version bigint not null,
    is_fiscalised boolean not null
);

create table event (
    event_id uuid primary key,
    event_number bigint not null,
    organiser_id uuid not null,
    version bigint not null,
    state text not null,
    slug text not null,
    title jsonb not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    time_zone text not null,
    currency text not null,
    capacity integer,
    ticket_types jsonb not null
);

-- Rises with everything heard of an event: streams look at it before they count.
create table pulse (
    event_id uuid primary key,
    beats bigint not null
);

create table customer_order (
    order_code text primary key,
    organiser_id uuid,
    event_id uuid not null,
    version bigint not null,
    state text not null,
    channel text not null,
    buyer_name text not null,
    buyer_email text,
    buyer_phone text,
    total_minor bigint not null,
    currency text not null,
    placed_at timestamptz not null,
    payment_id uuid,
    tender text,
    paid_at timestamptz,
    till_id uuid,
    sold_by text,
    constraint order_state_known check (
        state in ('pending', 'paid', 'expired', 'cancelled', 'refunded', 'partially_refunded'))
);
create index order_of_event on customer_order (event_id, placed_at desc, order_code desc);
create index order_of_organiser on customer_order (organiser_id, placed_at desc, order_code desc);
create index order_paid on customer_order (event_id, paid_at) where paid_at is not null;

create table order_line (
    order_code text not null references customer_order (order_code),
    position integer not null,
    event_id uuid not null,
    ticket_type_id uuid not null,
    quantity integer not null,
    unit_price_minor bigint not null,
    primary key (order_code, position)
);
create index order_line_of_event on order_line (event_id);

create table refund (
    refund_id uuid primary key,
    order_code text not null,
    event_id uuid not null,
    payment_id uuid not null,
    tender text not null,
    amount_minor bigint not null,
    currency text not null,
    refunded_at timestamptz not null
);
create index refund_of_event on refund (event_id, refunded_at);
create index refund_of_order on refund (order_code);

create table refunded_ticket (
    ticket_id uuid primary key,
    refund_id uuid not null references refund (refund_id),
    event_id uuid not null,
    ticket_type_id uuid not null,
    unit_price_minor bigint not null
);
create index refunded_ticket_of_event on refunded_ticket (event_id);

create table payment (
    payment_id uuid primary key,
    version bigint not null,
    order_code text not null,
    event_id uuid not null,
    provider text not null,
    state text not null,
    amount_minor bigint not null,
    currency text not null,
    card_digits text
);
create index payment_of_order on payment (order_code);
create index payment_card on payment (card_digits) where card_digits is not null;

create table ticket (
    ticket_id uuid primary key,
    version bigint not null,
    order_code text not null,
    event_id uuid not null,
    ticket_type_id uuid not null,
    state text not null,
    holder text
);
create index ticket_of_order on ticket (order_code);
create index ticket_of_event on ticket (event_id);

create table receipt (
    receipt_id uuid primary key,
    version bigint not null,
    cause_id uuid not null,
    kind text not null,
    order_code text not null,
    event_id uuid not null,
    state text not null,
    fiscal_code text,
    url text,
    reason text
);
create index receipt_of_event on receipt (event_id);
create index receipt_of_order on receipt (order_code);
create index receipt_of_cause on receipt (cause_id, kind);

create table email (
    email_id uuid primary key,
    version bigint not null,
    kind text not null,
    order_code text,
    state text not null,
    attempts integer not null,
    reason text
);
create index email_of_order on email (order_code);

create table scan (
    scan_id uuid primary key,
    version bigint not null,
    event_id uuid not null,
    ticket_id uuid,
    ticket_type_id uuid,
    order_code text,
    kind text not null,
    outcome text not null,
    gate_id uuid not null,
    scanned_at timestamptz not null,
    headcount integer not null,
    constraint scan_kind_known check (kind in ('admitted', 'left', 'refused', 'undone'))
);
create index scan_of_event on scan (event_id, version desc);

create table gate_case (
    case_id uuid primary key,
    version bigint not null,
    event_id uuid not null,
    state text not null
);
create index gate_case_of_event on gate_case (event_id);

create table availability (
    event_id uuid primary key,
    version bigint not null,
    ticket_types jsonb not null
);

-- An order's life, one row per fact that names it; the order of arrival does not matter.
create table moment (
    fact_id uuid primary key,
    order_code text not null,
    happened_at timestamptz not null,
    what text not null,
    details jsonb not null
);
create index moment_of_order on moment (order_code, happened_at, fact_id);
