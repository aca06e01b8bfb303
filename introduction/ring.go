package introduction

import (
	"context"
	"errors"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/store"
)

// lockRing takes the listings of a ring, in the order of their ids, then the ring, and reads it.
func lockRing(ctx context.Context, tx *store.Tx, r market.Ring) (market.Ring, error) {
	for _, id := range r.Listings() {
		if err := tx.LockListing(ctx, id); err != nil {
			return r, err
		}
	}
	return tx.LockRing(ctx, r.ID)
}

func ringEvent(r market.Ring, actor, group market.ID, verb string, now time.Time) market.Event {
	return market.Event{At: now, Actor: actor, OnBehalf: group, Verb: "ring." + verb, Subject: "ring", SubjectID: r.ID}
}

// entriesOf a ring, by the id of the listing.
func entriesOf(ctx context.Context, tx *store.Tx, r market.Ring, now time.Time) (map[market.ID]market.Entry, error) {
	list, err := tx.Entries(ctx, r.Listings(), now)
	entries := map[market.ID]market.Entry{}
	for _, e := range list {
		entries[e.Listing.ID] = e
	}
	return entries, err
}

// holds reports whether a ring may still come about: all stand, no two of its groups are kept apart, every need still wants
// something, and each gift fits.
func holds(ctx context.Context, tx *store.Tx, r market.Ring, now time.Time) (bool, error) {
	entries, err := entriesOf(ctx, tx, r, now)
	if err != nil {
		return false, err
	}
	for i, m := range r.Members {
		offer, need := entries[m.OfferID], entries[r.Members[r.After(i)].NeedID]
		apart := slices.ContainsFunc(offer.Group.Blocked, func(g market.ID) bool { return slices.Contains(r.Groups(), g) })
		if apart || !standing(offer) || !standing(need) || need.Filled() ||
			!matching.Explain(offer, need.AsSwap(), now, matching.Options{}).Stands() {
			return false, nil
		}
	}
	return true, nil
}

// openRing checks a ring once more and proposes it to all of its groups at once; false when it cannot be now.
func (is *Introductions) openRing(ctx context.Context, r market.Ring, now time.Time) (opened bool, err error) {
	err = is.store.InTx(ctx, func(tx *store.Tx) error {
		opened = false
		for _, id := range r.Listings() {
			if err := tx.LockListing(ctx, id); err != nil {
				return err
			}
		}
		if ok, err := is.roomFor(ctx, tx, r, now); err != nil || !ok {
			return err
		}
		readers, err := is.ringReaders(ctx, tx, r, now)
		if err != nil || readers == nil {
			return err
		}
		if err := tx.OpenRing(ctx, r); err != nil {
			return err
		}
		if err := tx.Note(ctx, ringEvent(r, "", "", "proposed", now)); err != nil {
			return err
		}
		for i, people := range readers {
			if err := writeRing(ctx, tx, market.RingLetter, r.ID, r.Members[i].GroupID, people, now); err != nil {
				return err
			}
		}
		opened = true
		return nil
	})
	return opened, err
}

// roomFor a ring: it holds, nothing else is proposed for its needs, and no offer of it has too many open requests.
func (is *Introductions) roomFor(ctx context.Context, tx *store.Tx, r market.Ring, now time.Time) (bool, error) {
	if ok, err := holds(ctx, tx, r, now); err != nil || !ok {
		return false, err
	}
	for _, m := range r.Members {
		left, err := is.requestsLeft(ctx, tx, m.GroupID, m.OfferID, now)
		if err != nil || left <= 0 {
			return false, err
		}
		past, err := tx.IntroductionsFor(ctx, m.NeedID)
		if err != nil || countOpen(past) > 0 {
			return false, err
		}
	}
	return true, nil
}

