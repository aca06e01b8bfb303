package store

import (
	"context"
	"errors"
	"time"

	"wherewithal/market"
)

// How long records stay that have done their work. The privacy page says so of each, with these figures: see Entries.
const (
	keepOnce     = market.OnceKept          // a form left open in a tab for longer is a new form
	keepSignIns  = 24 * time.Hour           // their links last ten minutes
	keepUnused   = 366 * 24 * time.Hour     // of a session that ended by itself, after its last use
	keepBounces  = 180 * 24 * time.Hour     // what servers told of mails that came back
	keepReports  = 366 * 24 * time.Hour     // what a report says, after it was dealt with
	keepReasons  = 2 * 366 * 24 * time.Hour // what a decision says; that it was taken, and by which reason, stays
	keepSessions = 30 * 24 * time.Hour      // after their end
	keepLetters  = 30 * 24 * time.Hour      // after they were sent or given up
	keepReporter = 30 * 24 * time.Hour      // the address of whoever made a report, after it was dealt with
	keepFiles    = 30 * 24 * time.Hour      // after they came with a message: by then they were saved
	keepTalk     = 30 * 24 * time.Hour      // what a message says, after its conversation closed
	keepInvites  = 30 * 24 * time.Hour      // after their end
	keepTokens   = 30 * 24 * time.Hour      // after their end
	keepWords    = 1                        // years, of who gave a connector an answer, after the introduction was over
	keepHashes   = 2 * 365 * 24 * time.Hour // of addresses of people who were erased and are not to be written to
	keepPlans    = 90 * 24 * time.Hour      // what sharings out decided: as long as the needs they spoke for may be open
)

// Forget drops what has done its work: once-only ids, old requests for links, ended sessions, letters long sent, forms
// that nobody came back for, photos that moderation hid, addresses of those whose report was dealt with, files and words of conversations. Safe to
// repeat.
func (s *Store) Forget(ctx context.Context, now time.Time) (err error) {
	defer market.Wrap(&err, "Forget")
	for sql, keep := range map[string]time.Duration{
		`delete from once where at < ?`:                                 keepOnce,
		`delete from sign_ins where created_at < ?`:                     keepSignIns,
		`delete from sessions where ended_at < ?`:                       keepSessions,
		`delete from invitations where least(ended_at, expires_at) < ?`: keepInvites,
		`update decisions set was = '' where was <> '' and created_at < ? and (appealed_at is null or answered_at is not null)`: market.AppealWithin,
		`update messages m set left_out = '[]' where purged_at < ? and left_out <> '[]' and not exists (select from decisions d where d.subject_id = m.id
			and d.appealed_at is not null and d.answered_at is null)`: market.AppealWithin,
		`delete from photos p where hidden_at < ? and not exists (select from decisions d where d.subject_id = p.id
			and d.appealed_at is not null and d.answered_at is null)`: market.AppealWithin,
		// What is gone needs nobody's look any more.
		`update reports set handled_at = ? where handled_at is null and (
			   subject = 'photo' and not exists (select from photos where id = subject_id)
			or subject = 'listing' and not exists (select from listings where id = subject_id)
			or subject = 'group' and not exists (select from groups where id = subject_id)
			or subject = 'message' and not exists (select from messages where id = subject_id))`: 0,
		`update mandates set address = '', about = '{}' where (address <> '' or about <> '{}') and state <> 'asked'
			and coalesce(ended_at, answered_at) < ?`: market.MandateNo,
		`delete from imports where state <> 'doing' and coalesce(ended_at, created_at) < ?`: market.ImportKept,
		// What somebody erased wrote and was still needed then.
		`update reports r set words = '', person_id = null from people p where p.id = r.person_id and p.erased_at is not null and r.handled_at < ?`: 0,
		`update decisions d set words = '' from people p where p.id = d.decided_by and p.erased_at is not null and d.words <> ''
			and d.created_at < ? and (d.appealed_at is null or d.answered_at is not null)`: market.AppealWithin,
		`update decisions d set appeal = '' from people p where p.id = d.appealed_by and p.erased_at is not null and d.appeal <> '' and d.answered_at < ?`: 0,
		`delete from unsent_forms where kept_at < ?`:                             market.UnsentLasts,
		`delete from unfinished_forms where kept_at < ?`:                         market.UnfinishedLasts,
		`delete from posted_forms where posted_at < ?`:                           market.UnfinishedLasts,
		`update reports set address = '' where address <> '' and handled_at < ?`: keepReporter,
		`delete from sessions where seen_at < ?`:                                 keepUnused,
		`delete from bounces where created_at < ?`:                               keepBounces,
		`update reports set words = '' where words <> '' and handled_at < ?`:     keepReports,
		`update decisions set words = '', appeal = '', answer = '' where coalesce(answered_at, appealed_at, created_at) < ?
			and words || appeal || answer <> ''`: keepReasons,
		`delete from suppressed where since < ?`:                                         keepHashes,
		`delete from share_outs where at < ?`:                                            keepPlans,
		`delete from tokens where least(ended_at, expires_at) < ?`:                       keepTokens,
		`delete from address_changes where coalesce(ended_at, expires_at) < ?`:           market.TakeBackWithin,
		`delete from passkey_challenges where expires_at < ?`:                            0,
		`delete from network_refusals where created_at < ?`:                              keepLetters,
		`update connectors set words = '' where until < ? and words <> ''`:               keepLetters,
		`delete from deliveries where ended_at < ?`:                                      market.DeliveryKept,
		`update webhooks set old_secret_id = null, old_until = null where old_until < ?`: 0,
		`update letters set address = '' where kind like 'address\_%' and address <> '' and state <> 'waiting'
			and created_at < ?`: market.AddressChangeLasts + market.TakeBackWithin,
		`delete from letters where ended_at < ? and not exists (select 1 from letter_introductions x
			join introductions i on i.id = x.introduction_id where x.letter_id = letters.id and i.settled_at is null)`: keepLetters,
	} {
		if err := s.db.WithContext(ctx).Exec(sql, now.Add(-keep)).Error; err != nil {
			return translate(err)
		}
	}
	return errors.Join(s.forgetFiles(ctx, now), s.forgetTalk(ctx, now), s.forgetWords(ctx, now))
}

