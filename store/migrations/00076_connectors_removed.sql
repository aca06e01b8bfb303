-- Why an operator took a network away from somebody who looked after it, and who did, as long as the mail that says so is kept.

-- +goose Up
alter table connectors add column words text not null default '', add column ended_by uuid references people on delete set null;

-- +goose Down
alter table connectors drop column words, drop column ended_by;
