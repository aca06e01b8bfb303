package introduction

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/matching/calendar"
	"wherewithal/store"
)

// Answer takes one side's yes or no. reason is one of market.DeclineReasons (or none) when the answer is no.
//
// A yes of the need side has the offer's group asked; the second yes connects both, takes the capacity, and writes both
// letters. market.ErrTaken: someone else got the last unit first, whichever yes it is, or others were asked in the place of a no. market.ErrGone: the introduction has ended, one of
// the two closed, or a block keeps them apart. A connector who answered for a side says on whose word another answer is: v.Said; a
// *market.Invalid names what is missing of it.
// market.ErrRepeated: that was the answer already, nothing changed.
func (is *Introductions) Answer(ctx context.Context, v market.Viewer, id market.ID, a market.Answer, reason string, now time.Time) (market.Introduction, error) {
	return is.AnswerTo(ctx, v, id, Seen{}, a, reason, now)
}

// AnswerTo is Answer to what was seen. market.ErrConflict: that side has said something else since.
func (is *Introductions) AnswerTo(ctx context.Context, v market.Viewer, id market.ID, seen Seen, a market.Answer, reason string, now time.Time) (_ market.Introduction, err error) {
	defer market.Wrap(&err, "Answer(%s)", id)
	in, err := is.store.Introduction(ctx, v, id)
	if err != nil {
		return in, err
	}
	side, err := seen.sideFor(v, in, a)
	if err != nil {
		return in, err
	}
	if reason != "" && !slices.Contains(market.DeclineReasons, reason) {
		return in, market.Refuse("reason", "choice")
	}
	return is.answered(ctx, now, func(tx *store.Tx) (market.Introduction, error) {
		in, err := lock(ctx, tx, in)
		if err == nil {
			err = overtaken(seen.Had, in.AnswerOf(side), a)
		}
		if err != nil {
			return in, err
		}
		next, err := is.reply(ctx, tx, in, side, a, reason, v.Person, now)
		if err != nil {
			return next, err
		}
		return next, onWord(ctx, tx, v, in, side, market.AboutAnswer, a, now)
	})
}

// answered is a reply in a transaction, and what follows where somebody else was quicker, or one of the two closed and nothing ended it yet.
func (is *Introductions) answered(ctx context.Context, now time.Time, reply func(*store.Tx) (market.Introduction, error)) (in market.Introduction, err error) {
	err = is.store.InTx(ctx, func(tx *store.Tx) (err error) { in, err = reply(tx); return err })
	switch {
	case errors.Is(err, market.ErrTaken):
		err = errors.Join(err, is.lose(ctx, in, now))
	case errors.Is(err, market.ErrGone) && in.State.Open():
		err = errors.Join(err, is.store.InTx(ctx, func(tx *store.Tx) error { _, err := endSoon(ctx, tx, in, now); return err }))
	}
	return in, err
}

// sideFor is the side for which the viewer may answer. One who acts for both groups answers for the side whose turn
// it is.
func sideFor(v market.Viewer, in market.Introduction) (market.Side, error) {
	return in.SideOfViewer(v), mayAnswer(v, in, in.SideOfViewer(v))
}

func mayAnswer(v market.Viewer, in market.Introduction, side market.Side) error {
	if !v.Roles[in.GroupOf(side)].CanPost() {
		return market.ErrForbidden
	}
	return nil
}

func (is *Introductions) reply(ctx context.Context, tx *store.Tx, in market.Introduction, side market.Side, a market.Answer, reason string, by market.ID, now time.Time) (market.Introduction, error) {
	next, err := in.Reply(side, a, by, now)
	if err != nil {
		return in, err
	}
	offer, need, err := pair(ctx, tx, in.OfferID, in.NeedID, now)
	if err != nil {
		return in, err
	}
	if a == market.Yes {
		if err := worth(offer, need, now); err != nil {
			return in, err
		}
	}
	if in.State == market.Declined && next.State.Open() {
		if err := is.placeLeft(ctx, tx, in); err != nil {
			return in, err
		}
	}
	if next.State == market.Declined {
		next.DeclineReason = reason
	}
	if next.State == market.Connected {
		if next, err = is.connect(ctx, tx, next, offer, need, now); err != nil {
			return in, err
		}
	}
	if err := tx.ChangeIntroduction(ctx, next); err != nil {
		return in, err
	}
	next.Version++
	group := in.NeedGroupID
	if side == market.Offer {
		group = in.OfferGroupID
	}
	if err := tx.Note(ctx, event(in, by, group, verb(next, side, a), now)); err != nil {
		return in, err
	}
	return next, is.after(ctx, tx, next, offer, now)
}

