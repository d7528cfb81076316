-- name: add_receipt
-- One receipt for each cause: what is there already stays as it is.
insert into receipt (
    id, organiser_id, cause_id, kind, order_code, event_id, event_number, channel, till_id, register_id, sale_id,
    remote_id, state, document, total_minor, currency, tax_codes, asked_at, try_at, tries, attempts, reason,
    fiscal_code, url, version, created_at, registered_at
) values (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
    $21, $22, $23, $24, $25, $26, $27
)
on conflict (cause_id, kind) do nothing;

-- name: get_receipt
select id, organiser_id, cause_id, kind, order_code, event_id, event_number, channel, till_id, register_id, sale_id,
       remote_id, state, document, total_minor, currency, tax_codes, asked_at, try_at, tries, attempts, reason,
       fiscal_code, url, version, created_at, registered_at
from receipt where id = $1;

-- name: lock_receipt
select id, organiser_id, cause_id, kind, order_code, event_id, event_number, channel, till_id, register_id, sale_id,
       remote_id, state, document, total_minor, currency, tax_codes, asked_at, try_at, tries, attempts, reason,
       fiscal_code, url, version, created_at, registered_at
from receipt where id = $1 for update;

-- name: lock_receipt_by_remote_id
select id, organiser_id, cause_id, kind, order_code, event_id, event_number, channel, till_id, register_id, sale_id,
       remote_id, state, document, total_minor, currency, tax_codes, asked_at, try_at, tries, attempts, reason,
       fiscal_code, url, version, created_at, registered_at
from receipt where remote_id = $1 for update;

-- name: lock_sale
-- The sale receipt of a payment.
select id, organiser_id, cause_id, kind, order_code, event_id, event_number, channel, till_id, register_id, sale_id,
       remote_id, state, document, total_minor, currency, tax_codes, asked_at, try_at, tries, attempts, reason,
       fiscal_code, url, version, created_at, registered_at
from receipt where cause_id = $1 and kind = 'sale' for update;

-- name: next_queued
-- The queue is served in the order in which the receipts came.
select id, organiser_id, cause_id, kind, order_code, event_id, event_number, channel, till_id, register_id, sale_id,
       remote_id, state, document, total_minor, currency, tax_codes, asked_at, try_at, tries, attempts, reason,
       fiscal_code, url, version, created_at, registered_at
from receipt where register_id = $1 and state = 'queued' and try_at <= $2
order by id limit 1;

-- name: next_silent
-- A receipt that was sent, and no word of it came in time.
select id, organiser_id, cause_id, kind, order_code, event_id, event_number, channel, till_id, register_id, sale_id,
       remote_id, state, document, total_minor, currency, tax_codes, asked_at, try_at, tries, attempts, reason,
       fiscal_code, url, version, created_at, registered_at
from receipt where register_id = $1 and state = 'sent' and try_at <= $2
order by try_at limit 1;

-- name: save_receipt
update receipt
set remote_id = $2, state = $3, asked_at = $4, try_at = $5, tries = $6, attempts = $7, reason = $8, fiscal_code = $9,
    url = $10, version = $11, registered_at = $12
where id = $1;

-- name: mark_asked
-- The intent to call, kept before the call; from now on the registrar may know this id, and no other one
-- will get the receipt. Nothing happens if it has just gone to another register.
update receipt set asked_at = $2, tax_codes = $3 where id = $1 and state = 'queued' and register_id = $4;

-- name: unmark_asked
-- The registrar did nothing: the next call need not ask first.
update receipt set asked_at = null where id = $1 and state = 'queued';

-- name: release_returns
-- Their sale is registered.
update receipt set try_at = $2 where sale_id = $1 and state = 'queued' and try_at is null;

-- name: lock_movable
-- What no registrar has seen and could go to another register; with null for $1 what no register has.
select id, organiser_id, cause_id, kind, order_code, event_id, event_number, channel, till_id, register_id, sale_id,
       remote_id, state, document, total_minor, currency, tax_codes, asked_at, try_at, tries, attempts, reason,
       fiscal_code, url, version, created_at, registered_at
from receipt where organiser_id = $2 and register_id is not distinct from $1 and state = 'queued' and asked_at is null
order by id for update;

-- name: move_receipt
update receipt set register_id = $2 where id = $1;

-- name: receipts_of_organisers
select id, organiser_id, cause_id, kind, order_code, event_id, event_number, channel, till_id, register_id, sale_id,
       remote_id, state, document, total_minor, currency, tax_codes, asked_at, try_at, tries, attempts, reason,
       fiscal_code, url, version, created_at, registered_at
from receipt
where organiser_id = any($1::uuid[]) and ($2::text is null or order_code = $2) and ($3::text is null or state = $3)
  and ($4::uuid is null or id < $4)
order by id desc limit $5;

-- name: measure_receipts
-- When the oldest receipt that has no fiscal code came, and how many wait and failed.
select min(created_at) as oldest, count(*) filter (where state <> 'failed') as waiting,
       count(*) filter (where state = 'failed') as failed
from receipt where state <> 'registered';
