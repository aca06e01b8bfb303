package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
	"wherewithal/store"
)

// posting of another listing like the stage's offer, with everything filled in that a listing can say.
func (s *stage) posting() store.Posting {
	l := s.offer
	l.ID, l.PostedBy, l.Title, l.Description, l.Language = market.NewID(), s.host.ID, "Two halls", "Both warm", "en-GB"
	l.Tags, l.Facts, l.Quantity, l.Unit, l.Splittable, l.SmallestPart = []string{"warm"}, market.Facts{"seated": 40.0}, 2, "halls", true, 1
	l.ReachKM, l.Terms = 2.5, market.Terms{Kind: market.AtCost, Pence: 1200, Per: "hour"}
	l.Has, l.Requires, l.Asks = []market.Feature{market.StepFree}, []market.Feature{market.Parking}, market.Asks{Over18: true}
	l.Welcomes, l.NotAllowed, l.Involves = []market.Use{market.Children}, []market.Use{market.Alcohol}, []market.Use{market.Animals}
	l.Circle, l.Widens, l.Urgent, l.WidenedAt, l.PausedUntil, l.ClosedAt = market.InCity, true, true, &noon, &noon, &noon
	return store.Posting{Once: store.Once{ID: string(market.NewID()), Person: s.host.ID, Answer: string(l.ID), At: noon}, Listing: l, Queued: noon,
		Jobs:  []market.Job{{Kind: market.IndexJob, Subject: l.ID}, {Kind: market.MatchJob, Subject: l.ID}},
		Event: market.Event{At: noon, Actor: s.host.ID, OnBehalf: l.GroupID, Verb: "listing.published", Subject: "listing", SubjectID: l.ID}}
}

func TestPostKeepsWhatTheStepsOneByOneKeep(t *testing.T) {
	s, ctx := newStage(t, 1), context.Background()
	posted, stepped := s.posting(), s.posting()
	if err := s.Post(ctx, posted); err != nil {
		t.Fatal(err)
	}
	s.change(t, func(tx *store.Tx) error {
		return errors.Join(tx.Remember(ctx, stepped.Once), tx.AddListing(ctx, stepped.Listing), tx.Enqueue(ctx, noon, stepped.Jobs...), tx.Note(ctx, stepped.Event))
	})
	for _, table := range []struct{ name, by string }{{"once", "answer::uuid"}, {"listings", "id"}, {"outbox", "subject"}, {"events", "subject_id"}, {"changes", "listing_id"}} {
		kept := func(p store.Posting) []string { return s.rows(t, table.name, table.by, p) }
		if diff := cmp.Diff(kept(stepped), kept(posted)); diff != "" || len(kept(posted)) == 0 {
			t.Errorf("%s: %s", table.name, diff)
		}
	}
}

// rows of a table about a posting's listing, without what differs from one to the next.
func (s *stage) rows(t *testing.T, table, by string, p store.Posting) (list []string) {
	t.Helper()
	rows, err := s.Pool().Query(context.Background(), `select (to_jsonb(r) - 'id' - 'answer' - 'seq' - 'xid' - 'subject' - 'subject_id' - 'listing_id')::text
		from `+table+` r where `+by+` = $1 order by to_jsonb(r) ->> 'id'`, p.Listing.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var row string
		if err := rows.Scan(&row); err != nil {
			t.Fatal(err)
		}
		list = append(list, row)
	}
	return list
}

func TestPostRefusesWhatWasPostedAndAnothersPlace(t *testing.T) {
	s, ctx := newStage(t, 1), context.Background()
	p := s.posting()
	if err := s.Post(ctx, p); err != nil {
		t.Fatal(err)
	}
	again := s.posting()
	again.Once.ID = p.Once.ID
	if err := s.Post(ctx, again); !errors.Is(err, market.ErrRepeated) {
		t.Errorf("the same once-only id: %v", err)
	}
	strange := s.posting()
	strange.Listing.PlaceID = s.need.PlaceID
	if err := s.Post(ctx, strange); !errors.Is(err, market.ErrNotFound) {
		t.Errorf("a place of another group: %v", err)
	}
	for _, refused := range []store.Posting{again, strange} {
		for _, table := range [][2]string{{"listings", "id"}, {"outbox", "subject"}, {"events", "subject_id"}, {"once", "answer::uuid"}} {
			if n := len(s.rows(t, table[0], table[1], refused)); n != 0 {
				t.Errorf("%d rows of %s were kept of what was refused", n, table[0])
			}
		}
	}
	strange.Listing.PlaceID = s.offer.PlaceID
	if err := s.Post(ctx, strange); err != nil {
		t.Errorf("mended: %v", err)
	}
}

