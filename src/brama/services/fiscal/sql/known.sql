-- name: put_organiser
insert into organiser (id, is_fiscalised, version) values ($1, $2, $3)
on conflict (id) do update set is_fiscalised = excluded.is_fiscalised, version = excluded.version
where excluded.version > organiser.version;

-- name: is_fiscalised
select is_fiscalised from organiser where id = $1;

-- name: put_event
insert into event (id, number, title, ticket_types, version) values ($1, $2, $3, $4, $5)
on conflict (id) do update
set number = excluded.number, title = excluded.title, ticket_types = excluded.ticket_types, version = excluded.version
where excluded.version > event.version;

-- name: find_event
select id, number, title, ticket_types from event where id = $1;

-- name: add_known_payment
insert into known_payment (id, is_fiscalised) values ($1, $2) on conflict (id) do nothing;

-- name: is_payment_fiscalised
select is_fiscalised from known_payment where id = $1;

-- name: add_request_key
insert into request_key (scope, key, body_hash, subject_id, created_at) values ($1, $2, $3, $4, $5)
on conflict (scope, key) do nothing;

-- name: lock_request_key
select body_hash, subject_id from request_key where scope = $1 and key = $2 for update;

-- name: drop_request_keys
delete from request_key where created_at < $1;

-- name: find_request_key
select body_hash, subject_id from request_key where scope = $1 and key = $2;
