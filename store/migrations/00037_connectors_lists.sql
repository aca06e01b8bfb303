-- +goose Up
-- A letter to a connector lists introductions from the side that waits, so that one who looks after both is asked for each.
update letter_introductions x set kind = case when l.group_id = i.offer_group_id then 'by_hand_offer' else 'by_hand_need' end
  from letters l, introductions i where x.kind = 'by_hand' and l.id = x.letter_id and i.id = x.introduction_id;

-- When a side was reminded, or would have been if anybody could be.
alter table introductions add column need_reminded_at timestamptz, add column offer_reminded_at timestamptz;
update introductions i set need_reminded_at = l.created_at
  from letter_introductions x join letters l on l.id = x.letter_id
 where x.introduction_id = i.id and x.kind = 'reminder' and l.group_id = i.need_group_id;
update introductions i set offer_reminded_at = l.created_at
  from letter_introductions x join letters l on l.id = x.letter_id
 where x.introduction_id = i.id and x.kind = 'reminder' and l.group_id = i.offer_group_id;

-- +goose Down
alter table introductions drop column need_reminded_at, drop column offer_reminded_at;
update letter_introductions set kind = 'by_hand' where kind in ('by_hand_need', 'by_hand_offer')
   and not (kind = 'by_hand_offer' and exists (select 1 from letter_introductions n
       where n.introduction_id = letter_introductions.introduction_id and n.person_id = letter_introductions.person_id and n.kind = 'by_hand_need'));
delete from letter_introductions where kind like 'by\_hand\_%';
