package introduction_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wherewithal/introduction"
	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/safety"
	"wherewithal/store"
	"wherewithal/store/storetest"
)

// round is three groups of which each has what the next needs, and gives it only for something in return: a hall for a
// choir, a gazebo for a hall, chairs for a gazebo.
type round struct {
	*street
	hall, gazebo, chairs neighbour
	posts                map[string]market.Listing
}

func swapped(l market.Listing) market.Listing {
	if l.Kind == "" {
		l.Kind, l.Quantity = market.Room, 1
	}
	l.Terms = market.Terms{Kind: market.Swap}
	return l
}

func gazebo(side market.Side) market.Listing {
	return market.Listing{Side: side, Kind: market.Equipment, Title: "Gazebo", Quantity: 1, Terms: market.Terms{Kind: market.Loan}, ReachKM: 3}
}

func newRound(t *testing.T) *round {
	db, r := storetest.After(t, "round", func(db *store.Store) round {
		s := streetOn(t, db)
		r := round{street: s, hall: s.neighbour("Larkhollow Hall", "host@hall.test"), gazebo: s.neighbour("Tansy Yard Choir", "guest@choir.test"),
			chairs: s.neighbour("Orpine Rooms", "rooms@orpine.test"), posts: map[string]market.Listing{}}
		evening := hall("Church hall")
		evening.When.Windows[0].End = 20 * 60
		r.posts["hall"] = s.post(r.hall, swapped(evening))
		r.posts["gazebo"] = s.post(r.gazebo, swapped(gazebo(market.Offer)))
		r.posts["chairs"] = s.post(r.chairs, swapped(chairs(market.Offer, 10)))
		r.posts["wants chairs"] = s.post(r.hall, chairs(market.Need, 10))
		r.posts["wants hall"] = s.post(r.gazebo, choir("2027-02-01"))
		r.posts["wants gazebo"] = s.post(r.chairs, gazebo(market.Need))
		s.deliver()
		return r
	})
	r.street, r.posts = streetOn(t, db), maps.Clone(r.posts)
	return &r
}

func (r *round) people() []neighbour { return []neighbour{r.hall, r.gazebo, r.chairs} }

func (r *round) find() int {
	r.t.Helper()
	n, err := r.intros.FindRings(r.ctx, r.now)
	r.must(err)
	return n
}

// ring of a group, newest first.
func (s *street) ring(n neighbour) market.Ring {
	s.t.Helper()
	rings, err := s.store.RingsOf(s.ctx, n.viewer, nil, 10)
	s.must(err)
	if len(rings) == 0 {
		s.t.Fatal("no ring")
	}
	return rings[0]
}

func (s *street) answers(n neighbour, a market.Answer) (market.Ring, error) {
	s.t.Helper()
	return s.intros.AnswerRing(s.ctx, n.viewer, s.ring(n).ID, n.group.ID, a, s.now)
}

// live counts the groups that are bound in rings.
func (s *street) live() (n int) {
	s.must(s.store.Pool().QueryRow(s.ctx, `select count(*) from ring_members where live`).Scan(&n))
	return n
}

// A group of which nobody wants letters of rings, or is reached by any, is put in none: the others would wait three days for nothing.
func TestARingIsPutToNobodyWhoHearsOfNone(t *testing.T) {
	r := newRound(t)
	r.stops(r.gazebo.person, market.RingLetter)
	if n := r.find(); n != 0 || len(r.deliver()) != 0 {
		t.Fatalf("%d rings with a group that wants none", n)
	}
	kit, _ := r.joins(r.gazebo, "kit@gazebo.test")
	r.must(r.store.InTx(r.ctx, func(tx *store.Tx) error { return tx.MarkBounced(r.ctx, kit.ID, true) }))
	if n := r.find(); n != 0 {
		t.Fatalf("%d rings with a group that mail does not reach", n)
	}
	r.must(r.store.InTx(r.ctx, func(tx *store.Tx) error { return tx.MarkBounced(r.ctx, kit.ID, false) }))
	if n := r.find(); n != 1 {
		t.Fatalf("%d rings, want one: a colleague wants to hear of them", n)
	}
	got := r.deliver()
	if len(r.to(r.gazebo, got)) != 0 || len(subjects(kit.Address, got)) != 1 {
		t.Errorf("%d letters, want the colleague's and not that of one who wants none", len(got))
	}
}

