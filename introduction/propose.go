package introduction

import (
	"context"
	"slices"
	"time"

	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/store"
)

// keepMatches is how many matches of a listing are kept for its page.
const keepMatches = 20

// Match looks for counterparts of a listing: it keeps the matches with their reasons, and has every need concerned
// looked at again. Safe to repeat: it works from what is there now.
func (is *Introductions) Match(ctx context.Context, id market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "Match(%s)", id)
	began := time.Now()
	if err := is.rank.CatchUp(ctx); err != nil {
		return err
	}
	if err := is.again(ctx, market.Job{Kind: market.MatchJob, Subject: id}); err != nil {
		return err
	}
	now = is.movedOn(now, began)
	entries, err := is.store.Entries(ctx, []market.ID{id}, now)
	if err != nil || len(entries) == 0 {
		return err
	}
	subject := entries[0]
	var found []matching.Found
	if standing(subject) {
		subject = is.rank.Complete(ctx, subject, now) // so that the first mail is no worse than the page
		ranking, err := is.rank.Rank(ctx, subject, now, keepMatches)
		if err != nil {
			return err
		}
		found = ranking.Matches
	}
	if err := is.keep(ctx, subject, found, now); err != nil {
		return err
	}
	if err := is.tidyRings(ctx, id, now); err != nil {
		return err
	}
	if subject.Listing.Side == market.Need {
		if held, err := is.holdNew(ctx, subject, now); err != nil || held {
			return err
		}
		return is.Fill(ctx, id, now)
	}
	return is.wakeNeeds(ctx, subject, found)
}

// holdNew has a need that was just posted wait for a sharing out when it came with many, and there can be one; see hold.
func (is *Introductions) holdNew(ctx context.Context, need market.Entry, now time.Time) (bool, error) {
	if at := need.Listing.OpenedAt; !standing(need) || at == nil || now.Sub(*at) >= newFor || is.rank.Ready() != nil {
		return false, nil
	}
	return is.hold(ctx, need.Listing, now)
}

// standing reports whether a listing can be matched at all.
func standing(e market.Entry) bool { return e.Listing.Life == market.Open && e.Group.Active }

func (is *Introductions) keep(ctx context.Context, subject market.Entry, found []matching.Found, now time.Time) error {
	return is.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.LockListing(ctx, subject.Listing.ID); err != nil {
			return err
		}
		var kept []market.ID
		for _, f := range found {
			m := f.Match
			m.FoundAt = now
			id, err := tx.SaveMatch(ctx, m)
			if err != nil {
				return err
			}
			kept = append(kept, id)
		}
		return tx.DropMatches(ctx, subject.Listing.ID, kept, now)
	})
}

// wakeNeeds has the needs that an offer matches looked at again, and those whose introductions to it may have ended.
func (is *Introductions) wakeNeeds(ctx context.Context, offer market.Entry, found []matching.Found) error {
	var needs []market.ID
	for _, f := range found {
		needs = append(needs, f.Other.Listing.ID)
	}
	open, err := is.store.IntroductionsFor(ctx, offer.Listing.ID)
	if err != nil {
		return err
	}
	for _, in := range open {
		if in.State.Open() && !slices.Contains(needs, in.NeedID) {
			needs = append(needs, in.NeedID)
		}
	}
	var jobs []market.Job
	for _, id := range needs {
		jobs = append(jobs, market.Job{Kind: market.FillJob, Subject: id})
	}
	return is.store.InTx(ctx, func(tx *store.Tx) error { return tx.Enqueue(ctx, time.Now(), jobs...) })
}

// Fill looks at a need: it withdraws introductions that no longer make sense, closes the need when it is filled, and
// proposes the next best offers when the governor allows a letter; otherwise they wait for the next look. Safe to
// repeat and to race.
func (is *Introductions) Fill(ctx context.Context, id market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "Fill(%s)", id)
	began := time.Now()
	if err := is.rank.CatchUp(ctx); err != nil {
		return err
	}
	if err := is.again(ctx, market.Job{Kind: market.FillJob, Subject: id}); err != nil {
		return err
	}
	return is.fillWith(ctx, id, is.propose, is.movedOn(now, began))
}

