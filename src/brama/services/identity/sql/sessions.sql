-- name: add_session
insert into session (id, staff_id, transport, user_agent, started_at, used_at) values ($1, $2, $3, $4, $5, $5);

-- name: get_session
select id, staff_id, transport, user_agent, started_at, used_at, ended_at from session where id = $1;

-- name: lock_session
-- One refresh of a session at a time; locked before its tokens.
select id, staff_id, transport, user_agent, started_at, used_at, ended_at from session where id = $1 for update;

-- name: sessions_of
select id, staff_id, transport, user_agent, started_at, used_at, ended_at
from session where staff_id = $1 and ended_at is null and used_at > $2 and started_at > $3
order by used_at desc;

-- name: touch_session
update session set used_at = $2 where id = $1;

-- name: end_session
update session set ended_at = $2 where id = $1 and ended_at is null;

-- name: end_sessions_of
-- All of a person's, but one if given.
update session set ended_at = $2 where staff_id = $1 and ended_at is null and ($3::uuid is null or id <> $3);

-- name: add_refresh_token
insert into refresh_token (token_hash, session_id, made_at) values ($1, $2, $3);

-- name: get_refresh_token
select token_hash, session_id, made_at, replaced_at from refresh_token where token_hash = $1;

-- name: mark_replaced
-- The first use counts: later ones within the grace don't prolong it.
update refresh_token set replaced_at = $2 where token_hash = $1 and replaced_at is null;

-- name: drop_old_sessions
-- Sessions that ended, or that nobody can prolong any more, since before $1; with their tokens.
delete from session where coalesce(ended_at, used_at) < $1;
