package introduction_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/store/storetest"
)

// met is two neighbours who are connected.
type met struct {
	*street
	giver, taker neighbour
	in           market.Introduction
}

func newlyMet(t *testing.T) *met {
	db, m := storetest.After(t, "met", func(db *store.Store) met {
		s := streetOn(t, db)
		m := met{giver: s.neighbour("Larkhollow Hall", "host@hall.test"), taker: s.neighbour("Tansy Yard Choir", "guest@choir.test")}
		m.in = s.connect(m.giver, m.taker)
		return m
	})
	m.street = streetOn(t, db)
	return &m
}

func (m *met) exchange() market.Exchange {
	m.t.Helper()
	ex, err := m.store.Exchange(m.ctx, m.in.ID)
	m.must(err)
	return ex
}

func (m *met) suggest(who neighbour, slots []market.Slot) (market.Exchange, error) {
	return m.intros.Suggest(m.ctx, who.viewer, m.in.ID, 1, slots, "", m.now)
}

// agree has the taker suggest times and the giver confirm them.
func (m *met) agree(slots []market.Slot) market.Exchange {
	m.t.Helper()
	ex, err := m.suggest(m.taker, slots)
	m.must(err)
	ex, err = m.intros.Confirm(m.ctx, m.giver.viewer, m.in.ID, ex.Sequence, "", m.now)
	m.must(err)
	return ex
}

// evenings are so many weekly evenings of two hours from a day on.
func evenings(from market.Date, n int) []market.Slot {
	slots, err := market.Plan{On: from, Start: 18 * 60, End: 20 * 60, Repeat: market.Weekly, Times: n}.Uses(market.When{}.Location())
	if err != nil {
		panic(err)
	}
	return slots
}

func attached(o mail.Outgoing) string {
	if len(o.Files) != 1 {
		return ""
	}
	return string(o.Files[0].Content)
}

func TestOneSuggestsTheOtherConfirmsAndBothGetTheDay(t *testing.T) {
	m := newlyMet(t)
	ex, err := m.suggest(m.taker, evenings("2027-02-04", 6))
	m.must(err)
	got := m.deliver()
	if ex.Stage != market.Suggested || len(got) != 1 || got[0].To != "host@hall.test" || !strings.Contains(got[0].Text, "6 times") {
		t.Fatalf("%s, letters %v: want the other side alone to hear of it", ex.Stage, got)
	}
	if _, err := m.intros.Confirm(m.ctx, m.taker.viewer, m.in.ID, ex.Sequence, "", m.now); !errors.Is(err, market.ErrWrongState) {
		t.Errorf("confirming one's own suggestion: %v", err)
	}
	before, err := m.store.AllocationsOf(m.ctx, m.in.ID)
	m.must(err)
	if len(before) != 12 {
		t.Errorf("%d uses taken by a mere suggestion, want the 12 of the introduction still", len(before))
	}
	ex, err = m.intros.Confirm(m.ctx, m.giver.viewer, m.in.ID, ex.Sequence, "", m.now)
	m.must(err)
	taken, err := m.store.AllocationsOf(m.ctx, m.in.ID)
	m.must(err)
	if ex.Stage != market.Agreed || len(taken) != 6 || !taken[0].From.Equal(ex.Slots[0].From) {
		t.Errorf("%s with %d uses taken, want agreed with 6", ex.Stage, len(taken))
	}
	got = m.deliver()
	if len(got) != 2 || len(m.to(m.giver, got)) != 1 || len(m.to(m.taker, got)) != 1 {
		t.Fatalf("letters %v, want one to each", got)
	}
	for _, o := range got {
		for _, want := range []string{"METHOD:PUBLISH", "SEQUENCE:1", "DTSTART;TZID=Europe/London:20270204T180000", "BEGIN:VTIMEZONE"} {
			if !strings.Contains(attached(o), want) {
				t.Errorf("the file lacks %s:\n%s", want, attached(o))
			}
		}
		if strings.Contains(attached(o)+o.Text, "host@hall.test") || strings.Contains(attached(o)+o.Text, "guest@choir.test") {
			t.Error("a mail holds an address")
		}
	}
	if _, err := m.intros.Confirm(m.ctx, m.giver.viewer, m.in.ID, ex.Sequence, "", m.now); !errors.Is(err, market.ErrRepeated) {
		t.Errorf("confirming twice: %v", err)
	}
	if got := m.deliver(); len(got) != 0 {
		t.Errorf("%d more letters", len(got))
	}
}

