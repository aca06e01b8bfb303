package store

import (
	"context"
	"time"

	"wherewithal/market"
)

// DigestsDue are people whose digest is due, or was never worked out, and who want any, the longest waiting first; after is the
// last of those before, nil for the first.
func (r reads) DigestsDue(ctx context.Context, now time.Time, after *market.Person, limit int) ([]market.Person, error) {
	if after == nil {
		after = &market.Person{}
	}
	return many[market.Person](r.db.WithContext(ctx).Raw(`select * from people p
		where erased_at is null and (digest_due is null or digest_due <= ?) and not exists
		      (select 1 from mail_stops s where s.person_id = p.id and s.kind = ?)
		  and (?::uuid is null or (coalesce(digest_due, '-infinity'), id) > (coalesce(?::timestamptz, '-infinity'), ?::uuid))
		order by coalesce(digest_due, '-infinity'), id limit ?`, now, market.DigestLetter, after.ID, after.DigestDue, after.ID, limit))
}

// SetDigestDue keeps when a person's next digest is due, and that it was looked at now.
func (tx *Tx) SetDigestDue(ctx context.Context, person market.ID, due, now time.Time) error {
	return changed(tx.db.WithContext(ctx).Model(&market.Person{}).Where("id = ?", person).Updates(map[string]any{"digest_due": due, "digest_at": now}))
}

// DigestSince is since when what a digest tells is news: since the one before it was written that its reader has, or may have; where none of
// those is kept, since so many days before the first that is.
func (r reads) DigestSince(ctx context.Context, l market.Letter, days int) (since time.Time, err error) {
	err = r.db.WithContext(ctx).Raw(`select coalesce(max(created_at) filter (where state = 'sent' or state = 'failed' and fault = ?),
		least(min(created_at), ?) - make_interval(days => ?)) from letters where person_id = ? and kind = ? and created_at < ?`,
		market.UnsureFault, l.CreatedAt, days, l.PersonID, market.DigestLetter, l.CreatedAt).Scan(&since).Error
	return since, translate(err)
}

// DigestAfter is the newest digest written to a reader after a letter, that waits to be sent or was. market.ErrNotFound: none.
func (r reads) DigestAfter(ctx context.Context, l market.Letter) (market.Letter, error) {
	return one[market.Letter](r.db.WithContext(ctx).Where("person_id = ? and kind = ? and created_at > ? and state in ?",
		l.PersonID, market.DigestLetter, l.CreatedAt, []market.LetterState{market.Waiting, market.Sent}).Order("created_at desc, id desc"))
}

// PassOnDigest has what a digest that does not go was to tell told by a later one that waits; where that has gone, by the next to be written.
func (tx *Tx) PassOnDigest(ctx context.Context, digest market.ID, later market.Letter) error {
	if later.State == market.Waiting {
		err := tx.db.WithContext(ctx).Exec(`update letter_introductions set letter_id = ? where letter_id = ?`, later.ID, digest).Error
		if err == nil {
			err = tx.db.WithContext(ctx).Exec(`update alerts set letter_id = ? where letter_id = ?`, later.ID, digest).Error
		}
		return translate(err)
	}
	if err := tx.db.WithContext(ctx).Exec(`update alerts set letter_id = null, told_at = null where letter_id = ?`, digest).Error; err != nil {
		return translate(err)
	}
	return tx.Unspoken(ctx, digest)
}

// NotShown takes back that a letter told of what it was to tell of and does not show, such as what a digest had no room for: another may.
func (tx *Tx) NotShown(ctx context.Context, letter market.ID, shown []market.ID) error {
	return translate(tx.db.WithContext(ctx).Exec(`delete from letter_introductions where letter_id = ? and introduction_id <> all (?::uuid[])`, letter, idArray(shown)).Error)
}

// WishMails keeps how often a person wants a digest, and which caps they lowered.
func (tx *Tx) WishMails(ctx context.Context, person market.ID, w market.MailWishes, due time.Time) error {
	return changed(tx.db.WithContext(ctx).Model(&market.Person{}).Where("id = ?", person).
		Updates(map[string]any{"digest": w.Digest, "digest_due": due,
			"mails_a_day": w.MailsADay, "mails_a_week": w.MailsAWeek, "open_requests": w.OpenRequests}))
}

// LoweredFor are the caps as the networks of a group, and all above those, want them for its people, each the lowest that any says, and
// of open requests the lowest that anybody who answers for the group wants.
func (r reads) LoweredFor(ctx context.Context, group market.ID, now time.Time) (market.Lowered, error) {
	var l market.Lowered
	err := r.db.WithContext(ctx).Raw(`with recursive above (id) as (
		    select network_id from network_members where group_id = ? and agreed_at is not null
		    union select p.parent_id from above a join network_parents p on p.child_id = a.id and p.agreed_at is not null
		) select min(mails_a_day) mails_a_day, min(mails_a_week) mails_a_week, min(open_requests) open_requests from (
		    select n.mails_a_day, n.mails_a_week, n.open_requests from networks n join above a on a.id = n.id
		    union all
		    select null, null, p.open_requests from people p join memberships m on m.person_id = p.id
		     where m.group_id = ? and m.role in ('owner', 'poster') and m.since <= ? and (m.until is null or m.until > ?) and p.erased_at is null
		) wishes`, group, group, now, now).Scan(&l).Error
	return l, translate(err)
}

