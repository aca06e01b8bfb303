package introduction_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/store"
)

// newPlace is a place of who gives.
func (m *met) newPlace(label string) market.ID {
	m.t.Helper()
	p, err := m.accounts.AddPlace(m.ctx, m.giver.viewer, market.Place{GroupID: m.giver.group.ID, Label: label, Outcode: "SE10", Borough: "Greenwich",
		Region: "London", Precision: market.ByPostcode, Exact: market.Point{Lat: 51.4826, Lng: 0.0077}}, label+string(market.NewID()), m.now)
	m.must(err)
	return p.ID
}

// edit changes what one of the two posted.
func (m *met) edit(ctx context.Context, who neighbour, id market.ID, change func(*market.Listing)) error {
	e, err := m.store.OwnEntry(ctx, who.viewer, id, m.now)
	if err != nil {
		return err
	}
	change(&e.Listing)
	return m.listings.Edit(ctx, who.viewer, e.Listing, string(market.NewID()), m.now)
}

// changes what is offered, and has letters sent.
func (m *met) changes(change func(*market.Listing)) []mail.Outgoing {
	m.t.Helper()
	m.must(m.edit(m.ctx, m.giver, m.in.OfferID, change))
	return m.deliver()
}

// movesTo has what is offered be at a place, and has letters sent.
func (m *met) movesTo(to market.ID) []mail.Outgoing {
	m.t.Helper()
	return m.changes(func(l *market.Listing) { l.PlaceID = to })
}

// tells wants letters to both that it is somewhere else.
func (m *met) tells(got []mail.Outgoing, place, sequence string) {
	m.t.Helper()
	var to []string
	for _, o := range got {
		to = append(to, o.To)
		file := attached(o)
		for _, want := range []string{"LOCATION:" + place, "SEQUENCE:" + sequence + "\r\n", "UID:" + string(m.exchange().ID) + "-2@"} {
			if !strings.Contains(file, want) {
				m.t.Errorf("no %q in\n%s", want, file)
			}
		}
		if !strings.HasPrefix(o.Subject, "Somewhere else: “Church hall”") || !strings.Contains(o.Text, "Where: "+place) || !strings.Contains(unwrapped(o), "from 4 February") {
			m.t.Errorf("%q\n%s", o.Subject, o.Text)
		}
	}
	if slices.Sort(to); !slices.Equal(to, []string{"guest@choir.test", "host@hall.test"}) {
		m.t.Errorf("letters to %v, want both", to)
	}
}

func (m *met) none(what string, got []mail.Outgoing) {
	m.t.Helper()
	if len(got) != 0 {
		m.t.Errorf("%s: %q", what, got[0].Subject)
	}
}

// Where what is agreed takes place somewhere else by a change of what was posted, both get the place by mail, with a file that moves the
// entry, also while a change is suggested: each file has a number of its own. Of other changes they hear nothing, and nothing once it
// is over or one keeps the other apart. What has been stays where it was.
func TestBothAreToldWhenWhatIsAgreedTakesPlaceSomewhereElse(t *testing.T) {
	m := newlyMet(t)
	row, again, crypt, loft := m.newPlace("Choir Row 2"), m.newPlace("Choir Row 2"), m.newPlace("The crypt"), m.newPlace("The loft")
	m.none("nothing is agreed", m.movesTo(m.newPlace("The tower")))
	agreed := m.agree(evenings("2027-02-04", 3))
	m.deliver()
	m.tells(m.movesTo(row), "Choir Row 2", "2")
	m.none("the same place anew", m.movesTo(again))
	m.none("another word", m.changes(func(l *market.Listing) { l.Description = "With a piano." }))
	_, err := m.suggest(m.taker, evenings("2027-03-04", 3))
	m.must(err)
	if got := m.deliver(); len(got) != 1 {
		t.Fatalf("%d letters of the suggestion", len(got))
	}
	m.tells(m.movesTo(crypt), "The crypt", "3") // which a suggestion, not confirmed, does not change
	_, err = m.intros.Drop(m.ctx, m.giver.viewer, m.in.ID, m.exchange().Sequence, "", m.now)
	m.must(err)
	m.deliver()
	m.now = agreed.Slots[0].Until
	got := m.movesTo(row)
	m.tells(got, "Choir Row 2", "6")
	if strings.Contains(attached(got[0]), string(agreed.ID)+"-1@") {
		t.Errorf("what has been is somewhere else too:\n%s", attached(got[0]))
	}
	m.must(m.intros.Block(m.ctx, m.taker.viewer, m.taker.group.ID, m.giver.group.ID, m.now))
	m.none("kept apart", m.movesTo(loft))
}

