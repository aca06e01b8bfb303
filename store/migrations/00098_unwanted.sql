-- Mail that comes back from an address that is nobody's here, or is not wanted there, is remembered by the address' keyed hash and by
-- the letter. After some letters the mail server may have had them, without saying so: no more than a few copies of one are sent.
-- More kinds of mail can be stopped: whoever had stopped all has stopped these too.

-- +goose Up
alter table letters add column unsure int not null default 0;
alter table suppressed add column why text not null default 'erased';
alter table bounces alter column person_id drop not null;
insert into mail_stops (person_id, kind, created_at)
select s.person_id, k.kind, now() from (select person_id from mail_stops group by person_id having count(*) >= 16) s
cross join unnest(array['first_listing', 'join_request', 'partner_asks', 'network_invitation', 'evidence_ending', 'feed_quiet', 'feed_stopped',
    'group_invitation', 'mandate']) as k (kind)
on conflict do nothing;

-- +goose Down
delete from mail_stops where kind in ('first_listing', 'join_request', 'partner_asks', 'network_invitation', 'evidence_ending', 'feed_quiet', 'feed_stopped',
    'group_invitation', 'mandate');
delete from bounces where person_id is null;
alter table bounces alter column person_id set not null;
alter table suppressed drop column why;
alter table letters drop column unsure;