func TestARingComesAboutWhenAllSayYes(t *testing.T) {
	r := newRound(t)
	hidden := r.chairs.group
	hidden.NameHidden, hidden.Alias = true, "A house in Greenwich"
	r.must(r.accounts.Edit(r.ctx, r.chairs.viewer, hidden, "", r.now))
	if n := r.find(); n != 1 {
		t.Fatalf("%d rings, want 1", n)
	}
	if n := r.find(); n != 0 {
		t.Fatalf("%d more rings of groups that are in one", n)
	}
	letters := r.deliver()
	if len(letters) != 3 {
		t.Fatalf("%d letters, want one to each", len(letters))
	}
	for _, o := range letters {
		if o.To != "rooms@orpine.test" && strings.Contains(o.Subject+o.Text+o.HTML, "Orpine") {
			t.Errorf("%s reads the hidden name before all said yes:\n%s", o.To, o.Text)
		}
		if !strings.Contains(o.Text, "https://hub.example/ring/") || !strings.Contains(o.Text, "all 3 groups say yes") {
			t.Errorf("to %s:\n%s", o.To, o.Text)
		}
	}
	for i, n := range r.people() {
		ring, err := r.answers(n, market.Yes)
		r.must(err)
		if want := map[bool]market.State{true: market.Connected, false: market.Proposed}[i == 2]; ring.State != want || ring.Yeses() != i+1 {
			t.Fatalf("after %d yeses the ring is %s", i+1, ring.State)
		}
		if got := r.deliver(); i < 2 && len(got) != 0 {
			t.Fatalf("%d letters before all said yes", len(got))
		} else if i == 2 {
			letters = got
		}
	}
	if len(letters) != 6 || r.live() != 0 {
		t.Errorf("%d letters and %d bound, want each told of both it deals with", len(letters), r.live())
	}
	ring := r.ring(r.hall)
	for i, m := range ring.Members {
		in, err := r.store.Introduction(r.ctx, market.System, m.IntroductionID)
		r.must(err)
		ex, err := r.store.Exchange(r.ctx, in.ID)
		r.must(err)
		taken, err := r.store.AllocationsOf(r.ctx, in.ID)
		r.must(err)
		if in.State != market.Connected || in.OfferGroupID != m.GroupID || in.NeedGroupID != ring.Members[ring.After(i)].GroupID ||
			ex.Stage != market.Arranging || len(taken) == 0 || in.OfferMask == "" || in.OfferBy != m.AnsweredBy {
			t.Errorf("%+v with %d uses taken, %s", in, len(taken), ex.Stage)
		}
	}
	events, err := r.store.Events(r.ctx, ring.ID)
	r.must(err)
	var verbs []string
	for _, e := range events {
		verbs = append(verbs, e.Verb)
	}
	if got := strings.Join(verbs, " "); got != "ring.proposed ring.yes ring.yes ring.yes ring.connected" {
		t.Errorf("events %s", got)
	}
	if _, err := r.answers(r.hall, market.Yes); !errors.Is(err, market.ErrRepeated) {
		t.Errorf("the same yes again: %v", err)
	}
	if _, err := r.answers(r.hall, market.No); !errors.Is(err, market.ErrGone) {
		t.Errorf("a no once connected: %v", err)
	}
}

// writes replies to the letter that a neighbour has, in words that say a yes, a no or neither.
func (s *street) writes(n neighbour, to mail.Outgoing, passed bool, said market.Answer) (taken bool) {
	s.t.Helper()
	local, _, _ := strings.Cut(to.ReplyTo, "@")
	_, id, err := s.letters.Addresses.Read(local)
	s.must(err)
	taken, err = s.intros.AnswerByMail(s.ctx, introduction.MailReply{Letter: id, From: n.person.Address, Passed: passed, Said: said}, s.now)
	s.must(err)
	return taken
}

