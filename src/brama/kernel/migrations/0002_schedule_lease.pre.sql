-- Who runs a schedule holds it until then, and renews it while running; no transaction stays open meanwhile.
alter table schedule
    add column lease uuid,
    add column leased_until timestamptz,
    add constraint schedule_lease_whole check ((lease is null) = (leased_until is null));
