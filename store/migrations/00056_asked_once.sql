-- One partner asks one group one thing at a time. Of questions that stand twice the oldest stays; the others lapse, and what was
-- sent for them goes, as when nobody answers.

-- +goose Up
with twice as (
    update mandates m set state = 'lapsed', ended_at = m.asked_at
     where m.state = 'asked' and not m.test and exists (select from mandates o where o.partner_id = m.partner_id and o.group_id = m.group_id
           and o.state = 'asked' and not o.test and (o.asked_at, o.id) < (m.asked_at, m.id))
    returning m.id)
delete from supplied where listing_id is null and mandate_id in (select id from twice);
create unique index mandates_asked on mandates (partner_id, group_id) where state = 'asked' and not test and group_id is not null;

-- +goose Down
drop index mandates_asked;
