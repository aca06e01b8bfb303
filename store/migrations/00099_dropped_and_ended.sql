-- What a connector said for a group that is not online may be that what was agreed stays, or that it ends early. The release before writes
-- neither.

-- +goose Up
alter table consents drop constraint consents_about_check,
    add constraint consents_about_check check (about in ('answer', 'suggested', 'agreed', 'kept', 'ended_early', 'outcome'));

-- +goose Down
delete from consents where about in ('kept', 'ended_early');
alter table consents drop constraint consents_about_check,
    add constraint consents_about_check check (about in ('answer', 'suggested', 'agreed', 'outcome'));
