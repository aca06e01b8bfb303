-- A network can be reported, and hidden, as a group can.

-- +goose Up
alter table networks add column removed_at timestamptz;
alter table reports drop constraint reports_subject_check,
    add constraint reports_subject_check check (subject in ('listing', 'photo', 'group', 'message', 'network', 'site'));
alter table decisions drop constraint decisions_subject_check,
    add constraint decisions_subject_check check (subject in ('listing', 'photo', 'group', 'message', 'network', 'site'));

-- +goose Down
delete from reports where subject = 'network';
delete from decisions where subject = 'network';
alter table reports drop constraint reports_subject_check,
    add constraint reports_subject_check check (subject in ('listing', 'photo', 'group', 'message', 'site'));
alter table decisions drop constraint decisions_subject_check,
    add constraint decisions_subject_check check (subject in ('listing', 'photo', 'group', 'message', 'site'));
alter table networks drop column removed_at;
