-- Partners post for groups that said yes: what was asked of each group and what it said, and what partners sent for them.

-- +goose Up
create table mandates (
    id          uuid        primary key,
    partner_id  uuid        not null references partners on delete cascade,
    test        boolean     not null,
    reference   text        not null,
    group_id    uuid        references groups on delete cascade,
    address     text        not null default '',
    about       jsonb       not null default '{}',
    state       text        not null check (state in ('asked', 'given', 'refused', 'withdrawn', 'lapsed')),
    words       text        not null default '',
    asked_at    timestamptz not null,
    lapses_at   timestamptz not null,
    answered_at timestamptz,
    answered_by uuid        references people on delete set null,
    ended_at    timestamptz
);
create unique index mandates_reference on mandates (partner_id, test, reference);
create index mandates_group on mandates (group_id) where group_id is not null;
create index mandates_address on mandates (address) where address <> '';
create index mandates_answered_by on mandates (answered_by) where answered_by is not null;
create index mandates_lapsing on mandates (lapses_at) where state = 'asked';

-- What a partner sent, under its own reference. It waits in said, without a listing, until its group has said yes.
create table supplied (
    id         uuid        primary key,
    partner_id uuid        not null references partners on delete cascade,
    test       boolean     not null,
    reference  text        not null,
    mandate_id uuid        not null references mandates on delete cascade,
    listing_id uuid        references listings on delete cascade,
    said       jsonb,
    digest     bytea       not null,
    link       text        not null default '',
    created_at timestamptz not null,
    sent_at    timestamptz not null,
    closed_at  timestamptz,
    stopped_at timestamptz
);
create unique index supplied_reference on supplied (partner_id, test, reference);
create unique index supplied_listing on supplied (listing_id) where listing_id is not null;
create index supplied_mandate on supplied (mandate_id);

-- When a partner last sent something for a group; that it was told that it went quiet, and that its listings were paused.
alter table partners add column fed_at timestamptz, add column warned_at timestamptz, add column stopped_at timestamptz;
create index partners_fed on partners (fed_at) where fed_at is not null;

-- +goose Down
drop index partners_fed;
alter table partners drop column fed_at, drop column warned_at, drop column stopped_at;
drop table supplied, mandates;
