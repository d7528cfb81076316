-- name: add_till
insert into till (id, organiser_id, event_id, name, currency, opened_by, opened_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (id) do nothing;

-- name: close_till
update till set closed_by = $2, closed_at = $3, counted_minor = $4 where id = $1;

-- name: get_till
select id, organiser_id, event_id, name, currency, opened_by, opened_at, closed_by, closed_at, counted_minor
from till where id = $1;

-- name: book_cash
insert into till_entry (id, till_id, organiser_id, kind, cause_id, order_code, amount_minor, currency, booked_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (till_id, kind, cause_id) do nothing;

-- name: till_entries
select id, kind, cause_id, order_code, amount_minor, currency, booked_at
from till_entry where till_id = $1 order by booked_at, id;

-- name: terminal_takings
-- What went through the card terminal beside the drawer.
select coalesce(sum(p.captured_minor), 0)::bigint
from payment p where p.till_id = $1 and p.tender = 'terminal';
