-- name: ticket_types_of
-- All ticket types of an event, archived ones too, as they are shown.
select id, event_id, organiser_id, product_number, name, description, price_minor, quantity, sale_from, sale_until,
    max_per_order, position, archived_at
from ticket_type where event_id = $1 order by position, product_number;

-- name: put_ticket_type
-- A new ticket type, or all fields of one that exists; its number never changes. The event is locked.
insert into ticket_type (
    id, event_id, organiser_id, product_number, name, description, price_minor, quantity, sale_from, sale_until,
    max_per_order, position, archived_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
on conflict (id) do update set
    name = excluded.name, description = excluded.description, price_minor = excluded.price_minor,
    quantity = excluded.quantity, sale_from = excluded.sale_from, sale_until = excluded.sale_until,
    max_per_order = excluded.max_per_order, position = excluded.position, archived_at = excluded.archived_at;

-- name: delete_ticket_type
-- Only while the event is a draft: nobody can have bought one. The event is locked.
delete from ticket_type where id = $1;

-- name: check_in_lists_of
-- All check-in lists of an event.
select id, event_id, organiser_id, name, ticket_type_ids, allow_multiple_entries, allow_entry_after_exit
from check_in_list where event_id = $1 order by id;

-- name: put_check_in_list
-- A new check-in list, or all fields of one that exists. The event is locked.
insert into check_in_list (
    id, event_id, organiser_id, name, ticket_type_ids, allow_multiple_entries, allow_entry_after_exit
)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (id) do update set
    name = excluded.name, ticket_type_ids = excluded.ticket_type_ids,
    allow_multiple_entries = excluded.allow_multiple_entries,
    allow_entry_after_exit = excluded.allow_entry_after_exit;

-- name: delete_check_in_list
-- The event is locked.
delete from check_in_list where id = $1;

-- name: gates_of
-- All gates of an event.
select id, event_id, organiser_id, name from gate where event_id = $1 order by id;

-- name: put_gate
-- A new gate, or a new name of one that exists. The event is locked.
insert into gate (id, event_id, organiser_id, name) values ($1, $2, $3, $4)
on conflict (id) do update set name = excluded.name;

-- name: delete_gate
-- The event is locked.
delete from gate where id = $1;
