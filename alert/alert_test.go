package alert_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wherewithal/alert"
	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/store"
)

func TestANewListingIsToldAtOnceAndOnce(t *testing.T) {
	s := newStreet(t)
	giver, g := s.founder("giver")
	old := s.posts(giver, g, "An old kiln")
	asker := s.person("asker")
	saved := s.saves(asker, func(s *market.SavedSearch) {
		s.Name = "A kiln for us"
		s.Question.Place, s.Question.Near, s.Question.RadiusKM = "SE10", &market.Point{Lat: 51.4826, Lng: 0.0077}, 3
		s.Question.AtLeast = map[string]float64{"seated": 40}
	})
	s.looks(old.ID)
	if got := s.mails(); len(got) != 0 {
		t.Errorf("told of what was there: %v", got)
	}
	s.later(time.Minute)
	kiln := s.posts(giver, g, "A bright kiln")
	s.posts(giver, g, "A room")
	s.posts(giver, g, "A kiln is needed", func(l *market.Listing) { l.Side = market.Need })
	got := s.mails()
	if len(got) != 1 || got[0].To != "asker@street.test" || got[0].Subject != "New: A bright kiln" {
		t.Fatalf("mails %+v", got)
	}
	for _, want := range []string{"A kiln for us", "About 1 km from SE10", "Seats 60; you asked for 40 or more", "https://hub.example/listings/" + string(kiln.ID)} {
		if !strings.Contains(flat(got[0].Text), want) {
			t.Errorf("no %q in\n%s", want, got[0].Text)
		}
	}
	if want := "https://hub.example/s/" + market.LinkToken([]byte("tokens"), market.StopSearch, saved.ID, asker.Person); got[0].Unsubscribe != want {
		t.Errorf("stopped at %q, want %q", got[0].Unsubscribe, want)
	}
	s.later(25 * time.Hour)
	for range 2 {
		s.looks(kiln.ID)
		s.looks(old.ID)
	}
	if got := s.mails(); len(got) != 0 {
		t.Errorf("told again: %v", got)
	}
}

// flat is a text without its line ends.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

// What did not fit when the search was saved, and does after a change, is new; what did fit is not.
// A search within a network is understood in that network's own words, as they are when a listing comes, by search and by alerts alike;
// those of another network say nothing in it.
func TestASavedSearchIsUnderstoodInItsNetworksWords(t *testing.T) {
	s := newStreet(t)
	giver, g := s.founder("giver")
	ours, theirs := market.NewID(), market.NewID()
	calls := func(network market.ID, word string) {
		s.must(s.store.InTx(s.ctx, func(tx *store.Tx) error {
			return tx.SetNetworkWords(s.ctx, network, []market.NetworkWord{{NetworkID: network, What: "kind", Code: market.Room, Word: word}})
		}))
	}
	s.must(s.store.InTx(s.ctx, func(tx *store.Tx) error {
		for slug, id := range map[string]market.ID{"ours": ours, "theirs": theirs} {
			if err := tx.AddNetwork(s.ctx, market.Network{ID: id, Slug: slug, Name: slug, Level: market.Interest, CreatedAt: s.now}); err != nil {
				return err
			}
			if err := tx.KeepMember(s.ctx, market.NetworkMember{NetworkID: id, GroupID: g.ID, AskedAt: &s.now, InvitedAt: &s.now, AgreedAt: &s.now}); err != nil {
				return err
			}
		}
		return nil
	}))
	asker := s.person("asker")
	within := func(network market.ID, word string) market.SavedSearch {
		return s.saves(asker, func(saved *market.SavedSearch) {
			saved.Question.Words, saved.Question.Networks = word, []market.ID{network}
		})
	}
	fits, later, other := within(ours, "snug"), within(ours, "nook"), within(theirs, "snug")
	find := listing.InOwnWords(s.store, s.index)
	for _, c := range []struct {
		word string
		told []market.SavedSearch
	}{{"snug", []market.SavedSearch{fits}}, {"nook", []market.SavedSearch{later}}} {
		calls(ours, c.word)
		calls(theirs, "den")
		l := s.posts(giver, g, "Church hall "+c.word[:1])
		for _, saved := range []market.SavedSearch{fits, later, other} {
			told := slices.ContainsFunc(c.told, func(t market.SavedSearch) bool { return t.ID == saved.ID })
			if n := s.count(`select count(*) from alerts where search_id = $1 and listing_id = $2`, saved.ID, l.ID); n == 1 != told {
				t.Errorf("while a room is called a %s: %q in %v has %d alerts", c.word, saved.Question.Words, saved.Question.Networks, n)
			}
			page, err := find.Query(s.ctx, asker, search.Saved(saved.Question, s.now))
			s.must(err)
			if slices.ContainsFunc(page.Hits, func(h search.Hit) bool { return h.ID == l.ID }) != told {
				t.Errorf("while a room is called a %s: %q in %v finds %v", c.word, saved.Question.Words, saved.Question.Networks, page.Hits)
			}
		}
		if got := s.mails(); len(got) != 1 || !strings.Contains(got[0].Subject, "Church hall") {
			t.Errorf("while a room is called a %s: mails %+v", c.word, got)
		}
		s.later(25 * time.Hour)
	}
}