// placeLeft refuses a no that would be open again where as many others of its need are by now: its group asked them in its place.
func (is *Introductions) placeLeft(ctx context.Context, tx *store.Tx, in market.Introduction) error {
	all, err := tx.IntroductionsFor(ctx, in.NeedID)
	if err == nil && countOpen(all) >= is.caps.Proposals {
		err = market.ErrTaken
	}
	return err
}

func verb(in market.Introduction, side market.Side, a market.Answer) string {
	if in.State == market.Connected {
		return "connected"
	}
	return string(side) + "_" + string(a)
}

// after does what follows at once from an answer: the offer's group is asked, both are told that they are connected, and
// the need is looked at again, as are all who wait for the offer: what is taken of it may have been the last.
func (is *Introductions) after(ctx context.Context, tx *store.Tx, in market.Introduction, offer market.Entry, now time.Time) error {
	switch in.State {
	case market.Asked:
		return is.askNext(ctx, tx, offer.Listing, now)
	case market.Connected:
		if err := restateOthers(ctx, tx, in, now); err != nil {
			return err
		}
		if err := is.tellConnected(ctx, tx, in, now); err != nil {
			return err
		}
		return errors.Join(is.askNext(ctx, tx, offer.Listing, now), tx.Enqueue(ctx, time.Now(), lookAgainAt(in)...))
	}
	return nil
}

// requestsLeft is how many more requests of an offer its group may be asked about now.
func (is *Introductions) requestsLeft(ctx context.Context, tx *store.Tx, group, offer market.ID, now time.Time) (int, error) {
	lowered, err := tx.LoweredFor(ctx, group, now)
	if err != nil {
		return 0, err
	}
	told, err := tx.Told(ctx, offer)
	return is.caps.Under(lowered).OpenRequests - told, err
}

