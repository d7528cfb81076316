-- name: add_register
insert into register (
    id, organiser_id, name, provider, purpose, secret, license_digest, fiscal_number, tax_codes, requests_per_10s,
    webhook_url, webhook_key, is_active, trouble, tries, lease_until, rest_until, version, created_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, true, null, 0, $13, $13, 1, $13);

-- name: get_register
select id, organiser_id, name, provider, purpose, secret, fiscal_number, tax_codes, requests_per_10s, webhook_url,
       webhook_key, is_active, trouble, tries, lease_until, version, created_at
from register where id = $1;

-- name: lock_register
select id, organiser_id, name, provider, purpose, secret, fiscal_number, tax_codes, requests_per_10s, webhook_url,
       webhook_key, is_active, trouble, tries, lease_until, version, created_at
from register where id = $1 for update;

-- name: registers_of_organisers
select id, organiser_id, name, provider, purpose, secret, fiscal_number, tax_codes, requests_per_10s, webhook_url,
       webhook_key, is_active, trouble, tries, lease_until, version, created_at
from register
where organiser_id = any($1::uuid[]) and ($2::uuid is null or id < $2) order by id desc limit $3;

-- name: save_register
update register set is_active = $2, tax_codes = $3, requests_per_10s = $4, version = version + 1 where id = $1;

-- name: put_webhook
update register set webhook_url = $2, webhook_key = $3 where id = $1;

-- name: tills_of_registers
select register_id, till_id from register_till where register_id = any($1::uuid[]) order by till_id;

-- name: drop_tills
delete from register_till where register_id = $1;

-- name: put_till
-- A till works with one register: the latest it was given to.
insert into register_till (organiser_id, till_id, register_id) values ($1, $2, $3)
on conflict (organiser_id, till_id) do update set register_id = excluded.register_id;

-- name: choose_register
-- For a till its own register, else one of the channel, else any; of several the one with the shortest queue.
select r.id
from register r
left join register_till t on t.register_id = r.id and t.organiser_id = r.organiser_id and t.till_id = $2
where r.organiser_id = $1 and r.is_active
order by (t.till_id is null), (r.purpose <> $3),
         (select count(*) from receipt c where c.register_id = r.id and c.state in ('queued', 'sent')), r.id
limit 1;

-- name: claim_register
-- Take a register that has something to do now, and keep others off it until $2. Its work is serial: one
-- process at a time has it. A register that another process is just claiming is skipped, not waited for.
update register set lease_until = $2
where id = (
    select r.id from register r
    where r.lease_until <= $1 and r.rest_until <= $1 and (
        exists (select 1 from receipt c
                where c.register_id = r.id and c.state in ('queued', 'sent') and c.try_at <= $1)
        or exists (select 1 from shift s
                   where s.register_id = r.id and s.state in ('opening', 'opened', 'closing') and s.due_at <= $1))
    order by r.rest_until limit 1 for update skip locked
)
returning id, organiser_id, name, provider, purpose, secret, fiscal_number, tax_codes, requests_per_10s, webhook_url,
          webhook_key, is_active, trouble, tries, lease_until, version, created_at;

-- name: release_register
-- Only by whoever holds it: $2 is the end of the lease that was taken.
update register set lease_until = $3, rest_until = $4, tries = $5, trouble = $6
where id = $1 and lease_until = $2;

-- name: rouse_register
-- Something has changed for it: no reason to rest any longer.
update register set rest_until = $2 where id = $1 and rest_until > $2;