func TestALetterAboutARingIsAnsweredByAReply(t *testing.T) {
	r := newRound(t)
	r.find()
	asked := map[string]mail.Outgoing{}
	for _, o := range r.deliver() {
		asked[o.To] = o
	}
	for i, n := range r.people() {
		if got := r.ring(n).Yeses(); got != i {
			t.Fatalf("%d yeses before %s has answered", got, n.group.Name)
		}
		if i == 0 { // neither what is no clear answer, nor what nobody vouches for
			if r.writes(n, asked[n.person.Address], true, market.NoAnswer) || r.writes(n, asked[n.person.Address], false, market.Yes) {
				t.Error("a doubtful reply is taken")
			}
			got := r.deliver()
			if len(got) != 1 || got[0].To != n.person.Address || !strings.Contains(got[0].Text, "https://hub.example/ring/") || !strings.Contains(got[0].Subject, "Please answer here") {
				t.Errorf("letters %+v, want one that says where to answer", got)
			}
		}
		if !r.writes(n, asked[n.person.Address], true, market.Yes) {
			t.Errorf("the yes of %s is not taken", n.group.Name)
		}
	}
	if ring := r.ring(r.hall); ring.State != market.Connected {
		t.Errorf("after three yeses by mail the ring is %s", ring.State)
	}
	if r.writes(r.hall, asked[r.hall.person.Address], true, market.No) || r.ring(r.hall).State != market.Connected {
		t.Error("a no by mail undoes what is connected")
	}
}

// A ring that waits is in the digest of whoever has not answered, under the names that may be told.
func TestARingThatWaitsIsInTheDigest(t *testing.T) {
	r := newRound(t)
	hidden := r.chairs.group
	hidden.NameHidden, hidden.Alias = true, "A house in Greenwich"
	r.must(r.accounts.Edit(r.ctx, r.chairs.viewer, hidden, "", r.now))
	for _, n := range r.people() {
		r.must(r.accounts.ChooseMails(r.ctx, n.person.ID, market.MailWishes{Kinds: market.OptionalKinds, Digest: market.DailyDigest}, r.now))
	}
	r.digests(r.now.Add(23 * time.Hour)) // of what there is without a ring
	r.now = r.now.Add(time.Minute)
	r.find()
	r.deliver()
	_, err := r.answers(r.chairs, market.Yes)
	r.must(err)
	got := map[string]mail.Outgoing{}
	for _, o := range r.digests(r.now.Add(24 * time.Hour)) {
		got[o.To] = o
	}
	if len(got) != 2 || got[r.chairs.person.Address].To != "" {
		t.Fatalf("digests %v, want one for each that has not answered", got)
	}
	for _, o := range got {
		if !strings.Contains(o.Text, "In a ring of 3 groups. You would give") || !strings.Contains(o.Text, "https://hub.example/ring/") || strings.Contains(o.Text+o.HTML, "Orpine") {
			t.Errorf("to %s:\n%s", o.To, o.Text)
		}
	}
	for _, n := range []neighbour{r.hall, r.gazebo} {
		_, err := r.answers(n, market.Yes)
		r.must(err)
	}
	for _, o := range r.digests(r.now.Add(24 * time.Hour)) {
		if strings.Contains(o.Text, "ring of") {
			t.Errorf("a ring that has come about waits in a digest:\n%s", o.Text)
		}
	}
}

// A direct match is proposed, and makes no ring: the choir that is given a hall for nothing does not wait for one.
func TestWhereADirectMatchServesThereIsNoRing(t *testing.T) {
	r := newRound(t)
	r.post(r.neighbour("Sorrel House", "open@sorrel.test"), hall("Long room"))
	r.must(r.intros.Fill(r.ctx, r.posts["wants hall"].ID, r.now))
	if n := r.find(); n != 0 || len(r.offered(r.posts["wants hall"])) != 1 {
		t.Errorf("%d rings, and the choir is offered %q", n, r.offered(r.posts["wants hall"]))
	}
}

func TestOneNoFreesAllAndTheNextBestIsTried(t *testing.T) {
	r := newRound(t)
	r.find()
	r.deliver()
	_, err := r.answers(r.hall, market.Yes)
	r.must(err)
	ring, err := r.answers(r.chairs, market.No)
	r.must(err)
	if ring.State != market.Declined {
		t.Fatalf("after a no: %s", ring.State)
	}
	if _, err := r.answers(r.gazebo, market.Yes); !errors.Is(err, market.ErrGone) {
		t.Errorf("a yes after somebody's no: %v", err)
	}
	r.must(r.intros.Turn(r.ctx, r.now))
	if got := r.deliver(); len(got) != 0 || r.live() != 3 {
		t.Fatalf("%d letters and %d bound while the mind may change", len(got), r.live())
	}
	r.now = r.now.Add(market.ChangeMind)
	r.must(r.intros.Turn(r.ctx, r.now))
	told := r.deliver()
	if r.live() != 0 || len(told) != 2 || len(r.to(r.hall, told)) != 1 || len(r.to(r.gazebo, told)) != 1 {
		t.Fatalf("%d bound, told %v: want those who wait told, and not the one that said no", r.live(), told)
	}
	for _, o := range told {
		if strings.Contains(o.Text, "Orpine") {
			t.Errorf("it says who refused:\n%s", o.Text)
		}
	}
	r.now = r.now.AddDate(0, 0, 8) // past the governor
	if n := r.find(); n != 0 {
		t.Errorf("the same ring again after a no")
	}
	other := r.neighbour("Madder Stores", "stores@madder.test")
	r.post(other, swapped(chairs(market.Offer, 10)))
	r.post(other, gazebo(market.Need))
	r.must(r.intros.Turn(r.ctx, r.now))
	if n := r.find(); n != 1 || r.ring(other).MemberOf(r.chairs.group.ID) >= 0 {
		t.Errorf("%d rings: want the next best, without the one that refused", n)
	}
}

