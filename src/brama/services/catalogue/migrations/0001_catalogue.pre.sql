-- Event numbers are global and 32 bits: they stand in every ticket's code and order code.
create sequence event_number as bigint minvalue 1 maxvalue 4294967295 no cycle;

-- What identity says of organisers; only for names, authority comes with the caller.
create table organiser (
    id uuid primary key,
    version bigint not null,
    slug text not null,
    name jsonb not null,
    mark text not null
);

create table venue (
    id uuid primary key,
    organiser_id uuid not null,
    version bigint not null,
    name jsonb not null,
    address jsonb not null,
    time_zone text not null,
    created_at timestamptz not null
);
create index venue_of_organiser on venue (organiser_id, id);

create table event (
    id uuid primary key,
    number bigint not null default nextval('event_number'),
    organiser_id uuid not null,
    version bigint not null,
    slug text not null,
    state text not null,
    title jsonb not null,
    description jsonb not null,
    venue_id uuid not null references venue (id),
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    doors_at timestamptz not null,
    time_zone text not null,
    currency text not null,
    age_limit integer not null,
    capacity integer,
    poster_digest text,
    poster_url text,
    created_at timestamptz not null,
    published_at timestamptz,
    cancelled_at timestamptz,
    cancel_reason text,
    constraint event_number_unique unique (number),
    constraint event_slug_taken unique (slug),
    constraint event_state_known check (state in ('draft', 'published', 'cancelled')),
    constraint event_published_at_set check (state <> 'published' or published_at is not null),
    constraint event_cancelled_at_set check ((state = 'cancelled') = (cancelled_at is not null)),
    constraint event_times_ordered check (doors_at <= starts_at and starts_at < ends_at),
    constraint event_number_32_bits check (number between 1 and 4294967295)
);
create index event_of_organiser on event (organiser_id, starts_at desc, id desc);
create index event_at_venue on event (venue_id);

create table ticket_type (
    id uuid primary key,
    event_id uuid not null references event (id),
    organiser_id uuid not null,
    product_number integer not null,
    name jsonb not null,
    description jsonb not null,
    price_minor bigint not null,
    quantity integer not null,
    sale_from timestamptz,
    sale_until timestamptz,
    max_per_order integer not null,
    position integer not null,
    archived_at timestamptz,
    constraint ticket_type_product_number_unique unique (event_id, product_number),
    constraint ticket_type_product_number_8_bits check (product_number between 1 and 255),
    constraint ticket_type_price_possible check (price_minor between 0 and 1000000000),
    constraint ticket_type_quantity_possible check (quantity between 1 and 100000),
    constraint ticket_type_window_ordered check (sale_from < sale_until)
);

create table check_in_list (
    id uuid primary key,
    event_id uuid not null references event (id),
    organiser_id uuid not null,
    name text not null,
    ticket_type_ids uuid[],
    allow_multiple_entries boolean not null,
    allow_entry_after_exit boolean not null
);
create index check_in_list_of_event on check_in_list (event_id, id);

create table gate (
    id uuid primary key,
    event_id uuid not null references event (id),
    organiser_id uuid not null,
    name text not null
);
create index gate_of_event on gate (event_id, id);

-- Pictures by the digest of their bytes: the same picture twice is one row.
create table picture (
    digest text primary key,
    url text not null,
    content_type text not null,
    width integer not null,
    height integer not null,
    uploaded_at timestamptz not null
);
