-- name: add_till
insert into till (id, organiser_id, event_id, name, version, float_minor, currency, opened_by, opened_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: get_till
select id, organiser_id, event_id, name, version, float_minor, currency, opened_by, opened_at, closed_at,
       counted_minor
from till where id = $1;

-- name: lock_till
select id, organiser_id, event_id, name, version, float_minor, currency, opened_by, opened_at, closed_at,
       counted_minor
from till where id = $1 for update;

-- name: close_till
update till set version = version + 1, closed_at = $2, counted_minor = $3 where id = $1;

-- name: tills_of_organisers
-- The latest opened first: ids grow with time.
select id, organiser_id, event_id, name, version, float_minor, currency, opened_by, opened_at, closed_at,
       counted_minor
from till
where organiser_id = any($1::uuid[]) and ($2 or closed_at is null) and ($3::uuid is null or id < $3)
order by id desc limit $4;

-- name: till_cash
-- Cash that should be in a till beside its float: taken for orders less returned from it.
select coalesce(sum(total_minor - refunded_minor), 0)::bigint from orders
where till_id = $1 and tender = 'cash';
