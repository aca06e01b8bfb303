-- Partner sites: who asked for one, what it may do where, and their keys, which are rows of the one table of credentials.

-- +goose Up
create table partners (
    id         uuid        primary key,
    person_id  uuid        not null references people on delete cascade,
    name       text        not null,
    site       text        not null,
    purpose    text        not null,
    origins    jsonb       not null default '[]',
    created_at timestamptz not null,
    ended_at   timestamptz
);
create index partners_person on partners (person_id);
create index partners_origins on partners using gin (origins) where ended_at is null;

-- What a partner may do in one network, or, without one, in all of the site.
create table partner_grants (
    id         uuid        primary key,
    partner_id uuid        not null references partners on delete cascade,
    network_id uuid        references networks on delete cascade,
    scopes     jsonb       not null,
    per_minute int         not null check (per_minute > 0),
    per_day    int         not null check (per_day > 0),
    state      text        not null check (state in ('asked', 'granted', 'refused', 'ended')),
    reason     text        not null default '',
    asked_at   timestamptz not null,
    decided_at timestamptz,
    decided_by uuid        references people on delete set null
);
create index partner_grants_partner on partner_grants (partner_id);
create index partner_grants_network on partner_grants (network_id);
create unique index partner_grants_once on partner_grants (partner_id, coalesce(network_id, '00000000-0000-0000-0000-000000000000'))
    where state in ('asked', 'granted');

alter table tokens add column partner_id uuid references partners on delete cascade,
    add column prefix text not null default '', add column test boolean not null default false;
create index tokens_partner on tokens (partner_id) where partner_id is not null;

-- The one network of invented listings that test keys see, and nobody else.
alter table networks add column sandbox boolean not null default false;

-- +goose Down
alter table networks drop column sandbox;
delete from tokens where partner_id is not null;
alter table tokens drop column partner_id, drop column prefix, drop column test;
drop table partner_grants, partners;
