-- +goose Up
-- A person's wish to be written to at another address. Both addresses stay only as long as it can be confirmed or taken back.
create table address_changes (
    id         uuid primary key,
    person_id  uuid not null references people on delete cascade,
    was        text not null,
    address    text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at   timestamptz,
    outcome    text not null default '' check (outcome in ('', 'confirmed', 'stopped', 'replaced', 'taken_back'))
);
create index address_changes_person on address_changes (person_id, created_at desc);

-- Since when mail goes to the address: what comes back of mail from before tells nothing about it.
alter table people add column address_since timestamptz;

-- +goose Down
alter table people drop column address_since;
drop table address_changes;
