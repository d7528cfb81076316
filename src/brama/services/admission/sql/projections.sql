-- name: keep_epoch
-- The first start names the epoch; a restored backup is given another by its operator.
insert into server_epoch (epoch) values ($1) on conflict do nothing;

-- name: get_epoch
select epoch from server_epoch;

-- name: put_event
-- Only a newer version is taken.
insert into event (event_id, event_number, organiser_id, version, state, title, doors_at, starts_at, ends_at,
                   time_zone, capacity, ticket_types, check_in_lists, gates, list_ids)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
on conflict (event_id) do update set
    version = excluded.version, state = excluded.state, title = excluded.title, doors_at = excluded.doors_at,
    starts_at = excluded.starts_at, ends_at = excluded.ends_at, time_zone = excluded.time_zone,
    capacity = excluded.capacity, ticket_types = excluded.ticket_types,
    check_in_lists = excluded.check_in_lists, gates = excluded.gates, list_ids = excluded.list_ids, seq = null
where excluded.version > event.version;

-- name: get_event
select event_id, event_number, organiser_id, state, title, doors_at, starts_at, ends_at, time_zone, capacity,
       ticket_types, check_in_lists, gates
from event where event_id = $1;

-- name: get_event_of_list
select event_id, event_number, organiser_id, state, title, doors_at, starts_at, ends_at, time_zone, capacity,
       ticket_types, check_in_lists, gates
from event where list_ids @> array[$1::uuid];

-- name: put_key
insert into ticket_key (event_number, key_number, event_id, organiser_id, public_key, not_before, not_after)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (event_number, key_number) do nothing;

-- name: get_key
-- A key of the organiser's own events only: another organiser's ticket is none of our business.
select event_number, key_number, event_id, public_key, not_before, not_after
from ticket_key where event_number = $1 and key_number = $2 and organiser_id is not distinct from $3;

-- name: keys_of_organiser
-- The keys of all events of the organiser that a gate may still meet.
select k.event_number, k.key_number, k.event_id, k.public_key, k.not_before, k.not_after
from ticket_key k where k.organiser_id is not distinct from $1 and k.not_after > $2
order by k.event_number, k.key_number;

-- name: put_device_pairing
-- A device that was heard of as revoked first stays revoked.
insert into device (device_id, version, organiser_id, name, event_ids, gate_ids, public_key)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (device_id) do update set
    version = excluded.version, organiser_id = excluded.organiser_id, name = excluded.name,
    event_ids = excluded.event_ids, gate_ids = excluded.gate_ids, public_key = excluded.public_key
where device.public_key is null or excluded.version > device.version;

-- name: put_device_revocation
insert into device (device_id, version, organiser_id, name, event_ids, gate_ids, revoked_at)
values ($1, $2, $3, '', '{}', '{}', $4)
on conflict (device_id) do update set
    revoked_at = least(device.revoked_at, excluded.revoked_at), version = greatest(device.version, excluded.version);

-- name: get_device
select device_id, organiser_id, name, event_ids, gate_ids, public_key, revoked_at
from device where device_id = $1;

-- name: mark_seen
-- A device asked for something; written at most every 10 seconds.
update device set seen_at = $2::timestamptz
where device_id = $1 and (seen_at is null or seen_at < $2::timestamptz - interval '10 seconds');

-- name: devices_of_event
select d.device_id, d.name, d.gate_ids, d.revoked_at,
       greatest(d.seen_at, (select max(s.received_at) from scan s where s.device_id = d.device_id))
           as last_seen_at
from device d where d.event_ids @> array[$1::uuid] order by d.name;

-- name: add_news
insert into news (event_id, subject) select $1, subject from unnest($2::text[]) as subject;

-- name: event_with_news
select event_id from news order by id limit 1;

-- name: take_news
-- Another replica's share is left to it.
delete from news where id in (
    select id from news where event_id = $1 order by id limit $2 for update skip locked)
returning subject;

-- name: put_event_seq
update event set seq = $2 where event_id = $1;

-- name: event_after
select seq, state from event where event_id = $1 and seq > $2;
