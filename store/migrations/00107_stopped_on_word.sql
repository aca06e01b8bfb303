-- What a connector said for a group that is not online may be that an introduction is not to go on. The release before writes none.

-- +goose Up
alter table consents drop constraint consents_about_check,
    add constraint consents_about_check check (about in ('answer', 'suggested', 'agreed', 'kept', 'ended_early', 'stopped', 'outcome'));

-- +goose Down
delete from consents where about = 'stopped';
alter table consents drop constraint consents_about_check,
    add constraint consents_about_check check (about in ('answer', 'suggested', 'agreed', 'kept', 'ended_early', 'outcome'));
