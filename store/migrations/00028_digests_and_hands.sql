-- +goose Up
-- Digests: how often a person wants one, and when the next is due (none: not worked out yet), and when
-- the last was looked at. A person, and a network for
-- its groups, may have fewer mails of proposals than the house allows.
alter table people add column digest text not null default '' check (digest in ('', 'weekly', 'daily')),
    add column digest_due timestamptz, add column digest_at timestamptz, add column mails_a_week integer check (mails_a_week >= 0);
alter table networks add column mails_a_week integer check (mails_a_week >= 0);
create index people_digest on people (digest_due) where erased_at is null;

-- Since when a match is known; found_at moves with every look.
alter table matches add column since timestamptz;
update matches set since = found_at;

-- The last answer of a mail server to a letter: its class, such as 250 or 4.2.2, and nothing it said.
alter table letters add column answer text not null default '';
create index letters_newest on letters (created_at desc, id desc);

-- What a connector answered for a group that is not online, and on whose word.
create table consents (
    id              uuid        primary key,
    introduction_id uuid        not null references introductions on delete cascade,
    group_id        uuid        not null references groups on delete cascade,
    network_id      uuid        not null references networks on delete cascade,
    connector_id    uuid        references people on delete set null,
    answer          text        not null check (answer in ('yes', 'no')),
    said_by         text        not null,
    said_on         text        not null,
    way             text        not null check (way in ('phone', 'paper', 'in_person')),
    created_at      timestamptz not null
);
create index consents_introduction on consents (introduction_id);

-- +goose Down
drop table consents;
drop index letters_newest;
alter table letters drop column answer;
alter table matches drop column since;
drop index people_digest;
alter table networks drop column mails_a_week;
alter table people drop column digest, drop column digest_due, drop column digest_at, drop column mails_a_week;
