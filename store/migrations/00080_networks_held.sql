-- A network whose name is much like another's waits for a look, as a group does. The names that are here are folded when Migrate is through.

-- +goose Up
alter table networks add column likeness text not null default '', add column held_at timestamptz;
create index networks_slips on networks using gin (likeness_slips(likeness));
create index networks_held on networks (held_at, id) where held_at is not null;

-- +goose Down
drop index networks_held;
drop index networks_slips;
alter table networks drop column likeness, drop column held_at;
