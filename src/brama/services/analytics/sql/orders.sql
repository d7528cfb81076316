-- name: find_orders
-- Orders of some organisers, newest first. $4 words for names and e-mail, $5 a code's beginning, $6 digits of a
-- phone or the last four of a card; null where they cannot match. $7 and $8: the last row of the page before.
select o.order_code, o.event_id, o.state, o.channel, o.tender, o.buyer_name, o.buyer_email, o.buyer_phone,
       o.total_minor, o.currency, o.placed_at, o.paid_at,
       (select coalesce(sum(quantity), 0)::bigint from order_line l where l.order_code = o.order_code) as tickets,
       (select coalesce(sum(amount_minor), 0)::bigint from refund r where r.order_code = o.order_code)
           as refunded_minor
from customer_order o
where o.organiser_id = any($1::uuid[])
  and ($2::uuid is null or o.event_id = $2)
  and ($3::text is null or o.state = $3)
  and ($4::text is null or o.buyer_name ilike $4 or o.buyer_email ilike $4 or replace(o.order_code, '-', '') like $5
       or regexp_replace(o.buyer_phone, '\D', '', 'g') like $6
       or exists (select 1 from payment p where p.order_code = o.order_code and p.card_digits like $6)
       or exists (select 1 from ticket t where t.order_code = o.order_code and t.holder ilike $4))
  and ($7::timestamptz is null or (o.placed_at, o.order_code) < ($7, $8::text))
order by o.placed_at desc, o.order_code desc limit $9;

-- name: get_order
select o.order_code, o.organiser_id, o.event_id, o.state, o.channel, o.tender, o.buyer_name, o.buyer_email,
       o.buyer_phone, o.total_minor, o.currency, o.placed_at, o.paid_at, o.sold_by,
       (select coalesce(sum(amount_minor), 0)::bigint from refund r where r.order_code = o.order_code)
           as refunded_minor
from customer_order o where o.order_code = $1;

-- name: lines_of
select ticket_type_id, quantity, unit_price_minor from order_line where order_code = $1 order by position;

-- name: tickets_of
select ticket_id, ticket_type_id, state, holder from ticket where order_code = $1 order by ticket_id;

-- name: receipts_of
select receipt_id, kind, state, fiscal_code, url, reason from receipt where order_code = $1 order by receipt_id;

-- name: emails_of
select email_id, kind, state, attempts, reason from email where order_code = $1 order by email_id;

-- name: moments_of
select happened_at, what, details from moment where order_code = $1 order by happened_at, fact_id;

-- name: orders_to_export
-- One row per order and ticket type, for the books.
select o.order_code, o.state, o.channel, o.tender, o.buyer_name, o.buyer_email, o.buyer_phone, o.placed_at,
       o.paid_at, l.ticket_type_id, l.quantity, l.unit_price_minor, o.currency,
       (select count(*)::bigint from refunded_ticket t join refund r on r.refund_id = t.refund_id
        where r.order_code = o.order_code and t.ticket_type_id = l.ticket_type_id) as refunded_quantity,
       (select string_agg(r.fiscal_code, ' ' order by r.fiscal_code) from receipt r
        where r.order_code = o.order_code and r.kind = 'sale') as fiscal_codes
from customer_order o join order_line l on l.order_code = o.order_code
where o.event_id = $1 order by o.placed_at, o.order_code, l.position;