func TestAChangeThatMakesAListingFitIsToldAndAnotherIsNot(t *testing.T) {
	s := newStreet(t)
	giver, g := s.founder("giver")
	fits, comes := s.posts(giver, g, "A kiln"), s.posts(giver, g, "A room")
	s.saves(s.person("asker"))
	s.later(time.Minute)
	for _, l := range []market.Listing{fits, comes} {
		_, err := s.store.Pool().Exec(s.ctx, `update listings set title = 'A fine kiln', version = version + 1, updated_at = $2 where id = $1`, l.ID, s.now)
		s.must(err)
		s.looks(l.ID)
	}
	got := s.mails()
	if len(got) != 1 || !strings.Contains(got[0].Text, string(comes.ID)) || strings.Contains(got[0].Text, string(fits.ID)) {
		t.Errorf("mails %+v", got)
	}
}

// Each is told exactly when they may see it: by circle, block, life; and never of their own.
func TestNobodyIsToldOfWhatTheyMayNotSee(t *testing.T) {
	s := newStreet(t)
	giver, g := s.founder("giver")
	stranger, neighbour, blocked := s.person("stranger"), market.Viewer{}, market.Viewer{}
	neighbour, _ = s.founder("neighbour")
	blocked, theirs := s.founder("blocked")
	for _, v := range []market.Viewer{giver, stranger, neighbour, blocked} {
		s.saves(v)
	}
	_, err := s.store.Pool().Exec(s.ctx, `insert into blocks (group_id, blocked_id, created_at) values ($1, $2, $3)`, g.ID, theirs.ID, s.now)
	s.must(err)
	told := func(what string, want ...string) {
		t.Helper()
		s.later(25 * time.Hour)
		var got []string
		for _, m := range s.mails() {
			got = append(got, strings.TrimSuffix(m.To, "@street.test"))
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: told %v, want %v", what, got, want)
		}
	}
	circle := func(c market.Circle) func(*market.Listing) {
		return func(l *market.Listing) { l.Circle = c }
	}
	s.posts(giver, g, "A kiln for networks", circle(market.MyNetworks))
	told("a network nobody else is in")
	borough := s.posts(giver, g, "A kiln of the borough", circle(market.InBorough))
	told("the borough", "neighbour")
	s.posts(giver, g, "A draft of a kiln", func(l *market.Listing) { l.Life = market.Draft })
	told("a draft")
	_, err = s.store.Pool().Exec(s.ctx, `update listings set circle = 'anyone' where id = $1`, borough.ID)
	s.must(err)
	s.looks(borough.ID)
	told("a circle that widened", "stranger")
	hidden := s.publishes(giver, g, "A kiln that is hidden before anybody looks")
	_, err = s.store.Pool().Exec(s.ctx, `update listings set life = 'removed' where id = $1`, hidden.ID)
	s.must(err)
	s.looks(hidden.ID)
	told("what was hidden")
	s.posts(giver, g, "A kiln that is hidden before the mail goes")
	_, err = s.store.Pool().Exec(s.ctx, `update groups set removed_at = $2 where id = $1`, g.ID, s.now)
	s.must(err)
	told("a group that was removed")
}

