package leaks

import (
	"context"
	"crypto/sha256"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"wherewithal/account"
	"wherewithal/alert"
	"wherewithal/config"
	"wherewithal/conversation"
	"wherewithal/geocode"
	"wherewithal/introduction"
	"wherewithal/letter"
	"wherewithal/listing"
	"wherewithal/mail"
	"wherewithal/mail/catcher"
	"wherewithal/market"
	"wherewithal/network"
	"wherewithal/partner"
	"wherewithal/photo"
	"wherewithal/safety"
	"wherewithal/search"
	"wherewithal/store"
	"wherewithal/store/storetest"
	"wherewithal/web/api"
	"wherewithal/web/httpx"
	"wherewithal/web/pages"
)

// world is the site and the API on one database, in this process, with a log that is read afterwards.
type world struct {
	t        *testing.T
	ctx      context.Context
	now      time.Time
	store    *store.Store
	accounts *account.Accounts
	listings *listing.Listings
	intros   *introduction.Introductions
	talks    *conversation.Conversations
	letters  *letter.Letters
	partners *partner.Partners
	search   *search.Postgres
	engine   *httpx.Engine
	server   *httptest.Server
	log      storetest.Text
	mails    []mail.Outgoing
}

// Send is the mail server: it takes everything.
func (w *world) Send(_ context.Context, o mail.Outgoing) error {
	w.mails = append(w.mails, o)
	return nil
}

func open(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, ctx: t.Context(), now: time.Date(2027, 1, 11, 12, 0, 0, 0, time.UTC), store: storetest.Open(t)}
	cfg, err := config.Load("hub", []string{"REPLY_DOMAIN=reply.town.test", "INBOUND_SMTP_ADDR=127.0.0.1:2525"})
	w.must(err)
	secret := []byte(strings.Repeat("s", 32))
	cfg.TokenSecret = string(secret)
	clock := func() time.Time { return w.now }
	log := slog.New(slog.NewTextHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	slog.SetDefault(log)
	pool := listing.NewPool(w.store, clock)
	links := introduction.Links{Secret: secret}
	w.accounts = account.New(w.store, account.Options{TokenSecret: secret, PlaceSecret: secret})
	w.listings, w.intros = listing.New(w.store, photo.NewDarkroom()), introduction.New(w.store, pool, introduction.Caps{})
	w.talks, w.search = conversation.New(w.store, cfg.MailDomain(), photo.NewDarkroom()), search.NewPostgres(w.store.Pool(), secret)
	w.letters = letter.New(w.store, w, letter.Options{PublicURL: "http://town.test", MailDomain: "town.test",
		Addresses: letter.Addresses{Domain: cfg.ReplyDomain, Secret: secret}, StopLink: account.MailLinks{Secret: secret}.Token,
		PersonsLink: links.Token, OutcomeLink: links.OutcomeToken, RingLink: links.RingToken, RenewLink: listing.Links{Secret: secret}.RenewToken,
		SignInLink:   func(id market.ID) string { return w.accounts.LinkSecret(id).String() },
		MandateLink:  func(m market.Mandate, owner market.ID) string { return partner.MandateToken(secret, m, owner) },
		UnwantedLink: func(address string) string { return market.UnwantedToken(secret, address) },
		PurposeLink: func(purpose string, thing, other market.ID) string {
			return market.LinkToken(secret, purpose, thing, other)
		}})
	w.must(w.search.Setup(w.ctx))
	w.partners = partner.New(w.store, partner.Options{PlaceSecret: secret, TokenSecret: secret, Groups: w.accounts, Listings: w.listings})
	places, err := geocode.New(geocode.Config{})
	w.must(err)
	caught, err := catcher.Start(catcher.Options{})
	w.must(err)
	t.Cleanup(func() { _ = caught.Close() })
	w.engine, err = httpx.New(httpx.Options{Log: log})
	w.must(err)
	limits := httpx.NewLimiter(nil, secret)
	pages.New(pages.Options{Config: cfg, Clock: clock, Store: w.store, Accounts: w.accounts, Listings: w.listings, Introductions: w.intros, Networks: network.New(w.store), Safety: safety.New(w.store, w.intros), Partners: w.partners, Alerts: alert.New(w.store, w.search, nil),
		Conversations: w.talks, Preview: pool, Search: w.search, Places: places, Limits: limits, Mails: caught}).Register(w.engine)
	api.New(api.Options{Config: cfg, Clock: clock, Store: w.store, Accounts: w.accounts, Partners: w.partners, Listings: w.listings, Alerts: alert.New(w.store, w.search, nil), Introductions: w.intros,
		Preview: pool, Search: w.search, Limits: limits}).Register(w.engine)
	w.server = httptest.NewServer(w.engine)
	t.Cleanup(w.server.Close)
	w.must(pool.CatchUp(w.ctx))
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) tx(do func(*store.Tx) error) { w.t.Helper(); w.must(w.store.InTx(w.ctx, do)) }

