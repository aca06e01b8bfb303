-- What waits for a look can be refused, and whoever posted it can appeal as about what was hidden.

-- +goose Up
alter table decisions drop constraint decisions_act_check;
alter table decisions add constraint decisions_act_check check (act in ('hidden', 'kept', 'refused'));

-- +goose Down
delete from decisions where act = 'refused';
alter table decisions drop constraint decisions_act_check;
alter table decisions add constraint decisions_act_check check (act in ('hidden', 'kept'));
