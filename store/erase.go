package store

import (
	"context"
	"time"

	"wherewithal/market"
)

// ErasePerson takes away all that is kept of a person but for a row without a word, which ids in events and other records go
// on to name. What they wrote to others goes for both sides. It does not end memberships. suppress is a keyed hash of their
// address, which stays where mail to it had come back or was not wanted; p is the person as they are.
func (tx *Tx) ErasePerson(ctx context.Context, p market.Person, suppress []byte, now time.Time) error {
	args := map[string]any{"person": p.ID, "address": p.Address, "name": p.Name, "now": now, "hash": suppress,
		"erased": market.ErasedAddress(p.ID), "kinds": len(market.OptionalKinds), "appealable": now.Add(-market.AppealWithin)}
	for _, sql := range erasePerson {
		if err := tx.db.WithContext(ctx).Exec(sql, args).Error; err != nil {
			return translate(err)
		}
	}
	return nil
}

// openDecision is one against which the poster has appealed without an answer yet, or can appeal since a time.
const openDecision = `(answered_at is null and (appealed_at is not null or created_at > @appealable))`

// erasePerson is done in this order: what finds a person's rows goes after what it finds.
var erasePerson = []string{
	`insert into suppressed (hash, since, why) select @hash, @now, 'erased' from people p where p.id = @person and (p.bounced
		or exists (select from bounces b where b.person_id = p.id and b.fate in ('hard', 'complained'))
		or (select count(*) from mail_stops s where s.person_id = p.id) >= @kinds) on conflict (hash) do update set since = excluded.since, why = excluded.why`,

	// What they said of exchanges: whoever told last for a side wrote what stands there.
	`update exchanges e set offer_word = '', offer_worked = '' from introductions i where i.id = e.introduction_id and (offer_word <> '' or offer_worked <> '')
		and @person = (select v.actor from events v where v.subject_id = e.id and v.verb like 'exchange.told\_%' and v.on_behalf = i.offer_group_id order by v.id desc limit 1)`,
	`update exchanges e set need_word = '', need_worked = '' from introductions i where i.id = e.introduction_id and (need_word <> '' or need_worked <> '')
		and @person = (select v.actor from events v where v.subject_id = e.id and v.verb like 'exchange.told\_%' and v.on_behalf = i.need_group_id order by v.id desc limit 1)`,

	// What was hidden of them, and their words in decisions and reports. That it was decided, and by which reason, stays. So do, without
	// a name, the words that somebody still needs to do what the law asks: of a report that nobody has dealt with, of a decision against
	// which the poster can say something yet, and of an appeal that waits for its answer. Forget drops those once it is over.
	`update decisions d set was = '' where d.subject = 'message' and d.was <> '' and exists (select from messages m where m.id = d.subject_id and m.person_id = @person)`,
	`update decisions set words = '' where decided_by = @person and words <> '' and not ` + openDecision,
	`update decisions set appeal = '' where appealed_by = @person and appeal <> '' and answered_at is not null`,
	`update decisions set answer = '' where answered_by = @person and answer <> ''`,
	`update reports set words = '', address = '', person_id = null where (person_id = @person or address = @address) and handled_at is not null`,
	`update reports set address = '', person_id = @person where person_id = @person or address = @address`,
	`update partner_grants set reason = '' where decided_by = @person and reason <> ''`,
	`update network_refusals set words = '' where refused_by = @person and words <> ''`,

	`update connectors set words = '' where ended_by = @person and words <> ''`,

	// A connector wrote down who of a group said something.
	`update consents k set said_by = '' where @name <> '' and lower(k.said_by) = lower(@name)
		and k.group_id in (select m.group_id from memberships m where m.person_id = @person)`,

	`delete from message_files f using messages m where m.id = f.message_id and m.person_id = @person`,
	`update messages set text = '', left_out = '[]', mail_id = '', purged_at = coalesce(purged_at, @now) where person_id = @person`,

	`update invitations set address = '', ended_at = coalesce(ended_at, @now), outcome = case when ended_at is null then 'revoked' else outcome end,
		declined_hash = null where address = @address`,
	`update invitations set address = '', ended_at = @now, outcome = 'revoked' where invited_by = @person and ended_at is null`,
	// What outside sites asked: of whoever read the address, nothing stays; that a group said yes, and to what, stays with the group.
	`delete from supplied where listing_id is null and mandate_id in (select m.id from mandates m where m.group_id is null and m.address = @address)`,
	`delete from mandates where group_id is null and address = @address`,
	`update mandates set address = '', about = '{}' where address = @address`,
	`delete from letter_introductions where person_id = @person`,
	`delete from bounces where person_id = @person`,
	`delete from letters where person_id = @person or address = @address
		or address <> '' and about_id in (select c.id from address_changes c where c.person_id = @person)`,
	`delete from sign_ins where address = @address or address in (select c.was from address_changes c where c.person_id = @person)
		or address in (select c.address from address_changes c where c.person_id = @person)`,
	`delete from address_changes where person_id = @person`,
	`delete from mail_stops where person_id = @person`,
	`delete from sessions where person_id = @person`,
	`delete from passkeys where person_id = @person`,
	`delete from passkey_challenges where person_id = @person`,
	`delete from saved_searches where person_id = @person`,
	`delete from unfinished_forms where person_id = @person`,
	`delete from posted_forms where person_id = @person`,
	`delete from tokens where person_id = @person`,
	`delete from once where partner in (select p.id from partners p where p.person_id = @person)`,
	`delete from partners where person_id = @person`,
	`delete from calendar_feeds where person_id = @person`,
	`delete from exports where person_id = @person`,
	`delete from once where person = @person`,
	`update once set said = '' where answer in (select i.id::text from introductions i
		join memberships m on m.group_id in (i.offer_group_id, i.need_group_id) where m.person_id = @person)`, // which name whom to talk to
	`delete from connectors where person_id = @person`,
	`update evidence set shown_to = null where shown_to = @person`,
	`update people set address = @erased, name = '', language = 'en-GB', zone = 'Europe/London', operator = false, bounced = false, erased_at = @now,
		digest = '', digest_due = null, digest_at = null, mails_a_day = null, mails_a_week = null, open_requests = null, address_since = null where id = @person`,
}

