-- name: add_tickets
insert into ticket (id, order_code, event_id, event_number, organiser_id, line, place, ticket_type_id,
                    product_number, type_name, price_minor, holder, code_id, revision, version, code)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16);

-- name: tickets_of_order
select id, order_code, event_id, event_number, organiser_id, line, place, ticket_type_id, product_number, type_name,
       price_minor, holder, code_id, revision, version, code, refund_id, blocked_reason, revoked_reason
from ticket where order_code = $1 order by line, place;

-- name: get_ticket
select id, order_code, event_id, event_number, organiser_id, line, place, ticket_type_id, product_number, type_name,
       price_minor, holder, code_id, revision, version, code, refund_id, blocked_reason, revoked_reason
from ticket where id = $1;

-- name: put_ticket_state
update ticket set version = $2, refund_id = $3, blocked_reason = $4, revoked_reason = $5 where id = $1;
