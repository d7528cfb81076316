-- name: add_key
-- Answers 0 when the event has this key already.
insert into event_key (event_number, key_number, event_id, organiser_id, private_sealed, public_key, not_before,
                       not_after, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (event_number, key_number) do nothing;

-- name: get_key
select event_number, key_number, private_sealed, public_key, not_before, not_after
from event_key where event_number = $1 and key_number = $2;

-- name: count_keys
select count(*)::int from event_key where event_number = $1;
