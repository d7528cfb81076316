-- name: put_trusted_key
insert into trusted_key (speaker, key_id, purpose, public_key, not_before, not_after)
values ($1, $2, $3, $4, $5, $6) on conflict (speaker, key_id) do nothing;

-- name: trusted_keys
select speaker, key_id, purpose, public_key, not_before, not_after from trusted_key;

-- name: get_trusted_key
select speaker, key_id, purpose, public_key, not_before, not_after from trusted_key
where speaker = $1 and key_id = $2;

-- name: put_authority
insert into authority (staff_id, version, name, is_active, grants) values ($1, $2, $3, $4, $5)
on conflict (staff_id) do update
set version = excluded.version, name = excluded.name, is_active = excluded.is_active, grants = excluded.grants
where excluded.version > authority.version;

-- name: get_authority
select staff_id, version, name, is_active, grants from authority where staff_id = $1;

-- name: put_revoked_device
insert into revoked_device (device_id, revoked_at) values ($1, $2) on conflict (device_id) do nothing;

-- name: is_device_revoked
select exists (select from revoked_device where device_id = $1);

-- name: add_signing_key
insert into signing_key (key_id, purpose, private_sealed, public_key, not_before, not_after, created_at)
values ($1, $2, $3, $4, $5, $6, $7) on conflict (key_id) do nothing;

-- name: signing_keys
-- All keys of a purpose, the newest first.
select key_id, purpose, private_sealed, public_key, not_before, not_after from signing_key
where purpose = $1 order by not_before desc, created_at desc;
