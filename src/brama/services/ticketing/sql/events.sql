-- name: put_organiser
insert into organiser (id, version, name, mark) values ($1, $2, $3, $4)
on conflict (id) do update set version = excluded.version, name = excluded.name, mark = excluded.mark
where excluded.version > organiser.version;

-- name: get_organiser
select id, name, mark from organiser where id = $1;

-- name: put_event
-- Answers 1 when this is the newest that was heard of the event; locks its row.
insert into event (id, number, organiser_id, version, state, slug, title, description, venue, starts_at, ends_at,
                   doors_at, time_zone, currency, age_limit, poster_digest, ticket_types, changed_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
on conflict (id) do update set
    version = excluded.version, state = excluded.state, slug = excluded.slug, title = excluded.title,
    description = excluded.description, venue = excluded.venue, starts_at = excluded.starts_at,
    ends_at = excluded.ends_at, doors_at = excluded.doors_at, time_zone = excluded.time_zone,
    currency = excluded.currency, age_limit = excluded.age_limit, poster_digest = excluded.poster_digest,
    ticket_types = excluded.ticket_types, changed_at = excluded.changed_at
where excluded.version > event.version;

-- name: get_event
select id, number, organiser_id, version, state, slug, title, description, venue, starts_at, ends_at, doors_at,
       time_zone, currency, age_limit, poster_digest, ticket_types, changed_at, key_number
from event where id = $1;

-- name: lock_event
select id, number, organiser_id, version, state, slug, title, description, venue, starts_at, ends_at, doors_at,
       time_zone, currency, age_limit, poster_digest, ticket_types, changed_at, key_number
from event where id = $1 for update;

-- name: put_key_number
update event set key_number = $2 where id = $1;