// Deserted are the groups to which a person has belonged and to which nobody belongs any more.
func (r reads) Deserted(ctx context.Context, person market.ID) ([]market.ID, error) {
	var ids []market.ID
	err := r.db.WithContext(ctx).Raw(`select distinct g.id from groups g join memberships m on m.group_id = g.id and m.person_id = ?
		where g.closed_at is not null and not exists (select from memberships o where o.group_id = g.id and o.until is null) order by g.id`, person).Scan(&ids).Error
	return ids, translate(err)
}

// Said are the texts by which a mail can be known to be about a person, or about groups that are erased with them: what they are
// called, and what they wrote that others are mailed. A title or a place that others name too tells nothing: "Hall", "SE10 9NF".
func (r reads) Said(ctx context.Context, p market.Person, groups []market.ID) (texts []string, err error) {
	err = r.db.WithContext(ctx).Raw(said, map[string]any{"person": p.ID, "address": p.Address, "name": p.Name, "groups": groups}).Scan(&texts).Error
	return texts, translate(err)
}

var said = `select distinct text from (values (@address), (@name)) own (text) where text <> ''
	union select unnest(array[was, address]) from address_changes where person_id = @person
	union select text from messages where person_id = @person and text <> ''
	union select words from decisions where decided_by = @person and words <> ''
	union select answer from decisions where answered_by = @person and answer <> ''
	union select reason from partner_grants where decided_by = @person and reason <> ''
	union select words from network_refusals where refused_by = @person and words <> ''
	union select words from connectors where ended_by = @person and words <> ''
	union select name from partners where person_id = @person
	union select unnest(array[name, alias, does]) from groups where id in @groups
	union select description from listings where group_id in @groups
	union select text from (select title from listings where group_id in @groups union select unnest(array[label, postcode]) from places where group_id in @groups) named (text)
		where text <> '' and not exists (select from listings o where o.group_id not in @groups and strpos(` + flat("o.title") + `, ` + flat("text") + `) > 0)
		and not exists (select from places o where o.group_id not in @groups and strpos(` + flat("o.label || ' ' || o.postcode") + `, ` + flat("text") + `) > 0)`

// flat is a text as it is looked for: in small letters, with one space where there is any room.
func flat(sql string) string { return `regexp_replace(lower(` + sql + `), '\s+', ' ', 'g')` }

// EraseGroup takes away the words of a group to which nobody belongs, with what it has posted, and gives the ids of the
// listings that were there. What its connected introductions came to stays with the group on the other side: that they met,
// when, how much of what kind, and the figures worked out from it. name stands in place of the group's, and of titles.
func (tx *Tx) EraseGroup(ctx context.Context, id market.ID, name string, now time.Time) (listings []market.ID, err error) {
	db := tx.db.WithContext(ctx)
	if err := db.Raw(`select id from listings where group_id = ? order by id`, id).Scan(&listings).Error; err != nil {
		return nil, translate(err)
	}
	args := map[string]any{"group": id, "name": name, "now": now}
	for _, sql := range eraseGroup {
		if err := db.Exec(sql, args).Error; err != nil {
			return nil, translate(err)
		}
	}
	return listings, tx.partyChanged(ctx, id)
}

// theirs are the listings of the group.
const theirs = `(select l.id from listings l where l.group_id = @group)`

