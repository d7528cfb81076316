-- name: add_schedule
insert into schedule (name, due_at) values ($1, $2) on conflict (name) do nothing;

-- name: lease_due_schedule
-- One replica gets it, until its lease is over or the outcome is written down.
update schedule set lease = $3, leased_until = $4
where name = $1 and due_at <= $2 and (leased_until is null or leased_until <= $2)
returning name, due_at;

-- name: renew_schedule_lease
-- No row: the lease was over, and another replica has it.
update schedule set leased_until = $3 where name = $1 and lease = $2;

-- name: release_schedule
-- Given back without an outcome: what was due still is.
update schedule set lease = null, leased_until = null where name = $1 and lease = $2;

-- name: put_schedule_run
-- No row: the lease was over, and another replica's outcome counts.
update schedule set due_at = $3, ran_at = $4, error = $5, lease = null, leased_until = null
where name = $1 and lease = $2;
