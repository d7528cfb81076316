-- name: add_picture
-- A stored picture; the same bytes again change nothing.
insert into picture (digest, url, content_type, width, height, uploaded_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (digest) do nothing;

-- name: find_picture
-- A picture that was uploaded here.
select digest, url, content_type, width, height from picture where digest = $1;
