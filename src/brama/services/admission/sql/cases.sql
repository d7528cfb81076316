-- name: cases_of_subject
select case_id, version, event_id, kind, subject, ticket_id, scan_ids, state, opened_at, resolution, resolved_by,
       resolved_at, is_cleared
from conflict_case where event_id = $1 and subject = $2 order by opened_at, case_id;

-- name: lock_case
select case_id, version, event_id, kind, subject, ticket_id, scan_ids, state, opened_at, resolution, resolved_by,
       resolved_at, is_cleared
from conflict_case where case_id = $1 for update;

-- name: get_case
select case_id, version, event_id, kind, subject, ticket_id, scan_ids, state, opened_at, resolution, resolved_by,
       resolved_at, is_cleared
from conflict_case where case_id = $1;

-- name: put_case
insert into conflict_case (case_id, version, seq, event_id, organiser_id, kind, subject, ticket_id, scan_ids, state,
                           opened_at, resolution, resolved_by, resolved_at, is_cleared)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
on conflict (case_id) do update set
    version = excluded.version, seq = excluded.seq, ticket_id = excluded.ticket_id, scan_ids = excluded.scan_ids,
    state = excluded.state, resolution = excluded.resolution, resolved_by = excluded.resolved_by,
    resolved_at = excluded.resolved_at, is_cleared = excluded.is_cleared;

-- name: cases_after
select case_id, version, seq, kind, state, ticket_id, scan_ids, opened_at, resolution, resolved_by, resolved_at
from conflict_case where event_id = $1 and seq > $2 order by seq limit $3;

-- name: cases_of_event
select case_id, version, seq, kind, state, ticket_id, scan_ids, opened_at, resolution, resolved_by, resolved_at
from conflict_case where event_id = $1 and ($2::uuid is null or case_id < $2) order by case_id desc limit $3;

-- name: scans_of_cases
select s.server_seq, s.scan_id, s.kind, s.outcome, s.verdict, st.standing, s.gate_id, s.by_name as device_name,
       s.scanned_at, s.received_at, s.reason, t.ticket_id, t.holder, t.order_code, t.ticket_type_id
from scan s
join scan_standing st on st.scan_id = s.scan_id
left join ticket t on t.event_id = s.event_id and t.code_id = s.subject
where s.scan_id = any($1::uuid[]) order by s.logical_ms, s.hlc, s.scan_id;