// A burst comes in two mails: the first at once, the rest gathered an hour later. And three mails a day are the most.
func TestABurstIsGatheredAndThreeMailsADayAreTheMost(t *testing.T) {
	s := newStreet(t)
	giver, g := s.founder("giver")
	asker := s.person("asker")
	s.saves(asker)
	s.saves(asker, func(s *market.SavedSearch) { s.Question.Words = "loom" })
	n := 0
	burst := func(word string, many int) {
		for range many {
			n++
			s.posts(giver, g, fmt.Sprintf("%s number %d", word, n))
			s.must(s.alerts.Turn(s.ctx, s.now))
		}
	}
	var got []string
	count := func() {
		for _, m := range s.mails() {
			got = append(got, m.Subject)
		}
	}
	burst("Kiln", 14)
	count()
	s.later(59 * time.Minute)
	count()
	s.later(time.Minute)
	count()
	burst("Loom", 1)
	count()
	burst("Loom", 1)
	s.later(2 * time.Hour)
	burst("Kiln", 1)
	count()
	want := []string{"New: Kiln number 1", "13 new in your search: Offers · “kiln”", "New: Loom number 15"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Fatalf("mails %q, want %q", got, want)
	}
	s.later(21 * time.Hour) // a day after the first
	count()
	s.later(2 * time.Hour)
	count()
	if len(got) != 5 {
		t.Errorf("after a day %q, want the two that waited", got[3:])
	}
	if waits := s.count(`select count(*) from alerts where told_at is null`); waits != 0 {
		t.Errorf("%d alerts were never told", waits)
	}
}

func TestTheDigestTellsWhatWaits(t *testing.T) {
	s := newStreet(t)
	giver, g := s.founder("giver")
	asker := s.person("asker")
	saved := s.saves(asker, inDigest)
	s.must(s.intros.Digests(s.ctx, s.now)) // works out when the first is due
	kiln := s.posts(giver, g, "A bright kiln")
	if got := s.mails(); len(got) != 0 {
		t.Errorf("told at once: %v", got)
	}
	s.now = time.Date(2027, 1, 18, 8, 0, 0, 0, time.UTC)
	for range 2 {
		s.must(s.intros.Digests(s.ctx, s.now))
	}
	got := s.mails()
	if len(got) != 1 || got[0].To != "asker@street.test" || got[0].Subject != "Your week: 1 thing for you" {
		t.Fatalf("digests %+v", got)
	}
	stop := "https://hub.example/s/" + market.LinkToken([]byte("tokens"), market.StopSearch, saved.ID, asker.Person)
	for _, want := range []string{"New in your search: Offers · “kiln”", string(kiln.ID), stop, "because you saved searches", "https://hub.example/account/searches"} {
		if !strings.Contains(flat(got[0].Text), want) {
			t.Errorf("no %q in\n%s", want, got[0].Text)
		}
	}
	s.later(7 * 24 * time.Hour)
	s.must(s.intros.Digests(s.ctx, s.now))
	if got := s.mails(); len(got) != 0 {
		t.Errorf("told again: %+v", got)
	}
	for _, word := range []string{"loom", "bench", "lathe"} {
		s.saves(asker, inDigest, func(s *market.SavedSearch) { s.Question.Words = word })
	}
	s.later(time.Hour)
	all := s.posts(giver, g, "Loom, lathe, bench and kiln")
	news := func() string {
		s.later(7*24*time.Hour - 30*time.Minute)
		s.must(s.intros.Digests(s.ctx, s.now))
		got := s.mails()
		if len(got) != 1 {
			t.Fatalf("%d digests, want one", len(got))
		}
		return fmt.Sprintf("tells of %d, more: %v", strings.Count(got[0].Text, string(all.ID)), strings.Contains(flat(got[0].Text), "and news in 1 more of your searches"))
	}
	for _, want := range []string{"tells of 3, more: true", "tells of 1, more: false"} {
		if got := news(); got != want {
			t.Errorf("of four searches a digest %s; want %s", got, want)
		}
	}
}