// movedOn is the business time after work that began at a moment of the machine's clock, when it was now: catching up after a start may
// take a minute, in which people answer, and what is done then must not seem to come before that. In whole seconds.
func (is *Introductions) movedOn(now, began time.Time) time.Time {
	return now.Add(is.since(began).Truncate(time.Second))
}

// proposal is what is chosen for a need.
type proposal struct {
	offers  []matching.Found      // best first
	past    []market.Introduction // so far, newest first
	room    int                   // for how many there is
	planned bool                  // a plan speaks for the need
}

// proposer puts what was chosen to a need.
type proposer func(ctx context.Context, tx *store.Tx, need market.Entry, p proposal, now time.Time) error

// fillWith looks at a need as Fill does, with another way to put the offers to it.
func (is *Introductions) fillWith(ctx context.Context, id market.ID, propose proposer, now time.Time) error {
	entries, err := is.store.Entries(ctx, []market.ID{id}, now)
	if err != nil || len(entries) == 0 || entries[0].Listing.Side != market.Need {
		return err
	}
	var candidates []matching.Found
	if standing(entries[0]) {
		ranking, err := is.rank.Rank(ctx, is.rank.Complete(ctx, entries[0], now), now, keepMatches)
		if err != nil {
			return err
		}
		candidates = ranking.Matches
	}
	if standing(entries[0]) && entries[0].Taken > 0 && !entries[0].Filled() { // its page says what would fill the rest
		if err := is.keep(ctx, entries[0], candidates, now); err != nil {
			return err
		}
	}
	if err := is.store.InTx(ctx, func(tx *store.Tx) error { return is.fill(ctx, tx, id, candidates, propose, now) }); err != nil {
		return err
	}
	return is.tidyRings(ctx, id, now)
}

func (is *Introductions) fill(ctx context.Context, tx *store.Tx, id market.ID, candidates []matching.Found, propose proposer, now time.Time) error {
	return is.fillBeside(ctx, tx, id, candidates, keepsPlace, propose, now)
}

// fillBeside is fill where those introductions keep a place for which keeps holds.
func (is *Introductions) fillBeside(ctx context.Context, tx *store.Tx, id market.ID, candidates []matching.Found, keeps func(market.Introduction) bool, propose proposer, now time.Time) error {
	if err := tx.LockListing(ctx, id); err != nil {
		return ignore(err)
	}
	past, err := tx.IntroductionsFor(ctx, id)
	if err != nil {
		return err
	}
	need, err := is.tidyUp(ctx, tx, id, past, now)
	if err != nil || !standing(need) {
		return err
	}
	plan, parts, err := tx.PlanFor(ctx, id)
	if err != nil || plan.Waits(now) {
		return err
	}
	room := is.caps.Proposals - countOf(past, keeps)
	if ignored, err := tx.Ignored(ctx, id); err != nil || ignored >= market.IgnoredInARow || room <= 0 {
		return err
	}
	if plan.Holds(now) {
		candidates = plannedFirst(candidates, parts)
	}
	return propose(ctx, tx, need, proposal{offers: choose(candidates, past), past: past, room: room, planned: plan.Holds(now)}, now)
}

// plannedFirst puts what a sharing out gives to a need before all else, in its order.
func plannedFirst(candidates []matching.Found, parts []market.SharePart) []matching.Found {
	var first []matching.Found
	for _, p := range parts {
		first = append(first, matching.Found{Match: market.Match{OfferID: p.OfferID, NeedID: p.NeedID}})
	}
	return append(first, slices.DeleteFunc(slices.Clone(candidates), func(f matching.Found) bool {
		return slices.ContainsFunc(parts, func(p market.SharePart) bool { return p.OfferID == f.Match.OfferID })
	})...)
}

// keepsPlace reports whether an introduction has a place among those that are open at once for its need. A no keeps it until its mind can
// no longer change.
func keepsPlace(in market.Introduction) bool {
	return in.State.Open() || in.State == market.Declined && in.SettledAt == nil
}

func countOpen(past []market.Introduction) int {
	return countOf(past, func(in market.Introduction) bool { return in.State.Open() })
}

func countOf(past []market.Introduction, which func(market.Introduction) bool) (n int) {
	for _, in := range past {
		if which(in) {
			n++
		}
	}
	return n
}

