-- name: lock_presences
-- Make gates, and the news of a ticket, take turns at the same subject. Lock order: presences by subject, then the feed.
insert into presence (event_id, subject)
select $1, subject from unnest($2::text[]) as subject order by subject
on conflict (event_id, subject) do update set inside = presence.inside
returning inside;

-- name: put_inside
update presence set inside = $3 where event_id = $1 and subject = $2;

-- name: advance_feed
-- Take $2 numbers of the event's feed and move the head count; locked until the commit.
insert into feed as f (event_id, last_seq, headcount) values ($1, $2, greatest($3, 0))
on conflict (event_id) do update set last_seq = f.last_seq + $2, headcount = f.headcount + $3
returning last_seq, headcount;

-- name: get_feed
select last_seq, headcount from feed where event_id = $1;

-- name: wake_others
select pg_notify('admission_feed', $1::text);

-- name: get_logged
select s.scan_id, s.event_id, s.server_seq, s.subject, s.code, s.check_in_list_id, s.gate_id, s.kind, s.device_id,
       s.staff_id, s.scanned_at, s.verdict, s.outcome, s.answer, st.standing, e.device_seq, coalesce(e.is_upload, false) as is_upload
from scan s join scan_standing st on st.scan_id = s.scan_id left join device_entry e on e.scan_id = s.scan_id
where s.scan_id = $1;

-- name: add_scan
insert into scan (scan_id, event_id, organiser_id, server_seq, subject, code, revision, proof, check_in_list_id,
                  gate_id, kind, device_id, staff_id, by_name, scanned_at, happened_at, logical_ms, hlc, verdict,
                  outcome, reason, is_clock_suspect, answer, received_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24);

-- name: add_standing
insert into scan_standing (scan_id, standing) values ($1, $2);

-- name: put_standing
update scan_standing set standing = $2 where scan_id = $1 and standing <> $2;

-- name: put_device_entry
-- A signed entry that came with the online question may be uploaded again later: only then did the device decide.
insert into device_entry (scan_id, device_id, device_seq, verdict, outcome, is_upload, entry, received_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (scan_id) do update set
    is_upload = device_entry.is_upload or excluded.is_upload,
    verdict = case when excluded.is_upload then excluded.verdict else device_entry.verdict end,
    outcome = case when excluded.is_upload then excluded.outcome else device_entry.outcome end,
    entry = case when excluded.is_upload then excluded.entry else device_entry.entry end;

-- name: scans_of
-- All scans of one subject for the merge. A device that admitted by itself admitted, whatever was answered.
select s.scan_id, s.subject, s.revision, s.proof, s.check_in_list_id, s.gate_id, s.kind, s.by_name, s.happened_at,
       s.logical_ms, s.hlc, s.outcome,
       case when e.is_upload and e.verdict = 'admit' then 'admit' else s.verdict end as acted,
       s.is_clock_suspect,
       coalesce(s.happened_at > d.revoked_at, false) as is_quarantined,
       s.device_id, st.standing
from scan s
join scan_standing st on st.scan_id = s.scan_id
left join device_entry e on e.scan_id = s.scan_id
left join device d on d.device_id = s.device_id
where s.event_id = $1 and s.subject = $2;

-- name: subjects_with_scans
select distinct subject from scan where event_id = $1 and subject = any($2::text[]) order by subject;

-- name: add_news_of_device
-- What a device scanned after it was revoked has to be looked at again.
insert into news (event_id, subject)
select distinct event_id, subject from scan where device_id = $1 and happened_at > $2;

-- name: scans_after
select s.server_seq, s.scan_id, t.ticket_id, t.code_id, s.check_in_list_id, s.kind, s.outcome, s.verdict, s.gate_id,
       s.by_name as device_name, s.scanned_at
from scan s left join ticket t on t.event_id = s.event_id and t.code_id = s.subject
where s.event_id = $1 and s.server_seq > $2 order by s.server_seq limit $3;

-- name: scans_before
-- The log for people, newest first.
select s.server_seq, s.scan_id, s.kind, s.outcome, s.verdict, st.standing, s.gate_id, s.by_name as device_name,
       s.scanned_at, s.received_at, s.reason, t.ticket_id, t.holder, t.order_code, t.ticket_type_id
from scan s
join scan_standing st on st.scan_id = s.scan_id
left join ticket t on t.event_id = s.event_id and t.code_id = s.subject
where s.event_id = $1 and ($2::bigint is null or s.server_seq < $2) order by s.server_seq desc limit $3;

-- name: gate_counts
-- What each gate let in, in all and since $2.
select gate_id, count(*) filter (where received_at >= $2) as admitted_lately, count(*) as admitted,
       max(received_at) as last_at
from scan where event_id = $1 and kind = 'entry' and verdict = 'admit' group by gate_id;
