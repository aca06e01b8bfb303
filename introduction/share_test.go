package introduction_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"wherewithal/introduction"
	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/store"
)

func (s *street) shareOut() market.ShareOut {
	s.t.Helper()
	out, err := s.intros.ShareOut(s.ctx, introduction.Sharing{Cause: market.OnDemand}, s.now)
	s.must(err)
	return out
}

// offered are the offers that were put to a need and not refused, by title.
func (s *street) offered(need market.Listing) (titles []string) {
	s.t.Helper()
	all, err := s.store.IntroductionsFor(s.ctx, need.ID)
	s.must(err)
	for _, in := range all {
		if in.State.Open() {
			e, err := s.store.EntryFor(s.ctx, market.System, in.OfferID, s.now)
			s.must(err)
			titles = append(titles, e.Listing.Title)
		}
	}
	slices.Sort(titles)
	return titles
}

// contest is a street with a hall that two choirs want. One of them could do with a plainer room, at fewer evenings.
func contest(t *testing.T) (s *street, easy, strict market.Listing, people map[market.ID]neighbour) {
	s = newStreet(t)
	people = map[market.ID]neighbour{}
	live := func(name, address string) neighbour {
		n := s.neighbour(name, address)
		people[n.group.ID] = n
		return n
	}
	evening := thursdays
	evening.End = 20 * 60 // one choir an evening
	step, plain := hall("Church hall"), hall("Upper room")
	step.When.Windows, plain.When.Windows = []market.Window{evening}, []market.Window{evening}
	plain.Has, plain.When.Exceptions = nil, []market.Date{"2027-02-11"}
	s.publish(live("Larkhollow Hall", "host@hall.test"), step)
	s.publish(live("Orpine Rooms", "rooms@orpine.test"), plain)
	could := choir("2027-02-01")
	could.Requires = nil
	easy = s.publish(live("Tansy Yard Choir", "guest@choir.test"), could)
	strict = s.publish(live("Pennywort Wheelers", "wheel@penny.test"), choir("2027-02-01"))
	return s, easy, strict, people
}

func TestOneByOneTheHallGoesToWhoCouldHaveDoneWithLess(t *testing.T) {
	s, easy, strict, people := contest(t)
	s.must(s.intros.Match(s.ctx, easy.ID, s.now))
	s.must(s.intros.Match(s.ctx, strict.ID, s.now))
	ranked, err := s.store.MatchesOf(s.ctx, easy.ID, 10)
	s.must(err)
	best, err := s.store.EntryFor(s.ctx, market.System, ranked[0].OfferID, s.now)
	s.must(err)
	if best.Listing.Title != "Church hall" || len(ranked) != 2 {
		t.Fatalf("the easy choir's best of %d is %q", len(ranked), best.Listing.Title)
	}
	s.connectAll(people, func(in market.Introduction) bool { return in.OfferID == best.Listing.ID && in.NeedID == easy.ID })
	if got := s.offered(strict); len(got) != 1 {
		t.Fatalf("the strict choir is left with %q", got)
	}
	if connected := s.connectAll(people, func(in market.Introduction) bool { return in.NeedID == strict.ID }); connected != 0 {
		t.Error("the hall was given twice")
	}
}

func TestSharedOutBothGetWhatTheyNeed(t *testing.T) {
	s, easy, strict, people := contest(t)
	out := s.shareOut()
	if out.Needs != 2 || out.Offers != 2 || out.Pairs != 3 || len(out.Parts) != 2 || out.Gap > 1e-9 || out.Weights != matching.Plain().Version+"/share-1" {
		t.Fatalf("%+v", out)
	}
	if a, b := s.offered(easy), s.offered(strict); !slices.Equal(a, []string{"Upper room"}) || !slices.Equal(b, []string{"Church hall"}) {
		t.Fatalf("the easy choir is offered %q, the strict one %q", a, b)
	}
	kept, err := s.store.LastShareOut(s.ctx, market.OnDemand)
	s.must(err)
	events, err := s.store.Events(s.ctx, out.ID)
	s.must(err)
	if kept.Gap != out.Gap || len(kept.Parts) != 2 || len(events) != 1 || events[0].Verb != "share_out.solved" {
		t.Errorf("kept %+v with events %v", kept, events)
	}
	s.must(s.intros.Match(s.ctx, easy.ID, s.now)) // a later look changes nothing of it
	if a := s.offered(easy); !slices.Equal(a, []string{"Upper room"}) {
		t.Errorf("looked at again the easy choir is offered %q", a)
	}
	if connected := s.connectAll(people, func(market.Introduction) bool { return true }); connected != 2 {
		t.Errorf("%d connected, want both", connected)
	}
}

