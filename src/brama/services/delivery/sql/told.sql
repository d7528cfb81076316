-- name: put_organiser
insert into organiser (id, version, name, mark, contact_email) values ($1, $2, $3, $4, $5)
on conflict (id) do update set
    version = excluded.version, name = excluded.name, mark = excluded.mark, contact_email = excluded.contact_email
where excluded.version > organiser.version;

-- name: get_organiser
select id, name, mark, contact_email from organiser where id = $1;

-- name: put_event
insert into event (id, organiser_id, version, state, slug, title, description, venue, starts_at, ends_at, doors_at,
                   time_zone, age_limit, poster_digest, changed_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
on conflict (id) do update set
    version = excluded.version, state = excluded.state, slug = excluded.slug, title = excluded.title,
    description = excluded.description, venue = excluded.venue, starts_at = excluded.starts_at,
    ends_at = excluded.ends_at, doors_at = excluded.doors_at, time_zone = excluded.time_zone,
    age_limit = excluded.age_limit, poster_digest = excluded.poster_digest, changed_at = excluded.changed_at
where excluded.version > event.version;

-- name: get_event
-- Shared with other letters; a cancellation waits for those under way, or they see it.
select id, organiser_id, version, state, slug, title, description, venue, starts_at, ends_at, doors_at, time_zone,
       age_limit, poster_digest, changed_at
from event where id = $1 for share;

-- name: lock_purchase
-- Two facts that meet in one letter come one after the other, whichever is first; lock order: before event.
select 1::int from (select pg_advisory_xact_lock(hashtextextended($1, 0))) as locked;

-- name: put_purchase
-- Answers 1 when this is the newest that was heard of the order.
insert into purchase (order_code, event_id, organiser_id, version, state, buyer, lines, total_minor, currency, token,
                      restore_url)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (order_code) do update set version = excluded.version, state = excluded.state
where excluded.version > purchase.version;

-- name: get_purchase
select order_code, event_id, organiser_id, state, buyer, lines, total_minor, currency, token, restore_url
from purchase where order_code = $1;

-- name: paid_purchases
-- Those whose buyer gave an address.
select order_code, event_id, organiser_id, state, buyer, lines, total_minor, currency, token, restore_url
from purchase where event_id = $1 and state = 'paid' and buyer ->> 'email' is not null order by order_code;

-- name: put_issued
insert into issued (order_code, version, tickets, pdf_digest) values ($1, $2, $3, $4)
on conflict (order_code) do nothing;

-- name: get_issued
select order_code, tickets, pdf_digest from issued where order_code = $1;
