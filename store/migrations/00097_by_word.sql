-- What a connector said for a group that is not online: its answer, or later how much and when, or whether it happened. The release before
-- keeps answers alone, which is what stands where nothing is said.

-- +goose Up
alter table consents add column about text not null default 'answer' check (about in ('answer', 'suggested', 'agreed', 'outcome'));

-- +goose Down
delete from consents where about <> 'answer';
alter table consents drop column about;
