-- name: mark_due
-- Files of one subject have to be written. Waits while a writer has the row: what it reads may be older.
insert into due (kind, subject_id, since, not_before) values ($1, $2, $3, $3)
on conflict (kind, subject_id) do update set generation = due.generation + 1, not_before = excluded.not_before;

-- name: take_due
-- The next of what has to be written, oldest first. The row stays locked until the files stand.
delete from due
where (kind, subject_id) = (
    select d.kind, d.subject_id from due as d where d.not_before <= $1
    order by d.since, d.kind, d.subject_id limit 1 for update skip locked
)
returning kind, subject_id, since;

-- name: postpone_due
-- Writing failed: once more, later.
update due set not_before = $3 where kind = $1 and subject_id = $2;

-- name: made_with
-- The digest of what the pages were made with.
select digest from made_with;

-- name: set_made_with
-- Remember what the pages are made with from now on.
insert into made_with (digest) values ($1) on conflict (is_only) do update set digest = excluded.digest;