// connectAll has both sides say yes to the open introductions that suit, and counts those that were connected.
func (s *street) connectAll(people map[market.ID]neighbour, suits func(market.Introduction) bool) (connected int) {
	s.t.Helper()
	for _, n := range people {
		all, err := s.store.IntroductionsAfter(s.ctx, n.viewer, "", "", 100)
		s.must(err)
		for _, in := range all {
			if in.NeedGroupID != n.group.ID || in.State != market.Proposed || !suits(in) {
				continue
			}
			in, err := s.intros.Answer(s.ctx, n.viewer, in.ID, market.Yes, "", s.now)
			if err == nil {
				in, err = s.intros.Answer(s.ctx, people[in.OfferGroupID].viewer, in.ID, market.Yes, "", s.now)
			}
			if err == nil && in.State == market.Connected {
				connected++
			} else if !errors.Is(err, market.ErrTaken) {
				s.t.Fatalf("%s: %v", in.State, err)
			}
		}
	}
	return connected
}

func TestWhatOneRefusesThePlanKeepsNoLonger(t *testing.T) {
	s, easy, strict, people := contest(t)
	s.shareOut()
	for _, in := range s.introductions(strict) {
		s.say(people[in.NeedGroupID], in, market.No)
	}
	if a := s.offered(easy); len(a) != 1 {
		t.Fatalf("the easy choir is offered %q before", a)
	}
	s.must(s.intros.Fill(s.ctx, easy.ID, s.now)) // one mail a day, beside the answer to what was posted
	if a := s.offered(easy); !slices.Equal(a, []string{"Church hall", "Upper room"}) {
		t.Errorf("the strict choir said no, and the easy one is offered %q", a)
	}
}

func (s *street) introductions(l market.Listing) []market.Introduction {
	s.t.Helper()
	all, err := s.store.IntroductionsFor(s.ctx, l.ID)
	s.must(err)
	return all
}

// What comes after the plan was made is ranked at once, as if there were none.
func TestALaterNeedIsRankedAtOnce(t *testing.T) {
	s, _, _, _ := contest(t)
	s.shareOut()
	late := s.post(s.neighbour("Sorrel Singers", "late@sorrel.test"), choir("2027-02-01"))
	if got := s.offered(late); !slices.Equal(got, []string{"Church hall"}) {
		t.Errorf("the late choir is offered %q", got)
	}
}

func TestALoudGroupGetsNoMoreThanItsShare(t *testing.T) {
	s := newStreet(t)
	loud := s.neighbour("Bellwether Bands", "loud@bell.test")
	var own []market.Listing
	for i := range 50 {
		l := choir("2027-02-01")
		l.Title = fmt.Sprintf("Room for band %d", i)
		own = append(own, s.publish(loud, l))
	}
	var quiet []market.Listing
	for i := range 4 {
		quiet = append(quiet, s.publish(s.neighbour(fmt.Sprintf("Quiet Choir %c", 'A'+i), fmt.Sprintf("quiet%d@choir.test", i)), choir("2027-02-01")))
	}
	for i := range 5 {
		h := hall(fmt.Sprintf("Hall %d", i))
		h.When.Windows[0].End = 20 * 60
		s.publish(s.neighbour(fmt.Sprintf("Keeper %c Rooms", 'A'+i), fmt.Sprintf("keeper%d@hall.test", i)), h)
	}
	s.shareOut()
	gets := func(needs []market.Listing) (n int) {
		for _, l := range needs {
			n += len(s.offered(l))
		}
		return n
	}
	if l, q := gets(own), gets(quiet); l != 1 || q != 4 {
		t.Errorf("the loud group is offered %d of 5 halls, the four quiet ones %d, want 1 and 4", l, q)
	}
	for _, l := range quiet {
		if got := s.offered(l); len(got) != 1 {
			t.Errorf("%s is offered %q", l.Title, got)
		}
	}
}

