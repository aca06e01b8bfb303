package introduction_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// joins makes somebody an owner of a neighbour's group.
func (s *street) joins(n neighbour, address string) (p market.Person, v market.Viewer) {
	s.t.Helper()
	s.must(s.store.InTx(s.ctx, func(tx *store.Tx) (err error) {
		if p, err = tx.Welcome(s.ctx, address, s.now); err != nil {
			return err
		}
		return tx.Join(s.ctx, market.Membership{ID: market.NewID(), GroupID: n.group.ID, PersonID: p.ID, Role: market.Owner, Since: s.now})
	}))
	v, err := s.store.ViewerFor(s.ctx, p, s.now)
	s.must(err)
	return p, v
}

func TestWhoMayNoLongerAnswerIsReplacedAsContactEachTime(t *testing.T) {
	m := newlyMet(t)
	kit, v := m.joins(m.giver, "kit@hall.test")
	joan := m.giver.person
	for range 2 {
		m.must(m.intros.SetRole(m.ctx, v, m.giver.group.ID, joan.ID, market.Reader, m.now))
		if in := m.only(m.taker); in.OfferBy != kit.ID {
			t.Fatalf("the contact is %s, who may not answer", in.OfferBy)
		}
		if got := m.deliver(); len(got) != 3 {
			t.Fatalf("%d letters, want both sides told, and who has another role", len(got))
		}
		m.must(m.intros.SetRole(m.ctx, v, m.giver.group.ID, joan.ID, market.Poster, m.now))
		m.must(m.store.InTx(m.ctx, func(tx *store.Tx) error { // who had answered once more meanwhile
			in := m.only(m.taker)
			in.OfferBy = joan.ID
			return tx.ChangeIntroduction(m.ctx, in)
		}))
	}
	events, err := m.store.Events(m.ctx, m.in.ID)
	m.must(err)
	var by []market.ID
	for _, e := range events {
		if e.Verb == "introduction.contact_changed" {
			by = append(by, e.Actor)
		}
	}
	if len(by) != 2 || by[0] != kit.ID || by[1] != kit.ID {
		t.Errorf("changed by %v, want %s twice", by, kit.ID)
	}
}

// hears is the one letter that waits to be sent, which is to somebody and says all of the words.
func (s *street) hears(p market.Person, subject string, words ...string) {
	s.t.Helper()
	got := s.deliver()
	if len(got) != 1 || got[0].To != p.Address || got[0].Subject != subject {
		s.t.Fatalf("letters %v, want one, to %s: %q", got, p.Address, subject)
	}
	for _, w := range words {
		if !strings.Contains(strings.Join(strings.Fields(got[0].Text), " "), w) {
			s.t.Errorf("%q does not say %q:\n%s", subject, w, got[0].Text)
		}
	}
}

func TestWhoIsGivenAnotherRoleOrTakenOutIsTold(t *testing.T) {
	s := newStreet(t)
	giver := s.neighbour("Larkhollow Hall", "host@hall.test")
	hall, host := giver.group.ID, giver.person
	_, v := s.joins(giver, "kit@hall.test")
	s.deliver()
	page := "https://hub.example/groups/" + string(hall)
	for _, step := range []struct {
		role    market.Role
		subject string
		words   string
	}{
		{market.Reader, "You have another role in Larkhollow Hall", "made you a reader"},
		{market.Poster, "You have another role in Larkhollow Hall", "made you a poster"},
		{market.Owner, "You are now an owner of Larkhollow Hall", "made you one too"},
	} {
		s.must(s.intros.SetRole(s.ctx, v, hall, host.ID, step.role, s.now))
		s.hears(host, step.subject, step.words, page)
	}
	for _, role := range []market.Role{market.Reader, market.Poster} { // the first no longer stands when its letter goes
		s.must(s.intros.SetRole(s.ctx, v, hall, host.ID, role, s.now))
	}
	s.hears(host, "You have another role in Larkhollow Hall", "made you a poster")
	s.must(s.intros.SetRole(s.ctx, v, hall, host.ID, market.Reader, s.now)) // nor does this
	s.must(s.intros.Leave(s.ctx, v, hall, host.ID, "", s.now))
	s.hears(host, "You no longer belong to Larkhollow Hall", "taken you out of it", "https://hub.example/mine")
}

