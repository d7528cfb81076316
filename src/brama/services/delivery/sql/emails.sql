-- name: add_email
-- Answers 0 when there is an e-mail for this cause already.
insert into email (id, kind, cause, organiser_id, order_code, recipient, locale, letter, queued_at, next_attempt_at,
                   correlation_id)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10) on conflict (kind, cause) do nothing;

-- name: claim_due
-- Another sender's share is left to it until its claim ($2) is over.
update email set state = 'sending', attempts = attempts + 1, next_attempt_at = $2
where id in (
    select id from email where state in ('queued', 'sending') and next_attempt_at <= $1
    order by next_attempt_at limit $3 for update skip locked)
returning id, kind, cause, organiser_id, order_code, recipient, letter, state, attempts, queued_at, correlation_id;

-- name: put_sent
-- Answers the e-mail's version; no row when somebody else saw it through.
update email set state = 'sent', sent_at = $2, last_error = null, version = version + 1
where id = $1 and state = 'sending' returning version;

-- name: put_failed
update email set state = 'failed', last_error = $2, version = version + 1
where id = $1 and state = 'sending' returning version;

-- name: put_off
update email set state = 'queued', next_attempt_at = $2, last_error = $3 where id = $1 and state = 'sending';

-- name: get_email
select id, kind, cause, organiser_id, order_code, recipient, letter, state, attempts, queued_at, correlation_id
from email where id = $1;

-- name: newest_of_kind
select id, kind, cause, organiser_id, order_code, recipient, letter, state, attempts, queued_at, correlation_id
from email where order_code = $1 and kind = $2 order by queued_at desc, id desc limit 1;

-- name: emails_page
select id, kind, order_code, organiser_id, recipient, locale, letter ->> 'subject' as subject, state, attempts,
       queued_at, next_attempt_at, sent_at, last_error
from email
where organiser_id = any($1::uuid[]) and ($2::text is null or order_code = $2) and ($3::uuid is null or id < $3)
order by id desc limit $4;