// Whatever is asked of offers with times, parts and turn-round, all that a plan gives can be had: everybody says yes, and
// nobody comes too late.
func TestAllThatAPlanGivesCanBeHad(t *testing.T) {
	for seed := range uint64(3) {
		s := newStreet(t)
		r := rand.New(rand.NewPCG(seed, 25))
		people, planned, due := map[market.ID]neighbour{}, map[[2]market.ID]bool{}, map[market.ID]int{}
		for i := range 12 {
			n := s.neighbour(fmt.Sprintf("Group %c Hollow", 'A'+i), fmt.Sprintf("g%d@hollow.test", i))
			people[n.group.ID] = n
			s.publish(n, someListing(r, i))
		}
		out := s.shareOut()
		for _, p := range out.Parts {
			planned[[2]market.ID{p.OfferID, p.NeedID}] = true
			due[p.NeedID] += p.Amount
		}
		s.connectAll(people, func(in market.Introduction) bool { return planned[[2]market.ID{in.OfferID, in.NeedID}] })
		for need, want := range due {
			if got, err := s.store.Taken(s.ctx, need); err != nil || got < want {
				t.Errorf("seed %d: a need that was to get %d got %d (%v)", seed, want, got, err)
			}
		}
		if len(due) == 0 {
			t.Errorf("seed %d: nothing was given", seed)
		}
	}
}

// someListing: offers and needs of chairs and of rooms at times that meet, overlap and do not.
func someListing(r *rand.Rand, i int) market.Listing {
	side := []market.Side{market.Offer, market.Need, market.Need}[i%3]
	if i%2 == 0 {
		l := chairs(side, 2+r.IntN(9))
		l.SmallestPart = 1 + r.IntN(2)
		return l
	}
	days := market.DayBit(time.Thursday)
	if r.IntN(2) == 0 {
		days |= market.DayBit(time.Monday)
	}
	l := hall("Church hall")
	l.When.Windows = []market.Window{{Repeat: market.Weekly, Days: days, Start: 18 * 60, End: 22 * 60}}
	l.When.TurnRound = 30 * r.IntN(2)
	if side == market.Need {
		l = choir(market.Date([]string{"2027-02-01", "2027-02-15"}[r.IntN(2)]))
		l.When.Windows, l.When.Duration, l.When.Times = []market.Window{{Repeat: market.Weekly, Days: days, Start: 18 * 60, End: 22 * 60}}, 60+60*r.IntN(3), 1+r.IntN(6)
	}
	return l
}

func TestManyThatComeAtOnceAreSharedOutTogether(t *testing.T) {
	s, easy, strict, _ := contest(t)
	s.intros = introduction.New(s.store, listing.NewPool(s.store, func() time.Time { return s.now }), introduction.Caps{Burst: 2})
	for _, l := range []market.Listing{easy, strict} {
		s.must(s.intros.Match(s.ctx, l.ID, s.now))
		if n := s.waiting(market.ShareJob); n != 1 {
			t.Errorf("%d sharings out are to come, want one for the whole burst", n)
		}
		s.must(s.intros.Fill(s.ctx, l.ID, s.now))
		if got := s.offered(l); len(got) != 0 {
			t.Fatalf("offered %q before all were looked at", got)
		}
	}
	s.must(s.intros.ShareBurst(s.ctx, easy.ID, s.now))
	if a, b := s.offered(easy), s.offered(strict); !slices.Equal(a, []string{"Upper room"}) || !slices.Equal(b, []string{"Church hall"}) {
		t.Fatalf("the easy choir is offered %q, the strict one %q", a, b)
	}
	first, err := s.store.LastShareOut(s.ctx, market.ByBurst)
	s.must(err)
	s.must(s.intros.ShareBurst(s.ctx, strict.ID, s.now)) // its own job finds nothing to do
	if again, err := s.store.LastShareOut(s.ctx, market.ByBurst); err != nil || again.ID != first.ID || first.Kind != market.Room {
		t.Errorf("%v, then %v (%v)", first, again, err)
	}
}

