-- name: add_event
-- A new draft, with the number that next_event_number gave.
insert into event (
    id, number, organiser_id, version, slug, state, title, description, venue_id, starts_at, ends_at, doors_at,
    time_zone, currency, age_limit, capacity, poster_digest, poster_url, created_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19);

-- name: next_event_number
-- A number that no event ever had.
select nextval('event_number') as number;

-- name: get_event
-- An event without its parts.
select id, number, organiser_id, version, slug, state, title, description, venue_id, starts_at, ends_at, doors_at,
    time_zone, currency, age_limit, capacity, poster_digest, poster_url, created_at, published_at, cancelled_at,
    cancel_reason
from event where id = $1;

-- name: lock_event
-- An event of which something is about to change: taken before any of its parts, so that versions are whole.
select id, number, organiser_id, version, slug, state, title, description, venue_id, starts_at, ends_at, doors_at,
    time_zone, currency, age_limit, capacity, poster_digest, poster_url, created_at, published_at, cancelled_at,
    cancel_reason
from event where id = $1 for update;

-- name: set_event
-- All of an event's own fields and its next version.
update event set
    version = $2, slug = $3, state = $4, title = $5, description = $6, venue_id = $7, starts_at = $8, ends_at = $9,
    doors_at = $10, time_zone = $11, currency = $12, age_limit = $13, capacity = $14, poster_digest = $15,
    poster_url = $16, published_at = $17, cancelled_at = $18, cancel_reason = $19
where id = $1;

-- name: id_of_slug
-- The event that has a slug; slugs are unique in the whole installation.
select id from event where slug = $1;

-- name: events_of
-- A page of some organisers' events, the latest start first; $3 is the last id of the page before.
select id, number, organiser_id, version, slug, state, title, description, venue_id, starts_at, ends_at, doors_at,
    time_zone, currency, age_limit, capacity, poster_digest, poster_url, created_at, published_at, cancelled_at,
    cancel_reason
from event
where organiser_id = any($1::uuid[])
    and ($2::text is null or state = $2)
    and ($3::uuid is null or (starts_at, id) < (select e.starts_at, e.id from event as e where e.id = $3))
order by starts_at desc, id desc
limit $4;