func TestWhoBecomesTheOnlyOwnerIsTold(t *testing.T) {
	s := newStreet(t)
	giver := s.neighbour("Larkhollow Hall", "host@hall.test")
	kit, v := s.joins(giver, "kit@hall.test")
	s.deliver()
	s.must(s.intros.SetRole(s.ctx, v, giver.group.ID, kit.ID, market.Reader, s.now))
	if got := s.deliver(); len(got) != 0 {
		t.Errorf("letters %v of what somebody did to themselves", got)
	}
	s.must(s.intros.Leave(s.ctx, giver.viewer, giver.group.ID, giver.person.ID, kit.ID, s.now))
	s.hears(kit, "You are now the owner of Larkhollow Hall", "handed it over to you", "https://hub.example/groups/"+string(giver.group.ID))
}

// A role in what has closed is good for nothing, and whoever stays in it as a reader has not become its owner.
func TestNobodyIsToldOfARoleInAClosedGroup(t *testing.T) {
	for name, leaves := range map[string]bool{"its owner stays": false, "its owner leaves": true} {
		t.Run(name, func(t *testing.T) {
			s := newStreet(t)
			giver := s.neighbour("Larkhollow Hall", "host@hall.test")
			kit, _ := s.joins(giver, "kit@hall.test")
			s.deliver()
			s.must(s.intros.SetRole(s.ctx, giver.viewer, giver.group.ID, kit.ID, market.Reader, s.now))
			s.must(s.intros.CloseGroup(s.ctx, giver.viewer, giver.group.ID, s.now))
			if leaves {
				s.must(s.intros.Leave(s.ctx, giver.viewer, giver.group.ID, giver.person.ID, "", s.now))
			}
			if got := s.deliver(); len(got) != 0 {
				t.Errorf("letters %v", got)
			}
		})
	}
}

// Nobody could renew or close what is open in a group that closed. So its closing opens nothing of it again that was filled, nor does
// what is told later of what had begun.
func TestAGroupThatClosesOpensNoNeedAgain(t *testing.T) {
	for name, begun := range map[string]bool{"nothing has begun": false, "what had begun did not happen": true} {
		t.Run(name, func(t *testing.T) {
			m := newlyMet(t)
			if begun {
				m.now = m.agree(evenings("2027-02-04", 1)).Slots[0].From
			}
			m.must(m.intros.CloseGroup(m.ctx, m.taker.viewer, m.taker.group.ID, m.now))
			want := market.CalledOff
			if begun {
				want = market.NotDone
				m.at(time.Date(2027, 2, 5, 10, 0, 0, 0, time.UTC))
				m.must(m.tell(m.giver, itDidNot))
				m.at(m.now.Add(market.OutcomeWithin))
			}
			m.deliver()
			need, err := m.store.EntryFor(m.ctx, market.System, m.in.NeedID, m.now)
			m.must(err)
			if got := m.exchange().Stage; got != want || need.Listing.Life != market.Fulfilled {
				t.Errorf("%s, and the need is %s: want %s, and it found still", got, need.Listing.Life, want)
			}
			m.endsUnheard(m.taker, *need.Listing.ExpiresAt)
		})
	}
}

// What a release before left open in a closed group ends without a word.
func TestNobodyIsToldOfTheEndOfWhatAClosedGroupPosted(t *testing.T) {
	m := newlyMet(t)
	need, err := m.store.EntryFor(m.ctx, market.System, m.in.NeedID, m.now)
	m.must(err)
	m.must(m.intros.CloseGroup(m.ctx, m.taker.viewer, m.taker.group.ID, m.now))
	m.deliver()
	_, err = m.store.Pool().Exec(m.ctx, `update listings set life = 'open', closed_at = null where id = $1`, m.in.NeedID)
	m.must(err)
	m.endsUnheard(m.taker, *need.Listing.ExpiresAt)
	if need, err = m.store.EntryFor(m.ctx, market.System, m.in.NeedID, m.now); err != nil || need.Listing.Life != market.Expired {
		t.Errorf("it is %s (%v), want expired", need.Listing.Life, err)
	}
}

