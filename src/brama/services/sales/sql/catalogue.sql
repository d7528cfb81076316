-- name: put_organiser
insert into organiser (id, version, name) values ($1, $2, $3)
on conflict (id) do update set version = excluded.version, name = excluded.name
where excluded.version > organiser.version;

-- name: put_event
-- Answers 1 when this is the newest that was heard of the event; locks its row.
insert into event (id, number, organiser_id, version, state, slug, title, starts_at, ends_at, time_zone, currency)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (id) do update
set version = excluded.version, state = excluded.state, slug = excluded.slug, title = excluded.title,
    starts_at = excluded.starts_at, ends_at = excluded.ends_at, time_zone = excluded.time_zone,
    currency = excluded.currency
where excluded.version > event.version;

-- name: put_ticket_type
-- The capacity follows the catalogue, but never below what is sold and held.
insert into ticket_type
    (id, event_id, name, price_minor, capacity, sale_from, sale_until, max_per_order, position, is_on_sale)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, true)
on conflict (id) do update
set name = excluded.name, price_minor = excluded.price_minor,
    capacity = greatest(excluded.capacity, ticket_type.sold + ticket_type.held),
    sale_from = excluded.sale_from, sale_until = excluded.sale_until,
    max_per_order = excluded.max_per_order, position = excluded.position, is_on_sale = true;

-- name: withdraw_ticket_types
-- Types that the catalogue does not list any more are not sold any more.
update ticket_type set is_on_sale = false where event_id = $1 and not id = any($2::uuid[]);

-- name: get_event
select id, number, organiser_id, version, state, slug, title, starts_at, ends_at, time_zone, currency
from event where id = $1;

-- name: events_by_id
select id, number, organiser_id, version, state, slug, title, starts_at, ends_at, time_zone, currency
from event where id = any($1::uuid[]);

-- name: events_on_sale
select id, number, organiser_id, version, state, slug, title, starts_at, ends_at, time_zone, currency
from event where state = 'published' and ends_at > $1;

-- name: next_availability_version
update event set availability_version = availability_version + 1 where id = $1 returning availability_version;

-- name: types_of_event
select id, event_id, name, price_minor, capacity, sold, held, sale_from, sale_until, max_per_order, position,
       is_on_sale
from ticket_type where event_id = $1 order by position, id;

-- name: lock_types_of_events
-- The inventory's lock, always taken in the order of ids.
select id, event_id, name, price_minor, capacity, sold, held, sale_from, sale_until, max_per_order, position,
       is_on_sale
from ticket_type where event_id = any($1::uuid[]) order by id for update;

-- name: lock_types
-- The inventory's lock, always taken in the order of ids.
select id, event_id, name, price_minor, capacity, sold, held, sale_from, sale_until, max_per_order, position,
       is_on_sale
from ticket_type where id = any($1::uuid[]) order by id for update;

-- name: move_counts
-- Add to sold and held of types whose rows are locked.
update ticket_type set sold = ticket_type.sold + change.sold, held = ticket_type.held + change.held
from unnest($1::uuid[], $2::int[], $3::int[]) as change (id, sold, held)
where ticket_type.id = change.id;