func TestANoInARingBecomesAYesWithinTenMinutes(t *testing.T) {
	r := newRound(t)
	r.find()
	r.deliver()
	for _, n := range []neighbour{r.hall, r.gazebo} {
		_, err := r.answers(n, market.Yes)
		r.must(err)
	}
	_, err := r.answers(r.chairs, market.No)
	r.must(err)
	r.now = r.now.Add(9 * time.Minute)
	if ring, err := r.answers(r.chairs, market.Yes); err != nil || ring.State != market.Connected {
		t.Errorf("%s, %v", ring.State, err)
	}
}

// A letter or a reminder that a no overtakes is written anew when that becomes a yes: its clock runs from when it went, and not before.
func TestALetterOvertakenByANoInARingIsWrittenAnew(t *testing.T) {
	r := newRound(t)
	r.find()
	overtaken := func(what string, wait func()) {
		t.Helper()
		_, err := r.answers(r.hall, market.No)
		r.must(err)
		if got := r.deliver(); len(r.to(r.gazebo, got)) != 0 {
			t.Fatalf("%s goes though one said no", what)
		}
		r.now = r.now.Add(5 * time.Minute)
		_, err = r.answers(r.hall, market.Yes)
		r.must(err)
		r.now = r.now.Add(time.Minute)
		wait()
		if got := r.to(r.gazebo, r.deliver()); len(got) != 1 {
			t.Errorf("%s: %q, want it once it makes sense again", what, got)
		}
	}
	overtaken("the letter", func() { r.must(r.intros.LookAgain(r.ctx, r.now)) })
	ring := r.ring(r.gazebo)
	if at := ring.Members[ring.MemberOf(r.gazebo.group.ID)].ToldAt; at == nil || !at.Equal(r.now) {
		t.Errorf("told at %v, want it when its letter went", at)
	}
	r.now = r.now.Add(market.RemindAfter)
	r.must(r.intros.Turn(r.ctx, r.now))
	overtaken("the reminder", func() { r.must(r.intros.Turn(r.ctx, r.now)) })
}

// Who may have the letter about a ring, though the line was cut before the mail server said so, is told when it is not to be.
func TestWhoMayHaveTheLetterOfARingHearsOfItsEnd(t *testing.T) {
	r := newRound(t)
	r.find()
	r.cut(r.waitingFor(r.gazebo.person), 2)
	_, err := r.answers(r.hall, market.No)
	r.must(err)
	r.now = r.now.Add(market.ChangeMind + time.Minute)
	r.must(r.intros.Turn(r.ctx, r.now))
	if got := r.to(r.gazebo, r.deliver()); len(got) != 1 || !strings.HasPrefix(got[0], "Not this time") {
		t.Errorf("%q, want that it is not to be", got)
	}
}

func TestAYesInARingCanBeTakenBackUntilAllHaveSaidIt(t *testing.T) {
	r := newRound(t)
	r.find()
	_, err := r.answers(r.hall, market.Yes)
	r.must(err)
	if ring, err := r.answers(r.hall, market.No); err != nil || ring.State != market.Declined {
		t.Errorf("%s, %v", ring.State, err)
	}
}

