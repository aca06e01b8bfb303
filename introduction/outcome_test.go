package introduction_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/conversation"
	"wherewithal/introduction"
	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/photo"
	"wherewithal/store"
)

// at moves the clock and does what it asks for.
func (m *met) at(t time.Time) []mail.Outgoing {
	m.t.Helper()
	m.now = t
	m.must(m.intros.Turn(m.ctx, m.now))
	return m.deliver()
}

func (m *met) tell(who neighbour, t market.Told) error {
	_, err := m.intros.Tell(m.ctx, who.viewer, m.in.ID, t, "", "", m.now)
	return err
}

func TestAReminderComesTheDayBeforeAtTenLocal(t *testing.T) {
	m := newlyMet(t)
	m.agree(evenings("2027-04-01", 3)) // British Summer Time by then
	m.deliver()
	if got := m.at(time.Date(2027, 3, 31, 8, 59, 0, 0, time.UTC)); len(got) != 0 {
		t.Errorf("%d letters before ten", len(got))
	}
	got := m.at(time.Date(2027, 3, 31, 9, 0, 0, 0, time.UTC))
	if len(got) != 2 || !strings.Contains(got[0].Subject, "Tomorrow") || !strings.Contains(got[0].Text, "Thursday 1 April, 18:00 to 20:00") {
		t.Fatalf("letters %v, want both reminded of the first use", got)
	}
	for range 2 {
		if got := m.at(m.now.Add(time.Hour)); len(got) != 0 {
			t.Errorf("reminded again: %v", got)
		}
	}
	if got := m.at(time.Date(2027, 4, 7, 12, 0, 0, 0, time.UTC)); len(got) != 0 {
		t.Errorf("%d reminders of what comes every week", len(got))
	}
}

func TestAReminderThatComesTooLateIsNone(t *testing.T) {
	m := newlyMet(t)
	ex := m.agree(evenings("2027-02-04", 1))
	m.deliver()
	got := m.at(ex.Slots[0].From.Add(time.Minute)) // the worker was away
	if len(got) != 0 || m.exchange().RemindAt != nil {
		t.Errorf("%v, next at %v", got, m.exchange().RemindAt)
	}
}

// Written the day before, handed over when that day has come: "Tomorrow" would be wrong by then.
func TestAReminderNeverSaysTomorrowOfAnotherDay(t *testing.T) {
	m := newlyMet(t)
	m.agree(evenings("2027-02-04", 3))
	m.deliver()
	m.now = time.Date(2027, 2, 3, 10, 0, 0, 0, time.UTC)
	m.must(m.intros.Turn(m.ctx, m.now))
	m.now = time.Date(2027, 2, 4, 8, 0, 0, 0, time.UTC) // the mail server was away for a night
	if got := m.deliver(); len(got) != 0 {
		t.Errorf("on the day itself: %s", got[0].Subject)
	}

	m = newlyMet(t)
	m.agree(evenings("2027-02-04", 3))
	m.deliver()
	m.now = time.Date(2027, 2, 3, 10, 0, 0, 0, time.UTC)
	m.must(m.intros.Turn(m.ctx, m.now))
	m.now = time.Date(2027, 2, 4, 21, 0, 0, 0, time.UTC)
	if got := m.deliver(); len(got) != 0 {
		t.Errorf("of the use of next week: %s", got[0].Subject)
	}

	m = newlyMet(t)
	m.agree(evenings("2027-02-04", 3))
	m.deliver()
	if got := m.at(time.Date(2027, 2, 4, 8, 0, 0, 0, time.UTC)); len(got) != 0 { // the worker was away
		t.Errorf("written on the day itself: %s", got[0].Subject)
	}
	if m.written(market.DayBefore) != 0 {
		t.Error("a letter was written that cannot be sent")
	}
}

// written is how many letters of a kind there are.
func (s *street) written(kind market.LetterKind) (n int) {
	s.t.Helper()
	s.must(s.store.Pool().QueryRow(s.ctx, `select count(*) from letters where kind = $1`, kind).Scan(&n))
	return n
}