// A mail about what the two agreed that still waits when it is to be somewhere else goes, and says where.
func TestAMoveOvertakesNoMailAboutWhatWasAgreed(t *testing.T) {
	m := newlyMet(t)
	m.agree(evenings("2027-02-04", 3))
	var agreed, moved int
	for _, o := range m.movesTo(m.newPlace("The crypt")) {
		if file := attached(o); !strings.Contains(file, "LOCATION:The crypt") || !strings.Contains(file, "SEQUENCE:2\r\n") {
			t.Errorf("%q:\n%s", o.Subject, file)
		}
		switch {
		case strings.HasPrefix(o.Subject, "Agreed"):
			agreed++
		case strings.HasPrefix(o.Subject, "Somewhere else"):
			moved++
		}
	}
	if agreed != 2 || moved != 2 {
		t.Errorf("%d mails that it is agreed and %d that it moved, want 2 of each", agreed, moved)
	}
}

// Of moves that come one after the other nobody hears of each: of those on their way the last goes, and after some in a day it waits.
func TestNobodyIsToldOfMoveAfterMove(t *testing.T) {
	m := newlyMet(t)
	m.agree(evenings("2027-02-04", 3))
	m.deliver()
	row, crypt := m.newPlace("Choir Row 2"), m.newPlace("The crypt")
	for _, to := range []market.ID{row, crypt} {
		m.must(m.edit(m.ctx, m.giver, m.in.OfferID, func(l *market.Listing) { l.PlaceID = to }))
	}
	m.tells(m.movesTo(row), "Choir Row 2", "4")
	m.tells(m.movesTo(crypt), "The crypt", "5")
	m.tells(m.movesTo(row), "Choir Row 2", "6")
	later := func() (n int) {
		m.must(m.store.Pool().QueryRow(m.ctx, `select count(*) from outbox o join letters l on l.id = o.subject
			where l.state = 'waiting' and o.due_at > now() + interval '20 hours' and o.due_at < now() + interval '25 hours'`).Scan(&n))
		return n
	}
	m.now = m.now.Add(time.Hour)
	m.must(m.edit(m.ctx, m.giver, m.in.OfferID, func(l *market.Listing) { l.PlaceID = crypt }))
	if n := later(); n != 2 {
		t.Errorf("%d letters wait for the next day, want both", n)
	}
	m.now = m.now.Add(23 * time.Hour)
	m.tells(m.deliver(), "The crypt", "7")
	m.must(m.edit(m.ctx, m.giver, m.in.OfferID, func(l *market.Listing) { l.PlaceID = row }))
	if n := later(); n != 0 {
		t.Errorf("%d letters wait on the next day", n)
	}
	m.now = time.Date(2027, 2, 3, 12, 0, 0, 0, time.UTC) // the day before
	for i, to := range []market.ID{crypt, row, crypt, row, crypt} {
		m.must(m.edit(m.ctx, m.giver, m.in.OfferID, func(l *market.Listing) { l.PlaceID = to }))
		if n := later(); n != 0 {
			t.Errorf("of move %d before a use %d letters wait", i+1, n)
		}
		m.deliver()
	}
}

// Had online it is at no place, and nobody reads that it is at the place of who needs it.
func TestWhatIsHadOnlineByNowIsAtNoPlace(t *testing.T) {
	m := newlyMet(t)
	m.agree(evenings("2027-02-04", 3))
	m.deliver()
	got := m.changes(func(l *market.Listing) { l.Where = market.Online })
	if len(got) != 2 {
		t.Fatalf("%d letters", len(got))
	}
	for _, o := range got {
		if !strings.Contains(o.Text, "Where: Online") || strings.Contains(attached(o), "LOCATION") || !strings.Contains(attached(o), "SEQUENCE:2\r\n") {
			t.Errorf("%s\n%s", o.Text, attached(o))
		}
	}
	m.must(m.edit(m.ctx, m.taker, m.in.NeedID, func(l *market.Listing) { l.Where = market.Delivered }))
	m.none("the need's own place", m.deliver())
}

// Both sides may change what they posted at the same time, and one while the other agrees: neither waits for what the other holds.
func TestBothMoveAtOnce(t *testing.T) {
	m := newlyMet(t)
	m.agree(evenings("2027-02-04", 3))
	m.deliver()
	crypt, loft := m.newPlace("The crypt"), m.newPlace("The loft")
	ctx, stop := context.WithTimeout(m.ctx, 20*time.Second)
	defer stop()
	m.must(m.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.LockListing(ctx, m.in.NeedID); err != nil {
			return err
		}
		return m.edit(ctx, m.giver, m.in.OfferID, func(l *market.Listing) { l.PlaceID = crypt })
	}))
	var errs [2]error
	var wg sync.WaitGroup
	wg.Go(func() { errs[0] = m.edit(ctx, m.giver, m.in.OfferID, func(l *market.Listing) { l.PlaceID = loft }) })
	wg.Go(func() {
		errs[1] = m.edit(ctx, m.taker, m.in.NeedID, func(l *market.Listing) { l.Where = market.Collected })
	})
	wg.Wait()
	m.must(errs[0])
	m.must(errs[1])
	m.tells(m.deliver(), "The loft", "3")
}
