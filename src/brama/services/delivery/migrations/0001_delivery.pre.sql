-- What letters are made of, as last heard; and the letters with their way to the reader.

create table organiser (
    id uuid primary key,
    version int not null,
    name jsonb not null,
    mark text not null,
    contact_email text not null
);

create table event (
    id uuid primary key,
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
    age_limit int not null,
    poster_digest text,
    changed_at timestamptz not null
);

create table purchase (
    order_code text primary key,
    event_id uuid not null,
    organiser_id uuid not null,
    version int not null,
    state text not null,
    buyer jsonb not null,
    lines jsonb not null,
    total_minor bigint not null,
    currency text not null,
    token text not null,
    restore_url text not null,
    constraint purchase_state_known check (state in ('pending', 'paid', 'refunded'))
);
create index purchase_event on purchase (event_id);

create table issued (
    order_code text primary key,
    version int not null,
    tickets jsonb not null,
    pdf_digest text
);

-- `next_attempt_at` is when a queued e-mail is due, or when one that is being sent counts as abandoned.
create table email (
    id uuid primary key,
    kind text not null,
    cause text not null,
    organiser_id uuid not null,
    order_code text,
    recipient text not null,
    locale text not null,
    letter jsonb not null,
    state text not null default 'queued',
    attempts int not null default 0,
    version int not null default 0,
    queued_at timestamptz not null,
    next_attempt_at timestamptz not null,
    sent_at timestamptz,
    last_error text,
    correlation_id text not null,
    constraint email_once_per_cause unique (kind, cause),
    constraint email_state_known check (state in ('queued', 'sending', 'sent', 'failed'))
);
create index email_due on email (next_attempt_at) where state in ('queued', 'sending');
create index email_order on email (order_code);
create index email_organiser on email (organiser_id, id desc);