func TestWhatIsNotAgreedIn14DaysIsGivenBackAfterAMail(t *testing.T) {
	m := newlyMet(t)
	start := m.now
	_, err := m.suggest(m.taker, evenings("2027-03-04", 2)) // nobody confirms
	m.must(err)
	m.deliver()
	if got := m.at(start.Add(11*24*time.Hour - time.Minute)); len(got) != 0 {
		t.Errorf("%d letters before the warning is due", len(got))
	}
	got := m.at(start.Add(11 * 24 * time.Hour))
	if len(got) != 2 || !strings.Contains(unwrapped(got[0]), "Monday 25 January") || !strings.Contains(unwrapped(got[0]), "arranged it between you already") || !strings.Contains(unwrapped(got[0]), "until Sunday 11 April") {
		t.Fatalf("letters %v, want both warned of 25 January, and told until when they can write", got)
	}
	m.at(start.Add(14*24*time.Hour - time.Minute))
	if ex := m.exchange(); ex.Stage != market.Suggested {
		t.Fatalf("%s a minute before the end", ex.Stage)
	}
	got = m.at(start.Add(14 * 24 * time.Hour))
	in, err := m.store.Introduction(m.ctx, market.System, m.in.ID)
	m.must(err)
	left, err := m.store.AllocationsOf(m.ctx, in.ID)
	m.must(err)
	need, err := m.store.EntryFor(m.ctx, market.System, in.NeedID, m.now)
	m.must(err)
	if ex := m.exchange(); ex.Stage != market.Released || in.State != market.Undone || len(left) != 0 || need.Listing.Life != market.Open {
		t.Errorf("%s, %s, %d uses taken, the need is %s", ex.Stage, in.State, len(left), need.Listing.Life)
	}
	if len(got) != 2 || !strings.Contains(got[0].Subject, "Given back") || !strings.Contains(unwrapped(got[0]), "your conversation stays open until Sunday 11 April") {
		t.Errorf("letters %v, want both told", got)
	}
	m.anew()
	m.must(m.intros.Fill(m.ctx, in.NeedID, m.now))
	if all, err := m.store.IntroductionsFor(m.ctx, in.NeedID); err != nil || len(all) != 1 {
		t.Errorf("%d introductions (%v): the same two again", len(all), err)
	}
}

func TestAfterADownTimeNothingIsGivenBackWithoutAMailADayBefore(t *testing.T) {
	m := newlyMet(t)
	m.at(m.now.AddDate(0, 0, 20))
	if ex := m.exchange(); ex.Stage != market.Arranging || ex.WarnedAt == nil {
		t.Fatalf("%s, warned at %v", ex.Stage, ex.WarnedAt)
	}
	m.at(m.now.Add(24 * time.Hour))
	if ex := m.exchange(); ex.Stage != market.Released {
		t.Errorf("%s a day after the mail", ex.Stage)
	}
}

var (
	itDid    = market.Told{Answer: market.Yes}
	itDidNot = market.Told{Answer: market.No}
)

func TestTheFiveAnswersAreFiveOutcomes(t *testing.T) {
	for _, c := range []struct {
		giver, taker   market.Answer
		want           market.Stage
		kept, broken   int
		needOpensAgain bool
	}{
		{market.Yes, market.Yes, market.Happened, 1, 0, false},
		{market.Yes, "", market.OneYes, 0, 0, false},
		{market.No, market.Yes, market.Disputed, 0, 0, false},
		{market.No, market.No, market.NotDone, 0, 1, true},
		{"", market.No, market.NotDone, 0, 0, true},
		{"", "", market.Silent, 0, 0, false},
	} {
		t.Run(string(c.want)+string(c.giver), func(t *testing.T) {
			m := newlyMet(t)
			ex := m.agree(evenings("2027-02-04", 1))
			m.deliver()
			if err := m.tell(m.giver, itDid); !errors.Is(err, market.ErrWrongState) {
				t.Errorf("telling before it was: %v", err)
			}
			m.at(ex.Slots[0].Until)
			got := m.at(time.Date(2027, 2, 5, 10, 0, 0, 0, time.UTC))
			if len(got) != 2 || !strings.Contains(got[0].Text, "https://hub.example/o/") {
				t.Fatalf("letters %v, want both asked the day after at ten", got)
			}
			for who, a := range map[*neighbour]market.Answer{&m.giver: c.giver, &m.taker: c.taker} {
				if a != "" {
					m.must(m.tell(*who, market.Told{Answer: a}))
				}
			}
			m.at(m.now.Add(market.OutcomeWithin))
			if ex := m.exchange(); ex.Stage != c.want || ex.ClosedAt == nil {
				t.Fatalf("%s, want %s", ex.Stage, c.want)
			}
			need, err := m.store.EntryFor(m.ctx, market.System, m.in.NeedID, m.now)
			m.must(err)
			offer, err := m.store.EntryFor(m.ctx, market.System, m.in.OfferID, m.now)
			m.must(err)
			for _, g := range []market.Standing{need.Group, offer.Group} {
				if g.Kept != c.kept || g.Broken != c.broken {
					t.Errorf("%s kept %d and broke %d, want %d and %d", g.Name, g.Kept, g.Broken, c.kept, c.broken)
				}
			}
			left, err := m.store.AllocationsOf(m.ctx, m.in.ID)
			m.must(err)
			if open := need.Listing.Life == market.Open; open != c.needOpensAgain || (len(left) == 0) != c.needOpensAgain {
				t.Errorf("the need is %s, %d uses taken", need.Listing.Life, len(left))
			}
			if err := m.tell(m.giver, market.Told{Answer: market.Yes, Word: "late"}); !errors.Is(err, market.ErrGone) {
				t.Errorf("telling when all is counted: %v", err)
			}
		})
	}
}