// forgetWords drops who of a group said what a connector answered for it, long after the introduction, or what it led to, was
// over. That it was answered, when, how and by which connector stays.
func (s *Store) forgetWords(ctx context.Context, now time.Time) error {
	return translate(s.db.WithContext(ctx).Exec(`
		update consents k set said_by = ''
		  from introductions i left join exchanges e on e.introduction_id = i.id
		 where i.id = k.introduction_id and k.said_by <> ''
		   and coalesce(i.ended_at, greatest(i.connected_at, e.closed_at,
		        (select max((s ->> 'until')::timestamptz) from jsonb_array_elements(case jsonb_typeof(e.slots) when 'array' then e.slots end) s))) < ?`, now.AddDate(-keepWords, 0, 0)).Error)
}

// forgetFiles drops those of old messages. What came with a hidden one stays while an appeal may give it back, and as long again once one has.
func (s *Store) forgetFiles(ctx context.Context, now time.Time) error {
	return translate(s.db.WithContext(ctx).Exec(`
		delete from message_files f using messages m
		 where m.id = f.message_id and m.created_at < @old and not exists (
		       select from decisions d where d.subject_id = m.id and d.act = 'hidden'
		          and (`+openDecision+` or d.outcome = 'restored' and d.answered_at > @old))`,
		map[string]any{"old": now.Add(-keepFiles), "appealable": now.Add(-market.AppealWithin)}).Error)
}

// forgetTalk empties the messages of conversations that closed long ago. That they were written, and when, stays.
func (s *Store) forgetTalk(ctx context.Context, now time.Time) error {
	return translate(s.db.WithContext(ctx).Exec(`
		update messages m set text = '', left_out = '[]', purged_at = ?
		  from introductions i left join exchanges e on e.introduction_id = i.id
		 where i.id = m.introduction_id and m.purged_at is null
		   and case when i.ended_at is not null and e.stage is distinct from 'released' then i.ended_at < ?
		       else greatest(i.connected_at, e.agreed_at, (select max((s ->> 'until')::timestamptz) from jsonb_array_elements(
		            case when e.agreed_at is not null then e.slots when e.stage = 'suggested' and e.published > 0 then i.slots end) s)) < ? end`,
		now, now.Add(-keepTalk), now.Add(-keepTalk-market.TalkLasts)).Error)
}
