-- That a network did not let a group in which had asked, and why, as long as the mail that says so is kept.

-- +goose Up
create table network_refusals (
    id          uuid        primary key,
    network_id  uuid        not null references networks on delete cascade,
    group_id    uuid        not null references groups on delete cascade,
    words       text        not null default '',
    refused_by  uuid        references people on delete set null,
    created_at  timestamptz not null
);

-- +goose Down
drop table network_refusals;