func TestAConfirmedChangeMovesTheSameEntry(t *testing.T) {
	m := newlyMet(t)
	first := m.agree(evenings("2027-02-04", 3))
	old := attached(m.deliver()[0])
	ex, err := m.suggest(m.giver, evenings("2027-02-11", 2))
	m.must(err)
	if ex.Stage != market.Suggested || ex.AgreedAt != nil || ex.AskAt != nil {
		t.Errorf("%s, agreed at %v: want to be confirmed anew", ex.Stage, ex.AgreedAt)
	}
	if _, err := m.intros.Confirm(m.ctx, m.taker.viewer, m.in.ID, first.Sequence, "", m.now); !errors.Is(err, market.ErrConflict) {
		t.Errorf("confirming what a page of before showed: %v", err)
	}
	if got := m.deliver(); len(got) != 1 || !strings.Contains(got[0].Text, "Until you confirm it, what you had agreed holds") {
		t.Errorf("letters %v", got)
	}
	_, err = m.intros.Confirm(m.ctx, m.taker.viewer, m.in.ID, ex.Sequence, "", m.now)
	m.must(err)
	changed := attached(m.deliver()[0])
	uid := "UID:" + string(ex.ID) + "-1@hub.example"
	if !strings.Contains(old, uid) || !strings.Contains(changed, uid) || !strings.Contains(changed, "SEQUENCE:2") {
		t.Errorf("the entry is not the same:\n%s\n%s", old, changed)
	}
	if strings.Count(changed, "STATUS:CANCELLED") != 1 || strings.Count(changed, "STATUS:CONFIRMED") != 2 {
		t.Errorf("want two uses, and the third struck out:\n%s", changed)
	}
}

func TestWhoSuggestsTheSameConfirms(t *testing.T) {
	m := newlyMet(t)
	_, err := m.suggest(m.taker, evenings("2027-02-04", 2))
	m.must(err)
	if _, err := m.suggest(m.taker, evenings("2027-02-04", 2)); !errors.Is(err, market.ErrRepeated) {
		t.Errorf("the same again: %v", err)
	}
	ex, err := m.suggest(m.giver, evenings("2027-02-04", 2))
	m.must(err)
	if ex.Stage != market.Agreed {
		t.Errorf("both said the same: %s", ex.Stage)
	}
}

func TestTimesThatAreTakenAreRefusedAndWhatWasAgreedStays(t *testing.T) {
	m := newlyMet(t)
	m.agree(evenings("2027-02-04", 2))
	other := &met{street: m.street, giver: m.giver, taker: m.neighbour("Orpine Brass", "brass@orpine.test")}
	need := m.post(other.taker, choir("2027-02-01"))
	all, err := m.store.IntroductionsFor(m.ctx, need.ID)
	m.must(err)
	m.say(other.taker, all[0], market.Yes)
	m.say(m.giver, all[0], market.Yes)
	other.in = all[0]
	_, err = other.suggest(other.taker, evenings("2027-02-11", 1))
	if !errors.Is(err, market.ErrTaken) {
		t.Fatalf("a time that is agreed with another: %v, want just gone", err)
	}
	if ex := other.exchange(); ex.Stage != market.Arranging || len(ex.Slots) != 12 {
		t.Errorf("%s with %d slots after a refused suggestion", ex.Stage, len(ex.Slots))
	}
}