// Who speaks for both groups is one person: what they say twice is the word of one, and counts for and against nobody.
func TestOnePersonForBothSidesIsOneWord(t *testing.T) {
	for _, c := range []struct {
		answer market.Answer
		want   market.Stage
		conf   market.Confidence
	}{{market.Yes, market.OneYes, market.ByOne}, {market.No, market.NotDone, ""}} {
		for _, how := range []string{"in both groups", "a connector"} {
			t.Run(string(c.answer)+", "+how, func(t *testing.T) {
				m, both := metByOne(t, how == "a connector")
				m.agree(evenings("2027-02-04", 1))
				m.at(time.Date(2027, 2, 5, 10, 0, 0, 0, time.UTC))
				for range 2 {
					_, err := m.intros.Tell(m.ctx, both, m.in.ID, market.Told{Answer: c.answer}, "", "", m.now)
					m.must(err)
				}
				ex := m.exchange()
				if ex.Stage != c.want || ex.ClosedAt == nil || ex.NeedSays != c.answer || ex.OfferSays != c.answer {
					t.Fatalf("%s, the need says %q, the offer %q: want %s", ex.Stage, ex.NeedSays, ex.OfferSays, c.want)
				}
				if worths := market.WorthOf(ex); len(worths) > 0 != (c.conf != "") || len(worths) > 0 && worths[0].Confidence != c.conf {
					t.Errorf("worth %+v, want confidence %q", worths, c.conf)
				}
				for _, id := range []market.ID{m.in.NeedID, m.in.OfferID} {
					e, err := m.store.EntryFor(m.ctx, market.System, id, m.now)
					m.must(err)
					if e.Group.Kept != 0 || e.Group.Broken != 0 {
						t.Errorf("%s kept %d and broke %d by the word of one", e.Group.Name, e.Group.Kept, e.Group.Broken)
					}
				}
			})
		}
	}
}

// metByOne is two groups for both of which one person acts: as a member of both, or as a connector who answered for both.
func metByOne(t *testing.T, connector bool) (*met, market.Viewer) {
	if !connector {
		m := newlyMet(t)
		m.must(m.store.InTx(m.ctx, func(tx *store.Tx) error {
			return tx.Join(m.ctx, market.Membership{ID: market.NewID(), GroupID: m.giver.group.ID, PersonID: m.taker.person.ID, Role: market.Poster, Since: m.now})
		}))
		p, err := m.store.Person(m.ctx, m.taker.person.ID)
		m.must(err)
		v, err := m.store.ViewerFor(m.ctx, p, m.now)
		m.must(err)
		return m, v
	}
	m, kit, _ := lookedAfter(t)
	m.must(m.store.InTx(m.ctx, func(tx *store.Tx) error { return tx.MarkBounced(m.ctx, m.giver.person.ID, true) }))
	m.post(m.taker, choir("2027-02-01"))
	m.in = m.only(m.taker)
	for _, n := range []neighbour{m.taker, m.giver} {
		_, err := m.intros.AnswerFor(m.ctx, kit, said(m.in, n.group.ID, market.Yes), "", string(n.group.ID), m.now)
		m.must(err)
	}
	acting, err := m.store.WithHands(m.ctx, kit, m.in.ID, m.now)
	m.must(err)
	acting.Said = &market.Consent{SaidBy: "Joan, who keeps the keys", SaidOn: "2027-02-05", Way: market.ByPhone}
	return m, acting
}

