-- What becomes of a row of a file beyond what it does: its listing waits for a yes or for a look, stays paused, or is shown less far
-- than was asked.
-- Every search by words asks which groups hide their names while the index may not know it: few groups, and their listings' jobs, of
-- however many that wait.

-- +goose Up
alter table import_rows add column notes jsonb not null default '[]'::jsonb;
create index groups_hiding on groups (id) where name_hidden;
create index outbox_indexing on outbox (subject) where kind = 'index' and state in ('waiting', 'sent');

-- +goose Down
drop index outbox_indexing;
drop index groups_hiding;
alter table import_rows drop column notes;