// ringReaders are, by member, the people who want letters of rings, whom they reach, and whom the governor lets have one now; none at
// all when a group has nobody, or when one person would have to answer for two of the groups.
func (is *Introductions) ringReaders(ctx context.Context, tx *store.Tx, r market.Ring, now time.Time) ([][]market.Person, error) {
	var all []market.Person
	of := map[market.ID]int{}
	for i, m := range r.Members {
		people, err := tx.Answerers(ctx, m.GroupID, now)
		if err != nil {
			return nil, err
		}
		for _, p := range people {
			if _, twice := of[p.ID]; twice {
				return nil, nil
			}
			of[p.ID] = i
			all = append(all, p)
		}
	}
	all, err := wanting(ctx, tx, all, market.RingLetter)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(p market.Person) bool { return p.Bounced })
	slices.SortFunc(all, func(a, b market.Person) int { return compareID(a.ID, b.ID) })
	readers, lowered := make([][]market.Person, len(r.Members)), make([]market.Lowered, len(r.Members))
	for i, m := range r.Members {
		var err error
		if lowered[i], err = tx.LoweredFor(ctx, m.GroupID, now); err != nil {
			return nil, err
		}
	}
	for _, p := range all {
		ok, err := is.allows(ctx, tx, p, false, lowered[of[p.ID]], now)
		if err != nil {
			return nil, err
		}
		if ok {
			readers[of[p.ID]] = append(readers[of[p.ID]], p)
		}
	}
	if slices.ContainsFunc(readers, func(people []market.Person) bool { return len(people) == 0 }) {
		return nil, nil
	}
	return readers, nil
}

