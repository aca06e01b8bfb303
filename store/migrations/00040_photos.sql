-- +goose Up
-- Photos of listings, as they were developed: two JPEGs each. They are kept here so that a backup holds them, and so that one
-- is there exactly when its row is.
create table photos (
    id          uuid        primary key,
    listing_id  uuid        not null references listings on delete cascade,
    position    int         not null check (position >= 0),
    alt         text        not null default '',
    decorative  boolean     not null default false,
    width       int         not null check (width > 0),
    height      int         not null check (height > 0),
    small_width int         not null check (small_width > 0),
    created_at  timestamptz not null,
    hidden_at   timestamptz,
    large       bytea       not null,
    small       bytea       not null
);
-- A JPEG cannot be made smaller: trying costs time for nothing.
alter table photos alter column large set storage external, alter column small set storage external;
create index photos_listing on photos (listing_id, position);
create index photos_hidden on photos (hidden_at) where hidden_at is not null;

alter table reports drop constraint reports_subject_check;
alter table reports add constraint reports_subject_check check (subject in ('listing', 'photo', 'group', 'message', 'site'));
alter table decisions drop constraint decisions_subject_check;
alter table decisions add constraint decisions_subject_check check (subject in ('listing', 'photo', 'group', 'message', 'site'));

-- +goose Down
delete from decisions where subject = 'photo';
delete from reports where subject = 'photo';
alter table decisions drop constraint decisions_subject_check;
alter table decisions add constraint decisions_subject_check check (subject in ('listing', 'group', 'message', 'site'));
alter table reports drop constraint reports_subject_check;
alter table reports add constraint reports_subject_check check (subject in ('listing', 'group', 'message', 'site'));
drop table photos;