// What a letter tells is what is so when it goes.
func TestALetterLeavesOutWhatIsSoNoMore(t *testing.T) {
	s := newStreet(t)
	giver, g := s.founder("giver")
	asker := s.person("asker")
	s.saves(asker)
	closed, other, changed, stays := s.publishes(giver, g, "Kiln one"), s.publishes(giver, g, "Kiln two"), s.publishes(giver, g, "Kiln three"), s.publishes(giver, g, "Kiln four")
	for _, l := range []market.Listing{closed, other, changed, stays} {
		s.must(s.alerts.Look(s.ctx, l.ID, s.now))
	}
	for id, change := range map[market.ID]string{closed.ID: `life = 'withdrawn'`, other.ID: `circle = 'networks'`, changed.ID: `title = 'Piano'`} {
		_, err := s.store.Pool().Exec(s.ctx, `update listings set `+change+` where id = $1`, id)
		s.must(err)
	}
	if got := s.mails(); len(got) != 1 || got[0].Subject != "New: Kiln four" {
		t.Errorf("mails %+v", got)
	}
	s.later(25 * time.Hour)
	for id, change := range map[market.ID]string{closed.ID: `life = 'open'`, stays.ID: `title = 'Kiln five'`} {
		_, err := s.store.Pool().Exec(s.ctx, `update listings set `+change+` where id = $1`, id)
		s.must(err)
		s.must(s.alerts.Look(s.ctx, id, s.now))
	}
	if got := s.mails(); len(got) != 1 || got[0].Subject != "New: Kiln one" {
		t.Errorf("what a letter left out is new once it is there again: %+v", got)
	}
}

func TestPausedStoppedAndDeletedSearchesAreStill(t *testing.T) {
	s := newStreet(t)
	giver, g := s.founder("giver")
	asker := s.person("asker")
	saved := s.saves(asker)
	quiet := func(what string) {
		t.Helper()
		s.posts(giver, g, "A kiln: "+what)
		if got := s.mails(); len(got) != 0 {
			t.Errorf("%s: %+v", what, got)
		}
		s.later(25 * time.Hour)
	}
	for range 2 {
		s.must(s.alerts.Pause(s.ctx, asker.Person, saved.ID, s.now))
	}
	quiet("paused")
	s.must(s.alerts.Resume(s.ctx, asker, saved.ID, s.now))
	if got := s.mails(); len(got) != 0 {
		t.Errorf("resumed: told of what came in the meantime: %+v", got)
	}
	s.posts(giver, g, "A kiln after that")
	if got := s.mails(); len(got) != 1 {
		t.Errorf("resumed: %d mails", len(got))
	}
	s.later(25 * time.Hour)
	s.must(s.accounts.StopMail(s.ctx, asker.Person, market.SavedSearchLetter, s.now))
	quiet("the kind was stopped")
	s.must(s.accounts.ChooseMails(s.ctx, asker.Person, market.MailWishes{Kinds: market.OptionalKinds, Digest: market.WeeklyDigest}, s.now))
	s.posts(giver, g, "A kiln that waits")
	s.must(s.alerts.Delete(s.ctx, asker, saved.ID, s.now))
	quiet("deleted")
	if err := s.alerts.Delete(s.ctx, asker, saved.ID, s.now); !errors.Is(err, market.ErrNotFound) {
		t.Errorf("deleted twice: %v", err)
	}
	if n := s.count(`select count(*) from alerts`); n != 0 {
		t.Errorf("%d alerts of a search that is gone", n)
	}
	other := s.saves(s.person("other"))
	for what, err := range map[string]error{"renamed": s.alerts.Change(s.ctx, asker, other.ID, "Mine", market.AtOnce, s.now), "paused": s.alerts.Pause(s.ctx, asker.Person, other.ID, s.now),
		"deleted": s.alerts.Delete(s.ctx, asker, other.ID, s.now)} {
		if !errors.Is(err, market.ErrNotFound) {
			t.Errorf("another's search %s: %v", what, err)
		}
	}
}