// askNext writes to the offer's group about those who said yes and of whom it does not know yet, as long as it has fewer
// open requests than the caps allow, and something is left for them. The rest wait their turn.
func (is *Introductions) askNext(ctx context.Context, tx *store.Tx, offer market.Listing, now time.Time) error {
	room, err := is.requestsLeft(ctx, tx, offer.GroupID, offer.ID, now)
	if err != nil || room <= 0 {
		return err
	}
	waiting, err := inTurn(ctx, tx, offer.ID, room, now)
	if err != nil {
		return err
	}
	people, digested, err := requestReaders(ctx, tx, offer.GroupID, now)
	if err != nil {
		return err
	}
	for _, in := range waiting {
		asked, err := askConnectors(ctx, tx, offer.GroupID, market.ByHandOffer, now, in.ID)
		if err != nil {
			return err
		}
		if asked {
			continue // its own people cannot be reached, and the clock starts with the connector's letter
		}
		if len(people) == 0 && !digested { // nobody to write to: the clock runs all the same, or it would never end
			if err := tx.ToldOffer(ctx, []market.ID{in.ID}, now); err != nil {
				return err
			}
		}
		for _, p := range people {
			if _, err := write(ctx, tx, market.SomeoneWouldLike, p, offer.GroupID, in.ID, now, in.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// requestReaders are those of a group who want letters about what somebody would like. digested: such a letter reaches none of
// them, and a digest does: it puts the requests to them, in their turn.
func requestReaders(ctx context.Context, tx *store.Tx, group market.ID, now time.Time) (people []market.Person, digested bool, err error) {
	all, err := tx.Answerers(ctx, group, now)
	if err != nil {
		return nil, false, err
	}
	if lettered, err := reached(ctx, tx, all, market.SomeoneWouldLike); err != nil || !lettered {
		if digested, found := reached(ctx, tx, all, market.DigestLetter); digested || err != nil || found != nil {
			return nil, digested, errors.Join(err, found)
		}
	}
	people, err = wanting(ctx, tx, all, market.SomeoneWouldLike)
	return people, false, err
}

// connect takes the capacity and gives each side its masked address. The pair is worked out anew: what was free when it
// was proposed may be lent by now.
func (is *Introductions) connect(ctx context.Context, tx *store.Tx, in market.Introduction, offer, need market.Entry, now time.Time) (market.Introduction, error) {
	verdict, err := lastLook(ctx, tx, offer, need, now)
	if err != nil {
		return in, err
	}
	if !verdict.Stands() {
		return in, market.ErrTaken // also where another group was quicker to fill the need
	}
	in = stated(in, verdict)
	if err := tx.Allocate(ctx, allocations(in, offer, verdict.Held, now)); err != nil {
		return in, err
	}
	word := offer.Listing.Kind
	in.OfferMask, in.NeedMask = mask(word), mask(word)
	ex := market.Exchange{ID: market.NewID(), IntroductionID: in.ID, Amount: in.Amount, Slots: in.Slots, Stage: market.Arranging, OpenSince: &now,
		Snapshot: snapshot(offer, need, verdict.Match), CreatedAt: now}
	return in, tx.AddExchange(ctx, ex)
}

// lastLook works a pair out anew. A need for which a plan speaks takes its own part and no other's; but nobody's yes is refused
// for the sake of a plan.
func lastLook(ctx context.Context, tx *store.Tx, offer, need market.Entry, now time.Time) (matching.Verdict, error) {
	plan, _, err := tx.PlanFor(ctx, need.Listing.ID)
	if err != nil {
		return matching.Verdict{}, err
	}
	if plan.Holds(now) {
		kept, err := withKept(ctx, tx, offer, need.Listing.ID, now)
		if err != nil {
			return matching.Verdict{}, err
		}
		if v := matching.Explain(kept, need, now, matching.Options{}); v.Stands() {
			return v, nil
		}
	}
	return matching.Explain(offer, need, now, matching.Options{}), nil
}

// allocations are one row an occurrence; without occurrences one, of what is held until the two agree on a time. What is given is taken for good.
func allocations(in market.Introduction, offer market.Entry, held market.Slot, now time.Time) []market.Allocation {
	slots := in.Slots
	if len(slots) == 0 && held.From.IsZero() {
		held = untimed(in, offer, now)
	}
	if len(slots) == 0 {
		slots = []market.Slot{held}
	}
	rows := make([]market.Allocation, len(slots))
	for i, s := range slots {
		until := &s.Until
		if offer.Listing.ForGood() {
			until = nil
		}
		rows[i] = market.Allocation{ID: market.NewID(), OfferID: in.OfferID, NeedID: in.NeedID, IntroductionID: in.ID,
			Amount: in.Amount, From: s.From, Until: until, CreatedAt: now}
	}
	if offer.Listing.ForGood() {
		return rows[:1] // given once, and gone
	}
	return rows
}

// untimed is what is held for an introduction without a time of which no rule has said it: as early as others leave so much of it free for
// so long.
func untimed(in market.Introduction, offer market.Entry, now time.Time) market.Slot {
	others := slices.DeleteFunc(slices.Clone(offer.Lent), func(a market.Allocation) bool { return a.IntroductionID == in.ID && in.ID != "" })
	l := offer.Listing
	from, free := calendar.StockOf(l, others).Earliest(in.Amount, l.Starts(now))
	if !free || l.ForGood() {
		from = now
	}
	return market.Slot{From: from, Until: from.Add(l.Untimed())}
}

func snapshot(offer, need market.Entry, m market.Match) market.Snapshot {
	return market.Snapshot{OfferTitle: offer.Listing.Title, NeedTitle: need.Listing.Title, Kind: offer.Listing.Kind, Terms: offer.Listing.Terms.Kind,
		Facts: offer.Listing.Facts, Networks: append(slices.Clone(offer.Group.Joined), need.Group.Joined...),
		Boroughs: []string{offer.Borough, need.Borough}, Weights: m.Weights}
}

// maskLetters are easy to read aloud and to type: no vowels, so no words; nothing that looks like something else.
const maskLetters = "23456789bcdfghjkmnpqrstvwxz"

// mask is the local part of an address that reaches one side of one introduction: the kind of thing and 10 letters
// (about 47 bits) that nobody guesses.
func mask(kind string) string {
	var b strings.Builder
	b.WriteString(kind + "-")
	for b.Len() < len(kind)+11 {
		var c [1]byte
		_, _ = rand.Read(c[:])
		if int(c[0]) < 256/len(maskLetters)*len(maskLetters) {
			b.WriteByte(maskLetters[int(c[0])%len(maskLetters)])
		}
	}
	return b.String()
}

// tellConnected writes to those who are spoken to for each side.
func (is *Introductions) tellConnected(ctx context.Context, tx *store.Tx, in market.Introduction, now time.Time) error {
	for _, side := range []market.Side{market.Need, market.Offer} {
		people, err := tx.SpokenTo(ctx, in, side, market.ConnectedLetter, now)
		if err != nil {
			return err
		}
		for _, p := range people {
			if _, err := write(ctx, tx, market.ConnectedLetter, p, in.GroupOf(side), in.ID, now, in.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// lose ends an introduction whose yes came too late for the last unit, and has the next best looked for.
func (is *Introductions) lose(ctx context.Context, in market.Introduction, now time.Time) error {
	return is.store.InTx(ctx, func(tx *store.Tx) error {
		in, err := lock(ctx, tx, in)
		if err != nil || !in.State.Open() {
			return err
		}
		offer, need, err := pair(ctx, tx, in.OfferID, in.NeedID, now)
		if err != nil {
			return err
		}
		why, over, err := comesTo(ctx, tx, in, offer, need, now)
		if !over { // a moment ago it did
			why = market.End{Cause: market.EndGone, Side: market.Offer}
		}
		return errors.Join(err, withdraw(ctx, tx, in, why, "", now))
	})
}
