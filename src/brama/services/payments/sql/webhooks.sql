-- name: add_webhook
-- The same notice again is no news.
insert into webhook (id, provider, account_id, invoice_id, reference, received_at, try_at)
values ($1, $2, $3, $4, $5, $6, $6)
on conflict (id) do nothing;

-- name: claim_webhooks
-- Take notices whose time has come, and keep others off them until $2.
update webhook set try_at = $2, tries = tries + 1
where id in (
    select id from webhook where try_at <= $1 order by try_at limit $3 for update skip locked
) returning id, account_id, invoice_id, reference, tries;

-- name: finish_webhook
update webhook set try_at = null, outcome = $2 where id = $1;

-- name: plan_webhook
update webhook set try_at = $2 where id = $1;

-- name: drop_webhooks
delete from webhook where try_at is null and received_at < $1;
