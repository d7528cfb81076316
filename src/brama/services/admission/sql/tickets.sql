-- name: put_tickets
-- The newest version of each ticket; its place in the feed is given later (see the table news).
insert into ticket (ticket_id, event_id, organiser_id, order_code, code_id, revision, state, reason, state_at,
                    ticket_type_id, product_number, holder, code, version)
select t.ticket_id, $2, $5, $3, t.code_id, t.revision, t.state, t.reason, $4, t.ticket_type_id, t.product_number,
       t.holder, t.code, t.version
from jsonb_to_recordset($1) as t (
    ticket_id uuid, code_id text, revision int, state text, reason text, ticket_type_id uuid, product_number int,
    holder text, code text, version bigint)
order by t.code_id
on conflict (ticket_id) do update set
    revision = excluded.revision, state = excluded.state, reason = excluded.reason, state_at = excluded.state_at,
    holder = excluded.holder, code = excluded.code, version = excluded.version, seq = null
where excluded.version > ticket.version;

-- name: unnumbered_tickets
-- Tickets whose change is not in the feed yet; one that is just changing again comes with its own news.
select ticket_id from ticket where event_id = $1 and code_id = any($2::text[]) and seq is null
order by code_id for update skip locked;

-- name: number_tickets
-- $1 are the tickets, $3 the number before the first.
update ticket set seq = $3 + n.position
from unnest($1::uuid[]) with ordinality as n (ticket_id, position)
where ticket.ticket_id = n.ticket_id and ticket.event_id = $2;

-- name: get_ticket
select ticket_id, event_id, order_code, code_id, revision, state, reason, state_at, ticket_type_id, product_number,
       holder, code, version
from ticket where event_id = $1 and code_id = $2;

-- name: count_tickets_of_order
select count(*) from ticket where event_id = $1 and order_code = $2;

-- name: find_tickets
-- Tickets by holder or order code, for the inspector's search. $2 is a pattern with its wildcards escaped.
select t.ticket_id, t.order_code, t.code, t.state, t.holder, t.ticket_type_id, p.inside
from ticket t left join presence p on p.event_id = t.event_id and p.subject = t.code_id
where t.event_id = $1 and (t.holder ilike $2 or replace(t.order_code, '-', '') like $3)
order by t.holder nulls last, t.ticket_id limit $4;

-- name: tickets_after
select ticket_id, code_id, revision, state, reason, product_number, ticket_type_id, holder, version, seq
from ticket where event_id = $1 and seq > $2 order by seq limit $3;

-- name: all_tickets
select ticket_id, code_id, revision, state, reason, product_number, ticket_type_id, holder, version, coalesce(seq, 0) as seq
from ticket where event_id = $1 order by code_id;
