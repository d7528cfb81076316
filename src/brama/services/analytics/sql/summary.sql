-- name: get_event
select event_id, event_number, organiser_id, state, slug, title, starts_at, ends_at, time_zone, currency, capacity,
       ticket_types
from event where event_id = $1;

-- name: get_beats
select beats from pulse where event_id = $1;

-- name: get_availability
select ticket_types from availability where event_id = $1;

-- name: sold_by_type
-- Everything that was ever paid, by ticket type, between two moments.
select l.ticket_type_id, sum(l.quantity)::bigint as quantity,
       sum(l.quantity * l.unit_price_minor)::bigint as amount_minor
from customer_order o join order_line l on l.order_code = o.order_code
where o.event_id = $1 and o.paid_at >= $2 and o.paid_at < $3
group by l.ticket_type_id;

-- name: refunded_by_type
select t.ticket_type_id, count(*)::bigint as quantity, sum(t.unit_price_minor)::bigint as amount_minor
from refund r join refunded_ticket t on t.refund_id = r.refund_id
where r.event_id = $1 and r.refunded_at >= $2 and r.refunded_at < $3
group by t.ticket_type_id;

-- name: paid_by_way
-- Paid orders by channel and tender.
select o.channel, o.tender, count(*)::bigint as orders, coalesce(sum(l.quantity), 0)::bigint as tickets,
       coalesce(sum(o.total_minor), 0)::bigint as amount_minor
from customer_order o
cross join lateral (select sum(quantity) as quantity from order_line where order_code = o.order_code) l
where o.event_id = $1 and o.paid_at >= $2 and o.paid_at < $3
group by o.channel, o.tender order by o.channel, o.tender;

-- name: refunds_by_tender
select tender, count(*)::bigint as refunds, sum(amount_minor)::bigint as amount_minor
from refund where event_id = $1 and refunded_at >= $2 and refunded_at < $3 group by tender order by tender;

-- name: admitted_by_type
-- How many tickets are or were inside: those with more entries than were undone. A scan without a known ticket
-- stands for a guest of its own.
select ticket_type_id, count(*)::bigint as quantity from (
    select coalesce(ticket_id, scan_id) as guest, (array_agg(ticket_type_id))[1] as ticket_type_id,
           count(*) filter (where kind = 'admitted') as entries, count(*) filter (where kind = 'undone') as undone
    from scan where event_id = $1 and kind in ('admitted', 'undone') group by 1) guests
where entries > undone group by ticket_type_id;

-- name: headcount
-- The feed of an event numbers its scans: the newest knows how many are inside.
select headcount from scan where event_id = $1 order by version desc limit 1;

-- name: troubles
-- What somebody should look at: receipts that are due or failed, e-mails that failed, open cases of the gates.
select
    (select count(*) from customer_order o join organiser g on g.organiser_id = o.organiser_id
     where o.event_id = $1 and g.is_fiscalised and o.payment_id is not null and o.total_minor > 0
       and not exists (select 1 from receipt r where r.cause_id = o.payment_id and r.kind = 'sale'))
    + (select count(*) from refund f join customer_order o on o.order_code = f.order_code
       join organiser g on g.organiser_id = o.organiser_id
       where f.event_id = $1 and g.is_fiscalised
         and not exists (select 1 from receipt r where r.cause_id = f.refund_id and r.kind = 'return'))
        as receipts_pending,
    (select count(*) from receipt where event_id = $1 and state = 'failed') as receipts_failed,
    (select count(*) from email e join customer_order o on o.order_code = e.order_code
     where o.event_id = $1 and e.state = 'failed') as emails_failed,
    (select count(*) from gate_case where event_id = $1 and state = 'open') as cases_open;

-- name: sales_curve
-- Steps begin at $2 and every $3 before and after it.
select date_bin($3, o.paid_at, $2) as at, count(*)::bigint as orders,
       coalesce(sum(l.quantity), 0)::bigint as tickets, coalesce(sum(o.total_minor), 0)::bigint as amount_minor
from customer_order o
cross join lateral (select sum(quantity) as quantity from order_line where order_code = o.order_code) l
where o.event_id = $1 and o.paid_at is not null group by 1 order by 1;

-- name: admission_curve
select date_bin($3, scanned_at, $2) as at, count(*)::bigint as admitted
from scan where event_id = $1 and kind = 'admitted' group by 1 order by 1;
