-- +goose Up
-- A transaction that notifies holds one lock of the whole server until its commit has reached the disk, so that commits
-- come one after the other. The store notifies instead, after the commit and for many at once (store/wake.go). Whoever
-- misses it looks at a clock, as a release of before does. Nobody listened for changes.
drop trigger outbox_wake on outbox;
drop trigger changes_wake on changes;
drop function wake;

-- +goose Down
-- +goose StatementBegin
create function wake() returns trigger language plpgsql as $$
begin
    perform pg_notify(tg_argv[0], '');
    return null;
end $$;
-- +goose StatementEnd
create trigger outbox_wake after insert on outbox for each statement execute function wake('outbox');
create trigger changes_wake after insert on changes for each statement execute function wake('changes');
