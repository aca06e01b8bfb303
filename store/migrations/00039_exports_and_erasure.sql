-- +goose Up
-- A copy of all that is kept of a person, as a zip in parts, until it is swept away.
create table exports (
    id         uuid primary key,
    person_id  uuid not null references people on delete cascade,
    asked_at   timestamptz not null,
    ready_at   timestamptz,
    size       bigint not null default 0
);
create unique index exports_person on exports (person_id);

create table export_parts (
    export_id uuid not null references exports on delete cascade,
    position  int not null,
    content   bytea not null,
    primary key (export_id, position)
);
-- A zip cannot be made smaller: trying costs time for nothing.
alter table export_parts alter column content set storage external;

-- Addresses of people who were erased and had asked for no mails, or from which mail came back: as keyed hashes, so that
-- nobody has them written to again by inviting them.
create table suppressed (
    hash  bytea primary key,
    since timestamptz not null
);

-- +goose Down
drop table suppressed;
drop table export_parts;
drop table exports;
