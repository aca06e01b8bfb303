package letterbox_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"wherewithal/account"
	"wherewithal/conversation"
	"wherewithal/introduction"
	"wherewithal/letter"
	"wherewithal/listing"
	"wherewithal/mail"
	"wherewithal/mail/mailtest"
	"wherewithal/market"
	"wherewithal/photo"
	"wherewithal/store"
	"wherewithal/store/storetest"
	"wherewithal/worker/letterbox"
)

const (
	jo, ama = "jo@hall.test", "ama@southside.example"
	domain  = "reply.hub.test"
)

// street is two groups, a letterbox on a real socket, and a mail server that takes what we send.
type street struct {
	t       *testing.T
	ctx     context.Context
	now     time.Time
	store   *store.Store
	intros  *introduction.Introductions
	letters *letter.Letters
	talks   *conversation.Conversations
	out     *mailtest.Server
	addr    string // of the letterbox
	read    int    // mails looked at so far
	addrs   letter.Addresses
	viewers map[string]market.Viewer
	groups  map[string]market.Group
	listing *listing.Listings
}

func newStreet(t *testing.T, authServer string) *street {
	s := &street{t: t, ctx: context.Background(), now: time.Date(2027, 1, 11, 12, 0, 0, 0, time.UTC), store: storetest.Open(t), out: mailtest.Start(t, mailtest.Options{}),
		addrs: letter.Addresses{Domain: domain, Secret: []byte("tokens")}, viewers: map[string]market.Viewer{}, groups: map[string]market.Group{}}
	clock := func() time.Time { return s.now }
	s.listing = listing.New(s.store, photo.NewDarkroom())
	s.intros = introduction.New(s.store, listing.NewPool(s.store, clock), introduction.Caps{})
	s.talks = conversation.New(s.store, "wherewithal.example", photo.NewDarkroom())
	sender, err := mail.NewSender(mail.Config{URL: s.out.URL(), From: "Wherewithal <hello@wherewithal.example>", AllowExample: true})
	s.must(err)
	s.letters = letter.New(s.store, sender, letter.Options{PublicURL: "https://hub.example", MailDomain: "wherewithal.example", Addresses: s.addrs,
		RepliesCount: authServer != "", PersonsLink: introduction.Links{Secret: []byte("tokens")}.Token})
	box := letterbox.New(letterbox.Options{Addresses: s.addrs, AuthServer: authServer, PublicURL: "https://hub.example", Conversations: s.talks,
		Introductions: s.intros, Letters: s.letters, Clock: clock, Log: slog.New(slog.DiscardHandler)})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	s.must(err)
	s.addr = l.Addr().String()
	ctx, stop := context.WithCancel(s.ctx)
	done := make(chan error, 1)
	go func() { done <- box.Serve(ctx, l, time.Second) }()
	t.Cleanup(func() { stop(); <-done })
	s.join("Larkhollow Hall", jo, "Jo")
	s.join("Tansy Yard Choir", ama, "Ama")
	return s
}

func (s *street) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *street) join(group, address, name string) {
	s.t.Helper()
	accounts := account.New(s.store, account.Options{TokenSecret: []byte("tokens"), PlaceSecret: []byte("places")})
	var p market.Person
	s.must(s.store.InTx(s.ctx, func(tx *store.Tx) (err error) {
		if p, err = tx.Welcome(s.ctx, address, s.now); err != nil {
			return err
		}
		return tx.NamePerson(s.ctx, p.ID, name, "en-GB")
	}))
	v, err := s.store.ViewerFor(s.ctx, p, s.now)
	s.must(err)
	s.groups[address], err = accounts.Found(s.ctx, v, market.Group{Name: group, LegalForm: market.Informal}, &market.Place{Outcode: "SE10", Borough: "Greenwich",
		Region: "London", Precision: market.ByPostcode, Exact: market.Point{Lat: 51.4826, Lng: 0.0077}}, "found-"+group, s.now)
	s.must(err)
	s.viewers[address], err = s.store.ViewerFor(s.ctx, p, s.now)
	s.must(err)
}