func TestARingLapsesAfterAReminder(t *testing.T) {
	r := newRound(t)
	r.find()
	r.deliver()
	_, err := r.answers(r.hall, market.Yes)
	r.must(err)
	at := func(after time.Duration) []string {
		r.now = time.Date(2027, 1, 11, 12, 0, 0, 0, time.UTC).Add(after)
		r.must(r.intros.Turn(r.ctx, r.now))
		r.must(r.intros.Turn(r.ctx, r.now))
		var to []string
		for _, o := range r.deliver() {
			to = append(to, o.To)
		}
		slices.Sort(to)
		return to
	}
	if to := at(47 * time.Hour); len(to) != 0 {
		t.Errorf("after 47 hours letters to %v", to)
	}
	if to := at(48 * time.Hour); !slices.Equal(to, []string{"guest@choir.test", "rooms@orpine.test"}) {
		t.Errorf("after 48 hours letters to %v, want both that have not answered reminded", to)
	}
	if to := at(71 * time.Hour); len(to) != 0 || r.ring(r.hall).State != market.Proposed {
		t.Errorf("after 71 hours letters to %v", to)
	}
	if to := at(72 * time.Hour); !slices.Equal(to, []string{"host@hall.test"}) || r.ring(r.hall).State != market.Lapsed || r.live() != 0 {
		t.Errorf("after 72 hours %s, letters to %v, want the one that said yes told", r.ring(r.hall).State, to)
	}
	if _, err := r.answers(r.gazebo, market.Yes); !errors.Is(err, market.ErrGone) {
		t.Errorf("a yes after that: %v", err)
	}
}

// What happens to one of its groups or listings while a ring is open ends it, frees all and is told to those who wait.
func TestWhatEndsAnOpenRing(t *testing.T) {
	for name, do := range map[string]func(*round){
		"an offer is closed": func(r *round) {
			r.must(r.listings.Move(r.ctx, r.chairs.viewer, r.posts["chairs"].ID, market.Withdrawn, nil, r.now))
		},
		"a need is found": func(r *round) {
			r.must(r.listings.Move(r.ctx, r.chairs.viewer, r.posts["wants gazebo"].ID, market.Fulfilled, nil, r.now))
		},
		"an offer is paused": func(r *round) {
			r.must(r.listings.Move(r.ctx, r.chairs.viewer, r.posts["chairs"].ID, market.Paused, nil, r.now))
		},
		"an offer is edited": func(r *round) {
			e, err := r.store.EntryFor(r.ctx, market.System, r.posts["chairs"].ID, r.now)
			r.must(err)
			e.Listing.Title = "Sewing machine"
			r.must(r.listings.Edit(r.ctx, r.chairs.viewer, e.Listing, "edit", r.now))
		},
		"an offer is removed": func(r *round) {
			_, err := safety.New(r.store, r.intros).Hide(r.ctx, market.System, r.posts["chairs"].ID, "wrong", "They were sold.", r.now)
			r.must(err)
		},
		"a group pauses": func(r *round) {
			until := r.now.AddDate(0, 0, 9)
			r.must(r.accounts.Pause(r.ctx, r.chairs.viewer, r.chairs.group.ID, &until, r.now))
		},
		"a group blocks another": func(r *round) {
			r.must(r.intros.Block(r.ctx, r.chairs.viewer, r.chairs.group.ID, r.hall.group.ID, r.now))
		},
		"a group is taken away": func(r *round) { // at once, and not when somebody looks again
			r.hides(r.operator(), r.chairs.group.ID)
			if ring := r.ring(r.hall); ring.State != market.Undone || r.live() != 0 {
				r.t.Errorf("the ring is %s, %d bound", ring.State, r.live())
			}
		},
		"an offer is lent": func(r *round) {
			taker := r.neighbour("Sorrel Singers", "late@sorrel.test")
			need := choir("2027-02-01")
			need.Kind, need.Quantity, need.Terms = market.Room, 1, market.Terms{Kind: market.Swap, For: "songs"}
			in := r.introductions(r.post(taker, need))[0]
			r.say(taker, in, market.Yes)
			r.say(r.hall, in, market.Yes)
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRound(t)
			if r.find() != 1 {
				t.Fatal("no ring")
			}
			r.deliver()
			_, err := r.answers(r.hall, market.Yes)
			r.must(err)
			do(r)
			r.work()
			r.must(r.intros.LookAgain(r.ctx, r.now))
			if ring := r.ring(r.hall); ring.State != market.Undone || r.live() != 0 {
				t.Fatalf("the ring is %s, %d bound", ring.State, r.live())
			}
			told := r.deliver()
			for _, n := range []neighbour{r.hall, r.gazebo} {
				if got := r.to(n, told); !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "Not this time") }) {
					t.Errorf("%s was told %q", n.group.Name, got)
				}
			}
			if _, err := r.answers(r.gazebo, market.Yes); !errors.Is(err, market.ErrGone) {
				t.Errorf("a yes after that: %v", err)
			}
		})
	}
}