func TestRacingPostsOfOneFormKeepOne(t *testing.T) {
	s, ctx := newStage(t, 1), context.Background()
	once, errs := string(market.NewID()), make(chan error, 8)
	for range cap(errs) {
		p := s.posting()
		p.Once.ID = once
		go func() { errs <- s.Post(ctx, p) }()
	}
	kept := 0
	for range cap(errs) {
		switch err := <-errs; {
		case err == nil:
			kept++
		case !errors.Is(err, market.ErrRepeated):
			t.Error(err)
		}
	}
	if kept != 1 {
		t.Errorf("%d were kept", kept)
	}
}

func TestCallerIsWhatTheSeparateReadsSay(t *testing.T) {
	s, ctx := newStage(t, 1), context.Background()
	network := market.Network{ID: market.NewID(), Slug: "greenwich", Name: "Greenwich", Level: market.Borough, CreatedAt: noon}
	session := market.Session{ID: market.NewID(), PersonID: s.host.ID, Hash: []byte("hash"), Device: "Firefox", CreatedAt: noon, SeenAt: noon}
	s.change(t, func(tx *store.Tx) error {
		return errors.Join(tx.AddNetwork(ctx, network), tx.KeepMember(ctx, market.NetworkMember{NetworkID: network.ID, GroupID: s.giver.ID, AgreedAt: &noon}),
			tx.StartSession(ctx, session), tx.Join(ctx, market.Membership{ID: market.NewID(), GroupID: s.taker.ID, PersonID: s.host.ID, Role: market.Reader, Since: noon}))
	})
	got, err := s.CallerByHash(ctx, session.Hash, noon)
	if err != nil {
		t.Fatal(err)
	}
	want := store.Caller{Session: session, Person: s.host}
	want.Viewer, err = s.ViewerFor(ctx, s.host, noon)
	if err != nil {
		t.Fatal(err)
	}
	if want.Groups, err = s.Groups(ctx, want.Viewer.Groups()); err != nil {
		t.Fatal(err)
	}
	for _, g := range []market.ID{s.giver.ID, s.taker.ID} {
		places, err := s.Places(ctx, g)
		if err != nil {
			t.Fatal(err)
		}
		want.Places = append(want.Places, places...)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := s.CallerByHash(ctx, []byte("another"), noon); !errors.Is(err, market.ErrNotFound) {
		t.Errorf("nobody's hash: %v", err)
	}
}

func TestCallerWithoutGroupAndWithAGroupThatHasNoPlaceOrSeveral(t *testing.T) {
	s, ctx := newStage(t, 1), context.Background()
	sign := func(hash string, p market.Person) {
		s.change(t, func(tx *store.Tx) error {
			return tx.StartSession(ctx, market.Session{ID: market.NewID(), PersonID: p.ID, Hash: []byte(hash), CreatedAt: noon, SeenAt: noon})
		})
	}
	sign("hosts", s.host)
	who := func(hash string, at time.Time) store.Caller {
		c, err := s.CallerByHash(ctx, []byte(hash), at)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	before := who("hosts", noon)
	later, earlier := before.Places[0], before.Places[0]
	later.ID, later.CreatedAt, later.Borough = market.NewID(), noon.Add(time.Hour), "Lewisham"
	earlier.ID, earlier.CreatedAt, earlier.Borough = market.NewID(), noon.Add(-time.Hour), "Newham"
	bare := before.Groups[0]
	bare.ID, bare.Name = market.NewID(), "A Bare Group"
	s.change(t, func(tx *store.Tx) error {
		_, err1 := tx.AddPlace(ctx, later, later.Public)
		_, err2 := tx.AddPlace(ctx, earlier, earlier.Public)
		return errors.Join(err1, err2, tx.AddGroup(ctx, bare), tx.Join(ctx, market.Membership{ID: market.NewID(), GroupID: bare.ID, PersonID: s.host.ID,
			Role: market.Owner, Since: noon}))
	})
	got := who("hosts", noon)
	if len(got.Groups) != len(before.Groups)+1 || got.Groups[0].Name != bare.Name || got.Viewer.Roles[bare.ID] != market.Owner {
		t.Errorf("groups %v, roles %v", got.Groups, got.Viewer.Roles)
	}
	var boroughs []string
	for _, l := range got.Places {
		boroughs = append(boroughs, l.Borough)
	}
	if diff := cmp.Diff([]string{"Newham", before.Places[0].Borough, "Lewisham"}, boroughs); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(boroughs, got.Viewer.Boroughs); diff != "" {
		t.Error(diff)
	}
	early := who("hosts", noon.Add(-1000*time.Hour))
	if early.Person.ID != s.host.ID || len(early.Groups)+len(early.Places)+len(early.Viewer.Roles) > 0 || early.Viewer.Roles == nil {
		t.Errorf("before any membership: %+v", early)
	}
}
