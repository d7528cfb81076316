-- name: add_heard
-- Answers 1 when the fact is heard for the first time, 0 otherwise.
insert into inbox (occurred_on, fact_id) values ($1, $2) on conflict do nothing;

-- name: add_dead_letter
insert into dead_letter (fact_id, subject, envelope, attempts, error, failed_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (fact_id) do update
set attempts = excluded.attempts, error = excluded.error, failed_at = excluded.failed_at, is_replayed = false;

-- name: count_dead_letters
select count(*) from dead_letter where not is_replayed;

-- name: dead_letters
-- Those under a subject (SQL pattern), or one; the oldest first.
select fact_id, subject, envelope, attempts, error, failed_at from dead_letter
where not is_replayed and subject like $1 and ($2::uuid is null or fact_id = $2) order by failed_at;

-- name: mark_replayed
update dead_letter set is_replayed = true where fact_id = $1;
