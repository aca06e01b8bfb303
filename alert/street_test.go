package alert_test

import (
	"context"
	"testing"
	"time"

	"wherewithal/account"
	"wherewithal/alert"
	"wherewithal/introduction"
	"wherewithal/letter"
	"wherewithal/listing"
	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/photo"
	"wherewithal/search"
	"wherewithal/store"
	"wherewithal/store/storetest"
)

// street is a few groups and their people, with all that tells them of what is new, and a clock of its own.
type street struct {
	t        *testing.T
	ctx      context.Context
	now      time.Time
	store    *store.Store
	index    *search.Postgres
	accounts *account.Accounts
	listings *listing.Listings
	intros   *introduction.Introductions
	letters  *letter.Letters
	alerts   *alert.Alerts
	posted   []mail.Outgoing
}

// Monday, in the morning.
var began = time.Date(2027, 1, 11, 9, 0, 0, 0, time.UTC)

func newStreet(t *testing.T) *street {
	s := &street{t: t, ctx: context.Background(), now: began, store: storetest.Open(t)}
	s.index = search.NewPostgres(s.store.Pool(), []byte("cursors"))
	s.must(s.index.Setup(s.ctx))
	s.accounts = account.New(s.store, account.Options{TokenSecret: []byte("tokens"), PlaceSecret: []byte("places")})
	s.listings = listing.New(s.store, photo.NewDarkroom())
	s.intros = introduction.New(s.store, listing.NewPool(s.store, func() time.Time { return s.now }), introduction.Caps{})
	s.alerts = s.worker()
	s.letters = letter.New(s.store, s, letter.Options{PublicURL: "https://hub.example", MailDomain: "hub.example",
		StopLink: account.MailLinks{Secret: []byte("tokens")}.Token,
		PurposeLink: func(purpose string, thing, other market.ID) string {
			return market.LinkToken([]byte("tokens"), purpose, thing, other)
		}})
	return s
}

// worker is another process with a copy of its own.
func (s *street) worker() *alert.Alerts { return alert.New(s.store, s.index, alert.NewCopy(s.store)) }

func (s *street) Send(_ context.Context, o mail.Outgoing) error {
	s.posted = append(s.posted, o)
	return nil
}

func (s *street) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// person signs in and has no group.
func (s *street) person(name string) market.Viewer {
	s.t.Helper()
	var p market.Person
	s.must(s.store.InTx(s.ctx, func(tx *store.Tx) (err error) { p, err = tx.Welcome(s.ctx, name+"@street.test", s.now); return err }))
	return s.viewer(market.Viewer{Person: p.ID})
}

// viewer is somebody as they are now.
func (s *street) viewer(v market.Viewer) market.Viewer {
	s.t.Helper()
	p, err := s.store.Person(s.ctx, v.Person)
	s.must(err)
	v, err = s.store.ViewerFor(s.ctx, p, s.now)
	s.must(err)
	return v
}

// founder has a group in Greenwich.
func (s *street) founder(name string) (market.Viewer, market.Group) {
	s.t.Helper()
	v := s.person(name)
	g, err := s.accounts.Found(s.ctx, v, market.Group{Name: "People of " + name, LegalForm: market.Informal}, &market.Place{Outcode: "SE10",
		Borough: "Greenwich", Region: "London", Precision: market.ByPostcode, Exact: market.Point{Lat: 51.4826, Lng: 0.0077}}, "found-"+name, s.now)
	s.must(err)
	return s.viewer(v), g
}

// posts something, and has the job done that follows.
func (s *street) posts(v market.Viewer, g market.Group, title string, changes ...func(*market.Listing)) market.Listing {
	s.t.Helper()
	l := s.publishes(v, g, title, changes...)
	s.looks(l.ID)
	return l
}

func (s *street) publishes(v market.Viewer, g market.Group, title string, changes ...func(*market.Listing)) market.Listing {
	s.t.Helper()
	places, err := s.store.Places(s.ctx, g.ID)
	s.must(err)
	l := market.Listing{GroupID: g.ID, PlaceID: places[0].ID, Side: market.Offer, Kind: market.Room, Title: title, Quantity: 1, Where: market.AtPlace, ReachKM: 3,
		Facts: market.Facts{"seated": 60.0}, Terms: market.Terms{Kind: market.Shared}, Circle: market.Anyone}
	for _, change := range changes {
		change(&l)
	}
	l, err = s.listings.Publish(s.ctx, v, l, market.OnceOnly{ID: string(market.NewID())}, s.now)
	s.must(err)
	return l
}

// looks is the job of a listing that was posted or changed.
func (s *street) looks(id market.ID) {
	s.t.Helper()
	s.must(listing.NewIndexer(s.store, s.index).Index(s.ctx, id, s.now))
	s.must(s.alerts.Look(s.ctx, id, s.now))
}

// saves a search for kilns, at once.
func (s *street) saves(v market.Viewer, changes ...func(*market.SavedSearch)) market.SavedSearch {
	s.t.Helper()
	saved := market.SavedSearch{Pace: market.AtOnce, Question: market.Question{Words: "kiln", Sides: []market.Side{market.Offer}}}
	for _, change := range changes {
		change(&saved)
	}
	saved, err := s.alerts.Save(s.ctx, v, saved, market.OnceOnly{ID: string(market.NewID())}, s.now)
	s.must(err)
	return saved
}

// mails does the jobs that wait to be done, hands over the letters they wrote, and gives what was sent.
func (s *street) mails() []mail.Outgoing {
	s.t.Helper()
	s.must(s.alerts.Turn(s.ctx, s.now))
	s.posted = nil
	waiting, err := s.store.LettersFrom(s.ctx, s.now, 100)
	s.must(err)
	for _, id := range waiting {
		s.must(s.letters.Send(s.ctx, id, s.now))
	}
	return s.posted
}

func (s *street) count(sql string, args ...any) (n int) {
	s.t.Helper()
	s.must(s.store.Pool().QueryRow(s.ctx, sql, args...).Scan(&n))
	return n
}

// later moves the clock.
func (s *street) later(by time.Duration) { s.now = s.now.Add(by) }

func inDigest(s *market.SavedSearch) { s.Pace = market.InDigest }
