-- +goose Up
-- Where a report is acknowledged, when its writer has no account. Operators read it, and nobody else.
alter table reports add column address text not null default '';

-- A form that waits, for a short while, until its writer has signed in and has a group. The browser holds a secret, of
-- which only the hash is here.
create table unsent_forms (
    browser_hash bytea       not null,
    side         text        not null check (side in ('offer', 'need')),
    fields       jsonb       not null,
    kept_at      timestamptz not null,
    primary key (browser_hash, side)
);
create index unsent_forms_kept on unsent_forms (kept_at);

-- +goose Down
drop table unsent_forms;
alter table reports drop column address;