// endsUnheard lets the end of a listing come of which its group is to hear nothing.
func (s *street) endsUnheard(n neighbour, end time.Time) {
	s.t.Helper()
	for _, before := range slices.Concat(market.TellExpiring, []time.Duration{0}) {
		if got := s.to(n, s.on(end.Add(-before))); len(got) != 0 {
			s.t.Errorf("%v before the end: %q", before, got)
		}
	}
}

func TestTheLastOwnerMayLeaveAClosedGroup(t *testing.T) {
	m := newlyMet(t)
	m.must(m.intros.CloseGroup(m.ctx, m.giver.viewer, m.giver.group.ID, m.now))
	v, err := m.store.ViewerFor(m.ctx, m.giver.person, m.now)
	m.must(err)
	m.must(m.intros.Leave(m.ctx, v, m.giver.group.ID, m.giver.person.ID, "", m.now))
	if ms, err := m.store.Members(m.ctx, m.giver.group.ID, m.now); err != nil || len(ms) != 0 {
		t.Errorf("%d members, %v", len(ms), err)
	}
}

// beside starts a change while another transaction has changed a group, commits that once the change waits for it, and
// gives how the change went.
func (s *street) beside(sql string, group market.ID, change func() error) error {
	s.t.Helper()
	tx, err := s.store.Pool().Begin(s.ctx)
	s.must(err)
	_, err = tx.Exec(s.ctx, sql, s.now, group)
	s.must(err)
	done := make(chan error, 1)
	go func() { done <- change() }()
	for n := 0; n == 0 && len(done) == 0; {
		s.must(s.store.Pool().QueryRow(s.ctx, `select count(*) from pg_stat_activity
			where datname = current_database() and wait_event_type = 'Lock'`).Scan(&n))
	}
	s.must(tx.Commit(s.ctx))
	return <-done
}

func TestClosingUndoesNoTakedown(t *testing.T) {
	s := newStreet(t)
	giver := s.neighbour("Larkhollow Hall", "host@hall.test")
	s.must(s.beside(`update groups set removed_at = $1 where id = $2`, giver.group.ID, func() error {
		return s.intros.CloseGroup(s.ctx, giver.viewer, giver.group.ID, s.now)
	}))
	g, err := s.store.Group(s.ctx, market.System, giver.group.ID)
	s.must(err)
	if g.RemovedAt == nil || g.ClosedAt == nil {
		t.Errorf("removed %v, closed %v: want both", g.RemovedAt, g.ClosedAt)
	}
}

func TestNothingIsPostedForAGroupThatCloses(t *testing.T) {
	s := newStreet(t)
	giver := s.neighbour("Larkhollow Hall", "host@hall.test")
	old := s.post(giver, hall("Church hall"))
	l := old
	for name, change := range map[string]func() error{
		"post": func() error {
			_, err := s.listings.Publish(s.ctx, giver.viewer, l, market.OnceOnly{ID: string(market.NewID())}, s.now)
			return err
		},
		"reopen": func() error {
			return s.listings.Move(s.ctx, giver.viewer, old.ID, market.Paused, nil, s.now)
		},
	} {
		if err := s.beside(`update groups set closed_at = $1 where id = $2`, giver.group.ID, change); !errors.Is(err, market.ErrForbidden) {
			t.Errorf("%s while the group closes: %v", name, err)
		}
		_, err := s.store.EntryFor(s.ctx, market.Public, old.ID, s.now)
		if !errors.Is(err, market.ErrNotFound) {
			t.Errorf("a listing of a closed group: %v", err)
		}
		_, err = s.store.Pool().Exec(s.ctx, `update groups set closed_at = null where id = $1`, giver.group.ID)
		s.must(err)
	}
}

