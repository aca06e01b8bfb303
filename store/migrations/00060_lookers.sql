-- A kind of mail that can be stopped is new: whoever had stopped all of them, as a complaint does, has stopped this one too. And the log of
-- decisions is read from its newest end, page by page.

-- +goose Up
insert into mail_stops (person_id, kind, created_at)
select person_id, 'reports_waiting', max(created_at) from mail_stops group by person_id having count(*) >= 15
on conflict do nothing;
create index decisions_newest on decisions (created_at desc, id desc);

-- +goose Down
drop index decisions_newest;
delete from mail_stops where kind = 'reports_waiting';