// Six workers, each with a copy of its own, do the same jobs at once, twice, while the searches are saved: each search is
// told once of each listing.
func TestManyWorkersTellOnceAtOnce(t *testing.T) {
	s := newStreet(t)
	giver, g := s.founder("giver")
	var kilns []market.Listing
	for i := range 5 {
		s.later(time.Second)
		kilns = append(kilns, s.publishes(giver, g, fmt.Sprintf("Kiln %d", i)))
	}
	var people []market.Viewer
	for i := range 12 {
		people = append(people, s.person(fmt.Sprintf("asker%d", i)))
		s.saves(people[i])
	}
	var work sync.WaitGroup
	for range 6 {
		w := s.worker()
		work.Go(func() {
			for range 2 {
				for _, l := range kilns {
					if err := w.Look(s.ctx, l.ID, s.now); err != nil {
						t.Error(err)
					}
				}
				if err := w.Turn(s.ctx, s.now); err != nil {
					t.Error(err)
				}
			}
		})
	}
	work.Wait()
	if n := s.count(`select count(*) from alerts`); n != 60 {
		t.Errorf("%d alerts, want 60", n)
	}
	s.later(2 * time.Hour)
	s.mails()
	if n, waits := s.count(`select count(*) from letters where kind = 'saved_search' and state = 'sent'`), s.count(`select count(*) from alerts where told_at is null`); waits != 0 || n > 24 || n < 12 {
		t.Errorf("%d letters, %d alerts wait: want one or two letters each and none waiting", n, waits)
	}
}

// A worker that dies at any step leaves rows from which another goes on: after the alerts were recorded and before any job ran,
// after the letter was written and before it was sent.
func TestNothingIsLostWithAWorker(t *testing.T) {
	s := newStreet(t)
	giver, g := s.founder("giver")
	s.saves(s.person("asker"))
	kiln := s.publishes(giver, g, "A kiln")
	broken, cancel := context.WithCancel(s.ctx)
	cancel()
	if err := s.alerts.Look(broken, kiln.ID, s.now); err == nil {
		t.Error("a dead worker looked")
	}
	s.must(s.worker().Look(s.ctx, kiln.ID, s.now))
	_, err := s.store.Pool().Exec(s.ctx, `delete from outbox`) // the queue lost its jobs
	s.must(err)
	s.must(s.worker().Turn(s.ctx, s.now))
	if jobs := s.count(`select count(*) from outbox where kind = 'letter'`); jobs != 1 {
		t.Errorf("%d jobs for the letter", jobs)
	}
	if got := s.mails(); len(got) != 1 {
		t.Errorf("%d mails", len(got))
	}
}

// A search that is committed beside an older transaction still open is known to the very next look.
func TestASearchSavedBesideAnOpenTransactionIsNotMissed(t *testing.T) {
	s := newStreet(t)
	giver, g := s.founder("giver")
	asker := s.person("asker")
	s.saves(s.person("somebody"), func(s *market.SavedSearch) { s.Question.Words = "loom" })
	s.must(s.alerts.Look(s.ctx, market.NewID(), s.now)) // builds the copy
	begun, finish := make(chan bool), make(chan bool)
	done := make(chan error)
	go func() {
		done <- s.store.InTx(s.ctx, func(tx *store.Tx) error {
			err := tx.AddGroup(s.ctx, market.Group{ID: market.NewID(), Name: "Older", LegalForm: market.Informal, CreatedAt: s.now})
			close(begun)
			<-finish
			return err
		})
	}()
	<-begun
	saved := s.saves(asker)
	s.posts(giver, g, "A kiln")
	if n := s.count(`select count(*) from alerts where search_id = $1`, saved.ID); n != 1 {
		t.Errorf("%d alerts while an older transaction is open", n)
	}
	close(finish)
	s.must(<-done)
	s.must(s.alerts.Pause(s.ctx, asker.Person, saved.ID, s.now))
	s.posts(giver, g, "A kiln after the pause")
	if n := s.count(`select count(*) from alerts where search_id = $1`, saved.ID); n != 1 {
		t.Errorf("%d alerts, want none after the pause", n)
	}
}