// work does the match and fill jobs that wait, as the worker would.
func (s *street) work() {
	s.t.Helper()
	for range 10 {
		rows, err := s.store.Pool().Query(s.ctx, `delete from outbox where kind in ('match', 'fill') returning kind, subject::text`)
		s.must(err)
		var jobs []market.Job
		for rows.Next() {
			var j market.Job
			s.must(rows.Scan(&j.Kind, &j.Subject))
			jobs = append(jobs, j)
		}
		s.must(rows.Err())
		for _, j := range jobs {
			if j.Kind == market.MatchJob {
				s.must(s.intros.Match(s.ctx, j.Subject, s.now))
			} else {
				s.must(s.intros.Fill(s.ctx, j.Subject, s.now))
			}
		}
		if len(jobs) == 0 {
			return
		}
	}
}

// Who leaves a group no longer answers for it; when nobody is left, the clock ends the ring.
func TestWhoLeavesAnswersNoLonger(t *testing.T) {
	r := newRound(t)
	r.find()
	r.deliver()
	_, err := r.store.Pool().Exec(r.ctx, `update memberships set until = $1 where group_id = $2`, r.now, r.chairs.group.ID)
	r.must(err)
	left, err := r.store.ViewerFor(r.ctx, r.chairs.person, r.now)
	r.must(err)
	if _, err := r.intros.AnswerRing(r.ctx, left, r.ring(r.hall).ID, r.chairs.group.ID, market.Yes, r.now); !errors.Is(err, market.ErrNotFound) {
		t.Errorf("one who left answered: %v", err)
	}
	r.now = r.now.Add(market.AnswerWithin)
	r.must(r.intros.Turn(r.ctx, r.now))
	if ring := r.ring(r.hall); ring.State != market.Lapsed {
		t.Errorf("nobody is left to answer, and the ring is %s", ring.State)
	}
}

// Who leaves before the letter about a ring went gets none, and those who stay are asked: their clock runs from their letter.
func TestWhoStaysIsAskedAboutTheRing(t *testing.T) {
	r := newRound(t)
	r.find()
	kit, v := r.joins(r.hall, "kit@hall.test") // after the letters were written
	r.now = r.now.Add(time.Minute)
	r.must(r.intros.Leave(r.ctx, v, r.hall.group.ID, r.hall.person.ID, "", r.now))
	got := r.deliver()
	left := r.to(r.hall, got)
	if len(subjects(kit.Address, got)) != 1 || len(left) != 1 || !strings.Contains(left[0], "no longer belong") {
		t.Errorf("%d letters, to who left %q: want one that asks who stays", len(got), left)
	}
	ring := r.ring(r.gazebo)
	if told := ring.Members[ring.MemberOf(r.hall.group.ID)].ToldAt; told == nil || !told.Equal(r.now) {
		t.Errorf("told at %v", told)
	}
}

// A ring's letter that fails starts no clock while a colleague's waits; the last one does.
func TestARefusedColleagueStartsNoClockOfARing(t *testing.T) {
	r := newRound(t)
	kit, _ := r.joins(r.hall, "kit@hall.test")
	r.find()
	told := func() *time.Time {
		ring := r.ring(r.hall)
		return ring.Members[ring.MemberOf(r.hall.group.ID)].ToldAt
	}
	r.refused = kit.Address
	r.must(r.letters.Send(r.ctx, r.waitingFor(kit), r.now))
	if told() != nil {
		t.Error("the clock runs before anybody was told")
	}
	r.now, r.refused = r.now.Add(time.Hour), r.hall.person.Address
	r.deliver()
	if at := told(); at == nil || !at.Equal(r.now) {
		t.Errorf("the clock runs from %v", at)
	}
}

