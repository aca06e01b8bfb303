package introduction_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"wherewithal/listing"
	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/store"
)

// on moves the clock and has listings follow it.
func (s *street) on(t time.Time) []mail.Outgoing {
	s.t.Helper()
	s.now = t
	s.must(s.listings.Turn(s.ctx, s.now))
	return s.deliver()
}

func TestAGroupIsToldBeforeAndWhenItsListingEnds(t *testing.T) {
	s := newStreet(t)
	giver := s.neighbour("Larkhollow Hall", "host@hall.test")
	offer := s.post(giver, hall("Church hall"))
	end := *offer.ExpiresAt
	for _, c := range []struct {
		before time.Duration
		says   string // in the subject; "": no mail
	}{
		{14*24*time.Hour + time.Minute, ""}, {14 * 24 * time.Hour, "Still right?"}, {13 * 24 * time.Hour, ""},
		{3 * 24 * time.Hour, "Still right?"}, {2 * 24 * time.Hour, ""}, {0, "Ended"}, {-time.Hour, ""},
	} {
		got := s.on(end.Add(-c.before))
		if c.says == "" && len(got) != 0 || c.says != "" && (len(got) != 1 || !strings.Contains(got[0].Subject, c.says) || got[0].To != "host@hall.test") {
			t.Errorf("%v before the end: %v, want %q", c.before, got, c.says)
		}
	}
}

func TestWhoWasAwayIsToldOnceOfTheNearer(t *testing.T) {
	s := newStreet(t)
	giver := s.neighbour("Larkhollow Hall", "host@hall.test")
	offer := s.post(giver, hall("Church hall"))
	for range 2 {
		s.on(offer.ExpiresAt.Add(-2 * 24 * time.Hour))
	}
	if n, err := s.store.LettersTo(s.ctx, giver.person.ID, market.ExpiringLetter, time.Time{}); err != nil || n != 1 {
		t.Errorf("%d mails (%v), want 1", n, err)
	}
}

func TestRenewingKeepsItOpenAnother90DaysOnce(t *testing.T) {
	s := newStreet(t)
	giver := s.neighbour("Larkhollow Hall", "host@hall.test")
	offer := s.post(giver, hall("Church hall"))
	if err := s.listings.Renew(s.ctx, giver.viewer, offer.ID, s.now); !errors.Is(err, market.ErrRepeated) {
		t.Errorf("renewing what is new: %v", err)
	}
	s.now = offer.ExpiresAt.Add(-24 * time.Hour)
	s.must(s.listings.Renew(s.ctx, giver.viewer, offer.ID, s.now))
	e, err := s.store.EntryFor(s.ctx, market.System, offer.ID, s.now)
	s.must(err)
	if got := e.Listing.ExpiresAt.Sub(s.now); got != market.OpenFor || !e.Listing.OpenedAt.Equal(*offer.OpenedAt) {
		t.Errorf("open for %v, since %v", got, e.Listing.OpenedAt)
	}
	if got := s.on(*offer.ExpiresAt); len(got) != 0 {
		t.Errorf("%v after it was renewed", got)
	}
	s.on(*e.Listing.ExpiresAt)
	s.must(s.listings.Renew(s.ctx, giver.viewer, offer.ID, s.now)) // it had expired
	if e, err = s.store.EntryFor(s.ctx, market.System, offer.ID, s.now); err != nil || e.Listing.Life != market.Open {
		t.Errorf("%s (%v), want open again", e.Listing.Life, err)
	}
	s.must(s.listings.Move(s.ctx, giver.viewer, offer.ID, market.Withdrawn, nil, s.now))
	if err := s.listings.Renew(s.ctx, giver.viewer, offer.ID, s.now); !errors.Is(err, market.ErrWrongState) {
		t.Errorf("renewing what its group closed: %v", err)
	}
}

func TestALinkToRenewIsForOneListingAndOnePersonOnly(t *testing.T) {
	s := newStreet(t)
	giver, other := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	offer := s.post(giver, hall("Church hall"))
	links := listing.Links{Secret: []byte("tokens")}
	l, v, err := s.listings.ByRenewLink(s.ctx, links, links.RenewToken(offer.ID, giver.person.ID, *offer.ExpiresAt), s.now)
	if err != nil || l.ID != offer.ID || v.Person != giver.person.ID || len(v.Roles) != 1 {
		t.Errorf("%v as %v (%v)", l.ID, v, err)
	}
	for name, bad := range map[string]string{"of a stranger": links.RenewToken(offer.ID, other.person.ID, *offer.ExpiresAt), "of another house": listing.Links{Secret: []byte("x")}.RenewToken(offer.ID, giver.person.ID, *offer.ExpiresAt),
		"of another purpose": market.LinkTokenUntil([]byte("tokens"), "outcome", offer.ID, giver.person.ID, *offer.ExpiresAt)} {
		if _, _, err := s.listings.ByRenewLink(s.ctx, links, bad, s.now); !errors.Is(err, market.ErrNotFound) {
			t.Errorf("a link %s: %v", name, err)
		}
	}
}

// An old mail is no key to a listing for ever, however often others renewed it since.
func TestALinkToRenewEnds90DaysAfterTheEndItSpeaksOf(t *testing.T) {
	s := newStreet(t)
	giver := s.neighbour("Larkhollow Hall", "host@hall.test")
	offer := s.post(giver, hall("Church hall"))
	links := listing.Links{Secret: []byte("tokens")}
	token := links.RenewToken(offer.ID, giver.person.ID, *offer.ExpiresAt)
	s.now = offer.ExpiresAt.AddDate(0, 0, -1)
	s.must(s.listings.Renew(s.ctx, giver.viewer, offer.ID, s.now))
	last := offer.ExpiresAt.AddDate(0, 0, 90)
	if _, _, err := s.listings.ByRenewLink(s.ctx, links, token, last); err != nil {
		t.Errorf("on its last day: %v", err)
	}
	if _, _, err := s.listings.ByRenewLink(s.ctx, links, token, last.Add(time.Minute)); !errors.Is(err, market.ErrGone) {
		t.Errorf("after it: %v, want gone", err)
	}
}

// Whoever posted it may be out of reach when it ends, or want no such mails: then those who may renew it with them are told instead.
func TestTheEndOfAListingReachesSomebodyOfItsGroup(t *testing.T) {
	for what, lose := range map[string]func(*street, market.Person){
		"mail comes back": func(s *street, p market.Person) {
			s.must(s.store.InTx(s.ctx, func(tx *store.Tx) error { return tx.MarkBounced(s.ctx, p.ID, true) }))
		},
		"such mails are stopped": func(s *street, p market.Person) { s.stops(p, market.ExpiringLetter, market.ExpiredLetter) },
	} {
		t.Run(what, func(t *testing.T) {
			s := newStreet(t)
			giver := s.neighbour("Larkhollow Hall", "host@hall.test")
			s.joins(giver, "kit@hall.test")
			offer := s.post(giver, hall("Church hall"))
			lose(s, giver.person)
			for _, before := range []time.Duration{14 * 24 * time.Hour, 3 * 24 * time.Hour, 0} {
				if got := s.on(offer.ExpiresAt.Add(-before)); len(got) != 1 || got[0].To != "kit@hall.test" {
					t.Errorf("%v before the end: %v, want a mail to the colleague", before, got)
				}
			}
		})
	}
}
