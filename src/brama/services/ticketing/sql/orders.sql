-- name: add_order
-- Answers 0 when the order's tickets were issued before.
insert into orders (code, key, event_id, event_number, organiser_id, version, locale, has_email, currency,
                    correlation_id, issued_at)
values ($1, $2, $3, $4, $5, 0, $6, $7, $8, $9, $10) on conflict (code) do nothing;

-- name: get_order
select code, event_id, event_number, organiser_id, version, locale, has_email, currency, correlation_id, issued_at,
       pdf_digest, pdf_of
from orders where key = $1;

-- name: lock_order
-- The lock of an order and its tickets.
select code, event_id, event_number, organiser_id, version, locale, has_email, currency, correlation_id, issued_at,
       pdf_digest, pdf_of
from orders where code = $1 for update;

-- name: lock_order_of_ticket
-- The lock of an order and its tickets.
select o.code, o.event_id, o.event_number, o.organiser_id, o.version, o.locale, o.has_email, o.currency,
       o.correlation_id, o.issued_at, o.pdf_digest, o.pdf_of
from orders o join ticket t on t.order_code = o.code where t.id = $1 for update of o;

-- name: next_order_version
update orders set version = version + 1 where code = $1 returning version;

-- name: claim_untold
-- Orders whose tickets nobody was told of; another printer's share is left to it while its claim lasts.
update orders set claimed_until = $2
where code in (
    select code from orders where told_at is null and (claimed_until is null or claimed_until < $1)
    order by issued_at limit $3 for update skip locked)
returning code, event_id, event_number, organiser_id, version, locale, has_email, currency, correlation_id,
          issued_at, pdf_digest, pdf_of;

-- name: put_told
-- Answers 0 when somebody told it first.
update orders set told_at = $2, claimed_until = null where code = $1 and told_at is null;

-- name: put_pdf
update orders set pdf_digest = $2, pdf_of = $3 where code = $1;