// choose leaves out candidates that were introduced to the need before. What was withdrawn without a no of
// either side (a pause, a listing that was closed for a while) may be put to them again.
func choose(candidates []matching.Found, past []market.Introduction) []matching.Found {
	var chosen []matching.Found
	for _, c := range candidates {
		met := slices.ContainsFunc(past, func(in market.Introduction) bool { return in.OfferID == c.Match.OfferID && !in.Undecided() })
		if !met {
			chosen = append(chosen, c)
		}
	}
	return chosen
}

// readers are the people of the need's group who want mails of proposals and whom the governor lets have one now; to the others
// their digest puts them. The answer to one's own new posting is outside its caps; an urgent need may go over them once.
func (is *Introductions) readers(ctx context.Context, tx *store.Tx, need market.Entry, past []market.Introduction, now time.Time) ([]market.Person, error) {
	people, err := tx.Answerers(ctx, need.Listing.GroupID, now)
	if err != nil {
		return nil, err
	}
	free := answers(need.Listing, past, now) || exceeds(need.Listing, past)
	lowered, err := tx.LoweredFor(ctx, need.Listing.GroupID, now)
	if err != nil {
		return nil, err
	}
	if people, err = wanting(ctx, tx, people, market.PossibleMatch); err != nil {
		return nil, err
	}
	slices.SortFunc(people, func(a, b market.Person) int { return compareID(a.ID, b.ID) })
	var allowed []market.Person
	for _, p := range people {
		ok, err := is.allows(ctx, tx, p, free, lowered, now)
		if err != nil {
			return nil, err
		}
		if ok {
			allowed = append(allowed, p)
		}
	}
	return allowed, nil
}