// Whatever took the letter about a ring, the schedule has the group asked anew, its clock started where all that asked it failed, or
// the ring withdrawn where nobody answers for the group.
func TestARingOfWhichNobodyHearsIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		left  string // what is left of the letter of a group
		want  market.State
		asked bool
	}{
		"no letter":             {`delete from letters where kind = 'ring' and group_id = $1`, market.Proposed, true},
		"a letter that failed":  {`update letters set state = 'failed', fault = 'refused', ended_at = now() where kind = 'ring' and group_id = $1`, market.Lapsed, false},
		"nobody who may answer": {`with l as (delete from letters where kind = 'ring' and group_id = $1) update memberships set until = since where group_id = $1`, market.Undone, false},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRound(t)
			r.find()
			_, err := r.store.Pool().Exec(r.ctx, c.left, r.hall.group.ID)
			r.must(err)
			for _, n := range []neighbour{r.gazebo, r.chairs} {
				_, err := r.answers(n, market.Yes)
				r.must(err)
			}
			r.must(r.intros.LookAgain(r.ctx, r.now))
			if got := r.to(r.hall, r.deliver()); (len(got) == 1) != c.asked {
				t.Errorf("letters %q", got)
			}
			if !c.asked {
				r.now = r.now.Add(market.AnswerWithin)
				r.must(r.intros.Turn(r.ctx, r.now))
			}
			if ring := r.ring(r.gazebo); ring.State != c.want {
				t.Errorf("%s, want %s", ring.State, c.want)
			}
		})
	}
}

// The yes of one who leaves is their group's, and another is whom to talk to.
func TestTheYesOfOneWhoLeftStands(t *testing.T) {
	r := newRound(t)
	r.find()
	_, err := r.answers(r.hall, market.Yes)
	r.must(err)
	heir := r.neighbour("Sorrel House", "heir@sorrel.test")
	r.must(r.store.InTx(r.ctx, func(tx *store.Tx) error {
		return tx.Join(r.ctx, market.Membership{ID: market.NewID(), GroupID: r.hall.group.ID, PersonID: heir.person.ID, Role: market.Poster, Since: r.now})
	}))
	r.must(r.intros.Leave(r.ctx, r.hall.viewer, r.hall.group.ID, r.hall.person.ID, heir.person.ID, r.now))
	for _, n := range []neighbour{r.gazebo, r.chairs} {
		_, err := r.answers(n, market.Yes)
		r.must(err)
	}
	ring := r.ring(r.gazebo)
	in, err := r.store.Introduction(r.ctx, market.System, ring.Members[ring.MemberOf(r.hall.group.ID)].IntroductionID)
	r.must(err)
	if ring.State != market.Connected || in.OfferBy != heir.person.ID {
		t.Errorf("%s, to talk to %s, want the heir %s", ring.State, in.OfferBy, heir.person.ID)
	}
}

func TestNobodyAnswersForAGroupThatIsNotTheirs(t *testing.T) {
	r := newRound(t)
	r.find()
	ring := r.ring(r.hall)
	if _, err := r.intros.AnswerRing(r.ctx, r.hall.viewer, ring.ID, r.chairs.group.ID, market.Yes, r.now); !errors.Is(err, market.ErrForbidden) {
		t.Errorf("answered for another group: %v", err)
	}
	stranger := r.neighbour("Pennywort Row", "other@row.test")
	if _, err := r.intros.AnswerRing(r.ctx, stranger.viewer, ring.ID, r.chairs.group.ID, market.Yes, r.now); !errors.Is(err, market.ErrNotFound) {
		t.Errorf("a stranger answered: %v", err)
	}
}

// A ring's letter counts among the proposals of its day, and waits for room among them.
func TestRingsKeepToTheGovernor(t *testing.T) {
	r := newRound(t)
	r.must(r.store.InTx(r.ctx, func(tx *store.Tx) error {
		l := market.Letter{ID: market.NewID(), Kind: market.PossibleMatch, PersonID: r.chairs.person.ID, GroupID: r.chairs.group.ID,
			AboutID: r.posts["wants gazebo"].ID, MessageID: "earlier", State: market.Waiting, CreatedAt: r.now}
		return tx.Write(r.ctx, l)
	}))
	if n := r.find(); n != 0 {
		t.Fatalf("%d rings, though one of its people had a proposal today", n)
	}
	r.now = r.now.Add(25 * time.Hour)
	if n := r.find(); n != 1 {
		t.Fatalf("%d rings the day after", n)
	}
	if n, err := r.store.ProposalsTo(r.ctx, r.hall.person.ID, r.now.Add(-time.Hour)); err != nil || n != 1 {
		t.Errorf("the ring's letter counts %d among the proposals (%v)", n, err)
	}
}

