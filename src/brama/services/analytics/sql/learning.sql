-- name: put_organiser
insert into organiser (organiser_id, version, is_fiscalised) values ($1, $2, $3)
on conflict (organiser_id) do update set version = excluded.version, is_fiscalised = excluded.is_fiscalised
where excluded.version > organiser.version;

-- name: put_event
insert into event (event_id, event_number, organiser_id, version, state, slug, title, starts_at, ends_at, time_zone,
                   currency, capacity, ticket_types)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
on conflict (event_id) do update set
    version = excluded.version, state = excluded.state, slug = excluded.slug, title = excluded.title,
    starts_at = excluded.starts_at, ends_at = excluded.ends_at, time_zone = excluded.time_zone,
    currency = excluded.currency, capacity = excluded.capacity, ticket_types = excluded.ticket_types
where excluded.version > event.version;

-- name: beat
insert into pulse as p (event_id, beats) values ($1, 1)
on conflict (event_id) do update set beats = p.beats + 1;

-- name: beat_of_order
insert into pulse as p (event_id, beats) select event_id, 1 from customer_order where order_code = $1
on conflict (event_id) do update set beats = p.beats + 1
returning event_id;

-- name: put_order
insert into customer_order (order_code, organiser_id, event_id, version, state, channel, buyer_name, buyer_email,
                            buyer_phone, total_minor, currency, placed_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
on conflict (order_code) do update set
    version = excluded.version, state = excluded.state, buyer_name = excluded.buyer_name,
    buyer_email = excluded.buyer_email, buyer_phone = excluded.buyer_phone, total_minor = excluded.total_minor
where excluded.version > customer_order.version;

-- name: put_order_payment
-- How an order was paid is said once, by a fact that may come after newer ones.
update customer_order set payment_id = $2, tender = $3, paid_at = $4, till_id = $5, sold_by = $6
where order_code = $1;

-- name: add_line
insert into order_line (order_code, position, event_id, ticket_type_id, quantity, unit_price_minor)
values ($1, $2, $3, $4, $5, $6) on conflict do nothing;

-- name: add_refund
insert into refund (refund_id, order_code, event_id, payment_id, tender, amount_minor, currency, refunded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing;

-- name: add_refunded_ticket
insert into refunded_ticket (ticket_id, refund_id, event_id, ticket_type_id, unit_price_minor)
values ($1, $2, $3, $4, $5) on conflict do nothing;

-- name: put_payment
insert into payment (payment_id, version, order_code, event_id, provider, state, amount_minor, currency, card_digits)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (payment_id) do update set
    version = excluded.version, state = excluded.state, amount_minor = excluded.amount_minor,
    card_digits = coalesce(excluded.card_digits, payment.card_digits)
where excluded.version > payment.version;

-- name: put_ticket
insert into ticket (ticket_id, version, order_code, event_id, ticket_type_id, state, holder)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (ticket_id) do update set
    version = excluded.version, state = excluded.state, holder = excluded.holder
where excluded.version > ticket.version;

-- name: put_receipt
insert into receipt (receipt_id, version, cause_id, kind, order_code, event_id, state, fiscal_code, url, reason)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (receipt_id) do update set
    version = excluded.version, state = excluded.state, fiscal_code = excluded.fiscal_code, url = excluded.url,
    reason = excluded.reason
where excluded.version > receipt.version;

-- name: put_email
insert into email (email_id, version, kind, order_code, state, attempts, reason)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (email_id) do update set
    version = excluded.version, state = excluded.state, attempts = excluded.attempts, reason = excluded.reason
where excluded.version > email.version;

-- name: put_scan
insert into scan (scan_id, version, event_id, ticket_id, ticket_type_id, order_code, kind, outcome, gate_id,
                  scanned_at, headcount)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (scan_id) do update set
    version = excluded.version, ticket_id = excluded.ticket_id, ticket_type_id = excluded.ticket_type_id,
    order_code = excluded.order_code, kind = excluded.kind, outcome = excluded.outcome,
    headcount = excluded.headcount
where excluded.version > scan.version;

-- name: put_case
insert into gate_case (case_id, version, event_id, state) values ($1, $2, $3, $4)
on conflict (case_id) do update set version = excluded.version, state = excluded.state
where excluded.version > gate_case.version;

-- name: put_availability
insert into availability (event_id, version, ticket_types) values ($1, $2, $3)
on conflict (event_id) do update set version = excluded.version, ticket_types = excluded.ticket_types
where excluded.version > availability.version;

-- name: add_moment
insert into moment (fact_id, order_code, happened_at, what, details) values ($1, $2, $3, $4, $5)
on conflict do nothing;
