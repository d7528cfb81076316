-- What identity said last of an organiser, whole.
create table organiser (
    id uuid primary key,
    version bigint not null,
    slug text not null,
    told jsonb not null
);

-- What the catalogue said last of an event, whole. A draft is kept too, but has no page.
create table event (
    id uuid primary key,
    version bigint not null,
    organiser_id uuid not null,
    slug text not null,
    is_public boolean not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    -- When the page changes by time alone: a sale opens or ends, the event is over. Null: never again.
    turns_at timestamptz,
    told jsonb not null
);
create index event_by_start on event (starts_at, id) where is_public;
create index event_of_organiser on event (organiser_id) where is_public;
create index event_turns on event (turns_at) where turns_at is not null;

-- What sales said last of an event's places, whole.
create table availability (
    event_id uuid primary key,
    version bigint not null,
    organiser_id uuid,
    told jsonb not null
);

-- Files that have to be written. Marking again raises the generation, and waits for a writer who is at it.
create table due (
    kind text not null,
    subject_id uuid not null,
    generation bigint not null default 1,
    since timestamptz not null,
    -- Later than `since` after a failure, so that one broken page holds up nobody else's.
    not_before timestamptz not null,
    primary key (kind, subject_id),
    constraint due_kind_known check (kind in ('event', 'availability', 'organiser', 'front'))
);

-- What the pages were last made with (templates, words, styles, scripts).
create table made_with (
    is_only boolean primary key default true,
    digest text not null,
    constraint made_with_one_row check (is_only)
);
