-- How many rows of a file do what, kept as it was counted in a state: a partner that asks how far a file of a million rows is would have
-- them counted each time. What was counted in another state counts no more, so that the release before, which does not know of it, leaves no
-- wrong figures behind.

-- +goose Up
alter table imports add column counted_as text not null default '';
alter table imports add column counts jsonb not null default '{}';

-- +goose Down
alter table imports drop column counts;
alter table imports drop column counted_as;
