-- name: add_invitation
insert into invitation (
    id, organiser_id, staff_id, name, email, role, locale, token_hash, invited_by, invited_by_name, created_at,
    expires_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: withdraw_earlier
-- A second invitation to the same address makes the first one's link void.
update invitation set withdrawn_at = $3
where organiser_id = $1 and email = $2 and accepted_at is null and withdrawn_at is null;

-- name: invitation_by_token
select id, organiser_id, staff_id, name, email, role, locale, invited_by, invited_by_name, created_at, expires_at,
    accepted_at, withdrawn_at
from invitation where token_hash = $1;

-- name: lock_invitation
select id, organiser_id, staff_id, name, email, role, locale, invited_by, invited_by_name, created_at, expires_at,
    accepted_at, withdrawn_at
from invitation where id = $1 for update;

-- name: get_invitation
select id, organiser_id, staff_id, name, email, role, locale, invited_by, invited_by_name, created_at, expires_at,
    accepted_at, withdrawn_at
from invitation where id = $1;

-- name: open_invitations
-- A page of those that nobody has answered, expired ones too: the owner may send them anew.
select id, organiser_id, staff_id, name, email, role, locale, invited_by, invited_by_name, created_at, expires_at,
    accepted_at, withdrawn_at
from invitation
where organiser_id = $1 and accepted_at is null and withdrawn_at is null and ($2::uuid is null or id < $2)
order by id desc limit $3;

-- name: mark_accepted
update invitation set accepted_at = $2 where id = $1;

-- name: mark_withdrawn
update invitation set withdrawn_at = $2 where id = $1;
