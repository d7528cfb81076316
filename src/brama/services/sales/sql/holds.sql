-- name: add_holds
-- Lines come as text: an array of JSON arrays would be unnested to its innermost elements.
insert into hold (id, event_id, state, lines, total_minor, currency, token, created_at, expires_at, principal,
                  idempotency_key, body_hash)
select id, event_id, 'active', lines::jsonb, total_minor, currency, token, created_at, expires_at, principal,
       idempotency_key, body_hash
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::timestamptz[],
            $8::timestamptz[], $9::text[], $10::text[], $11::bytea[])
     as new (id, event_id, lines, total_minor, currency, token, created_at, expires_at, principal,
             idempotency_key, body_hash);

-- name: holds_by_key
-- Holds made earlier under these idempotency keys.
select h.id, h.event_id, h.state, h.lines, h.total_minor, h.currency, h.token, h.created_at, h.expires_at,
       h.principal, h.idempotency_key, h.body_hash
from unnest($1::text[], $2::text[]) as asked (principal, idempotency_key)
join hold h using (principal, idempotency_key);

-- name: get_hold
select id, event_id, state, lines, total_minor, currency, token, created_at, expires_at, principal,
       idempotency_key, body_hash
from hold where id = $1;

-- name: lock_hold
-- Taken before the inventory's lock, by everybody.
select id, event_id, state, lines, total_minor, currency, token, created_at, expires_at, principal,
       idempotency_key, body_hash
from hold where id = $1 for update;

-- name: lock_due_holds
-- Holds whose time is over; those that somebody is just working on are left to the next round.
select id, event_id, state, lines, total_minor, currency, token, created_at, expires_at, principal,
       idempotency_key, body_hash
from hold where state = 'active' and expires_at <= $1 order by expires_at limit $2 for update skip locked;

-- name: put_hold_states
update hold set state = $2 where id = any($1::uuid[]);
