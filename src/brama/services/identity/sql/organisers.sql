-- name: add_organiser
insert into organiser (
    id, slug, name, mark, accent, legal_name, tax_id, contact_email, address, locale, is_fiscalised, version,
    created_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: get_organiser
select id, slug, name, mark, accent, legal_name, tax_id, contact_email, address, locale, is_fiscalised, version
from organiser where id = $1;

-- name: lock_organiser
-- Taken before any role at the organiser changes: two owners cannot remove each other at once.
select id, slug, name, mark, accent, legal_name, tax_id, contact_email, address, locale, is_fiscalised, version
from organiser where id = $1 for update;

-- name: organisers_of
select o.id, o.slug, o.name, o.mark, o.accent, o.legal_name, o.tax_id, o.contact_email, o.address, o.locale,
    o.is_fiscalised, o.version
from organiser o join staff_role r on r.organiser_id = o.id
where r.staff_id = $1 order by o.slug;

-- name: put_organiser
update organiser
set slug = $2, name = $3, mark = $4, accent = $5, legal_name = $6, tax_id = $7, contact_email = $8,
    address = $9, locale = $10, is_fiscalised = $11, version = $12
where id = $1;