// neighbour is somebody with a group and a place; everything of theirs that others may not know has the name in it.
type neighbour struct {
	name    string // "giver"
	person  market.Person
	viewer  market.Viewer
	group   market.Group
	place   market.Place
	session string // cookie
	token   string // of the API
}

// neighbour whose own things are all planted. lat has four digits that stand nowhere else.
func (w *world) neighbour(name string, lat float64) *neighbour {
	w.t.Helper()
	n := &neighbour{name: name}
	w.tx(func(tx *store.Tx) (err error) {
		n.person, err = tx.Welcome(w.ctx, "me@planted-"+name+".test", w.now)
		return err
	})
	w.must(w.accounts.SetName(w.ctx, market.Viewer{Person: n.person.ID}, "Person planted"+name, "en-GB", w.now))
	v, err := w.store.ViewerFor(w.ctx, n.person, w.now)
	w.must(err)
	n.group, err = w.accounts.Found(w.ctx, v, market.Group{Name: "Group planted" + name, NameHidden: true, Alias: "Quiet " + name + " people", LegalForm: market.Informal},
		&market.Place{Label: "Hall planted" + name, Postcode: postcodes[name], Outcode: "SE10", Borough: "Greenwich", Region: "London",
			Precision: market.ByPoint, Exact: market.Point{Lat: lat, Lng: 0.0077}}, "found-"+name, w.now)
	w.must(err)
	n.viewer, err = w.store.ViewerFor(w.ctx, n.person, w.now)
	w.must(err)
	all, err := w.store.Places(w.ctx, n.group.ID)
	w.must(err)
	n.place = all[0]
	w.signsIn(n)
	return n
}

var postcodes = map[string]string{"giver": "SE10 9ZJ", "taker": "SE10 8ZK", "asker": "SE10 7ZL", "stranger": "SE10 6ZM", "host": "SE10 5ZN",
	"singer": "SE10 4ZP", "elder": "SE10 3ZQ", "baker": "SE10 2ZR", "potter": "SE10 1ZS", "weaver": "SE10 0ZT"}

// signsIn gives a browser and a program of theirs what lets them in.
func (w *world) signsIn(n *neighbour) {
	w.t.Helper()
	secret := account.NewSecret()
	hash := sha256.Sum256(secret)
	sessions := []market.Session{{ID: market.NewID(), PersonID: n.person.ID, Hash: hash[:], CreatedAt: w.now, SeenAt: w.now}}
	w.tx(func(tx *store.Tx) error { return tx.Plant(w.ctx, &sessions) })
	n.session = "wh=" + secret.String()
	var err error
	_, n.token, err = w.accounts.MakeToken(w.ctx, n.viewer, "a test", []market.Scope{market.MayRead, market.MayWrite}, 30, string(market.NewID()), w.now)
	w.must(err)
}

// offers a hall, or needs one, on Thursdays; the listing is matched and found.
func (w *world) posts(n *neighbour, side market.Side) market.Listing {
	w.t.Helper()
	thursday := market.Window{Repeat: market.Weekly, Days: market.DayBit(time.Thursday), Start: 18 * 60, End: 22 * 60}
	l := market.Listing{GroupID: n.group.ID, PlaceID: n.place.ID, Side: side, Kind: market.Room, Title: "Room of the quiet " + n.name + " people", Quantity: 1,
		Facts: market.Facts{"seated": 30.0}, Where: market.AtPlace, ReachKM: 5, Terms: market.Terms{Kind: market.Shared}, Circle: market.Anyone,
		When: market.When{Windows: []market.Window{thursday}}}
	if side == market.Need {
		l.When.Every, l.When.Times, l.When.Duration, l.When.From = market.Weekly, 2, 120, market.DateOf(w.now).AddDays(len(n.name)*5)
	}
	l, err := w.listings.Publish(w.ctx, n.viewer, l, market.OnceOnly{ID: string(market.NewID())}, w.now)
	w.must(err)
	w.must(w.intros.Match(w.ctx, l.ID, w.now))
	w.must(listing.NewIndexer(w.store, w.search).Index(w.ctx, l.ID, w.now))
	return l
}

// sends what waits to be sent.
func (w *world) sends() {
	w.t.Helper()
	ids, err := w.store.WaitingLetters(w.ctx, 1000)
	w.must(err)
	for _, id := range ids {
		w.must(w.letters.Send(w.ctx, id, w.now))
	}
}

// between is the introduction of two listings.
func (w *world) between(offer, need market.Listing) market.Introduction {
	w.t.Helper()
	all, err := w.store.IntroductionsFor(w.ctx, need.ID)
	w.must(err)
	i := slices.IndexFunc(all, func(in market.Introduction) bool { return in.OfferID == offer.ID })
	if i < 0 {
		w.t.Fatalf("%s and %s were not introduced", offer.Title, need.Title)
	}
	return all[i]
}

func (w *world) answers(n *neighbour, in market.Introduction, a market.Answer) {
	w.t.Helper()
	_, err := w.intros.Answer(w.ctx, n.viewer, in.ID, a, "", w.now)
	w.must(err)
}
