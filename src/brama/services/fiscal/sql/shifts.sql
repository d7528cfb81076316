-- name: add_shift
insert into shift (
    id, register_id, organiser_id, state, due_at, tries, reason, asked_at, opened_at, closed_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (id) do nothing;

-- name: current_shift
select id, register_id, organiser_id, state, due_at, tries, reason, asked_at, opened_at, closed_at
from shift where register_id = $1 and state in ('opening', 'opened', 'closing');

-- name: lock_current_shift
select id, register_id, organiser_id, state, due_at, tries, reason, asked_at, opened_at, closed_at
from shift where register_id = $1 and state in ('opening', 'opened', 'closing') for update;

-- name: lock_shift
select id, register_id, organiser_id, state, due_at, tries, reason, asked_at, opened_at, closed_at
from shift where id = $1 for update;

-- name: save_shift
update shift set state = $2, due_at = $3, tries = $4, reason = $5, opened_at = $6, closed_at = $7 where id = $1;

-- name: shifts_of_organisers
select id, register_id, organiser_id, state, due_at, tries, reason, asked_at, opened_at, closed_at
from shift
where organiser_id = any($1::uuid[]) and ($2::uuid is null or register_id = $2) and ($3::uuid is null or id < $3)
order by id desc limit $4;
