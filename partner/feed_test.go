package partner_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"wherewithal/geocode"
	"wherewithal/market"
	"wherewithal/network"
	"wherewithal/partner"
	"wherewithal/store"
)

// moving does something after each move of a listing, in its transaction.
type moving struct {
	partner.Poster
	then func(*store.Tx) error
}

func (m moving) MoveIn(ctx context.Context, tx *store.Tx, v market.Viewer, id market.ID, to market.Life, now time.Time) error {
	if err := m.Poster.MoveIn(ctx, tx, v, id, to, now); err != nil {
		return err
	}
	return m.then(tx)
}

func TestAPartnerThatSpeaksWhileItsListingsArePausedEndsThat(t *testing.T) {
	w, b := feeding(t)
	w.says(w.asks(b, w.choir("c1", "ama@choir.test")), partner.Reply{Yes: true})
	w.sends(b, chairs("l1", "c1"))
	w.sends(b, chairs("l2", "c1"))
	w.now = w.now.Add(market.QuietAfter)
	w.must(w.partners.Turn(w.ctx, w.now))
	w.now = w.now.Add(market.StoppedAfter - market.QuietAfter)
	w.partners.Listings = moving{w.partners.Listings, func(tx *store.Tx) error {
		_, err := tx.Fed(w.ctx, b.Partner.ID, w.now)
		return err
	}}
	ctx, done := context.WithTimeout(w.ctx, 10*time.Second)
	defer done()
	w.must(w.partners.Turn(ctx, w.now))
	if n := w.count(`select count(*) from listings where life = 'open'`); n != 1 {
		t.Errorf("%d are open, want the one that was not reached", n)
	}
}

// asking is a geocoder that does something before its first answer.
type asking struct {
	geocode.Geocoder
	first func() error
}

func (a *asking) Locate(ctx context.Context, now time.Time, text string) (geocode.Answer, error) {
	if first := a.first; first != nil {
		a.first = nil
		if err := first(); err != nil {
			return geocode.Answer{}, err
		}
	}
	return a.Geocoder.Locate(ctx, now, text)
}