// Two groups of one person make no ring: nobody answers twice.
func TestNoRingAsksOnePersonTwice(t *testing.T) {
	r := newRound(t)
	r.must(r.store.InTx(r.ctx, func(tx *store.Tx) error {
		return tx.Join(r.ctx, market.Membership{ID: market.NewID(), GroupID: r.chairs.group.ID, PersonID: r.hall.person.ID, Role: market.Owner, Since: r.now})
	}))
	if n := r.find(); n != 0 {
		t.Errorf("%d rings", n)
	}
}

func TestTwoHundredLastYesesConnectARingOnce(t *testing.T) {
	r := newRound(t)
	r.find()
	for _, n := range []neighbour{r.hall, r.gazebo} {
		_, err := r.answers(n, market.Yes)
		r.must(err)
	}
	id, errs := r.ring(r.hall).ID, make([]error, crowd)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			_, errs[i] = r.intros.AnswerRing(r.ctx, r.chairs.viewer, id, r.chairs.group.ID, market.Yes, r.now)
		})
	}
	wg.Wait()
	connected := 0
	for _, err := range errs {
		if err == nil {
			connected++
		} else if !errors.Is(err, market.ErrRepeated) {
			t.Errorf("neither connected nor done before: %v", err)
		}
	}
	var introductions int
	r.must(r.store.Pool().QueryRow(r.ctx, `select count(*) from introductions where state = 'connected'`).Scan(&introductions))
	if connected != 1 || introductions != 3 {
		t.Errorf("%d connected, %d introductions, want 1 and 3", connected, introductions)
	}
}

// The last evening of a hall goes to the ring or to a plain introduction, and never to both.
func TestARingAndAnIntroductionForTheLastUnit(t *testing.T) {
	won := map[string]int{}
	for i := range 6 {
		r := newRound(t)
		taker := r.neighbour(fmt.Sprintf("Sorrel Singers %d", i), "late@sorrel.test")
		r.find()
		need := choir("2027-02-01")
		need.Kind, need.Quantity, need.Terms = market.Room, 1, market.Terms{Kind: market.Swap, For: "songs"}
		in := r.introductions(r.post(taker, need))[0]
		r.say(taker, in, market.Yes)
		for _, n := range []neighbour{r.hall, r.gazebo} {
			_, err := r.answers(n, market.Yes)
			r.must(err)
		}
		ring := r.ring(r.hall).ID
		var ringErr, plainErr error
		var wg sync.WaitGroup
		wg.Go(func() {
			_, ringErr = r.intros.AnswerRing(r.ctx, r.chairs.viewer, ring, r.chairs.group.ID, market.Yes, r.now)
		})
		wg.Go(func() {
			_, plainErr = r.intros.Answer(r.ctx, r.hall.viewer, in.ID, market.Yes, "", r.now)
		})
		wg.Wait()
		switch {
		case ringErr == nil && errors.Is(plainErr, market.ErrTaken):
			won["ring"]++
		case plainErr == nil && errors.Is(ringErr, market.ErrTaken):
			won["introduction"]++
			if got := r.ring(r.hall); got.State != market.Undone || r.live() != 0 {
				t.Errorf("the ring came too late and is %s", got.State)
			}
		default:
			t.Errorf("the ring %v, the introduction %v", ringErr, plainErr)
		}
	}
	t.Logf("won %v", won)
}

func TestRingsAreOfTwoToFourGroups(t *testing.T) {
	s := newStreet(t)
	names := []string{"Gazebo", "Minibus", "Projector", "Piano"}
	thing := func(side market.Side, i int) market.Listing {
		l := gazebo(side)
		l.Title = names[i%len(names)]
		return l
	}
	var groups []neighbour
	for i := range 4 {
		n := s.neighbour(fmt.Sprintf("Group %c Hollow", 'A'+i), fmt.Sprintf("g%d@hollow.test", i))
		groups = append(groups, n)
		s.post(n, swapped(thing(market.Offer, i)))
		s.post(n, thing(market.Need, i+1))
	}
	n, err := s.intros.FindRings(s.ctx, s.now)
	s.must(err)
	if n != 1 || len(s.ring(groups[0]).Members) != 4 {
		t.Fatalf("%d rings of %d", n, len(s.ring(groups[0]).Members))
	}
	for i, g := range groups {
		ring, err := s.answers(g, market.Yes)
		if err != nil || (ring.State == market.Connected) != (i == 3) {
			t.Fatalf("%s after %d yeses, %v", ring.State, i+1, err)
		}
	}
}
