package speed

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wherewithal/introduction"
	"wherewithal/mail/mailtest"
	"wherewithal/market"
	"wherewithal/store"
)

// BenchmarkConnected has b.N people who were asked for a room say yes by the links in their mails, 20 a second, at a site
// with 10,000 other open listings; those who need it have said yes before. It says how long after such a yes was posted
// the mail server had taken both mails that introduce the two to each other. api, worker, Postgres (which waits for the
// disk), Redis and the mail server are real.
//
//	go test ./e2e/speed -run - -bench Connected -benchtime 300x
func BenchmarkConnected(b *testing.B) {
	if b.N == 1 {
		return
	}
	w := newWorld(b)
	mails := mailtest.Start(b, mailtest.Options{})
	w.env = append(w.env, "SMTP_URL="+mails.URL(), "LOG_LEVEL=error")
	site := w.town(b)
	asked := w.asked(b, b.N+warmUp)
	w.settle(b)
	site.connect(b, asked[b.N:])
	w.settle(b)
	asked = asked[:b.N]
	posted := site.connect(b, asked)
	w.settle(b)

	introduced := map[string]time.Time{}
	for _, m := range mails.Log() {
		if strings.Contains(m.Subject, "introduced") {
			introduced[m.Rcpt] = m.At
		}
	}
	var times []time.Duration
	for i, p := range asked {
		gives, takes := introduced[p.gives], introduced[p.takes]
		if gives.IsZero() || takes.IsZero() {
			b.Fatalf("introduction %d: not both were told", i)
		}
		times = append(times, slices.MaxFunc([]time.Time{gives, takes}, time.Time.Compare).Sub(posted[i]))
	}
	report(b, times)
}

// connect says the last yes of each at its pace, and says when each was posted.
func (d *door) connect(b *testing.B, all []pair) []time.Time {
	b.Helper()
	posted := make([]time.Time, len(all))
	var answers sync.WaitGroup
	pace := time.NewTicker(time.Second / aSecond)
	defer pace.Stop()
	for i, p := range all {
		<-pace.C
		answers.Go(func() {
			posted[i] = time.Now()
			if got := d.act(b.Context(), p.link+"/yes", "", url.Values{"once": {string(market.NewID())}}); got != http.StatusSeeOther {
				b.Errorf("a yes is answered %d", got)
			}
		})
	}
	answers.Wait()
	return posted
}

// pair is an introduction that waits for the yes of the one who gives.
type pair struct {
	gives, takes string // mail addresses
	link         string // where the one who gives answers
}

// asked are so many introductions, of as many halls and choirs.
func (w *world) asked(b *testing.B, n int) []pair {
	b.Helper()
	var all []pair
	var r rows
	for i := range n {
		at := market.Point{Lat: 51.4 + 0.2*float64(i)/float64(n), Lng: -0.1}
		offer, need := r.neighbour(market.Offer, i, at), r.neighbour(market.Need, i, at)
		before := offer.CreatedAt
		in := market.Introduction{ID: market.NewID(), Version: 1, OfferID: offer.ID, NeedID: need.ID, OfferGroupID: offer.GroupID, NeedGroupID: need.GroupID,
			State: market.Asked, NeedAnswer: market.Yes, NeedBy: need.PostedBy, Amount: 1, Fit: 0.5,
			ProposedAt: before, NeedToldAt: &before, AskedAt: &before, OfferToldAt: &before, AnsweredAt: &before}
		r.introductions = append(r.introductions, in)
		all = append(all, pair{gives: r.people[2*i].Address, takes: r.people[2*i+1].Address,
			link: "/i/" + introduction.Links{Secret: []byte(tokenSecret)}.Token(in.ID, offer.PostedBy)})
	}
	if err := w.InTx(b.Context(), r.plant); err != nil {
		b.Fatal(err)
	}
	return all
}

// rows of those who are introduced.
type rows struct {
	people        []market.Person
	groups        []market.Group
	memberships   []market.Membership
	places        []market.Place
	listings      []market.Listing
	introductions []market.Introduction
}

func (r *rows) plant(tx *store.Tx) error {
	ctx := context.Background()
	return errors.Join(tx.Plant(ctx, &r.people), tx.PlantGroups(ctx, r.groups), tx.Plant(ctx, &r.memberships), tx.Plant(ctx, &r.places),
		tx.Plant(ctx, &r.listings), tx.Plant(ctx, &r.introductions))
}

// neighbour adds a group with one person, who offers a hall on Thursdays or asks for one.
func (r *rows) neighbour(side market.Side, i int, at market.Point) market.Listing {
	before := time.Now().UTC().Add(-time.Hour)
	ends := before.Add(market.OpenFor)
	p := market.Person{ID: market.NewID(), Address: fmt.Sprintf("%s%d@connected.test", side, i), Name: "Pat", Language: "en-GB", Zone: market.DefaultZone, CreatedAt: before}
	g := market.Group{ID: market.NewID(), Name: fmt.Sprintf("Connected %s %d", side, i), LegalForm: market.Constituted, CreatedAt: before}
	place := market.Place{ID: market.NewID(), GroupID: g.ID, Outcode: "SE10", Borough: "Greenwich", Region: "London", Precision: market.ByPoint,
		Exact: at, Public: market.Blur([]byte(placeSecret), at), Zone: market.DefaultZone, CreatedAt: before}
	l := market.Listing{ID: market.NewID(), Version: 1, GroupID: g.ID, PostedBy: p.ID, Side: side, Kind: market.Room, Language: "en-GB",
		Title: "A hall", Quantity: 1, Where: market.AtPlace, ReachKM: 3, PlaceID: place.ID, Terms: market.Terms{Kind: market.Shared}, Facts: market.Facts{"seated": 40.0},
		Circle: market.Anyone, Life: market.Open, OpenedAt: &before, ExpiresAt: &ends, CreatedAt: before, UpdatedAt: before}
	l.When.Windows = []market.Window{{Repeat: market.Weekly, Days: market.DayBit(time.Thursday), Start: 18 * 60, End: 22 * 60}}
	if side == market.Need {
		l.Title, l.Facts = "Room for a choir", market.Facts{"seated": 25.0}
		from := market.DateOf(before.AddDate(0, 0, 14))
		l.When.Every, l.When.Times, l.When.Duration, l.When.From = market.Weekly, 4, 120, from
	}
	r.people, r.groups, r.places = append(r.people, p), append(r.groups, g), append(r.places, place)
	r.memberships = append(r.memberships, market.Membership{ID: market.NewID(), GroupID: g.ID, PersonID: p.ID, Role: market.Owner, Since: before})
	r.listings = append(r.listings, l)
	return l
}
