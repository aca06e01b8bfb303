-- Credentials of programs: a person's own now, partners' later. Only the hash of a token is kept.

-- +goose Up
create table tokens (
    id         uuid primary key,
    person_id  uuid not null references people (id) on delete cascade,
    name       text not null,
    hash       bytea not null unique,
    scopes     jsonb not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    seen_at    timestamptz,
    ended_at   timestamptz
);
create index tokens_person on tokens (person_id);

-- What a program asked for under an Idempotency-Key: the same key with another body is refused.
alter table once add column digest bytea;

-- +goose Down
alter table once drop column digest;
drop table tokens;