func TestWhatWaitedGivesWayToWhatCameSince(t *testing.T) {
	places, err := geocode.New(geocode.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for name, answer := range map[string]error{"still fit to post": nil, "fit no more": market.Refuse("postcode", "postcode_unknown")} {
		t.Run(name, func(t *testing.T) {
			w, b := feeding(t)
			m := w.asks(b, w.choir("c1", "ama@choir.test"))
			early := chairs("l1", "c1")
			early.Postcode = "SE10"
			out := w.sends(b, early)
			_, err := w.partners.AnswerByLink(w.ctx, w.token(m), partner.Reply{Yes: true}, w.now)
			w.must(err)
			late := chairs("l1", "c1")
			late.Listing.Title = "Forty folding chairs"
			w.partners.Places = &asking{places, func() error { w.sends(b, late); return answer }}
			w.must(w.partners.PostWaiting(w.ctx, m.ID, w.now))
			if n := w.count(`select count(*) from listings where title = 'Forty folding chairs'`); n != 1 || w.life(out.Supplied) != market.Open {
				t.Errorf("%d have the later title, and it is %s", n, w.life(out.Supplied))
			}
		})
	}
}

func TestNothingIsPostedOnceNobodyLetsThePartnerPost(t *testing.T) {
	w, b := feeding(t)
	m := w.says(w.asks(b, w.choir("c1", "ama@choir.test")), partner.Reply{Yes: true})
	v := w.owner(m)
	was := w.sends(b, chairs("l1", "c1"))
	w.must(w.partners.Withdraw(w.ctx, v, m.GroupID, m.ID, w.now))
	w.now = w.now.Add(market.MandateNo + time.Hour)
	m = w.asks(b, w.choir("c1", "ama@choir.test"))
	waits := w.sends(b, chairs("l2", "c1"))
	other := w.asks(b, w.choir("c2", "bea@choir.test"))
	_, err := w.partners.AnswerAsOwner(w.ctx, v, m.GroupID, m.ID, partner.Reply{Yes: true}, w.now)
	w.must(err)
	w.must(w.partners.End(w.ctx, w.oper, w.wish("").ID, "", w.now))
	w.must(w.partners.PostWaiting(w.ctx, m.ID, w.now))
	w.must(w.partners.Resume(w.ctx, b.Partner.ID, w.now))
	if a, b := w.life(was.Supplied), w.life(waits.Supplied); a != market.Paused || b != "waiting" {
		t.Errorf("what was paused is %s, what waited %s", a, b)
	}
	_, err = w.partners.Put(w.ctx, b, chairs("l3", "c1"), w.now) // as a file that is being done, or whoever's key was read a moment before
	w.wants("sent as the last grant ends", partner.ErrOutside, err)
	_, err = w.partners.AnswerByLink(w.ctx, w.token(other), partner.Reply{Yes: true}, w.now)
	w.wants("a yes to a partner that may not post", market.ErrGone, err)
	w.must(w.partners.AskMore(w.ctx, w.asker, w.theirs.ID, nil, market.PartnerScopes, w.now))
	w.must(w.partners.Decide(w.ctx, w.oper, w.wish("").ID, yes, w.now))
	w.works(m.ID, 3) // those of two yeses, and this
	if a, b := w.life(was.Supplied), w.life(waits.Supplied); a != market.Open || b != market.Open {
		t.Errorf("let in again, what was paused is %s, what waited %s", a, b)
	}
}

func TestWhoMayPostInANetworkPostsForItsGroupsOnly(t *testing.T) {
	w, b := feeding(t)
	w.must(w.partners.End(w.ctx, w.oper, w.wish("").ID, "", w.now))
	w.must(w.partners.Decide(w.ctx, w.connector, w.wish(w.above).ID, yes, w.now))
	m := w.asks(b, w.choir("c1", "ama@choir.test"))
	out := w.sends(b, chairs("l1", "c1"))
	m = w.says(m, partner.Reply{Yes: true})
	_, err := w.partners.Put(w.ctx, b, chairs("l2", "c1"), w.now)
	w.wants("for a group of none", partner.ErrOutside, err)
	if got := w.life(out.Supplied); got != "waiting" {
		t.Errorf("what waited is %s", got)
	}
	w.joins(m.GroupID, w.below)
	w.sends(b, chairs("l1", "c1"))
	if got := w.life(out.Supplied); got != market.Open {
		t.Errorf("sent again after it joined, it is %s", got)
	}
	w.falls(out.Supplied)
	w.must(w.partners.PostWaiting(w.ctx, m.ID, w.now))
	if got := w.life(out.Supplied); got != market.Paused {
		t.Errorf("before anything came again it is %s", got)
	}
	w.must(w.store.InTx(w.ctx, func(tx *store.Tx) error {
		_, err := tx.Fed(w.ctx, b.Partner.ID, w.now)
		return errors.Join(err, tx.DropMember(w.ctx, w.below, m.GroupID))
	}))
	ctx, done := context.WithTimeout(w.ctx, 10*time.Second)
	defer done()
	w.must(w.partners.Resume(ctx, b.Partner.ID, w.now))
	if got := w.life(out.Supplied); got != market.Paused {
		t.Errorf("after it left it is %s", got)
	}
	networks := network.New(w.store)
	w.must(networks.Ask(w.ctx, w.owner(m), w.elsewhere, m.GroupID, w.now))
	here := market.Viewer{Person: w.connector.Person, Connects: []market.ID{w.above, w.elsewhere}}
	w.must(networks.Answer(w.ctx, here, w.elsewhere, m.GroupID, true, "", w.now))
	w.works(m.ID, 2) // that of the yes, and this
	if got := w.life(out.Supplied); got != market.Paused {
		t.Errorf("after it joined another network it is %s", got)
	}
	w.must(networks.Tie(w.ctx, here, w.elsewhere, w.above, w.now))
	w.works(m.ID, 3)
	if got := w.life(out.Supplied); got != market.Open {
		t.Errorf("after that came to lie below one that lets the partner post it is %s", got)
	}
	w.must(networks.Part(w.ctx, w.owner(m), w.elsewhere, m.GroupID, w.now))
	w.must(networks.Ask(w.ctx, w.owner(m), w.above, m.GroupID, w.now))
	w.must(networks.Answer(w.ctx, here, w.above, m.GroupID, true, "", w.now))
	w.works(m.ID, 3) // nothing waits
}

// Whether a group with an alias is in the networks that let a partner in would say where it is: by its id it is asked in none of them.
func TestAnAliasIsAskedByItsAddressAlone(t *testing.T) {
	w, b := feeding(t)
	m := w.says(w.asks(b, w.choir("c1", "ama@choir.test")), partner.Reply{Yes: true})
	w.must(w.partners.Withdraw(w.ctx, w.owner(m), m.GroupID, m.ID, w.now))
	w.now = w.now.Add(market.MandateNo + time.Hour)
	w.joins(m.GroupID, w.below)
	ask := func(reference string) error {
		_, err := w.partners.AskGroup(w.ctx, b, market.Mandate{Reference: reference, GroupID: m.GroupID}, nil, w.now)
		return err
	}
	refused := func(what string, err error) {
		t.Helper()
		var bad *market.Invalid
		if !errors.As(err, &bad) || len(bad.Faults) != 1 || bad.Faults[0].Code != "mandate_group" {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err := w.store.Pool().Exec(w.ctx, `update groups set name_hidden = true, alias = 'A women’s group' where id = $1`, m.GroupID)
	w.must(err)
	w.must(ask("whole"))
	_, err = w.store.Pool().Exec(w.ctx, `delete from mandates where reference = 'whole'`)
	w.must(err)
	w.must(w.partners.End(w.ctx, w.oper, w.wish("").ID, "", w.now))
	w.must(w.partners.Decide(w.ctx, w.connector, w.wish(w.above).ID, yes, w.now))
	_, text := w.key(false)
	b, err = w.partners.WhoBears(w.ctx, text, w.now)
	w.must(err)
	refused("in the network", ask("c2"))
	w.must(w.store.InTx(w.ctx, func(tx *store.Tx) error { return tx.DropMember(w.ctx, w.below, m.GroupID) }))
	refused("outside it", ask("c3"))
	w.asks(b, w.choir("c4", "ama@choir.test"))
	w.joins(m.GroupID, w.below)
	_, err = w.store.Pool().Exec(w.ctx, `update groups set name_hidden = false where id = $1`, m.GroupID)
	w.must(err)
	w.must(ask("c5"))
}

// works wants so many jobs of a mandate to have been asked for since the beginning, and does what they do.
func (w *town) works(mandate market.ID, jobs int) {
	w.Helper()
	if n := w.count(`select count(*) from outbox where kind = 'mandate' and subject = '` + string(mandate) + `'`); n != jobs {
		w.Errorf("%d jobs post what waits, want %d", n, jobs)
	}
	w.must(w.partners.PostWaiting(w.ctx, mandate, w.now))
}

// falls silent for so long that what was posted is paused.
func (w *town) falls(s market.Supplied) {
	w.Helper()
	for _, after := range []time.Duration{market.QuietAfter, market.StoppedAfter - market.QuietAfter} {
		w.now = w.now.Add(after)
		w.must(w.partners.Turn(w.ctx, w.now))
	}
	if got := w.life(s); got != market.Paused {
		w.Fatalf("after a month of silence it is %s", got)
	}
}
