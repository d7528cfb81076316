-- name: put_organiser
-- What identity says of an organiser; no row when it is not newer.
insert into organiser (id, version, slug, told) values ($1, $2, $3, $4)
on conflict (id) do update set version = excluded.version, slug = excluded.slug, told = excluded.told
where excluded.version > organiser.version;

-- name: put_event
-- What the catalogue says of an event; no row when it is not newer.
insert into event (id, version, organiser_id, slug, is_public, starts_at, ends_at, turns_at, told)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (id) do update set
    version = excluded.version, slug = excluded.slug, is_public = excluded.is_public,
    starts_at = excluded.starts_at, ends_at = excluded.ends_at, turns_at = excluded.turns_at, told = excluded.told
where excluded.version > event.version;

-- name: put_availability
-- What sales says of an event's places; no row when it is not newer.
insert into availability (event_id, version, organiser_id, told) values ($1, $2, $3, $4)
on conflict (event_id) do update set version = excluded.version, told = excluded.told
where excluded.version > availability.version;

-- name: find_organiser
-- An organiser as identity told, none while it has not.
select told from organiser where id = $1;

-- name: all_organisers
-- Every organiser, in the order of their names' slugs.
select told from organiser order by slug;

-- name: find_event
-- An event as the catalogue told, public or not.
select told from event where id = $1;

-- name: find_availability
-- An event's places as sales told, none while it has not.
select told from availability where event_id = $1;

-- name: availability_of_public
-- What sales told of every event that has a page.
select a.told from availability as a join event as e on e.id = a.event_id where e.is_public order by a.event_id;

-- name: public_events
-- Every event that has a page, soonest first.
select told from event where is_public order by starts_at, id;

-- name: public_event_ids
-- The ids of every event that has a page.
select id from event where is_public order by id;

-- name: public_event_ids_of
-- The ids of an organiser's events that have a page.
select id from event where organiser_id = $1 and is_public order by id;

-- name: set_turn
-- When the event's files change next by time alone.
update event set turns_at = $2 where id = $1;

-- name: turning_events
-- Public events whose time has come for another look.
select id from event where turns_at <= $1 and is_public order by id;