// A letter that waits while its reader leaves the group goes nowhere, whatever it is, and starts no clock: what it says is the
// group's. Who leaves as the test has it does so beside Leave, which takes such letters back itself.
func TestWhoLeftTheGroupIsWrittenNothing(t *testing.T) {
	for kind, state := range map[market.LetterKind]string{
		market.PossibleMatch:    `state = 'proposed'`,
		market.SomeoneWouldLike: `state = 'asked', need_answer = 'yes'`,
		market.Reminder:         `state = 'proposed', need_told_at = now()`,
		market.AnswerHere:       `state = 'proposed'`,
		market.NotThisTime:      `state = 'lapsed', need_answer = 'yes', ended_at = proposed_at`,
	} {
		t.Run(string(kind), func(t *testing.T) {
			s := newStreet(t)
			giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
			s.post(giver, hall("Church hall"))
			s.post(taker, choir("2027-02-01"))
			in, mine := s.only(taker), taker
			if kind == market.SomeoneWouldLike {
				mine = giver
			}
			kit, _ := s.joins(mine, "kit@group.test")
			_, err := s.store.Pool().Exec(s.ctx, `update introductions set `+state)
			s.must(err)
			_, err = s.store.Pool().Exec(s.ctx, `delete from letters`)
			s.must(err)
			s.must(s.store.InTx(s.ctx, func(tx *store.Tx) error {
				for _, p := range []market.Person{kit, mine.person} {
					l := market.Letter{ID: market.NewID(), Kind: kind, PersonID: p.ID, GroupID: mine.group.ID, AboutID: in.ID, State: market.Waiting, CreatedAt: s.now}
					l.MessageID = string(l.ID)
					if err := tx.Write(s.ctx, l, in.ID); err != nil {
						return err
					}
				}
				return nil
			}))
			_, err = s.store.Pool().Exec(s.ctx, `update memberships set until = since where person_id = $1`, kit.ID)
			s.must(err)
			if kind != market.Reminder { // who left comes first
				s.must(s.letters.Send(s.ctx, s.waitingFor(kit), s.now))
				if in := s.only(taker); len(s.posted) > 0 || in.NeedToldAt != nil || in.OfferToldAt != nil {
					t.Error("who left was told, or nobody was and the clock runs")
				}
				var fault string
				s.must(s.store.Pool().QueryRow(s.ctx, `select fault from letters where person_id = $1`, kit.ID).Scan(&fault))
				if fault != "moot" {
					t.Errorf("its letter ended as %q, want moot", fault)
				}
			}
			got := s.deliver()
			if len(got) != 1 || got[0].To != mine.person.Address {
				t.Errorf("letters %v, want one, to who is still there", got)
			}
		})
	}
}

// waitingFor is the one letter that waits to be sent to somebody.
func (s *street) waitingFor(p market.Person) (id market.ID) {
	s.t.Helper()
	s.must(s.store.Pool().QueryRow(s.ctx, `select id::text from letters where person_id = $1 and state = 'waiting'`, p.ID).Scan(&id))
	return id
}

// Who was to be asked and leaves is not, and those who stay are: by a letter of their own.
func TestWhoStaysIsAskedInPlaceOfWhoLeft(t *testing.T) {
	for _, side := range []market.Side{market.Need, market.Offer} {
		t.Run(string(side), func(t *testing.T) {
			s := newStreet(t)
			giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
			s.post(giver, hall("Church hall"))
			s.post(taker, choir("2027-02-01"))
			mine := taker
			if side == market.Offer {
				mine = giver
				s.deliver()
				s.say(taker, s.only(taker), market.Yes)
			}
			kit, v := s.joins(mine, "kit@group.test") // after the letter was written
			s.now = s.now.Add(time.Minute)
			s.must(s.intros.Leave(s.ctx, v, mine.group.ID, mine.person.ID, "", s.now))
			got := s.deliver()
			if asked, left := subjects(kit.Address, got), s.to(mine, got); len(asked) != 1 || len(left) != 1 || len(got) != 2 || !strings.Contains(left[0], "no longer belong") {
				t.Fatalf("asked %q, who left %q: want one letter that asks who stays, and one that says so to who left", asked, left)
			}
			if in := s.only(taker); side == market.Need && in.NeedToldAt == nil || side == market.Offer && in.OfferToldAt == nil {
				t.Error("who stays was told, and no clock runs")
			}
		})
	}
}
