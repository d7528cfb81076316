-- name: add_schedule
insert into schedule (name, due_at) values ($1, $2) on conflict (name) do nothing;

-- name: lock_due_schedule
-- One replica gets it, the others skip it.
select name, due_at from schedule where name = $1 and due_at <= $2 for update skip locked;

-- name: put_schedule_run
update schedule set due_at = $2, ran_at = $3, error = $4 where name = $1;
