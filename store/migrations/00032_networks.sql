-- +goose Up
-- Networks below and beside each other: who asked, so that the other side can answer.
alter table network_parents add column asked_at timestamptz, add column invited_at timestamptz;
alter table network_peers add column asked_at timestamptz, add column asked_by uuid references networks on delete cascade;

-- A network may look at a new group's first listings before anybody else does. cleared_at: this group's no longer wait.
alter table networks add column holds boolean not null default false;
alter table network_members add column cleared_at timestamptz;

-- What a network calls kinds and tags.
create table network_words (
    network_id uuid not null references networks on delete cascade,
    what       text not null check (what in ('kind', 'tag')),
    code       text not null,
    word       text not null,
    primary key (network_id, what, code)
);
create index connectors_person on connectors (person_id);

-- +goose Down
drop index connectors_person;
drop table network_words;
alter table network_members drop column cleared_at;
alter table networks drop column holds;
alter table network_peers drop column asked_at, drop column asked_by;
alter table network_parents drop column asked_at, drop column invited_at;
