-- name: add_said
-- A fact, in the transaction of its cause.
insert into outbox (fact_id, subject, correlation_id, envelope) values ($1, $2, $3, $4);

-- name: unsent
-- What the relay has to publish next. Ids commit out of order: the flag is followed, not the position.
select said_at, position, fact_id, subject, correlation_id, envelope
from outbox where not is_sent order by position limit $1;

-- name: mark_sent
update outbox set is_sent = true
from unnest($1::timestamptz[], $2::bigint[]) as sent (said_at, position)
where outbox.said_at = sent.said_at and outbox.position = sent.position;

-- name: count_unsent
select count(*) from outbox where not is_sent;

-- name: mark_all_unsent
-- The stream is new or lost writes: everything that is kept goes out again; listeners know what they heard.
update outbox set is_sent = false where is_sent;

-- name: get_relay_state
select stream_created_at, last_sequence from relay_state;

-- name: put_relay_state
insert into relay_state (stream_created_at, last_sequence) values ($1, $2)
on conflict (singleton) do update set stream_created_at = $1, last_sequence = $2;

-- name: mark_unsent
-- Say again what was said under a subject (SQL pattern) or as one fact.
update outbox set is_sent = false where is_sent and subject like $1 and ($2::uuid is null or fact_id = $2);

-- name: make_partition
select make_partition($1, $2);

-- name: drop_partitions
select drop_partitions($1, $2);