// digestKnown is how many things of a part are read: more than any digest shows, so that it can say how many more there are.
const digestKnown = 200

// DigestOf is what there is to say to a viewer about the groups they may answer for, as news since a time. turn are requests that
// nobody was told of yet and that a digest is to put to the groups now, beside those that one which waits to be sent puts to them.
func (r reads) DigestOf(ctx context.Context, v market.Viewer, since, now time.Time, turn ...market.ID) (market.Digest, error) {
	var d market.Digest
	groups := v.Posts()
	if len(groups) == 0 {
		return d, nil
	}
	if err := r.digestQuestions(ctx, groups, turn, since, &d); err != nil {
		return d, err
	}
	for _, load := range []func(context.Context, []market.ID, time.Time, time.Time, *market.Digest) error{
		r.digestRings, r.digestExchanges, r.digestMatches, r.digestEnding,
	} {
		if err := load(ctx, groups, since, now, &d); err != nil {
			return d, err
		}
	}
	return d, nil
}

func (r reads) digestQuestions(ctx context.Context, groups, turn []market.ID, since time.Time, d *market.Digest) (err error) {
	d.Questions, err = many[market.Introduction](r.db.WithContext(ctx).Where(`(need_group_id in ? and state = 'proposed' and need_answer = '')
		or (offer_group_id in ? and state = 'asked' and offer_answer = '' and (offer_told_at is not null or id = any (?::uuid[]) or exists
		    (select from letter_introductions x where x.introduction_id = introductions.id and x.kind = ?)))`, groups, groups, idArray(turn), market.DigestRequest).
		Order("case state when 'asked' then offer_told_at else need_told_at end is not null, fit desc, id").Limit(digestKnown)) // first what nobody was told of yet
	for _, in := range d.Questions {
		d.New = d.New || in.Unheard() != "" || in.ProposedAt.After(since) || in.AskedAt != nil && in.AskedAt.After(since)
	}
	return err
}

func (r reads) digestRings(ctx context.Context, groups []market.ID, since, _ time.Time, d *market.Digest) (err error) {
	d.Rings, err = r.withAllMembers(ctx, r.db.WithContext(ctx).Where(`state = 'proposed' and id in
		(select ring_id from ring_members where group_id in ? and answer = '')`, groups).Order("proposed_at desc, id").Limit(digestKnown))
	for _, ring := range d.Rings {
		d.New = d.New || ring.ProposedAt.After(since)
	}
	return err
}

// digestExchanges are the two questions that an exchange asks of a side.
func (r reads) digestExchanges(ctx context.Context, groups []market.ID, since, _ time.Time, d *market.Digest) error {
	for _, ask := range []struct {
		of    *[]market.Introduction
		at    string
		where string
	}{
		{&d.ToConfirm, "suggested_at", `e.stage = 'suggested' and ((e.proposed_side = 'offer' and i.need_group_id in ?) or (e.proposed_side = 'need' and i.offer_group_id in ?))`},
		{&d.ToTell, "asked_at", `e.stage = 'asked' and ((e.need_says = '' and i.need_group_id in ?) or (e.offer_says = '' and i.offer_group_id in ?))`},
	} {
		type row struct {
			In market.Introduction `gorm:"embedded"`
			At time.Time
		}
		rows, err := many[row](r.db.WithContext(ctx).Raw(`select i.*, e.`+ask.at+` as at from introductions i join exchanges e on e.introduction_id = i.id
			where i.state = 'connected' and `+ask.where+` order by e.`+ask.at+`, i.id limit ?`, groups, groups, digestKnown))
		if err != nil {
			return err
		}
		for _, one := range rows {
			*ask.of, d.New = append(*ask.of, one.In), d.New || one.At.After(since)
		}
	}
	return nil
}

func (r reads) digestMatches(ctx context.Context, groups []market.ID, since, _ time.Time, d *market.Digest) (err error) {
	d.Matches, err = many[market.Match](r.db.WithContext(ctx).Raw(`select m.* from matches m join listings o on o.id = m.offer_id join listings n on n.id = m.need_id
		where m.since > ? and m.gone_at is null and o.life = 'open' and n.life = 'open' and (o.group_id in ? or n.group_id in ?)
		  and not exists (select 1 from introductions i where i.offer_id = m.offer_id and i.need_id = m.need_id)
		order by m.fit desc, m.id limit ?`, since, groups, groups, digestKnown))
	d.New = d.New || len(d.Matches) > 0
	return err
}

func (r reads) digestEnding(ctx context.Context, groups []market.ID, since, now time.Time, d *market.Digest) (err error) {
	d.Ending, err = many[market.Listing](r.db.WithContext(ctx).Where("group_id in ? and life = 'open' and expires_at > ? and expires_at <= ?",
		groups, now, now.Add(market.TellExpiring[0])).Order("expires_at, id").Limit(digestKnown))
	for _, l := range d.Ending {
		d.New = d.New || l.ExpiresAt.Add(-market.TellExpiring[0]).After(since)
	}
	return err
}
