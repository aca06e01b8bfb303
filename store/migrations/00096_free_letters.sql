-- The answer to one's own new posting is beside the governor's caps, and is not counted in them. What the release before writes is.

-- +goose Up
alter table letters add column free boolean not null default false;

-- +goose Down
alter table letters drop column free;
