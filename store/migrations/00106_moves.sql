-- How often what was agreed came to take place somewhere else is counted beside how often it was changed. The release before writes none.

-- +goose Up
alter table exchanges add column moves int not null default 0;

-- +goose Down
alter table exchanges drop column moves;
