-- Events and organisers as last heard, the keys of events, and the tickets of paid orders.

create table organiser (
    id uuid primary key,
    version int not null,
    name jsonb not null,
    mark text not null
);

-- `key_number` names the key that signs new tickets.
create table event (
    id uuid primary key,
    number bigint not null,
    organiser_id uuid not null,
    version int not null,
    state text not null,
    slug text not null,
    title jsonb not null,
    description jsonb not null,
    venue jsonb not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    doors_at timestamptz not null,
    time_zone text not null,
    currency text not null,
    age_limit int not null,
    poster_digest text,
    ticket_types jsonb not null,
    changed_at timestamptz not null,
    key_number int not null default 0,
    constraint event_number_unique unique (number)
);

create table event_key (
    event_number bigint not null,
    key_number int not null,
    event_id uuid not null references event,
    organiser_id uuid not null,
    private_sealed bytea not null,
    public_key bytea not null,
    not_before timestamptz not null,
    not_after timestamptz not null,
    created_at timestamptz not null,
    primary key (event_number, key_number),
    constraint event_key_number_is_a_byte check (key_number between 0 and 255)
);

-- `key` is the code without its dashes. `told_at` is null until the tickets were said on the bus, which for
-- buyers with an e-mail waits for the PDF; `claimed_until` keeps a second printer away meanwhile.
-- `pdf_of` is the version of the order and of the event that the PDF shows.
create table orders (
    code text primary key,
    key text not null,
    event_id uuid not null references event,
    event_number bigint not null,
    organiser_id uuid not null,
    version int not null,
    locale text not null,
    has_email boolean not null,
    currency text not null,
    correlation_id text not null,
    issued_at timestamptz not null,
    told_at timestamptz,
    claimed_until timestamptz,
    pdf_digest text,
    pdf_of text,
    constraint order_key_unique unique (key)
);
create index orders_untold on orders (issued_at) where told_at is null;

-- A ticket is revoked, else blocked (by a refund or by staff), else valid.
create table ticket (
    id uuid primary key,
    order_code text not null references orders,
    event_id uuid not null,
    event_number bigint not null,
    organiser_id uuid not null,
    line int not null,
    place int not null,
    ticket_type_id uuid not null,
    product_number int not null,
    type_name jsonb not null,
    price_minor bigint not null,
    holder text,
    code_id text not null,
    revision int not null,
    version int not null,
    code text not null,
    refund_id uuid,
    blocked_reason text,
    revoked_reason text,
    constraint ticket_once_per_place unique (order_code, line, place),
    constraint ticket_code_id_unique unique (event_number, code_id)
);
