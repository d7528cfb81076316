-- name: add_order
insert into orders (code, hold_id, event_id, event_number, organiser_id, version, channel, state, buyer, lines,
                    total_minor, refunded_minor, currency, token, placed_at, expires_at, paid_at, payment_id,
                    tender, till_id, sold_by, cash_received_minor)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22);

-- name: get_order
select code, hold_id, event_id, event_number, organiser_id, version, channel, state, buyer, lines, total_minor,
       refunded_minor, currency, token, placed_at, expires_at, paid_at, payment_id, tender, till_id, sold_by,
       cash_received_minor
from orders where code = $1;

-- name: order_of_hold
select code, hold_id, event_id, event_number, organiser_id, version, channel, state, buyer, lines, total_minor,
       refunded_minor, currency, token, placed_at, expires_at, paid_at, payment_id, tender, till_id, sold_by,
       cash_received_minor
from orders where hold_id = $1;

-- name: lock_order
-- Taken before the inventory's lock, by everybody.
select code, hold_id, event_id, event_number, organiser_id, version, channel, state, buyer, lines, total_minor,
       refunded_minor, currency, token, placed_at, expires_at, paid_at, payment_id, tender, till_id, sold_by,
       cash_received_minor
from orders where code = $1 for update;

-- name: lock_due_orders
-- Unpaid orders whose time is over, unless a payment is open and its grace has not passed.
select o.code, o.hold_id, o.event_id, o.event_number, o.organiser_id, o.version, o.channel, o.state, o.buyer,
       o.lines, o.total_minor, o.refunded_minor, o.currency, o.token, o.placed_at, o.expires_at, o.paid_at,
       o.payment_id, o.tender, o.till_id, o.sold_by, o.cash_received_minor
from orders o
where o.state = 'pending' and o.expires_at <= $1
  and (o.expires_at <= $2
       or not exists (select from order_payment p where p.order_code = o.code and p.state = 'created'))
order by o.expires_at limit $3 for update of o skip locked;

-- name: lock_pending_orders_of_event
-- Orders of an event that nobody has paid yet, in one order for everybody.
select code, hold_id, event_id, event_number, organiser_id, version, channel, state, buyer, lines, total_minor,
       refunded_minor, currency, token, placed_at, expires_at, paid_at, payment_id, tender, till_id, sold_by,
       cash_received_minor
from orders where event_id = $1 and state = 'pending' order by code for update;

-- name: put_order_state
update orders set version = $2, state = $3, refunded_minor = $4, paid_at = $5, payment_id = $6, tender = $7
where code = $1;

-- name: orders_page
select code, hold_id, event_id, event_number, organiser_id, version, channel, state, buyer, lines, total_minor,
       refunded_minor, currency, token, placed_at, expires_at, paid_at, payment_id, tender, till_id, sold_by,
       cash_received_minor
from orders
where organiser_id = any($1::uuid[]) and ($2::uuid is null or event_id = $2) and ($3::text is null or state = $3)
  and ($4::timestamptz is null or (placed_at, code) < ($4, $5))
order by placed_at desc, code desc limit $6;

-- name: put_payment
-- What payments said last; the use that sales made of the money stays.
insert into order_payment (id, order_code, version, state, provider, amount_minor, valid_until)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (id) do update
set version = excluded.version, state = excluded.state, amount_minor = excluded.amount_minor
where excluded.version > order_payment.version;

-- name: put_payment_use
update order_payment set use = $2 where id = $1;

-- name: payments_of_order
select id, order_code, version, state, provider, amount_minor, valid_until, use
from order_payment where order_code = $1 order by id;

-- name: put_ticket
insert into order_ticket (id, order_code, ticket_type_id, version, state) values ($1, $2, $3, $4, $5)
on conflict (id) do update set version = excluded.version, state = excluded.state
where excluded.version > order_ticket.version;

-- name: put_admission
-- The newest word of the gates on a ticket.
update order_ticket set is_admitted = $2, admitted_at = $3
where id = $1 and (admitted_at is null or admitted_at <= $3);

-- name: tickets_of_order
select id, order_code, ticket_type_id, version, state, is_admitted
from order_ticket where order_code = $1 order by id;

-- name: put_receipt
insert into order_receipt (id, order_code, version, kind, state, fiscal_code, url)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (id) do update
set version = excluded.version, state = excluded.state, fiscal_code = excluded.fiscal_code, url = excluded.url
where excluded.version > order_receipt.version;

-- name: receipts_of_order
select id, order_code, version, kind, state, fiscal_code, url
from order_receipt where order_code = $1 order by id;
