-- Why an introduction was withdrawn, and by which of its sides: whoever waited for it read of all of them that one of the two was closed or
-- is found. Nobody kept why those before ended; the release before goes on keeping none.

-- +goose Up
alter table introductions add column end_cause text not null default '';
alter table introductions add column end_side text not null default '';

-- +goose Down
alter table introductions drop column end_side;
alter table introductions drop column end_cause;
