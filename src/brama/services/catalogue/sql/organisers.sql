-- name: put_organiser
-- What identity said last of an organiser; an older word changes nothing.
insert into organiser (id, version, slug, name, mark) values ($1, $2, $3, $4, $5)
on conflict (id) do update set
    version = excluded.version, slug = excluded.slug, name = excluded.name, mark = excluded.mark
where excluded.version > organiser.version;

-- name: organisers_among
-- The organisers that are known here, of those asked for.
select id, slug, name, mark from organiser where id = any($1::uuid[]);
