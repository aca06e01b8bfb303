-- +goose Up
-- A person's calendar feed. The address holds a secret that is worked out from the id; only its hash is kept here.
create table calendar_feeds (
    id         uuid        primary key,
    person_id  uuid        not null unique references people on delete cascade,
    hash       bytea       not null unique,
    created_at timestamptz not null
);

-- +goose Down
drop table calendar_feeds;
