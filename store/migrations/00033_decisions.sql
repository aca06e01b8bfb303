-- +goose Up
-- What was decided about something that was reported, and about the appeal against that. was: the life of a listing or the
-- text of a message, to put back; it is dropped with the appeal's time.
create table decisions (
    id           uuid        primary key,
    subject      text        not null check (subject in ('listing', 'group', 'message', 'site')),
    subject_id   uuid        not null,
    group_id     uuid        references groups on delete cascade,
    act          text        not null check (act in ('hidden', 'kept')),
    reason       text        not null,
    words        text        not null default '',
    was          text        not null default '',
    decided_by   uuid        references people on delete set null,
    network_id   uuid        references networks on delete set null,
    created_at   timestamptz not null,
    appeal       text        not null default '',
    appealed_at  timestamptz,
    appealed_by  uuid        references people on delete set null,
    outcome      text        not null default '' check (outcome in ('', 'upheld', 'restored')),
    answer       text        not null default '',
    answered_at  timestamptz,
    answered_by  uuid        references people on delete set null
);
create index decisions_subject on decisions (subject_id, created_at desc);
create index decisions_appealed on decisions (appealed_at) where appealed_at is not null and answered_at is null;
create index reports_open on reports (created_at) where handled_at is null;
alter table reports drop constraint reports_subject_check;
alter table reports add constraint reports_subject_check check (subject in ('listing', 'group', 'message', 'site'));

-- First listings of a new group that wait for a connector's look. They are drafts until then.
create table held_listings (
    listing_id uuid        primary key references listings on delete cascade,
    group_id   uuid        not null references groups on delete cascade,
    created_at timestamptz not null
);

-- +goose Down
drop table held_listings;
delete from reports where subject = 'site';
alter table reports drop constraint reports_subject_check;
alter table reports add constraint reports_subject_check check (subject in ('listing', 'group', 'message'));
drop index reports_open;
drop table decisions;
