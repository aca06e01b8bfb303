-- A large file is kept, in pieces, until a job has looked at it; what is wrong with all of it is told then.

-- +goose Up
alter table imports add column faults jsonb not null default '[]'::jsonb;
alter table imports drop constraint imports_state_check,
    add constraint imports_state_check check (state in ('reading', 'looking', 'shown', 'refused', 'doing', 'done'));

create table import_parts (
    import_id uuid  not null references imports on delete cascade,
    position  int   not null,
    content   bytea not null,
    primary key (import_id, position)
);

-- +goose Down
drop table import_parts;
delete from imports where state in ('looking', 'refused');
alter table imports drop constraint imports_state_check,
    add constraint imports_state_check check (state in ('reading', 'shown', 'doing', 'done'));
alter table imports drop column faults;
