-- name: claim_idempotency_key
-- Waits for a concurrent request with the same key to end; answers 1 when the key is ours.
insert into idempotency (principal, route, key, body_hash, created_at) values ($1, $2, $3, $4, $5)
on conflict (principal, route, key) do nothing;

-- name: get_idempotent_answer
select body_hash, status, answer from idempotency where principal = $1 and route = $2 and key = $3;

-- name: put_idempotent_answer
update idempotency set status = $4, answer = $5 where principal = $1 and route = $2 and key = $3;

-- name: drop_idempotency_keys
delete from idempotency where created_at < $1;