var thursdays = market.Window{Repeat: market.Weekly, Days: market.DayBit(time.Thursday), Start: 18 * 60, End: 22 * 60}

func (s *street) posts(address string, l market.Listing) {
	s.t.Helper()
	places, err := s.store.Places(s.ctx, s.groups[address].ID)
	s.must(err)
	l.GroupID, l.PlaceID, l.Circle, l.Where = s.groups[address].ID, places[0].ID, market.Anyone, market.AtPlace
	l.Kind, l.Quantity, l.Terms = market.Room, 1, market.Terms{Kind: market.Shared}
	l, err = s.listing.Publish(s.ctx, s.viewers[address], l, market.OnceOnly{ID: string(market.NewID())}, s.now)
	s.must(err)
	s.must(s.intros.Match(s.ctx, l.ID, s.now))
}

// proposed is an introduction whose need side was told.
func (s *street) proposed() market.Introduction {
	s.t.Helper()
	s.posts(jo, market.Listing{Side: market.Offer, Title: "Church hall", Facts: market.Facts{"seated": 80.0}, When: market.When{Windows: []market.Window{thursdays}}})
	s.posts(ama, market.Listing{Side: market.Need, Title: "Room for a choir", Facts: market.Facts{"seated": 25.0}, ReachKM: 3,
		When: market.When{Windows: []market.Window{thursdays}, Every: market.Weekly, Times: 12, Duration: 120, From: "2027-02-01"}})
	s.delivered()
	return s.introduction()
}

func (s *street) introduction() market.Introduction {
	s.t.Helper()
	all, err := s.store.IntroductionsAfter(s.ctx, s.viewers[ama], "", "", 10)
	s.must(err)
	if len(all) != 1 {
		s.t.Fatalf("%d introductions", len(all))
	}
	return all[0]
}

func (s *street) connected() market.Introduction {
	s.t.Helper()
	in := s.proposed()
	for _, who := range []string{ama, jo} {
		_, err := s.intros.Answer(s.ctx, s.viewers[who], in.ID, market.Yes, "", s.now)
		s.must(err)
	}
	s.delivered()
	return s.introduction()
}

// delivered sends every letter that waits, and gives those that arrived since it was last asked.
func (s *street) delivered() []mailtest.Mail {
	s.t.Helper()
	waiting, err := s.store.WaitingLetters(s.ctx, 1000)
	s.must(err)
	for _, id := range waiting {
		s.must(s.letters.Send(s.ctx, id, s.now))
	}
	all := s.out.Log()
	fresh := all[s.read:]
	s.read = len(all)
	return fresh
}

// mails sends a mail over SMTP as a mail server would, and gives what the letterbox said.
func (s *street) mails(from, to, raw string) *smtp.SMTPError {
	s.t.Helper()
	c, err := smtp.Dial(s.addr)
	s.must(err)
	defer c.Close()
	err = c.SendMail(from, []string{to}, strings.NewReader(strings.ReplaceAll(strings.ReplaceAll(raw, "\r\n", "\n"), "\n", "\r\n")))
	var said *smtp.SMTPError
	if err != nil && !errors.As(err, &said) {
		s.t.Fatal(err)
	}
	return said
}

func (s *street) says(said *smtp.SMTPError, code int, words string) {
	s.t.Helper()
	switch {
	case code == 250 && said != nil:
		s.t.Errorf("refused: %v", said)
	case code != 250 && (said == nil || said.Code != code || !strings.Contains(said.Message, words)):
		s.t.Errorf("said %v, want %d %s", said, code, words)
	}
}

func (s *street) count(sql string) (n int) {
	s.t.Helper()
	s.must(s.store.Pool().QueryRow(s.ctx, sql).Scan(&n))
	return n
}

func corpus(t *testing.T, file string) string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func (s *street) bounced() bool {
	s.t.Helper()
	p, err := s.store.PersonAt(s.ctx, ama)
	s.must(err)
	return p.Bounced
}
