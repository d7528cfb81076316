-- name: add_reconciliation
insert into reconciliation (id, organiser_id, account_id, provider, day, since, until, try_at)
values ($1, $2, $3, $4, $5, $6, $7, $7)
on conflict (account_id, day) do nothing;

-- name: claim_reconciliation
-- One comparison at a time; kept from others until $2.
update reconciliation set try_at = $2
where id in (
    select id from reconciliation where try_at <= $1 order by try_at, id limit 1 for update skip locked
) returning id, organiser_id, account_id, provider, day, since, until;

-- name: extend_reconciliation
update reconciliation set try_at = $2 where id = $1 and made_at is null;

-- name: finish_reconciliation
update reconciliation
set checked = $2, unanswered = $3, captured_minor = $4, captured_there_minor = $5, returned_minor = $6,
    returned_there_minor = $7, currency = $8, differences = $9, made_at = $10, try_at = null
where id = $1;

-- name: reconciliations_of_organisers
select id, organiser_id, account_id, provider, day, since, until, checked, unanswered, captured_minor,
       captured_there_minor, returned_minor, returned_there_minor, currency, differences, made_at
from reconciliation
where organiser_id = any($1::uuid[]) and made_at is not null and ($2::uuid is null or id < $2)
order by id desc limit $3;