func TestImpossibleTimesAreNamed(t *testing.T) {
	m := newlyMet(t)
	past := evenings("2026-12-03", 1)
	for want, slots := range map[string][]market.Slot{"slot_missing": nil, "slot_past": past, "slot_far": evenings("2028-03-02", 1),
		"window_order": {{From: m.now.Add(2 * time.Hour), Until: m.now.Add(time.Hour)}}} {
		_, err := m.suggest(m.taker, slots)
		var invalid *market.Invalid
		if !errors.As(err, &invalid) || invalid.Faults[0].Code != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	stranger := m.neighbour("Pennywort Row", "other@row.test")
	if _, err := m.suggest(stranger, evenings("2027-02-04", 1)); !errors.Is(err, market.ErrNotFound) {
		t.Errorf("a stranger: %v", err)
	}
}

func TestCallingOffBeforeItBeginsFreesAllAndStrikesItOut(t *testing.T) {
	m := newlyMet(t)
	m.agree(evenings("2027-02-04", 2))
	m.deliver()
	_, err := m.intros.Stop(m.ctx, m.giver.viewer, m.in.ID, m.now)
	m.must(err)
	if ex := m.exchange(); ex.Stage != market.CalledOff {
		t.Errorf("%s, want called off", ex.Stage)
	}
	left, err := m.store.AllocationsOf(m.ctx, m.in.ID)
	m.must(err)
	need, err := m.store.EntryFor(m.ctx, market.System, m.in.NeedID, m.now)
	m.must(err)
	if len(left) != 0 || need.Listing.Life != market.Open {
		t.Errorf("%d uses still taken, the need is %s", len(left), need.Listing.Life)
	}
	got := m.deliver()
	if len(got) != 2 {
		t.Fatalf("letters %v, want one to each", got)
	}
	for _, o := range got {
		if strings.Count(attached(o), "STATUS:CANCELLED") != 2 || !strings.Contains(attached(o), "SEQUENCE:2") {
			t.Errorf("not struck out:\n%s", attached(o))
		}
	}
}

func TestNothingIsCalledOffOnceItHasBegun(t *testing.T) {
	m := newlyMet(t)
	ex := m.agree(evenings("2027-02-04", 2))
	m.now = ex.Slots[0].From
	if _, err := m.intros.Stop(m.ctx, m.taker.viewer, m.in.ID, m.now); !errors.Is(err, market.ErrWrongState) {
		t.Errorf("stopping: %v", err)
	}
	if _, err := m.suggest(m.taker, evenings("2027-03-04", 1)); !errors.Is(err, market.ErrWrongState) {
		t.Errorf("changing: %v", err)
	}
	m.must(m.intros.Block(m.ctx, m.taker.viewer, m.taker.group.ID, m.giver.group.ID, m.now))
	if ex := m.exchange(); ex.Stage != market.Agreed {
		t.Errorf("%s after a block, want what came of it to be asked still", ex.Stage)
	}
	if n := m.noted("introduction.stopped"); n != 0 {
		t.Errorf("%d events say that it was stopped", n)
	}
}

// noted is how many events of a kind there are.
func (s *street) noted(verb string) (n int) {
	s.t.Helper()
	s.must(s.store.Pool().QueryRow(s.ctx, `select count(*) from events where verb = $1`, verb).Scan(&n))
	return n
}

// changed is two who agreed on three evenings from 4 February, of which the first has begun while a change to other days
// is still to be confirmed.
func changed(t *testing.T) (*met, market.Exchange, market.Exchange) {
	m := newlyMet(t)
	agreed := m.agree(evenings("2027-02-04", 3))
	m.now = time.Date(2027, 2, 1, 12, 0, 0, 0, time.UTC)
	change, err := m.suggest(m.giver, evenings("2027-02-11", 2))
	m.must(err)
	m.deliver()
	m.now = agreed.Slots[0].From
	return m, agreed, change
}

// held fails unless what was agreed first holds, and its capacity is taken.
func (m *met) held(agreed market.Exchange) {
	m.t.Helper()
	ex := m.exchange()
	taken, err := m.store.AllocationsOf(m.ctx, m.in.ID)
	m.must(err)
	if ex.Stage != market.Agreed || ex.AgreedAt == nil || !slices.EqualFunc(ex.Slots, agreed.Slots, sameSlot) || ex.Amount != agreed.Amount || len(taken) != len(agreed.Slots) {
		m.t.Errorf("%s, agreed at %v, from %v, %d uses taken: want what was agreed from %v", ex.Stage, ex.AgreedAt, ex.Begins(), len(taken), agreed.Begins())
	}
	if ex.AskAt == nil || !ex.AskAt.Equal(*agreed.AskAt) {
		m.t.Errorf("asked at %v, want %v", ex.AskAt, agreed.AskAt)
	}
}

func sameSlot(a, b market.Slot) bool { return a.From.Equal(b.From) && a.Until.Equal(b.Until) }

func TestAChangeThatNobodyConfirmedLapsesWhenTheFirstUseBegins(t *testing.T) {
	m, agreed, change := changed(t)
	if got := m.at(m.now.Add(-time.Minute)); len(got) != 0 || m.exchange().Stage != market.Suggested {
		t.Errorf("%s a minute before, %d letters", m.exchange().Stage, len(got))
	}
	m.at(agreed.Slots[0].From)
	m.held(agreed)
	if ex := m.exchange(); ex.Sequence <= change.Sequence || ex.OpenSince != nil {
		t.Errorf("sequence %d after %d, open since %v", ex.Sequence, change.Sequence, ex.OpenSince)
	}
	got := m.at(*agreed.AskAt)
	if len(got) != 2 || !strings.Contains(got[0].Text, "https://hub.example/o/") {
		t.Errorf("letters %v, want both asked whether it happened", got)
	}
}

func TestAfterADownTimeWhatHappenedIsAskedAndNotGivenBack(t *testing.T) {
	m, agreed, _ := changed(t)
	got := m.at(m.now.AddDate(0, 0, 40))
	if ex := m.exchange(); ex.Stage != market.WasItDone || len(got) != 2 || !slices.EqualFunc(ex.Slots, agreed.Slots, sameSlot) {
		t.Errorf("%s with letters %v, want both asked", ex.Stage, got)
	}
}

// Before the clock has come round nobody acts on the half of it.
func TestNobodyActsOnAChangeThatCameTooLate(t *testing.T) {
	m, agreed, change := changed(t)
	if _, err := m.intros.Stop(m.ctx, m.taker.viewer, m.in.ID, m.now); !errors.Is(err, market.ErrWrongState) {
		t.Errorf("stopping: %v", err)
	}
	if _, err := m.suggest(m.taker, evenings("2027-03-04", 1)); !errors.Is(err, market.ErrWrongState) {
		t.Errorf("changing: %v", err)
	}
	if _, err := m.intros.Confirm(m.ctx, m.taker.viewer, m.in.ID, change.Sequence, "", m.now); !errors.Is(err, market.ErrConflict) {
		t.Errorf("confirming: %v", err)
	}
	m.must(m.intros.Block(m.ctx, m.taker.viewer, m.taker.group.ID, m.giver.group.ID, m.now))
	m.held(agreed)
}

func TestABlockEndsWhatIsAgreedAndNotBegun(t *testing.T) {
	m := newlyMet(t)
	m.agree(evenings("2027-02-04", 2))
	m.must(m.intros.Block(m.ctx, m.taker.viewer, m.taker.group.ID, m.giver.group.ID, m.now))
	in, err := m.store.Introduction(m.ctx, market.System, m.in.ID)
	m.must(err)
	if ex := m.exchange(); ex.Stage != market.CalledOff || in.State != market.Undone {
		t.Errorf("%s and %s after a block", ex.Stage, in.State)
	}
}

func TestFewerThingsThanProposedReopenTheNeed(t *testing.T) {
	s := newStreet(t)
	m := &met{street: s, giver: s.neighbour("Larkhollow Hall", "host@hall.test"), taker: s.neighbour("Tansy Yard Choir", "guest@choir.test")}
	s.post(m.giver, chairs(market.Offer, 40))
	need := s.post(m.taker, chairs(market.Need, 40))
	m.in = s.only(m.taker)
	s.say(m.taker, m.in, market.Yes)
	s.say(m.giver, m.in, market.Yes)
	s.must(s.intros.Fill(s.ctx, need.ID, s.now))
	for amount, ok := range map[int]bool{0: false, 41: false, 25: true} {
		_, err := s.intros.Suggest(s.ctx, m.giver.viewer, m.in.ID, amount, evenings("2027-02-04", 1), "", s.now)
		var invalid *market.Invalid
		if ok && err != nil || !ok && !errors.As(err, &invalid) {
			t.Errorf("%d chairs: %v", amount, err)
		}
	}
	_, err := s.intros.Confirm(s.ctx, m.taker.viewer, m.in.ID, m.exchange().Sequence, "", s.now)
	s.must(err)
	entry, err := s.store.EntryFor(s.ctx, market.System, need.ID, s.now)
	s.must(err)
	if taken, err := s.store.Taken(s.ctx, need.ID); err != nil || taken != 25 || entry.Listing.Life != market.Open {
		t.Errorf("%d taken (%v), the need is %s: want 25, and open for the rest", taken, err, entry.Listing.Life)
	}
	if got := s.to(m.giver, s.deliver()); len(got) == 0 {
		t.Error("the giver was not told")
	}
}

// Both sides change it, confirm it and call it off at the same moment, again and again: whatever wins, the capacity
// taken is what the exchange says.
func TestAgreeingAtOnceLeavesOneTruth(t *testing.T) {
	m := newlyMet(t)
	for round := range 4 {
		var wg sync.WaitGroup
		for i, who := range []neighbour{m.giver, m.taker, m.giver, m.taker} {
			wg.Go(func() {
				ex, err := m.suggest(who, evenings(market.Date("2027-02-04").AddDays(7*i), 1+round%2+i%2))
				if err != nil {
					return
				}
				for _, other := range []neighbour{m.giver, m.taker} {
					_, _ = m.intros.Confirm(m.ctx, other.viewer, m.in.ID, ex.Sequence, "", m.now)
				}
			})
		}
		wg.Wait()
		ex := m.exchange()
		taken, err := m.store.AllocationsOf(m.ctx, m.in.ID)
		m.must(err)
		if ex.Stage == market.Agreed && (len(taken) != len(ex.Slots) || !taken[0].From.Equal(ex.Slots[0].From)) {
			t.Errorf("%d uses are taken from %v, agreed are %d from %v", len(taken), taken[0].From, len(ex.Slots), ex.Slots[0].From)
		}
	}
}

func TestMailAndCalendarSayWhereItReallyIs(t *testing.T) {
	for way, want := range map[market.Where]string{market.AtPlace: "Hall Lane 1", market.Collected: "Hall Lane 1", market.Delivered: "Choir Row 2"} {
		t.Run(string(way), func(t *testing.T) {
			s := newStreet(t)
			m := &met{street: s, giver: s.neighbour("Larkhollow Hall", "host@hall.test"), taker: s.neighbour("Tansy Yard Choir", "guest@choir.test")}
			for n, label := range map[*neighbour]string{&m.giver: "Hall Lane 1", &m.taker: "Choir Row 2"} {
				_, err := s.store.Pool().Exec(s.ctx, `update places set label = $1 where group_id = $2`, label, n.group.ID)
				s.must(err)
			}
			s.post(m.giver, chairs(market.Offer, 40))
			s.post(m.taker, chairs(market.Need, 40))
			m.in = s.only(m.taker)
			_, err := s.store.Pool().Exec(s.ctx, `update listings set way = $1 where side = 'offer'`, way)
			s.must(err)
			s.say(m.taker, m.in, market.Yes)
			s.say(m.giver, m.in, market.Yes)
			s.deliver()
			ex, err := s.intros.Suggest(s.ctx, m.taker.viewer, m.in.ID, 40, evenings("2027-02-04", 1), "", s.now)
			s.must(err)
			_, err = s.intros.Confirm(s.ctx, m.giver.viewer, m.in.ID, ex.Sequence, "", s.now)
			s.must(err)
			away := map[bool]string{true: "host@hall.test", false: "guest@choir.test"}[way == market.Delivered] // who has to be told where
			for _, o := range s.deliver() {
				if file := attached(o); o.Files != nil && !strings.Contains(file, "LOCATION:"+want) {
					t.Errorf("the calendar of %s says another place:\n%s", o.To, file)
				}
				if told := strings.Contains(o.Text, want); len(o.Files) > 0 && told != (o.To == away) {
					t.Errorf("%s is told the place: %v\n%s", o.To, told, o.Text)
				}
			}
		})
	}
}

// Agreed, changed and agreed anew before the mails went: one mail each, about what holds.
func TestAQuickReAgreementIsToldOnce(t *testing.T) {
	m := newlyMet(t)
	m.agree(evenings("2027-02-04", 2))
	m.agree(evenings("2027-02-11", 2))
	got := m.deliver()
	if len(m.to(m.giver, got)) != 1 || len(m.to(m.taker, got)) != 1 || !strings.Contains(got[0].Text, "11 February") {
		t.Errorf("%d letters: %v and %v, want one each", len(got), m.to(m.giver, got), m.to(m.taker, got))
	}
}

func TestOnlyWhoStillActsForTheOtherGroupIsNamed(t *testing.T) {
	m := newlyMet(t)
	for n, name := range map[*neighbour]string{&m.giver: "Joan", &m.taker: "Ama"} {
		m.must(m.store.InTx(m.ctx, func(tx *store.Tx) error { return tx.NamePerson(m.ctx, n.person.ID, name, "en-GB") }))
	}
	successor := m.neighbour("Orpine Rooms", "new@hall.test")
	m.must(m.store.InTx(m.ctx, func(tx *store.Tx) error {
		return errors.Join(tx.NamePerson(m.ctx, successor.person.ID, "Kit", "en-GB"),
			tx.Join(m.ctx, market.Membership{ID: market.NewID(), GroupID: m.giver.group.ID, PersonID: successor.person.ID, Role: market.Poster, Since: m.now}))
	}))
	_, err := m.store.Pool().Exec(m.ctx, `update memberships set until = $1 where person_id = $2`, m.now, m.giver.person.ID)
	m.must(err)
	ex, err := m.suggest(m.taker, evenings("2027-02-04", 2))
	m.must(err)
	successor.viewer, err = m.store.ViewerFor(m.ctx, successor.person, m.now)
	m.must(err)
	_, err = m.intros.Confirm(m.ctx, successor.viewer, m.in.ID, ex.Sequence, "", m.now)
	m.must(err)
	for _, o := range m.deliver() {
		if o.To == m.taker.person.Address && (strings.Contains(o.Text, "Joan") || !strings.Contains(o.Text, "Kit")) {
			t.Errorf("the mail names who has left:\n%s", o.Text)
		}
	}
}

func TestEitherSideEndsARunningSeriesEarly(t *testing.T) {
	m := newlyMet(t)
	agreed := m.agree(evenings("2027-02-04", 6))
	m.deliver()
	if _, err := m.intros.EndEarly(m.ctx, m.giver.viewer, m.in.ID, "", m.now); !errors.Is(err, market.ErrWrongState) {
		t.Errorf("before it begins: %v", err)
	}
	m.now = agreed.Slots[1].From.Add(time.Hour) // the second evening is under way
	stranger := m.neighbour("Pennywort Row", "other@row.test")
	if _, err := m.intros.EndEarly(m.ctx, stranger.viewer, m.in.ID, "", m.now); !errors.Is(err, market.ErrNotFound) {
		t.Errorf("a stranger: %v", err)
	}
	ex, err := m.intros.EndEarly(m.ctx, m.giver.viewer, m.in.ID, "form", m.now)
	m.must(err)
	taken, err := m.store.AllocationsOf(m.ctx, m.in.ID)
	m.must(err)
	if ex.Stage != market.Agreed || len(ex.Slots) != 2 || len(taken) != 2 || ex.RemindAt != nil || !ex.AskAt.Equal(time.Date(2027, 2, 12, 10, 0, 0, 0, time.UTC)) {
		t.Errorf("%s with %d uses, %d taken, asked at %v", ex.Stage, len(ex.Slots), len(taken), ex.AskAt)
	}
	if _, err := m.intros.EndEarly(m.ctx, m.giver.viewer, m.in.ID, "form", m.now); !errors.Is(err, market.ErrRepeated) {
		t.Errorf("the same form again: %v", err)
	}
	got := m.deliver()
	if len(m.to(m.taker, got)) != 1 || !strings.Contains(m.to(m.taker, got)[0], "Ends early") || !strings.Contains(got[0].Text, "Thursday 11 February") {
		t.Fatalf("letters %v", got)
	}
	if file := attached(got[0]); strings.Count(file, "STATUS:CANCELLED") != 4 || strings.Count(file, "STATUS:CONFIRMED") != 2 {
		t.Errorf("want four of six struck out:\n%s", file)
	}
	if _, err := m.intros.EndEarly(m.ctx, m.taker.viewer, m.in.ID, "", m.now); !errors.Is(err, market.ErrWrongState) {
		t.Errorf("when nothing is left: %v", err)
	}
	if got := m.at(*ex.AskAt); len(got) != 2 {
		t.Errorf("%d letters, want both asked whether it happened", len(got))
	}
}

func TestBothHearThatAChangeHasLapsed(t *testing.T) {
	m, agreed, _ := changed(t)
	got := m.at(agreed.Slots[0].From)
	if len(got) != 2 || !strings.Contains(got[0].Subject, "It stays as agreed") || !strings.Contains(got[0].Subject, "3 times from 4 February") {
		t.Errorf("letters %v, want both told what holds", got)
	}
	if got := m.at(m.now.Add(time.Minute)); len(got) != 0 {
		t.Errorf("told again: %v", got)
	}
}

// What was agreed holds until a change is confirmed, so it is reminded of.
func TestAReminderGoesOutWhileAChangeIsToBeConfirmed(t *testing.T) {
	m := newlyMet(t)
	m.agree(evenings("2027-02-04", 3))
	m.now = time.Date(2027, 2, 1, 12, 0, 0, 0, time.UTC)
	_, err := m.suggest(m.giver, evenings("2027-02-11", 2))
	m.must(err)
	m.deliver()
	got := m.at(time.Date(2027, 2, 3, 10, 0, 0, 0, time.UTC))
	if len(got) != 2 || !strings.Contains(got[0].Subject, "Thursday 4 February") || !strings.Contains(got[0].Text, "A change is suggested") {
		t.Errorf("letters %v, want both reminded of what holds", got)
	}
	if got := m.at(m.now.Add(time.Hour)); len(got) != 0 {
		t.Errorf("reminded again: %v", got)
	}
}

// So is how much was agreed, while less is suggested; what is suggested is told as that.
func TestAReminderSaysHowMuchWasAgreed(t *testing.T) {
	s := newStreet(t)
	m := &met{street: s, giver: s.neighbour("Larkhollow Hall", "host@hall.test"), taker: s.neighbour("Tansy Yard Choir", "guest@choir.test")}
	s.post(m.giver, chairs(market.Offer, 40))
	s.post(m.taker, chairs(market.Need, 40))
	m.in = s.only(m.taker)
	s.say(m.taker, m.in, market.Yes)
	s.say(m.giver, m.in, market.Yes)
	suggests := func(who neighbour, n int) {
		_, err := s.intros.Suggest(s.ctx, who.viewer, m.in.ID, n, evenings("2027-02-04", 1), "", s.now)
		s.must(err)
	}
	suggests(m.taker, 40)
	suggests(m.giver, 40)
	s.deliver()
	s.now = time.Date(2027, 2, 1, 12, 0, 0, 0, time.UTC)
	suggests(m.giver, 25)
	if got := s.deliver(); len(got) != 1 || !strings.Contains(unwrapped(got[0]), "20:00, 40 chairs") || !strings.Contains(unwrapped(got[0]), "How much: 25 chairs") {
		t.Errorf("letters %v, want one that tells both amounts", got)
	}
	got := m.at(time.Date(2027, 2, 3, 10, 0, 0, 0, time.UTC))
	for _, o := range got {
		if !strings.HasPrefix(o.Subject, "Tomorrow") || !strings.Contains(o.Text, "How much: 40 chairs") || strings.Contains(o.Text, "25 chairs") {
			t.Errorf("%s reads %q\n%s", o.To, o.Subject, o.Text)
		}
	}
	if len(got) != 2 {
		t.Errorf("%d letters, want both reminded", len(got))
	}
}

// unwrapped is the text of a mail in one line.
func unwrapped(o mail.Outgoing) string { return strings.Join(strings.Fields(o.Text), " ") }

// far is two who agreed on three evenings in March, of which one side would like to change the days.
func far(t *testing.T) (*met, market.Exchange, market.Exchange) {
	m := newlyMet(t)
	agreed := m.agree(evenings("2027-03-04", 3))
	m.deliver()
	change, err := m.suggest(m.giver, evenings("2027-03-12", 3))
	m.must(err)
	got := m.deliver()
	if len(got) != 1 || !strings.Contains(unwrapped(got[0]), "what you had agreed holds") || !strings.Contains(unwrapped(got[0]), "from 4 March") || strings.Contains(unwrapped(got[0]), "nothing is agreed") {
		t.Errorf("letters %v, want the other side told of the change, and of what holds", got)
	}
	return m, agreed, change
}

func TestWhatWasAgreedHoldsWhenAChangeIsNotConfirmedInTime(t *testing.T) {
	m, agreed, change := far(t)
	start := m.now
	got := m.at(start.AddDate(0, 0, 11))
	if len(got) != 2 {
		t.Fatalf("letters %v, want both told that the change lapses", got)
	}
	for _, o := range got {
		if !strings.Contains(o.Subject, "a change of") || !strings.Contains(unwrapped(o), "stays as it is") || strings.Contains(unwrapped(o), "You have not agreed") || strings.Contains(unwrapped(o), "given back") {
			t.Errorf("the warning of a change: %s\n%s", o.Subject, o.Text)
		}
	}
	m.at(start.Add(14*24*time.Hour - time.Minute))
	if ex := m.exchange(); ex.Stage != market.Suggested {
		t.Errorf("%s a minute before the end", ex.Stage)
	}
	got = m.at(start.AddDate(0, 0, 14))
	m.held(agreed)
	in, err := m.store.Introduction(m.ctx, market.System, m.in.ID)
	m.must(err)
	if ex := m.exchange(); in.State != market.Connected || ex.Sequence <= change.Sequence || ex.OpenSince != nil {
		t.Errorf("%s, sequence %d after %d, open since %v", in.State, ex.Sequence, change.Sequence, ex.OpenSince)
	}
	if len(got) == 2 && (!strings.Contains(attached(got[0]), "DTSTART;TZID=Europe/London:20270304T180000") || attached(got[1]) == "") { // the mail that had the file may not have gone
		t.Errorf("it stays, without its file: %q", attached(got[0]))
	}
	if len(got) != 2 || !strings.Contains(got[0].Subject, "It stays as agreed") || !strings.Contains(unwrapped(got[0]), "not confirmed in two weeks") || !strings.Contains(unwrapped(got[0]), "from 4 March") {
		t.Errorf("letters %v, want both told kindly what holds", got)
	}
	if got := m.at(m.now.Add(time.Hour)); len(got) != 0 {
		t.Errorf("told again: %v", got)
	}
}

func TestAChangeThatIsLateCannotBeConfirmedBeforeTheClockCameRound(t *testing.T) {
	m, agreed, change := far(t)
	m.at(m.now.AddDate(0, 0, 11))
	m.now = m.now.AddDate(0, 0, 3)
	if _, err := m.intros.Confirm(m.ctx, m.taker.viewer, m.in.ID, change.Sequence, "", m.now); !errors.Is(err, market.ErrConflict) {
		t.Errorf("confirming: %v", err)
	}
	m.at(m.now)
	m.held(agreed)
}

func TestEitherSideMayDropAChangeAndTheOtherIsTold(t *testing.T) {
	for _, own := range []bool{true, false} {
		m, agreed, change := far(t)
		who, told := m.giver, m.taker
		if !own {
			who, told = told, who
		}
		if _, err := m.intros.Drop(m.ctx, who.viewer, m.in.ID, change.Sequence-1, "", m.now); !errors.Is(err, market.ErrConflict) {
			t.Errorf("from an older page: %v", err)
		}
		_, err := m.intros.Drop(m.ctx, who.viewer, m.in.ID, change.Sequence, "", m.now)
		m.must(err)
		m.held(agreed)
		got := m.deliver()
		if len(got) != 1 || got[0].To != told.person.Address || !strings.Contains(unwrapped(got[0]), "would rather keep") || !strings.Contains(unwrapped(got[0]), "from 4 March") {
			t.Errorf("letters %v, want the other side told", got)
		}
		if _, err := m.intros.Drop(m.ctx, who.viewer, m.in.ID, m.exchange().Sequence, "", m.now); !errors.Is(err, market.ErrWrongState) {
			t.Errorf("again: %v", err)
		}
		if got := m.at(m.now.AddDate(0, 0, 14)); len(got) != 0 {
			t.Errorf("letters of a clock that runs no more: %v", got)
		}
	}
}

func TestWhatIsSuggestedAtFirstIsNotDropped(t *testing.T) {
	m := newlyMet(t)
	ex, err := m.suggest(m.taker, evenings("2027-02-04", 1))
	m.must(err)
	if _, err := m.intros.Drop(m.ctx, m.giver.viewer, m.in.ID, ex.Sequence, "", m.now); !errors.Is(err, market.ErrWrongState) {
		t.Errorf("%v", err)
	}
}

// Whoever stops it while a change is on the table calls off what was agreed: the mail names no day that nobody agreed.
func TestStoppedDuringAChangeTheAgreedDayIsCalledOff(t *testing.T) {
	m, _, _ := far(t)
	_, err := m.intros.Stop(m.ctx, m.giver.viewer, m.in.ID, m.now)
	m.must(err)
	got := m.deliver()
	if len(got) != 2 || !strings.Contains(got[0].Subject, "from 4 March") || strings.Contains(unwrapped(got[0])+got[0].Subject, "12 March") || strings.Count(attached(got[0]), "STATUS:CANCELLED") != 3 {
		t.Errorf("letters %v", got)
	}
}

// A calendar that holds no more than so many has what comes next, and what is over only where there is room for it.
func TestACalendarHoldsFirstWhatIsToCome(t *testing.T) {
	m := newlyMet(t)
	m.agree(evenings("2027-02-04", 2))
	for _, from := range []market.Date{"2027-01-14", "2027-03-04", "2026-12-03", "2027-02-18"} {
		slots, err := json.Marshal(evenings(from, 1))
		m.must(err)
		_, err = m.store.Pool().Exec(m.ctx, `with other as (insert into listings select (jsonb_populate_record(l, jsonb_build_object('id', gen_random_uuid()))).* from listings l where l.id = $1 returning id),
			copied as (insert into introductions select (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid(), 'need_id', other.id, 'offer_mask', gen_random_uuid(), 'need_mask', gen_random_uuid(), 'slots', $3::jsonb))).* from introductions i, other where i.id = $2 returning id)
			insert into exchanges select (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(), 'introduction_id', copied.id, 'slots', $3::jsonb))).* from exchanges e, copied where e.introduction_id = $2`,
			m.in.NeedID, m.in.ID, string(slots))
		m.must(err)
	}
	all, err := m.store.AgreedOf(m.ctx, m.giver.viewer, time.Date(2027, 2, 5, 12, 0, 0, 0, time.UTC), 4)
	m.must(err)
	var first []string
	for _, in := range all {
		first = append(first, in.Slots[0].From.Format("2 January"))
	}
	if got := strings.Join(first, ", "); got != "4 February, 18 February, 4 March, 14 January" {
		t.Errorf("a calendar of four holds %s", got)
	}
}

// A year of uses of a hall with a long name in any alphabet is a small mail all the same.
func TestACalendarFileOfManyUsesIsSmall(t *testing.T) {
	m := newlyMet(t)
	long := strings.TrimSpace(strings.Repeat("সভাকক্ষ ", 14))
	for _, sql := range []string{`update listings set title = $1`, `update groups set name = $1 || left(id::text, 4)`} {
		_, err := m.store.Pool().Exec(m.ctx, sql, long)
		m.must(err)
	}
	const many = 40 // weeks; market.MostUses is half as many again
	m.agree(evenings("2027-02-04", many))
	files := 0
	for _, o := range m.deliver() {
		text := attached(o)
		if text == "" {
			continue
		}
		files++
		if n := strings.Count(text, "BEGIN:VEVENT"); n != many || len(text)*4/3 > 57_000 {
			t.Errorf("%d uses in %d bytes", n, len(text))
		}
	}
	if files != 2 {
		t.Errorf("%d files, want one for each", files)
	}
}
