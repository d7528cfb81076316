-- name: add_venue
-- A new venue.
insert into venue (id, organiser_id, version, name, address, time_zone, created_at)
values ($1, $2, 1, $3, $4, $5, $6);

-- name: get_venue
-- A venue as it stands.
select id, organiser_id, version, name, address, time_zone from venue where id = $1;

-- name: lock_venue
-- A venue that is about to change; taken before the events held there.
select id, organiser_id, version, name, address, time_zone from venue where id = $1 for update;

-- name: set_venue
-- All of a venue's fields, its version too.
update venue set version = $2, name = $3, address = $4, time_zone = $5 where id = $1;

-- name: venues_of
-- A page of some organisers' venues, newest first; $2 is the last id of the page before.
select id, organiser_id, version, name, address, time_zone
from venue
where organiser_id = any($1::uuid[]) and ($2::uuid is null or id < $2)
order by id desc
limit $3;

-- name: event_ids_at
-- Events at a venue that still matter to somebody, in the order in which they are locked.
select id from event where venue_id = $1 and state <> 'cancelled' and ends_at > $2 order by id;
