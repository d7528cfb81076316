-- name: nth_latest_failure
-- The failure that fills a limit: $3 is the limit less one.
select failed_at from failed_attempt where key = $1 and failed_at > $2 order by failed_at desc offset $3 limit 1;

-- name: add_failure
insert into failed_attempt (key, failed_at) values ($1, $2);

-- name: forget_failures
delete from failed_attempt where key = $1;

-- name: drop_old_failures
delete from failed_attempt where failed_at < $1;
