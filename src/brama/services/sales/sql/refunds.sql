-- name: add_refund
insert into refund (id, order_code, payment_id, state, tickets, amount_minor, reason, requested_by, requested_at,
                    is_of_order, failure)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (id) do nothing;

-- name: get_refund
select id, order_code, payment_id, state, tickets, amount_minor, reason, requested_by, requested_at, is_of_order,
       failure
from refund where id = $1;

-- name: refunds_of_order
select id, order_code, payment_id, state, tickets, amount_minor, reason, requested_by, requested_at, is_of_order,
       failure
from refund where order_code = $1 order by requested_at, id;

-- name: put_refund_state
update refund set state = $2, failure = $3 where id = $1;