// writeRing records a letter about a ring to people of one of its groups, of each kind once.
func writeRing(ctx context.Context, tx *store.Tx, kind market.LetterKind, ring, group market.ID, people []market.Person, now time.Time) error {
	for _, p := range people {
		l := market.Letter{ID: market.NewID(), Kind: kind, PersonID: p.ID, GroupID: group, AboutID: ring, State: market.Waiting, CreatedAt: now}
		l.MessageID = string(l.ID)
		wrote, err := tx.WriteOnce(ctx, l, string(kind)+":"+string(ring))
		if err == nil && wrote {
			err = tx.Enqueue(ctx, time.Now(), market.Job{Kind: market.LetterJob, Subject: l.ID})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// AnswerRing takes the yes or no of a group of a ring. The last yes connects each with the one it gives to: introductions of
// the usual kind, with their capacity, in one transaction. A no, or what came in between, frees all.
//
// market.ErrRepeated: that was the answer already. market.ErrGone: the ring has ended. market.ErrTaken: something of it
// went to others; it ends here.
func (is *Introductions) AnswerRing(ctx context.Context, v market.Viewer, id, group market.ID, a market.Answer, now time.Time) (market.Ring, error) {
	return is.AnswerRingTo(ctx, v, id, group, nil, a, now)
}

// AnswerRingTo is AnswerRing of a group that had said so much when it was asked. market.ErrConflict: it has said something else since.
func (is *Introductions) AnswerRingTo(ctx context.Context, v market.Viewer, id, group market.ID, had *market.Answer, a market.Answer, now time.Time) (r market.Ring, err error) {
	defer market.Wrap(&err, "AnswerRing(%s)", id)
	if r, err = is.store.Ring(ctx, v, id); err != nil {
		return r, err
	}
	if r.MemberOf(group) < 0 || !v.Roles[group].CanPost() {
		return r, market.ErrForbidden
	}
	var late error
	err = is.store.InTx(ctx, func(tx *store.Tx) error {
		if r, err = lockRing(ctx, tx, r); err != nil {
			return err
		}
		if late = overtaken(had, r.Members[r.MemberOf(group)].Answer, a); late != nil {
			return late
		}
		r, err = is.replyRing(ctx, tx, r, group, a, v.Person, now)
		return err
	})
	if late == nil && (errors.Is(err, market.ErrTaken) || errors.Is(err, market.ErrConflict)) { // overtaken by what its groups did beside it
		if err := is.eachRing(ctx, []market.ID{id}, now, is.withdrawRing); err != nil {
			return r, err
		}
		return r, market.ErrTaken
	}
	return r, err
}

func (is *Introductions) replyRing(ctx context.Context, tx *store.Tx, r market.Ring, group market.ID, a market.Answer, by market.ID, now time.Time) (market.Ring, error) {
	next, err := r.Reply(group, a, by, now)
	if err != nil {
		return r, err
	}
	if a == market.Yes {
		if ok, err := holds(ctx, tx, next, now); err != nil {
			return r, err
		} else if !ok {
			return r, market.ErrTaken
		}
	}
	if err := tx.ChangeRing(ctx, next); err != nil {
		return r, err
	}
	next.Version++
	if next.State == market.Connected {
		if err := is.connectRing(ctx, tx, &next, now); err != nil {
			return r, err
		}
	}
	if err := tx.Note(ctx, ringEvent(next, by, group, string(a), now)); err != nil {
		return r, err
	}
	if next.State == market.Connected {
		err = tx.Note(ctx, ringEvent(next, by, group, "connected", now))
	}
	return next, err
}

// connectRing makes an introduction of each gift, connects it as any other, and keeps the ring.
func (is *Introductions) connectRing(ctx context.Context, tx *store.Tx, r *market.Ring, now time.Time) error {
	entries, err := entriesOf(ctx, tx, *r, now)
	if err != nil {
		return err
	}
	for i := range r.Members {
		if r.Members[i].AnsweredBy, err = contactIn(ctx, tx, r.Members[i], now); err != nil {
			return err
		}
	}
	for i := range r.Members {
		m, to := &r.Members[i], r.Members[r.After(i)]
		in := market.Introduction{ID: market.NewID(), Version: 1, OfferID: m.OfferID, NeedID: to.NeedID, OfferGroupID: m.GroupID,
			NeedGroupID: to.GroupID, State: market.Proposed, Amount: m.Amount, Reasons: m.Reasons, Slots: m.Slots, Fit: m.Fit,
			ProposedAt: r.ProposedAt, NeedToldAt: to.ToldAt, OfferToldAt: m.ToldAt}
		if err := tx.OpenIntroduction(ctx, in); err != nil {
			return err
		}
		if in, err = is.connect(ctx, tx, in, entries[in.OfferID], entries[in.NeedID].AsSwap(), now); err != nil {
			return err
		}
		in.State, in.NeedAnswer, in.NeedBy, in.OfferAnswer, in.OfferBy = market.Connected, market.Yes, to.AnsweredBy, market.Yes, m.AnsweredBy
		in.AskedAt, in.AnsweredAt, in.ConnectedAt = &now, &now, &now
		if err := tx.ChangeIntroduction(ctx, in); err != nil {
			return err
		}
		if err := tx.Note(ctx, event(in, to.AnsweredBy, to.GroupID, "connected", now)); err != nil {
			return err
		}
		if err := is.after(ctx, tx, in, entries[in.OfferID], now); err != nil {
			return err
		}
		m.IntroductionID, m.Live = in.ID, false
	}
	err = tx.ChangeRing(ctx, *r)
	r.Version++
	return err
}

// contactIn a ring is who said yes for the group, or another who may when that person has left. market.ErrTaken: nobody is
// left.
func contactIn(ctx context.Context, tx *store.Tx, m market.RingMember, now time.Time) (market.ID, error) {
	people, err := tx.Answerers(ctx, m.GroupID, now)
	if err != nil {
		return "", err
	}
	if len(people) == 0 {
		return "", market.ErrTaken
	}
	if slices.ContainsFunc(people, func(p market.Person) bool { return p.ID == m.AnsweredBy }) {
		return m.AnsweredBy, nil
	}
	return people[0].ID, nil
}

// endRing frees the groups of a ring that came to nothing, has those told who wait for it, and has the next best looked for.
func (is *Introductions) endRing(ctx context.Context, tx *store.Tx, r market.Ring, now time.Time) error {
	r.SettledAt = &now
	r.Members = slices.Clone(r.Members)
	for i := range r.Members {
		r.Members[i].Live = false
	}
	if err := tx.ChangeRing(ctx, r); err != nil {
		return err
	}
	jobs := []market.Job{{Kind: market.RingJob, Subject: r.ID}}
	for _, m := range r.Members {
		offer, err := one(ctx, tx, m.OfferID, now)
		if err != nil {
			return err
		}
		waits, err := awaits(ctx, tx, r, m)
		if err != nil {
			return err
		}
		if waits && offer.Listing.Life == market.Open { // who closed it themselves knows
			people, err := tx.Answerers(ctx, m.GroupID, now)
			if err != nil {
				return err
			}
			if err := writeRing(ctx, tx, market.RingEnded, r.ID, m.GroupID, people, now); err != nil {
				return err
			}
		}
		if err := is.askNext(ctx, tx, offer.Listing, now); err != nil { // the ring had counted as an open request
			return err
		}
		jobs = append(jobs, market.Job{Kind: market.FillJob, Subject: m.NeedID})
	}
	return tx.Enqueue(ctx, time.Now(), jobs...)
}

// awaits reports whether a group waits to hear what becomes of a ring: it said yes, or was, or may have been, asked and was still to answer.
func awaits(ctx context.Context, tx *store.Tx, r market.Ring, m market.RingMember) (bool, error) {
	switch {
	case m.Answer == market.Yes:
		return true, nil
	case m.Answer == market.No || r.State == market.Lapsed:
		return false, nil
	case m.ToldAt != nil:
		return true, nil
	}
	return tx.RingMayHaveAsked(ctx, r.ID, m.GroupID)
}

func one(ctx context.Context, tx *store.Tx, id market.ID, now time.Time) (market.Entry, error) {
	entries, err := tx.Entries(ctx, []market.ID{id}, now)
	if err == nil && len(entries) == 0 {
		err = market.ErrNotFound
	}
	if err != nil {
		return market.Entry{}, err
	}
	return entries[0], nil
}

// withdrawRing ends an open ring that nobody refused.
func (is *Introductions) withdrawRing(ctx context.Context, tx *store.Tx, r market.Ring, now time.Time) error {
	if r, open := r.Withdraw(now); open {
		return is.closeRing(ctx, tx, r, now)
	}
	return nil
}

func (is *Introductions) closeRing(ctx context.Context, tx *store.Tx, r market.Ring, now time.Time) error {
	if err := tx.Note(ctx, ringEvent(r, "", "", string(r.State), now)); err != nil {
		return err
	}
	return is.endRing(ctx, tx, r, now)
}

// eachRing runs one step on each of some rings, in a transaction of its own, under its locks.
func (is *Introductions) eachRing(ctx context.Context, ids []market.ID, now time.Time, step func(context.Context, *store.Tx, market.Ring, time.Time) error) (err error) {
	for _, id := range ids {
		err = errors.Join(err, ignore(is.store.InTx(ctx, func(tx *store.Tx) error {
			r, err := tx.Ring(ctx, market.System, id)
			if err != nil {
				return err
			}
			if r, err = lockRing(ctx, tx, r); err != nil {
				return err
			}
			return step(ctx, tx, r, now)
		})))
	}
	return err
}

// tidyRings withdraws the open rings that a listing is in, of all listings when none is named, if they can come to nothing, and restates
// the others.
func (is *Introductions) tidyRings(ctx context.Context, listing market.ID, now time.Time) error {
	ids, err := is.store.OpenRings(ctx, listing)
	if err != nil {
		return err
	}
	return is.eachRing(ctx, ids, now, func(ctx context.Context, tx *store.Tx, r market.Ring, now time.Time) error {
		ok, err := holds(ctx, tx, r, now)
		if err != nil {
			return err
		}
		if ok {
			return restateRing(ctx, tx, r, now)
		}
		return is.withdrawRing(ctx, tx, r, now)
	})
}

// turnRings does what the clock asks of rings: reminders after 48 hours, lapses after 72, and what follows from a no once
// the mind behind it can no longer change.
func (is *Introductions) turnRings(ctx context.Context, now time.Time) error {
	waiting, err := is.store.WaitingRings(ctx, now.Add(-market.RemindAfter))
	err = errors.Join(err, is.eachRing(ctx, waiting, now, is.hurryRing))
	ended, unsettled := is.store.UnsettledRings(ctx, now.Add(-market.ChangeMind))
	return errors.Join(err, unsettled, is.eachRing(ctx, ended, now, is.settleRing))
}

func (is *Introductions) hurryRing(ctx context.Context, tx *store.Tx, r market.Ring, now time.Time) error {
	if r, over := r.Lapse(now); over {
		return is.closeRing(ctx, tx, r, now)
	}
	for _, m := range r.Members {
		if r.State != market.Proposed || m.Answer != market.NoAnswer || m.ToldAt == nil || now.Sub(*m.ToldAt) < market.RemindAfter {
			continue
		}
		people, err := tx.Answerers(ctx, m.GroupID, now)
		if err != nil {
			return err
		}
		if err := writeRing(ctx, tx, market.RingReminder, r.ID, m.GroupID, people, now); err != nil {
			return err
		}
	}
	return nil
}

func (is *Introductions) settleRing(ctx context.Context, tx *store.Tx, r market.Ring, now time.Time) error {
	if r.State != market.Declined || r.SettledAt != nil || now.Sub(*r.EndedAt) < market.ChangeMind {
		return nil
	}
	return is.endRing(ctx, tx, r, now)
}