// A plan gives nothing to a need that would be proposed nothing: others could have it.
func TestWhoWouldBeProposedNothingIsLeftOut(t *testing.T) {
	for _, c := range []struct{ name, sql string }{
		{"ignored in a row", `update introductions set state = 'lapsed', ended_at = proposed_at, need_told_at = proposed_at +
			(select count(*) from introductions x where x.need_id = $1 and x.id < introductions.id) * interval '1 hour' where need_id = $1`},
		{"no room", `update introductions set state = 'proposed' where need_id = $1`},
		{"a no keeps its place", `update introductions set state = 'declined', need_answer = 'no', ended_at = proposed_at
			where id = (select id from introductions where need_id = $1 order by id limit 1)`},
		{"nobody to ask", `with away as (delete from introductions where need_id = $1 returning need_group_id)
			update memberships set until = since where group_id in (select need_group_id from away)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, easy, _, _ := contest(t)
			s.intros = introduction.New(s.store, listing.NewPool(s.store, func() time.Time { return s.now }), introduction.Caps{Proposals: 2})
			s.must(s.intros.Match(s.ctx, easy.ID, s.now))
			if n := len(s.introductions(easy)); n != market.IgnoredInARow {
				t.Fatalf("%d introductions to begin with", n)
			}
			_, err := s.store.Pool().Exec(s.ctx, c.sql, easy.ID)
			s.must(err)
			if out := s.shareOut(); out.Needs != 1 {
				t.Errorf("%d needs were looked at, want that of the other choir alone", out.Needs)
			}
		})
	}
}

func TestAHeldNeedIsNotHeldForEver(t *testing.T) {
	s, easy, _, _ := contest(t)
	s.intros = introduction.New(s.store, listing.NewPool(s.store, func() time.Time { return s.now }), introduction.Caps{Burst: 2})
	s.must(s.intros.Match(s.ctx, easy.ID, s.now))
	s.now = s.now.Add(market.HoldFor)
	s.must(s.intros.Fill(s.ctx, easy.ID, s.now))
	if got := s.offered(easy); len(got) != 2 {
		t.Errorf("offered %q, want both as if nothing had come at once", got)
	}
}

// waiting are the jobs of a kind that wait.
func (s *street) waiting(kind string) (n int) {
	s.t.Helper()
	s.must(s.store.Pool().QueryRow(s.ctx, `select count(*) from outbox where kind = $1 and state = 'waiting'`, kind).Scan(&n))
	return n
}

// TestABurstThatMeetsAnotherSharingOutComesBack, by its one job, and no failure is counted.
func TestABurstThatMeetsAnotherSharingOutComesBack(t *testing.T) {
	s, easy, _, _ := contest(t)
	s.intros = introduction.New(s.store, listing.NewPool(s.store, func() time.Time { return s.now }), introduction.Caps{Burst: 2})
	s.must(s.intros.Match(s.ctx, easy.ID, s.now))
	_, err := s.store.Pool().Exec(s.ctx, `update outbox set state = 'sent' where kind = 'share'`)
	s.must(err)
	release, err := s.store.HoldSharing(s.ctx)
	s.must(err)
	defer release()
	for range 2 {
		s.must(s.intros.ShareBurst(s.ctx, easy.ID, s.now))
	}
	if n := s.waiting(market.ShareJob); n != 1 {
		t.Errorf("%d sharings out are to come, want 1", n)
	}
}

// A connector has what the network's groups need shared out: asked for once, done once, and by nobody else.
func TestAConnectorHasANetworkSharedOut(t *testing.T) {
	s, easy, strict, people := contest(t)
	net := market.Network{ID: market.NewID(), Slug: "row", Name: "Row", Level: market.Neighbourhood, CreatedAt: s.now}
	inside := people[easy.GroupID]
	looks := inside.viewer
	looks.Connects = []market.ID{net.ID}
	s.must(s.store.InTx(s.ctx, func(tx *store.Tx) error {
		return errors.Join(tx.AddNetwork(s.ctx, net), tx.MakeConnector(s.ctx, market.Connector{NetworkID: net.ID, PersonID: looks.Person, Since: s.now}),
			tx.Plant(s.ctx, &[]market.NetworkMember{{NetworkID: net.ID, GroupID: inside.group.ID, AskedAt: &s.now, AgreedAt: &s.now}}))
	}))
	if err := s.intros.AskShareOut(s.ctx, people[strict.GroupID].viewer, net.ID, s.now); !errors.Is(err, market.ErrNotFound) {
		t.Errorf("asked by one who does not look after it: %v", err)
	}
	s.must(s.intros.AskShareOut(s.ctx, looks, net.ID, s.now))
	if err := s.intros.AskShareOut(s.ctx, looks, net.ID, s.now); !errors.Is(err, market.ErrRepeated) {
		t.Errorf("asked twice: %v", err)
	}
	_, err := s.store.Pool().Exec(s.ctx, `update outbox set state = 'done', ended_at = now() where kind = 'share_network'`)
	s.must(err)
	release, err := s.store.HoldSharing(s.ctx)
	s.must(err)
	s.must(s.intros.ShareNetwork(s.ctx, net.ID, s.now))
	if n := s.waiting(market.ShareNetworkJob); n != 1 {
		t.Errorf("beside another sharing out %d are to come, want 1", n)
	}
	release()
	s.must(s.intros.ShareNetwork(s.ctx, net.ID, s.now))
	last, err := s.store.LastShareOutOf(s.ctx, net.ID)
	s.must(err)
	if last.Needs != 1 || len(last.Parts) != 1 || last.Parts[0].NeedID != easy.ID {
		t.Errorf("shared out %+v, want the one need of the network", last)
	}
	if got := s.offered(strict); len(got) != 0 {
		t.Errorf("a need outside it was offered %q", got)
	}
}

// TestAPlanIsOpenedWhenItsWorkerDies: the jobs that look at its needs, in its order, are kept with it.
func TestAPlanIsOpenedWhenItsWorkerDies(t *testing.T) {
	s, _, _, _ := contest(t)
	out := s.shareOut()
	rows, err := s.store.Pool().Query(s.ctx, `select subject from outbox where kind = 'fill' order by due_at, id`)
	s.must(err)
	jobs, err := pgx.CollectRows(rows, pgx.RowTo[market.ID])
	s.must(err)
	var planned []market.ID
	for _, p := range out.Parts {
		planned = append(planned, p.NeedID)
	}
	if len(planned) != 2 || !slices.Equal(jobs, planned) {
		t.Errorf("jobs look at %v, the plan gives to %v", jobs, planned)
	}
}

func TestTheNightComesOnceANight(t *testing.T) {
	s, _, _, _ := contest(t)
	at := func(day, hour int) market.ID {
		s.now = time.Date(2027, 1, day, hour, 0, 0, 0, time.UTC)
		s.must(s.intros.ShareNightly(s.ctx, s.now))
		last, err := s.store.LastShareOut(s.ctx, market.ByNight)
		s.must(err)
		return last.ID
	}
	first := at(11, 12)
	if at(11, 13) != first || at(12, 2) != first {
		t.Error("shared out again before the night")
	}
	second := at(12, 4)
	if second == first || at(12, 5) != second || at(14, 1) == second {
		t.Error("not shared out once a night, and late when it was down")
	}
}

// tires is a ranker whose catching up fails after the first time.
type tires struct {
	*listing.Pool
	tired bool
}

func (r *tires) CatchUp(ctx context.Context) error {
	if r.tired {
		return errors.New("tired")
	}
	r.tired = true
	return r.Pool.CatchUp(ctx)
}

// That rings are looked for is written with the plan, which marks the night as done: whatever fails after that, and whoever dies,
// they are looked for once.
func TestANightHasRingsLookedForWhateverFailsAfterItsPlan(t *testing.T) {
	s, _, _, _ := contest(t)
	s.shareOut()
	if n := s.waiting(market.RingJob); n != 0 {
		t.Fatalf("%d jobs look for rings after a sharing out by day", n)
	}
	s.intros = introduction.New(s.store, &tires{Pool: listing.NewPool(s.store, func() time.Time { return s.now })}, introduction.Caps{})
	for range 2 {
		s.must(s.intros.ShareNightly(s.ctx, s.now))
	}
	if n := s.waiting(market.RingJob); n != 1 {
		t.Errorf("%d jobs look for rings, want one", n)
	}
}

func TestOnlyOneSharesOutAtATime(t *testing.T) {
	s, _, _, _ := contest(t)
	release, err := s.store.HoldSharing(s.ctx)
	s.must(err)
	if _, err := s.intros.ShareOut(s.ctx, introduction.Sharing{Cause: market.OnDemand}, s.now); !errors.Is(err, market.ErrConflict) {
		t.Errorf("shared out beside another: %v", err)
	}
	release()
	s.shareOut()
	s.shareOut() // what it held is free again
}

// watching is a ranker that counts transactions left open while it ranks.
type watching struct {
	*listing.Pool
	s    *street
	open int
}

func (w *watching) Rank(ctx context.Context, subject market.Entry, now time.Time, limit int) (matching.Ranking, error) {
	n := 0
	w.s.must(w.s.store.Pool().QueryRow(w.s.ctx, `select count(*) from pg_stat_activity
		where datname = current_database() and state like 'idle in transaction%'`).Scan(&n))
	w.open += n
	return w.Pool.Rank(ctx, subject, now, limit)
}

func TestNoTransactionIsOpenWhileAPlanIsWorkedOut(t *testing.T) {
	s, _, _, _ := contest(t)
	w := &watching{Pool: listing.NewPool(s.store, func() time.Time { return s.now }), s: s}
	s.intros = introduction.New(s.store, w, introduction.Caps{})
	if out := s.shareOut(); out.Needs != 2 || w.open != 0 {
		t.Errorf("%d needs ranked with %d transactions open", out.Needs, w.open)
	}
}

// People answer while a sharing out is worked out, or the index catches up after a start: what is done then comes after that.
func TestWhatLongWorkOpensHasTheTimeAtWhichItDoes(t *testing.T) {
	const long = 35 * time.Second
	for name, work := range map[string]struct {
		opens func(*street, market.ID)
		takes time.Duration
	}{
		"a sharing out":                 {func(s *street, _ market.ID) { s.shareOut() }, long},
		"a look":                        {func(s *street, need market.ID) { s.must(s.intros.Fill(s.ctx, need, s.now)) }, long},
		"a match, which ends in a look": {func(s *street, need market.ID) { s.must(s.intros.Match(s.ctx, need, s.now)) }, 2 * long},
	} {
		s, easy, _, _ := contest(t)
		s.intros.Take(long)
		work.opens(s, easy.ID)
		opened := s.introductions(easy)
		if len(opened) == 0 {
			t.Errorf("%s opens nothing", name)
		}
		for _, in := range opened {
			if !in.ProposedAt.Equal(s.now.Add(work.takes)) {
				t.Errorf("%s: proposed at %v, %v after %v wanted", name, in.ProposedAt, work.takes, s.now)
			}
		}
	}
}

// breaks is a ranker whose catching up fails, and counts.
type breaks struct {
	*listing.Pool
	tries int
}

func (b *breaks) CatchUp(context.Context) error {
	b.tries++
	return errors.New("broken")
}

func TestANightThatFailedIsTriedAgainLater(t *testing.T) {
	s, _, _, _ := contest(t)
	b := &breaks{}
	s.intros = introduction.New(s.store, b, introduction.Caps{})
	var tried []int
	for minute := range 31 {
		before := b.tries
		err := s.intros.ShareNightly(s.ctx, s.now.Add(time.Duration(minute)*time.Minute))
		if (err != nil) != (b.tries > before) {
			t.Errorf("minute %d: %v", minute, err)
		}
		if err != nil {
			tried = append(tried, minute)
		}
	}
	if !slices.Equal(tried, []int{0, 10, 20, 30}) {
		t.Errorf("tried in minutes %v", tried)
	}
}

// What a group was helped with counts for all of its listings, as soon as it is and until it fades.
func TestHelpLatelyReachesEveryListingOfTheGroup(t *testing.T) {
	s, easy, _, people := contest(t)
	pool := listing.NewPool(s.store, func() time.Time { return s.now })
	taker := people[easy.GroupID]
	other := s.publish(taker, chairs(market.Need, 4))
	giver := s.neighbour("Madder Stores", "stores@madder.test")
	helped := func() int {
		s.must(pool.CatchUp(s.ctx))
		offer := s.publish(giver, chairs(market.Offer, 4))
		s.must(pool.CatchUp(s.ctx))
		e, err := s.store.EntryFor(s.ctx, market.System, offer.ID, s.now)
		s.must(err)
		ranking, err := pool.Rank(s.ctx, e, s.now, 10)
		s.must(err)
		for _, f := range ranking.Matches {
			if f.Other.Listing.ID == other.ID {
				return f.Other.Group.Helped
			}
		}
		t.Fatal("the chairs do not match")
		return 0
	}
	if n := helped(); n != 0 {
		t.Fatalf("helped %d times before anything", n)
	}
	s.must(s.intros.Match(s.ctx, easy.ID, s.now))
	s.connectAll(people, func(in market.Introduction) bool { return in.NeedID == easy.ID })
	if n := helped(); n != 1 {
		t.Errorf("the other need's group was helped %d times, want 1", n)
	}
	s.must(s.intros.ShareNightly(s.ctx, s.now))
	s.now = s.now.AddDate(0, 0, 31)
	s.must(s.intros.ShareNightly(s.ctx, s.now))
	if n := helped(); n != 0 {
		t.Errorf("a month later it still counts %d", n)
	}
}