func TestASearchIsSavedOnceWithinLimitsAndWithoutAnybodysStreet(t *testing.T) {
	s := newStreet(t)
	asker := s.person("asker")
	ask := market.SavedSearch{Pace: market.AtOnce, Question: market.Question{Words: "kiln near SE10 9JF", Said: "q=kiln+near+SE10+9JF", Sides: []market.Side{market.Offer},
		Place: "SE10 9JF", Near: &market.Point{Lat: 51.48263, Lng: 0.00771}, RadiusKM: 3}}
	first, err := s.alerts.Save(s.ctx, asker, ask, market.OnceOnly{ID: "once"}, s.now)
	s.must(err)
	if again, err := s.alerts.Save(s.ctx, asker, ask, market.OnceOnly{ID: "once"}, s.now); !errors.Is(err, market.ErrRepeated) || again.ID != first.ID {
		t.Errorf("saved twice: %v, %v", again.ID, err)
	}
	kept, err := s.store.SavedSearch(s.ctx, asker.Person, first.ID)
	s.must(err)
	if q := kept.Question; q.Words != "kiln near SE10" || q.Place != "SE10" || *q.Near != (market.Point{Lat: 51.48, Lng: 0.01}) || strings.Contains(q.Said, "9JF") {
		t.Errorf("kept %+v at %v", q, *q.Near)
	}
	for what, change := range map[string]func(*market.SavedSearch){
		"side":       func(s *market.SavedSearch) { s.Question.Sides = nil },
		"pace":       func(s *market.SavedSearch) { s.Pace = "never" },
		"name":       func(s *market.SavedSearch) { s.Name = strings.Repeat("n", 81) },
		"q":          func(s *market.SavedSearch) { s.Question.Words = strings.Repeat("w ", 151) },
		"free_until": func(s *market.SavedSearch) { s.Question.FreeFrom, s.Question.FreeUntil = "2027-01-09", "2027-01-10" },
		"radius":     func(s *market.SavedSearch) { s.Question.RadiusKM = 1000 },
	} {
		bad := ask
		change(&bad)
		_, err := s.alerts.Save(s.ctx, asker, bad, market.OnceOnly{ID: what}, s.now)
		var invalid *market.Invalid
		if !errors.As(err, &invalid) || invalid.Faults[0].Field != what {
			t.Errorf("%s: %v", what, err)
		}
	}
	for range market.MaxSavedSearches - 1 {
		s.saves(asker)
	}
	if _, err := s.alerts.Save(s.ctx, asker, ask, market.OnceOnly{ID: "too many"}, s.now); err == nil || !strings.Contains(err.Error(), "saved_many") {
		t.Errorf("one too many: %v", err)
	}
	if _, err := s.alerts.Save(s.ctx, market.Public, ask, market.OnceOnly{ID: "nobody"}, s.now); !errors.Is(err, market.ErrSignedOut) {
		t.Errorf("nobody: %v", err)
	}
	if q := search.Saved(kept.Question, s.now); q.Check() != nil {
		t.Errorf("what is kept cannot be asked: %v", q.Check())
	}
}

// A copy that is thrown away and built anew, while it is asked, knows the same.
func TestACopyIsBuiltAnewWhileItIsAsked(t *testing.T) {
	s := newStreet(t)
	s.saves(s.person("asker"))
	c := alert.NewCopy(s.store)
	ctx, stop := context.WithCancel(s.ctx)
	var running sync.WaitGroup
	running.Go(func() { _ = c.Run(ctx) })
	for range 20 {
		s.must(c.CatchUp(s.ctx))
		if c.Len() != 1 {
			t.Fatalf("%d searches", c.Len())
		}
		c.Forget()
	}
	stop()
	running.Wait()
}