// wanting are those of some people who have not stopped all of some kinds of mail.
func wanting(ctx context.Context, tx *store.Tx, people []market.Person, kinds ...market.LetterKind) (want []market.Person, err error) {
	for _, p := range people {
		stopped, err := tx.StoppedMails(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(kinds, func(k market.LetterKind) bool { return !slices.Contains(stopped, k) }) {
			want = append(want, p)
		}
	}
	return want, nil
}

// newFor is how long a posting is new: the answer comes within seconds, or when what was away is back.
const newFor = time.Hour

// isNew reports whether the posting of a need was new at a time.
func isNew(need market.Listing, at time.Time) bool {
	return need.OpenedAt != nil && at.Sub(*need.OpenedAt) < newFor
}

// answers reports whether proposals of a need, past being those so far, newest first, are the answer to its posting: such a letter is
// outside the caps, and counts for none.
func answers(need market.Listing, past []market.Introduction, now time.Time) bool {
	return len(past) == 0 && isNew(need, now)
}

// exceeds reports whether proposals of a need may go over the caps: those of an urgent one once, beside the answer to its posting.
// They count all the same.
func exceeds(need market.Listing, past []market.Introduction) bool {
	rounds := map[time.Time]bool{}
	for _, in := range past {
		rounds[in.ProposedAt] = true
	}
	if len(past) > 0 && isNew(need, past[len(past)-1].ProposedAt) {
		delete(rounds, past[len(past)-1].ProposedAt)
	}
	return need.Urgent && len(rounds) == 0
}

// allows reports whether one of a group's people may get a mail of proposals now: by the house's caps, or lower ones of the
// group's networks or of the person.
func (is *Introductions) allows(ctx context.Context, tx *store.Tx, p market.Person, free bool, lowered market.Lowered, now time.Time) (bool, error) {
	if free {
		return true, nil
	}
	caps := is.caps.Under(lowered.Lowest(p.Lowered))
	if err := tx.LockPerson(ctx, p.ID); err != nil {
		return false, err
	}
	day, err := tx.ProposalsTo(ctx, p.ID, now.Add(-24*time.Hour))
	if err != nil {
		return false, err
	}
	week, err := tx.ProposalsTo(ctx, p.ID, now.AddDate(0, 0, -7))
	return day < caps.MailsADay && week < caps.MailsAWeek, err
}

func compareID(a, b market.ID) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// propose opens introductions for what was chosen and writes one letter to each person whom the governor lets have one;
// nothing when it lets nobody.
func (is *Introductions) propose(ctx context.Context, tx *store.Tx, need market.Entry, p proposal, now time.Time) error {
	if done, err := is.proposeByHand(ctx, tx, need, p, now); err != nil || done {
		return err
	}
	readers, err := is.readers(ctx, tx, need, p.past, now)
	if err != nil || len(readers) == 0 {
		return err
	}
	opened, err := is.openAll(ctx, tx, p, now)
	if err != nil || len(opened) == 0 {
		return err
	}
	return tellReaders(ctx, tx, readers, need, p.past, now, opened...)
}

// tellReaders writes to people of a need's group, past being what was proposed to it before.
func tellReaders(ctx context.Context, tx *store.Tx, readers []market.Person, need market.Entry, past []market.Introduction, now time.Time, opened ...market.ID) error {
	l := market.Letter{Kind: market.PossibleMatch, GroupID: need.Listing.GroupID, AboutID: need.Listing.ID, Free: answers(need.Listing, past, now)}
	for _, p := range readers {
		l.PersonID = p.ID
		if _, err := writeLetter(ctx, tx, l, now, opened...); err != nil {
			return err
		}
	}
	return nil
}

// proposeByHand puts what was chosen to those who look after a group of which nobody can be reached. False: somebody can, or
// nobody looks after it.
func (is *Introductions) proposeByHand(ctx context.Context, tx *store.Tx, need market.Entry, p proposal, now time.Time) (bool, error) {
	group := need.Listing.GroupID
	asked, err := askConnectors(ctx, tx, group, market.ByHandNeed, now)
	if err != nil || !asked {
		return false, err
	}
	opened, err := is.openAll(ctx, tx, p, now)
	if err != nil {
		return false, err
	}
	return askConnectors(ctx, tx, group, market.ByHandNeed, now, opened...)
}

// openQuietly opens introductions for what was chosen, of which a digest tells.
func (is *Introductions) openQuietly(ctx context.Context, tx *store.Tx, _ market.Entry, p proposal, now time.Time) error {
	_, err := is.openAll(ctx, tx, p, now)
	return err
}

// openAll checks each chosen pair again, inside the transaction, and opens introductions for as many as there is room, best
// first. A need for which a plan speaks is not proposed what that keeps for others.
func (is *Introductions) openAll(ctx context.Context, tx *store.Tx, p proposal, now time.Time) (opened []market.ID, err error) {
	for _, c := range p.offers {
		if len(opened) == p.room {
			break
		}
		id, err := is.open(ctx, tx, c.Match, p.planned, now)
		if err != nil {
			return nil, err
		}
		if id != "" {
			opened = append(opened, id)
		}
	}
	return opened, nil
}

// open keeps an introduction for a pair that still matches; no id when it no longer does, or only with what a plan keeps for
// other needs.
func (is *Introductions) open(ctx context.Context, tx *store.Tx, m market.Match, planned bool, now time.Time) (market.ID, error) {
	offer, need, err := pair(ctx, tx, m.OfferID, m.NeedID, now)
	if err != nil {
		return "", ignore(err)
	}
	if planned {
		if offer, err = withKept(ctx, tx, offer, m.NeedID, now); err != nil {
			return "", err
		}
	}
	verdict := matching.Explain(offer, need, now, matching.Options{})
	if !verdict.Fits {
		return "", nil
	}
	match := verdict.Match
	match.FoundAt = now
	matchID, err := tx.SaveMatch(ctx, match)
	if err != nil {
		return "", err
	}
	in := market.Introduction{ID: market.NewID(), Version: 1, MatchID: matchID, OfferID: m.OfferID, NeedID: m.NeedID,
		OfferGroupID: offer.Listing.GroupID, NeedGroupID: need.Listing.GroupID, State: market.Proposed,
		Amount: verdict.Amount, Reasons: match.Reasons, Slots: match.Slots, Fit: match.Fit, ProposedAt: now}
	if err := tx.OpenIntroduction(ctx, in); err != nil {
		return "", err
	}
	return in.ID, tx.Note(ctx, event(in, "", "", "proposed", now))
}

// withKept is an offer as if what plans keep of it for other needs than this were lent already.
func withKept(ctx context.Context, tx *store.Tx, offer market.Entry, need market.ID, now time.Time) (market.Entry, error) {
	kept, err := tx.KeptOf(ctx, []market.ID{offer.Listing.ID}, []market.ID{need}, now.Add(-market.PlanLasts))
	offer.Lent = slices.Clone(offer.Lent)
	for _, p := range kept {
		offer.Lent = append(offer.Lent, spansOf(p, offer, now)...)
	}
	return offer, err
}