func TestAnAnswerMayChangeUntilTheOtherHasSpoken(t *testing.T) {
	m := newlyMet(t)
	m.agree(evenings("2027-02-04", 1))
	m.at(time.Date(2027, 2, 5, 10, 0, 0, 0, time.UTC))
	m.must(m.tell(m.taker, itDidNot))
	if err := m.tell(m.taker, itDidNot); !errors.Is(err, market.ErrRepeated) {
		t.Errorf("the same again: %v", err)
	}
	var invalid *market.Invalid
	for _, bad := range []market.Told{{}, {Answer: "maybe"}, {Answer: market.Yes, Word: "write to ama@choir.test"},
		{Answer: market.Yes, Worked: strings.Repeat("x", 501)}} {
		if err := m.tell(m.taker, bad); !errors.As(err, &invalid) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	m.must(m.tell(m.taker, market.Told{Answer: market.Yes, Word: "Thank you, Joan", Worked: "The key box"}))
	m.must(m.tell(m.giver, itDid))
	if ex := m.exchange(); ex.Stage != market.Happened || ex.NeedWord != "Thank you, Joan" || ex.NeedWorked != "The key box" {
		t.Errorf("%+v", ex)
	}
}

func TestALinkToTellIsGoodForNothingElse(t *testing.T) {
	m := newlyMet(t)
	links := introduction.Links{Secret: []byte("tokens")}
	tell, answer := links.OutcomeToken(m.in.ID, m.taker.person.ID), links.Token(m.in.ID, m.taker.person.ID)
	if _, _, err := introduction.ByLink(m.ctx, m.store, links, tell, m.now); !errors.Is(err, market.ErrNotFound) {
		t.Errorf("answering by the link to tell: %v", err)
	}
	if _, _, err := introduction.ByOutcomeLink(m.ctx, m.store, links, answer, m.now); !errors.Is(err, market.ErrNotFound) {
		t.Errorf("telling by the link to answer: %v", err)
	}
	in, v, err := introduction.ByOutcomeLink(m.ctx, m.store, links, tell, m.now)
	if err != nil || in.ID != m.in.ID || v.Person != m.taker.person.ID || len(v.Roles) != 1 {
		t.Errorf("%v as %v (%v)", in.ID, v, err)
	}
}

// A link does not open names and addresses for ever: 90 days after it is over it is good for nothing.
func TestALinkEndsAfterWhatItIsAboutIsLongOver(t *testing.T) {
	links := introduction.Links{Secret: []byte("tokens")}
	m := newlyMet(t)
	opens := func(want error) {
		t.Helper()
		_, _, answer := introduction.ByLink(m.ctx, m.store, links, links.Token(m.in.ID, m.taker.person.ID), m.now)
		_, _, tell := introduction.ByOutcomeLink(m.ctx, m.store, links, links.OutcomeToken(m.in.ID, m.taker.person.ID), m.now)
		if !errors.Is(answer, want) || !errors.Is(tell, want) {
			t.Errorf("on %s: %v and %v, want %v", m.now, answer, tell, want)
		}
	}
	ex := m.agree(evenings("2027-02-04", 1))
	m.at(*ex.AskAt)
	m.must(m.tell(m.taker, itDid))
	m.must(m.tell(m.giver, itDid))
	closed := m.now
	m.now = closed.AddDate(0, 0, 90)
	opens(nil)
	m.now = m.now.Add(time.Minute)
	opens(market.ErrGone)

	m = newlyMet(t) // the clock never came round
	ex = m.agree(evenings("2027-02-04", 1))
	m.now = ex.Slots[0].Until.AddDate(0, 0, 90)
	opens(nil)
	m.now = m.now.Add(time.Minute)
	opens(market.ErrGone)
}

// A gift that both say was never handed over is there to be given again.
func TestAGiftThatDidNotHappenComesBack(t *testing.T) {
	s := newStreet(t)
	m := &met{street: s, giver: s.neighbour("Larkhollow Hall", "host@hall.test"), taker: s.neighbour("Tansy Yard Choir", "guest@choir.test")}
	s.post(m.giver, chairs(market.Offer, 40))
	need, network := s.post(m.taker, chairs(market.Need, 40)), s.networkOf(m.taker)
	m.in = s.only(m.taker)
	s.say(m.taker, m.in, market.Yes)
	s.say(m.giver, m.in, market.Yes)
	s.unmet(network) // all is promised
	ex, err := s.intros.Suggest(s.ctx, m.taker.viewer, m.in.ID, 40, evenings("2027-02-04", 1), "", s.now)
	s.must(err)
	_, err = s.intros.Confirm(s.ctx, m.giver.viewer, m.in.ID, ex.Sequence, "", s.now)
	s.must(err)
	m.at(time.Date(2027, 2, 5, 10, 0, 0, 0, time.UTC))
	m.must(m.tell(m.taker, itDidNot))
	m.must(m.tell(m.giver, itDidNot))
	left, err := m.store.AllocationsOf(m.ctx, m.in.ID)
	m.must(err)
	if taken, err := m.store.Taken(m.ctx, m.in.NeedID); err != nil || taken != 0 || len(left) != 0 {
		t.Errorf("%d chairs taken in %d rows (%v), want none", taken, len(left), err)
	}
	s.unmet(network, need)
}

// networkOf is a network that a group has joined.
func (s *street) networkOf(n neighbour) market.ID {
	s.t.Helper()
	network := market.NewID()
	_, err := s.store.Pool().Exec(s.ctx, `with n as (insert into networks (id, slug, name, level, created_at) values ($1, 'quiet', 'Quiet Street', 'neighbourhood', $2) returning id)
		insert into network_members (network_id, group_id, agreed_at) select n.id, $3, $2 from n`, network, s.now, n.group.ID)
	s.must(err)
	return network
}

// unmet looks for the needs in a network that want more than was found.
func (s *street) unmet(network market.ID, want ...market.Listing) {
	s.t.Helper()
	got, err := s.store.Unmet(s.ctx, []market.ID{network}, s.now, 9)
	s.must(err)
	var ids []market.ID
	for _, l := range want {
		ids = append(ids, l.ID)
	}
	if !slices.Equal(got, ids) {
		s.t.Errorf("unmet are %v, want %v", got, ids)
	}
}

// Some of what is needed does not meet a need for more; one room does.
func TestANeedIsUnmetUntilAllOfItIsFound(t *testing.T) {
	s := newStreet(t)
	first, second := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Orpine Rooms", "rooms@orpine.test")
	taker := s.neighbour("Tansy Yard Choir", "guest@choir.test")
	network := s.networkOf(taker)
	few := s.post(first, chairs(market.Offer, 10))
	s.post(second, chairs(market.Offer, 30))
	s.anew()
	need := s.post(taker, chairs(market.Need, 40))
	all, err := s.store.IntroductionsFor(s.ctx, need.ID)
	s.must(err)
	if len(all) != 2 {
		t.Fatalf("%d introductions, want 2", len(all))
	}
	if all[1].OfferID == few.ID {
		slices.Reverse(all)
	}
	s.unmet(network, need)
	s.say(taker, all[0], market.Yes)
	s.say(first, all[0], market.Yes)
	s.unmet(network, need)
	s.say(taker, all[1], market.Yes)
	s.say(second, all[1], market.Yes)
	s.unmet(network)

	s.post(first, hall("Church hall"))
	s.anew()
	room := s.post(taker, choir("2027-02-01"))
	s.unmet(network, room)
	rooms, err := s.store.IntroductionsFor(s.ctx, room.ID)
	s.must(err)
	s.say(taker, rooms[0], market.Yes)
	s.say(first, rooms[0], market.Yes)
	s.unmet(network)
	for _, l := range []market.Listing{need, room} {
		if is, err := s.store.EntryFor(s.ctx, market.System, l.ID, s.now); err != nil || is.Listing.Life != market.Open {
			t.Errorf("%s is %s by now (%v), and would not be unmet whatever was found", l.Title, is.Listing.Life, err)
		}
	}
}

func TestAStaleFormDoesNotWriteOverAColleague(t *testing.T) {
	m := newlyMet(t)
	m.agree(evenings("2027-02-04", 1))
	m.at(time.Date(2027, 2, 5, 10, 0, 0, 0, time.UTC))
	tell := func(t market.Told, seen string) error {
		_, err := m.intros.Tell(m.ctx, m.taker.viewer, m.in.ID, t, seen, "", m.now)
		return err
	}
	blank := m.exchange().ToldBy(market.Need).Key()
	m.must(tell(market.Told{Answer: market.Yes, Word: "Thank you"}, blank))
	if err := tell(itDidNot, blank); !errors.Is(err, market.ErrConflict) {
		t.Errorf("a form from before: %v, want changed meanwhile", err)
	}
	if said := m.exchange().ToldBy(market.Need); said.Answer != market.Yes || said.Word != "Thank you" {
		t.Errorf("%+v, want the colleague's", said)
	}
	m.must(tell(itDidNot, m.exchange().ToldBy(market.Need).Key()))
}

// What has begun goes on when one of the two groups closes: those who acted for it may still write, on the page as by mail, and say
// whether it happened.
func TestThoseOfAClosedGroupSayWhetherItHappened(t *testing.T) {
	m := newlyMet(t)
	ex := m.agree(evenings("2027-02-04", 2))
	m.deliver()
	m.at(ex.Slots[0].From.Add(time.Hour))
	m.must(m.intros.CloseGroup(m.ctx, m.giver.viewer, m.giver.group.ID, m.now))
	m.deliver()
	links := introduction.Links{Secret: []byte("0123456789abcdef0123456789abcdef")}
	in, v, err := introduction.ByLink(m.ctx, m.store, links, links.Token(m.in.ID, m.giver.person.ID), m.now)
	m.must(err)
	talks := conversation.New(m.store, "hub.example", photo.NewDarkroom())
	if _, _, err := talks.Write(m.ctx, v, in.ID, "Who brings the key back?", string(market.NewID()), m.now); err != nil {
		t.Errorf("on the page: %v", err)
	}
	if _, err := talks.Receive(m.ctx, conversation.Mail{To: m.in.NeedMask, From: m.giver.person.Address, ID: "a@b", Own: "Who brings the key back?"}, m.now); err != nil {
		t.Errorf("by mail: %v", err)
	}
	m.deliver()
	if got := m.at(*m.exchange().AskAt); len(got) != 2 {
		t.Fatalf("letters %v, want both asked", got)
	}
	_, v, err = introduction.ByOutcomeLink(m.ctx, m.store, links, links.OutcomeToken(m.in.ID, m.giver.person.ID), m.now)
	m.must(err)
	if _, err := m.intros.Tell(m.ctx, v, m.in.ID, itDid, "", "", m.now); err != nil {
		t.Errorf("whoever acted for the group that closed: %v", err)
	}
	m.must(m.tell(m.taker, itDid))
	if ex := m.exchange(); ex.Stage != market.Happened {
		t.Errorf("%s, want both to have said that it happened", ex.Stage)
	}
	reader, err := m.store.ViewerFor(m.ctx, m.giver.person, m.now)
	m.must(err)
	if reader.Roles[m.giver.group.ID].CanPost() {
		t.Error("posts for a closed group")
	}
}

// The contact of a side may be out of reach when something is agreed and when its day comes, or want no such mails: then the others
// who speak for it are told as well.
func TestWhatBecomesOfAConnectionReachesSomebodyOfEachSide(t *testing.T) {
	const contact, colleague = "host@hall.test", "kit@hall.test"
	for what, c := range map[string]struct {
		lose func(*met)
		told string // that it is agreed, of which mails cannot be stopped
	}{
		"mail comes back": {func(m *met) {
			m.must(m.store.InTx(m.ctx, func(tx *store.Tx) error { return tx.MarkBounced(m.ctx, m.giver.person.ID, true) }))
		}, colleague},
		"such mails are stopped": {func(m *met) { m.stops(m.giver.person, market.DayBefore, market.DidItHappen) }, contact},
	} {
		t.Run(what, func(t *testing.T) {
			m := newlyMet(t)
			m.joins(m.giver, colleague)
			c.lose(m)
			told := func(when, who string, letters []mail.Outgoing) {
				t.Helper()
				var side []string
				for _, o := range letters {
					if o.To != m.taker.person.Address {
						side = append(side, o.To)
					}
				}
				if diff := cmp.Diff([]string{who}, side); diff != "" {
					t.Errorf("%s: %s", when, diff)
				}
			}
			ex := m.agree(evenings("2027-02-04", 1))
			agreed := slices.DeleteFunc(m.deliver(), func(o mail.Outgoing) bool { return !strings.HasPrefix(o.Subject, "Agreed") })
			told("when it is agreed", c.told, agreed)
			told("the day before", colleague, m.at(*ex.RemindAt))
			told("afterwards", colleague, m.at(*ex.AskAt))
		})
	}
}
