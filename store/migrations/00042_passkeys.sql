-- +goose Up
-- The public halves of the keys by which people sign in.
create table passkeys (
    id            uuid primary key,
    person_id     uuid not null references people on delete cascade,
    name          text not null,
    credential_id bytea not null unique,
    record        text not null,
    created_at    timestamptz not null,
    seen_at       timestamptz,
    doubted_at    timestamptz
);
create index passkeys_person on passkeys (person_id, created_at);

-- Questions that wait for a device's answer; each is taken out by the first.
create table passkey_challenges (
    id           uuid primary key,
    person_id    uuid references people on delete cascade,
    browser_hash bytea not null default '',
    state        text not null,
    created_at   timestamptz not null,
    expires_at   timestamptz not null
);
create index passkey_challenges_expires on passkey_challenges (expires_at);

-- +goose Down
drop table passkey_challenges, passkeys;
