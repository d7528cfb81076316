-- name: add_refund
insert into refund (
    id, payment_id, organiser_id, event_id, event_number, order_code, tender, till_id, amount_minor, currency, state,
       provider_ref, awaits_tickets, tries, reason, failure, requested_by, version, created_at, completed_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
on conflict (id) do nothing;

-- name: get_refund
select id, payment_id, organiser_id, event_id, event_number, order_code, tender, till_id, amount_minor, currency, state,
       provider_ref, awaits_tickets, tries, reason, failure, requested_by, version, created_at, completed_at
from refund where id = $1;

-- name: lock_refunds_of_payment
-- Called under the payment's lock; locked in the order of their ids.
select id, payment_id, organiser_id, event_id, event_number, order_code, tender, till_id, amount_minor, currency, state,
       provider_ref, awaits_tickets, tries, reason, failure, requested_by, version, created_at, completed_at
from refund where payment_id = $1 order by id for update;

-- name: refunds_of_order
select id, payment_id, organiser_id, event_id, event_number, order_code, tender, till_id, amount_minor, currency, state,
       provider_ref, awaits_tickets, tries, reason, failure, requested_by, version, created_at, completed_at
from refund where order_code = $1 order by id;

-- name: refunds_of_payments
select id, payment_id, organiser_id, event_id, event_number, order_code, tender, till_id, amount_minor, currency, state,
       provider_ref, awaits_tickets, tries, reason, failure, requested_by, version, created_at, completed_at
from refund where payment_id = any($1::uuid[]) order by id;

-- name: save_refund
update refund
set state = $2, awaits_tickets = $3, tries = $4, failure = $5, version = $6, completed_at = $7,
    try_at = case when $2 in ('created', 'transit') then try_at end
where id = $1;

-- name: plan_refund
-- Only what is under way has a next time.
update refund set try_at = $2 where id = $1 and state in ('created', 'transit');

-- name: claim_refunds
-- As claim_polls: refunds whose time has come, kept from others until $2.
update refund set try_at = $2
where id in (
    select id from refund where try_at <= $1 order by try_at limit $3 for update skip locked
) returning id;
