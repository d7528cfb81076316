-- name: add_account
insert into merchant_account (
    id, organiser_id, provider, name, secret, public_key, public_key_asked_at, is_active, version, created_at
) values ($1, $2, $3, $4, $5, $6, $7, true, 1, $7);

-- name: get_account
select id, organiser_id, provider, name, secret, public_key, is_active, version, created_at, disabled_at
from merchant_account where id = $1;

-- name: lock_account
select id, organiser_id, provider, name, secret, public_key, is_active, version, created_at, disabled_at
from merchant_account where id = $1 for update;

-- name: active_account
select id, organiser_id, provider, name, secret, public_key, is_active, version, created_at, disabled_at
from merchant_account where organiser_id = $1 and provider = $2 and is_active;

-- name: accounts_of_organisers
select id, organiser_id, provider, name, secret, public_key, is_active, version, created_at, disabled_at
from merchant_account
where organiser_id = any($1::uuid[]) and ($2::uuid is null or id < $2) order by id desc limit $3;

-- name: accounts_with_payments_between
-- Disabled ones too: their payments can still be reversed.
select id, organiser_id, provider, name, secret, public_key, is_active, version, created_at, disabled_at
from merchant_account a
where exists (select 1 from payment p where p.account_id = a.id and p.created_at >= $1 and p.created_at < $2)
order by id;

-- name: disable_account
update merchant_account set is_active = false, disabled_at = $2, version = version + 1 where id = $1;

-- name: claim_key_fetch
-- One fetch of the provider's key per pause, whichever process sees the bad signature first.
update merchant_account set public_key_asked_at = $2 where id = $1 and public_key_asked_at <= $3;

-- name: change_public_key
update merchant_account set public_key = $2 where id = $1;

-- name: add_request_key
insert into request_key (scope, key, body_hash, subject_id, created_at) values ($1, $2, $3, $4, $5)
on conflict (scope, key) do nothing;

-- name: lock_request_key
select body_hash, subject_id from request_key where scope = $1 and key = $2 for update;

-- name: change_request_subject
update request_key set subject_id = $3 where scope = $1 and key = $2;

-- name: drop_request_keys
delete from request_key where created_at < $1;