var eraseGroup = []string{
	`update decisions set was = '' where group_id = @group and was <> ''`,
	`update consents set said_by = '' where group_id = @group and said_by <> ''`,
	`update invitations set address = '', ended_at = coalesce(ended_at, @now), outcome = case when ended_at is null then 'revoked' else outcome end,
		declined_hash = null where group_id = @group`,
	`delete from letters where group_id = @group`,
	`update imports i set counted_as = '' from mandates m where m.group_id = @group and i.partner_id = m.partner_id and i.test = m.test and i.counted_as <> ''
		and exists (select from import_rows r where r.import_id = i.id and r.said ->> 'group' = m.reference)`, // some of its rows go
	`delete from import_rows r using mandates m, imports i where m.group_id = @group and i.partner_id = m.partner_id and i.test = m.test
		and r.import_id = i.id and r.said ->> 'group' = m.reference`,
	`delete from imports i using mandates m where m.group_id = @group and i.partner_id = m.partner_id and i.test = m.test and i.state in ('reading', 'looking')`, // its partner sends it again
	// What programs were answered first about it: its partners', its members', and those of groups that it was introduced to. What is answered
	// while this is done is kept after it: an empty one keeps it out.
	`update once set said = '' where (
		partner in (select m.partner_id from mandates m where m.group_id = @group)
		or person in (select m.person_id from memberships m where m.group_id = @group)
		or answer in (select i.id::text from introductions i where @group in (i.offer_group_id, i.need_group_id)))`,
	`delete from mandates where group_id = @group`,
	`delete from evidence where group_id = @group`,
	`delete from check_statements where group_id = @group`,
	`delete from blocks where group_id = @group`,
	`delete from held_listings where group_id = @group`,
	`delete from network_refusals where group_id = @group`,
	`delete from matches where offer_id in ` + theirs + ` or need_id in ` + theirs,
	`delete from meanings where listing_id in ` + theirs,
	`delete from photos where listing_id in ` + theirs,
	`update ring_members set reasons = '[]' where offer_id in ` + theirs + ` or need_id in ` + theirs,
	`delete from listings l where l.group_id = @group and not exists (select from introductions i
		where (i.offer_id = l.id or i.need_id = l.id) and i.connected_at is not null)`,
	`update introductions set reasons = '[]', offer_mask = case when offer_group_id = @group then '' else offer_mask end,
		need_mask = case when need_group_id = @group then '' else need_mask end where offer_group_id = @group or need_group_id = @group`,
	`update exchanges e set snapshot = jsonb_set(snapshot, '{needTitle}', '""') from introductions i where i.id = e.introduction_id
		and i.need_group_id = @group and jsonb_exists(snapshot, 'needTitle')`,
	// Of what an offer was, the numbers stay from which its worth is worked out.
	`update exchanges e set snapshot = jsonb_set(jsonb_set(snapshot, '{offerTitle}', '""'), '{facts}', coalesce((select jsonb_object_agg(f.key, f.value)
		from jsonb_each(case jsonb_typeof(snapshot -> 'facts') when 'object' then snapshot -> 'facts' else '{}' end) f
		where jsonb_typeof(f.value) in ('number', 'boolean')), '{}')) from introductions i where i.id = e.introduction_id
		and i.offer_group_id = @group and jsonb_exists(snapshot, 'offerTitle')`,
	`update listings set title = @name, description = '', tags = '[]', facts = '{}', unit = '', times = '{}', terms = jsonb_build_object('kind', terms -> 'kind'),
		has = '[]', requires = '[]', asks = '{}', welcomes = '[]', not_allowed = '[]', involves = '[]', version = version + 1 where group_id = @group`,
	// Where exactly it was is nobody's to know any more; the blurred point stands for half a borough.
	`update places set label = '', postcode = '', outcode = '', precision = 'outcode', exact_lat = public_lat, exact_lng = public_lng where group_id = @group`,
	`delete from traces where group_id = @group`,
	// It stays in its networks, which is counted, and goes on hiding its name, so that nobody is told which they are.
	`update groups set name = @name, likeness = '', alias = case when name_hidden then @name else '' end, does = '', link = '', languages = '[]', size = 0, paused_until = null where id = @group`,
}

// Suppressed is why an address, by its keyed hash, is not to be written to; "": it may be. Asked before every letter, hence the pool's own way.
func (s *Store) Suppressed(ctx context.Context, hash []byte) (why market.Unwanted, err error) {
	err = s.pool.QueryRow(ctx, `select coalesce((select why from suppressed where hash = $1), '')`, hash).Scan(&why)
	return why, translate(err)
}

// Suppress keeps that an address is not to be written to. Safe to repeat: the newest reason stands.
func (tx *Tx) Suppress(ctx context.Context, hash []byte, why market.Unwanted, now time.Time) error {
	return translate(tx.db.WithContext(ctx).Exec(`insert into suppressed (hash, since, why) select ?::bytea, ?::timestamptz, ?
		on conflict (hash) do update set since = excluded.since, why = excluded.why`, hash, now, why).Error)
}

// Unsuppress forgets that an address is not to be written to: its reader signs in again, and says so anew.
func (tx *Tx) Unsuppress(ctx context.Context, hash []byte) error {
	return translate(tx.db.WithContext(ctx).Exec(`delete from suppressed where hash = ?`, hash).Error)
}
