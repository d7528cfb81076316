-- name: add_payment
insert into payment (
    id, organiser_id, event_id, event_number, order_code, tender, provider, account_id, state, amount_minor, currency,
       captured_minor, reason, invoice_id, redirect_url, valid_until, reported_at, reported_state, paid_at, card, till_id,
       version, created_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
on conflict (id) do nothing;

-- name: get_payment
select id, organiser_id, event_id, event_number, order_code, tender, provider, account_id, state, amount_minor, currency,
       captured_minor, reason, invoice_id, redirect_url, valid_until, reported_at, reported_state, paid_at, card, till_id,
       version, created_at
from payment where id = $1;

-- name: lock_payment
-- Lock order: the payment, then its refunds. Whoever changes either holds the payment's lock.
select id, organiser_id, event_id, event_number, order_code, tender, provider, account_id, state, amount_minor, currency,
       captured_minor, reason, invoice_id, redirect_url, valid_until, reported_at, reported_state, paid_at, card, till_id,
       version, created_at
from payment where id = $1 for update;

-- name: payments_of_order
select id, organiser_id, event_id, event_number, order_code, tender, provider, account_id, state, amount_minor, currency,
       captured_minor, reason, invoice_id, redirect_url, valid_until, reported_at, reported_state, paid_at, card, till_id,
       version, created_at
from payment where order_code = $1 order by created_at, id;

-- name: lock_payments_of_order
-- Locked in the order of their ids.
select id, organiser_id, event_id, event_number, order_code, tender, provider, account_id, state, amount_minor, currency,
       captured_minor, reason, invoice_id, redirect_url, valid_until, reported_at, reported_state, paid_at, card, till_id,
       version, created_at
from payment where order_code = $1 order by id for update;

-- name: payments_of_organisers
-- The list for staff, newest first; $2 narrows to one order, $3 is the last id of the page before.
select id, organiser_id, event_id, event_number, order_code, tender, provider, account_id, state, amount_minor, currency,
       captured_minor, reason, invoice_id, redirect_url, valid_until, reported_at, reported_state, paid_at, card, till_id,
       version, created_at
from payment
where organiser_id = any($1::uuid[]) and ($2::text is null or order_code = $2) and ($3::uuid is null or id < $3)
order by id desc limit $4;

-- name: save_payment
-- Every column that can change; the rest is fixed at creation. Called under the payment's lock.
update payment
set state = $2, captured_minor = $3, reason = $4, invoice_id = $5, redirect_url = $6, reported_at = $7,
    reported_state = $8, paid_at = $9, card = $10, version = $11
where id = $1;

-- name: plan_poll
update payment set poll_at = $2 where id = $1;

-- name: claim_polls
-- Take payments whose time to ask has come, and keep others off them until $2; a crash frees them then.
update payment set poll_at = $2
where id in (
    select id from payment where poll_at <= $1 order by poll_at limit $3 for update skip locked
) returning id;

-- name: ask_to_close
-- The order needs no money any more: its other open invoices are to become unpayable.
update payment set close_at = $2
where order_code = $1 and tender = 'online' and state in ('created', 'pending') and close_at is null;

-- name: plan_close
update payment set close_at = $2 where id = $1;

-- name: claim_closings
-- As claim_polls. An invoice that is still being made is left until it is known.
update payment set close_at = $2
where id in (
    select id from payment where close_at <= $1 and invoice_id is not null
    order by close_at limit $3 for update skip locked
) returning id;

-- name: unopened_payments
-- Intents whose invoice was never recorded: the process died between the intent and the provider's answer.
select id from payment
where state = 'created' and invoice_id is null and tender = 'online' and created_at < $1
order by id limit $2;

-- name: payments_between
-- What the nightly comparison looks at: payments of an account that reached the provider, in pages by id.
select id, organiser_id, event_id, event_number, order_code, tender, provider, account_id, state, amount_minor, currency,
       captured_minor, reason, invoice_id, redirect_url, valid_until, reported_at, reported_state, paid_at, card, till_id,
       version, created_at
from payment
where account_id = $1 and created_at >= $2 and created_at < $3 and invoice_id is not null
  and ($4::uuid is null or id > $4)
order by id limit $5;
