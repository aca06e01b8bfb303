-- +goose Up
-- One side may end a series before its last time. A reminder also goes out while a change is to be confirmed.
alter table exchanges add column ended_early_at timestamptz;
create index exchanges_nudge on exchanges (remind_at) where stage in ('agreed', 'suggested') and remind_at is not null;
drop index exchanges_remind;

-- +goose Down
create index exchanges_remind on exchanges (remind_at) where stage = 'agreed' and remind_at is not null;
drop index exchanges_nudge;
alter table exchanges drop column ended_early_at;
