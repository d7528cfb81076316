-- name: put_event
-- What the catalogue told last wins, whatever the order of arrival.
insert into event (
    id, organiser_id, number, title, state, starts_at, ends_at, doors_at, time_zone, gates, check_in_lists, version
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
on conflict (id) do update
set title = excluded.title, state = excluded.state, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
    doors_at = excluded.doors_at, time_zone = excluded.time_zone, gates = excluded.gates,
    check_in_lists = excluded.check_in_lists, version = excluded.version
where excluded.version > event.version;

-- name: events_by_id
select id, organiser_id, number, title, state, starts_at, ends_at, doors_at, time_zone, gates, check_in_lists
from event where id = any($1) order by starts_at, id;

-- name: put_ticket_key
insert into ticket_key (event_number, key_number, organiser_id, public_key, version) values ($1, $2, $3, $4, $5)
on conflict (event_number, key_number) do update
set public_key = excluded.public_key, version = excluded.version
where excluded.version > ticket_key.version;

-- name: ticket_keys_of
-- The keys of all of an organiser's events: a device has to tell another night's ticket from a forged one.
select event_number, key_number, public_key from ticket_key
where organiser_id = $1 order by event_number, key_number;

-- name: add_device
insert into device (
    id, organiser_id, name, event_ids, gate_ids, pairing_code_hash, pairing_expires_at, version, created_at
) values ($1, $2, $3, $4, $5, $6, $7, 1, $8);

-- name: get_device
select id, organiser_id, name, event_ids, gate_ids, public_key, pairing_expires_at, paired_at, revoked_at, seen_at,
    version, created_at
from device where id = $1;

-- name: lock_device
select id, organiser_id, name, event_ids, gate_ids, public_key, pairing_expires_at, paired_at, revoked_at, seen_at,
    version, created_at
from device where id = $1 for update;

-- name: lock_device_by_code
select id, organiser_id, name, event_ids, gate_ids, public_key, pairing_expires_at, paired_at, revoked_at, seen_at,
    version, created_at
from device where pairing_code_hash = $1 for update;

-- name: devices_of
select id, organiser_id, name, event_ids, gate_ids, public_key, pairing_expires_at, paired_at, revoked_at, seen_at,
    version, created_at
from device where organiser_id = $1 and ($2::uuid is null or id < $2)
order by id desc limit $3;

-- name: mark_paired
-- The code is forgotten: it works once.
update device
set public_key = $2, paired_at = $3, seen_at = $3, pairing_code_hash = null, version = version + 1
where id = $1 returning version;

-- name: mark_revoked
update device set revoked_at = $2, pairing_code_hash = null, version = version + 1 where id = $1 returning version;

-- name: mark_seen
update device set seen_at = $2 where id = $1;

-- name: add_device_proof
insert into device_proof (device_id, signed_at) values ($1, $2);

-- name: drop_old_device_proofs
delete from device_proof where signed_at < $1;

-- name: organiser_of_event
select organiser_id from event where id = $1;
