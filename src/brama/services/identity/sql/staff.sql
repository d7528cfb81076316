-- name: add_staff
insert into staff (id, email, name, locale, password_hash, created_at) values ($1, $2, $3, $4, $5, $6);

-- name: get_staff
select id, email, name, locale, password_hash, authority_version, totp_secret, totp_confirmed_at, totp_last_step
from staff where id = $1;

-- name: lock_staff
-- After the organiser, if both are locked.
select id, email, name, locale, password_hash, authority_version, totp_secret, totp_confirmed_at, totp_last_step
from staff where id = $1 for update;

-- name: staff_by_email
select id, email, name, locale, password_hash, authority_version, totp_secret, totp_confirmed_at, totp_last_step
from staff where email = $1;

-- name: put_profile
update staff set name = $2, locale = $3 where id = $1;

-- name: put_password
update staff set password_hash = $2 where id = $1;

-- name: renew_password_hash
-- The same password, hashed anew; only if it is still the same.
update staff set password_hash = $2 where id = $1 and password_hash = $3;

-- name: put_totp
update staff set totp_secret = $2, totp_confirmed_at = $3, totp_last_step = $4 where id = $1;

-- name: use_totp_step
-- Answers 0 when somebody was quicker with the same code.
update staff set totp_last_step = $2 where id = $1 and totp_last_step < $2;

-- name: raise_authority
-- The new version of the person's authority.
update staff set authority_version = authority_version + 1 where id = $1 returning authority_version;

-- name: roles_of
select staff_id, organiser_id, role from staff_role where staff_id = $1 order by organiser_id;

-- name: role_at
select role from staff_role where organiser_id = $1 and staff_id = $2;

-- name: count_owners
select count(*) from staff_role where organiser_id = $1 and role = 'owner';

-- name: put_role
insert into staff_role (staff_id, organiser_id, role, granted_at) values ($1, $2, $3, $4)
on conflict (organiser_id, staff_id) do update set role = excluded.role;

-- name: drop_role
delete from staff_role where organiser_id = $1 and staff_id = $2;

-- name: colleagues
-- A page of the people at an organiser, the newest first; before $2 if given.
select s.id, s.name, s.email, r.role, s.totp_confirmed_at is not null as has_totp, r.granted_at as since,
    (select max(used_at) from session where session.staff_id = s.id) as last_seen_at
from staff_role r join staff s on s.id = r.staff_id
where r.organiser_id = $1 and ($2::uuid is null or s.id < $2)
order by s.id desc limit $3;
