-- name: put_order
-- The projection of sales' facts: only a newer version counts.
insert into known_order (
    code, organiser_id, event_id, event_number, total_minor, currency, state, expires_at, locale, version
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (code) do update
set total_minor = excluded.total_minor, state = excluded.state, expires_at = excluded.expires_at,
    locale = excluded.locale, version = excluded.version
where excluded.version > known_order.version;

-- name: get_order
select code, organiser_id, event_id, event_number, total_minor, currency, state, expires_at, locale, version
from known_order where code = $1;
