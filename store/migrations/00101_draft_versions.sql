-- A form that is not finished has a version, as listings have, so that two devices of its writer do not write over each other unawares.
-- Which listing a form became is kept for as long as it would have waited, so that it is not kept anew by a form that is sent late. It is
-- no reference: that it was posted stays so when the listing goes. It has a table of its own, because the release before takes each row of
-- unfinished_forms for a draft. That one writes version 1, and over a form that was posted what nobody is shown any more after it.

-- +goose Up
alter table unfinished_forms add column version bigint not null default 1;
create table posted_forms (
    person_id  uuid        not null references people on delete cascade,
    id         uuid        not null,
    listing_id uuid        not null,
    posted_at  timestamptz not null,
    primary key (person_id, id)
);
create index posted_forms_posted on posted_forms (posted_at);

-- +goose Down
drop table posted_forms;
alter table unfinished_forms drop column version;
