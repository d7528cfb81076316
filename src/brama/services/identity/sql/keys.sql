-- name: lock_keys
-- Until the transaction ends no other replica looks whether a key has to be made.
select pg_advisory_xact_lock(hashtext('identity.signing_key'));
