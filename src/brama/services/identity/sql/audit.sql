-- name: add_audit_entry
insert into audit_entry (
    id, organiser_id, actor_kind, actor_id, actor_name, service, action, subject_kind, subject_id, details,
    occurred_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (id) do nothing;

-- name: audit_entries
-- A page of an organiser's trail, the latest first, of one actor ($3) or one action ($4) if given.
select id, organiser_id, actor_kind, actor_id, actor_name, service, action, subject_kind, subject_id, details,
    occurred_at
from audit_entry
where organiser_id = $1 and ($2::uuid is null or id < $2) and ($3::uuid is null or actor_id = $3)
    and ($4::text is null or action = $4)
order by id desc limit $5;
