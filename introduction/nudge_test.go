package introduction_test

import (
	"strings"
	"testing"
	"time"

	"wherewithal/introduction"
	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/store"
)

func TestEachSideIsRemindedOnceAfterTwoDays(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	m := &met{street: s, giver: giver, taker: taker}
	s.post(giver, hall("Church hall"))
	s.post(taker, choir("2027-02-01"))
	m.in = s.only(taker)
	s.deliver()
	told := s.now
	if got := m.at(told.Add(48*time.Hour - time.Minute)); len(got) != 0 {
		t.Errorf("%d letters before two days", len(got))
	}
	got := m.at(told.Add(48 * time.Hour))
	if len(got) != 1 || got[0].To != "guest@choir.test" || !strings.Contains(got[0].Subject, "Still open") || !strings.Contains(got[0].Text, "Thursday 14 January") ||
		!strings.HasPrefix(got[0].ReplyTo, "r-") {
		t.Fatalf("letters %+v, want the group that needs reminded", got)
	}
	if got := m.at(s.now.Add(time.Hour)); len(got) != 0 {
		t.Errorf("reminded again: %v", got)
	}
	s.say(taker, m.in, market.Yes)
	s.deliver()
	got = m.at(s.now.Add(48 * time.Hour))
	if len(got) != 1 || got[0].To != "host@hall.test" || !strings.Contains(got[0].Text, "Tansy Yard Choir would like") {
		t.Fatalf("letters %+v, want the group that gives reminded", got)
	}
	s.say(giver, m.in, market.Yes)
	if got := m.at(s.now.Add(48 * time.Hour)); len(m.to(giver, got)) > 1 {
		t.Errorf("reminded of what is answered: %v", got)
	}
}

// One mail that named three is brought to mind by one mail that names those which still wait, to each who looks after the group.
func TestOneReminderNamesAllThatWait(t *testing.T) {
	s := newStreet(t)
	taker := s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.joins(taker, "kit@choir.test")
	for i := range 3 {
		s.opens(i)
	}
	need := s.post(taker, choir("2027-04-01"))
	s.deliver()
	all, err := s.store.IntroductionsFor(s.ctx, need.ID)
	s.must(err)
	said := s.say(taker, all[1], market.No)
	told := s.now
	m := &met{street: s}
	got := m.at(told.Add(market.RemindAfter))
	if len(got) != 2 || got[0].To == got[1].To {
		t.Fatalf("letters %+v, want one to each of the two", got)
	}
	for _, o := range got {
		if o.Subject != "Still open: 2 groups and “Room for a choir”" || links(o) != 2 || !strings.Contains(o.Text, "Thursday 14 January") {
			t.Errorf("%q with %d links:\n%s", o.Subject, links(o), o.Text)
		}
		if offer, err := s.store.EntryFor(s.ctx, market.System, said.OfferID, s.now); err != nil || strings.Contains(o.Text, offer.Listing.Title) {
			t.Errorf("it brings up what was answered (%v):\n%s", err, o.Text)
		}
	}
	if got := m.at(s.now.Add(time.Hour)); len(got) != 0 {
		t.Errorf("reminded again: %v", got)
	}
}

// What has gone since is not brought to mind beside what waits still; it ends.
func TestAReminderLeavesOutWhatHasGone(t *testing.T) {
	s := newStreet(t)
	taker := s.neighbour("Tansy Yard Choir", "guest@choir.test")
	for i := range 3 {
		s.opens(i)
	}
	need := s.post(taker, choir("2027-04-01"))
	s.deliver()
	all, err := s.store.IntroductionsFor(s.ctx, need.ID)
	s.must(err)
	gone := all[1]
	_, err = s.store.Pool().Exec(s.ctx, `update listings set life = 'withdrawn', closed_at = $2 where id = $1`, gone.OfferID, s.now) // nobody has looked at it yet
	s.must(err)
	got := (&met{street: s}).at(s.now.Add(market.RemindAfter))
	if len(got) != 1 || links(got[0]) != 2 {
		t.Fatalf("letters %+v, want one about two", got)
	}
	if offer, err := s.store.EntryFor(s.ctx, market.System, gone.OfferID, s.now); err != nil || strings.Contains(got[0].Text, offer.Listing.Title) {
		t.Errorf("it brings up what has gone (%v):\n%s", err, got[0].Text)
	}
	s.work()
	if in, err := s.store.Introduction(s.ctx, market.System, gone.ID); err != nil || in.State != market.Undone {
		t.Errorf("what has gone is %s (%v), want withdrawn", in.State, err)
	}
}

// So it is for the side that gives.
func TestOneReminderNamesAllWhoAsk(t *testing.T) {
	s := newStreet(t)
	giver := s.neighbour("Larkhollow Hall", "host@hall.test")
	s.post(giver, hall("Church hall"))
	var asked []market.Introduction
	for _, name := range []string{"Tansy Yard Choir", "Pennywort Voices"} {
		n := s.neighbour(name, strings.ToLower(name[:5])+"@choir.test")
		s.post(n, choir("2027-02-01"))
		s.deliver()
		asked = append(asked, s.say(n, s.only(n), market.Yes))
	}
	s.deliver()
	m := &met{street: s}
	got := m.at(s.now.Add(market.RemindAfter))
	if len(got) != 1 || got[0].To != "host@hall.test" || got[0].Subject != "Still open: 2 groups and “Church hall”" || links(got[0]) != 2 {
		t.Fatalf("letters %+v, want one about both", got)
	}
	m.deliver()
	if s.say(giver, asked[0], market.Yes).State != market.Connected {
		t.Error("not answered after the reminder")
	}
}

// The last reminder before nothing more is proposed says so, and where to say that one still looks.
func TestTheLastReminderSaysThatProposalsEnd(t *testing.T) {
	s := newStreet(t)
	taker := s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.opens(0)
	need := s.post(taker, choir("2027-04-01"))
	m := &met{street: s}
	for round := range market.IgnoredInARow {
		s.deliver()
		got := m.at(s.now.Add(market.RemindAfter))
		last := round == market.IgnoredInARow-1
		if len(got) != 1 || strings.Contains(got[0].Text, "https://hub.example/listings/"+string(need.ID)) != last || strings.Contains(got[0].Text, "suggest nothing more") != last {
			t.Fatalf("round %d: %+v", round, got)
		}
		s.now = s.now.Add(market.AnswerWithin - market.RemindAfter)
		s.must(s.intros.Turn(s.ctx, s.now))
		s.opens(1 + round)
		s.must(s.intros.Fill(s.ctx, need.ID, s.now))
	}
}

// Who answers a letter that named three groups is told where to answer each of them.
func TestAReplyAboutSeveralGetsTheLinkOfEach(t *testing.T) {
	s := newStreet(t)
	taker := s.neighbour("Tansy Yard Choir", "guest@choir.test")
	for _, name := range []string{"Larkhollow Hall", "Orpine Rooms", "Pennywort Row"} {
		s.post(s.neighbour(name, strings.ToLower(name[:4])+"@hall.test"), hall("Hall of "+name))
	}
	s.post(taker, choir("2027-02-01"))
	first := s.deliver()
	if len(first) != 1 {
		t.Fatalf("letters %v", first)
	}
	local, _, _ := strings.Cut(first[0].ReplyTo, "@")
	_, id, err := s.letters.Addresses.Read(local)
	s.must(err)
	taken, err := s.intros.AnswerByMail(s.ctx, introduction.MailReply{Letter: id, From: "guest@choir.test", Passed: true, Said: market.Yes}, s.now)
	s.must(err)
	got := s.deliver()
	if taken || len(got) != 1 || !strings.Contains(got[0].Subject, "3 groups") {
		t.Fatalf("taken %v, letters %v", taken, got)
	}
	if n := links(got[0]); n != 3 {
		t.Errorf("%d links to answer at, want one for each of three:\n%s", n, got[0].Text)
	}
}

// links are the different pages at which a mail lets its reader answer.
func links(o mail.Outgoing) int {
	seen := map[string]bool{}
	for _, word := range strings.Fields(o.Text) {
		if strings.HasPrefix(word, "https://hub.example/i/") {
			seen[word] = true
		}
	}
	return len(seen)
}

// Whatever the mail server does, 72 hours later no mail is on its way any more, and its clock runs.
func TestEveryMailEndsWithin72Hours(t *testing.T) {
	m := newlyMet(t)
	m.agree(evenings("2027-02-04", 2))
	_, err := m.suggest(m.giver, evenings("2027-02-11", 2))
	m.must(err)
	m.post(m.taker, choir("2027-06-03"))
	m.away = true
	written := m.now
	ids, err := m.store.WaitingLetters(m.ctx, 100)
	m.must(err)
	if len(ids) < 4 {
		t.Fatalf("%d letters wait, want several kinds", len(ids))
	}
	for _, after := range []time.Duration{0, time.Hour, 30 * time.Hour, 71 * time.Hour} {
		m.now = written.Add(after)
		for _, id := range ids {
			_ = m.letters.Send(m.ctx, id, m.now) // worth another try each time
		}
		m.must(m.letters.Turn(m.ctx, m.now))
	}
	m.now = written.Add(market.LetterLasts)
	m.must(m.letters.Turn(m.ctx, m.now))
	for _, id := range ids {
		l, _, err := m.store.Letter(m.ctx, id)
		m.must(err)
		moot := l.Fault == "moot" // overtaken by what the two did since: never handed over
		if l.State != market.Failed || l.EndedAt == nil || !moot && (l.Tries < 4 || l.Answer != "4.2.2") {
			t.Errorf("%s is %s after %d tries, %q, answered %q", l.Kind, l.State, l.Tries, l.Fault, l.Answer)
		}
	}
	if waiting, err := m.store.WaitingLetters(m.ctx, 100); err != nil || len(waiting) != 0 {
		t.Errorf("%d letters still wait (%v)", len(waiting), err)
	}
}

// A letter to somebody whom mail does not reach starts no clock while a colleague's waits; the last one does.
func TestABouncedColleagueStartsNoClock(t *testing.T) {
	for _, both := range []bool{false, true} {
		s := newStreet(t)
		giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
		kit, _ := s.joins(taker, "kit@choir.test")
		s.post(giver, hall("Church hall"))
		s.post(taker, choir("2027-02-01"))
		s.must(s.store.InTx(s.ctx, func(tx *store.Tx) error {
			if both {
				s.must(tx.MarkBounced(s.ctx, taker.person.ID, true))
			}
			return tx.MarkBounced(s.ctx, kit.ID, true)
		}))
		s.must(s.letters.Send(s.ctx, s.waitingFor(kit), s.now))
		if s.only(taker).NeedToldAt != nil {
			t.Error("the clock runs before anybody was told")
		}
		s.now = s.now.Add(time.Hour)
		s.deliver()
		if at := s.only(taker).NeedToldAt; at == nil || !at.Equal(s.now) {
			t.Errorf("the clock runs from %v", at)
		}
	}
}

// Who stopped mails of proposals and kept the digest is told there, and not by a letter that fails and starts the clock.
func TestWhoStoppedProposalsIsToldInTheDigest(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.must(s.store.InTx(s.ctx, func(tx *store.Tx) error {
		return tx.StopMails(s.ctx, taker.person.ID, []market.LetterKind{market.PossibleMatch}, s.now)
	}))
	s.post(giver, hall("Church hall"))
	s.post(taker, choir("2027-04-01"))
	s.deliver()
	s.must(s.intros.Digests(s.ctx, s.now)) // works out when the first is due
	s.now = s.now.Add(market.AnswerWithin + time.Hour)
	s.must(s.intros.Turn(s.ctx, s.now))
	s.now = monday
	s.must(s.intros.Digests(s.ctx, s.now))
	if got := s.to(taker, s.deliver()); len(got) != 1 {
		t.Fatalf("letters %q, want the digest", got)
	}
	if in := s.only(taker); in.State != market.Proposed || in.NeedToldAt == nil || !in.NeedToldAt.Equal(s.now) {
		t.Errorf("%s, told %v", in.State, in.NeedToldAt)
	}
	s.must(s.store.InTx(s.ctx, func(tx *store.Tx) error { return tx.StopMails(s.ctx, taker.person.ID, market.OptionalKinds, s.now) }))
	if offline, err := s.store.Offline(s.ctx, taker.group.ID, s.now); err != nil || !offline {
		t.Errorf("reached by mail, of which all is stopped (%v)", err)
	}
}

// When the one whose letter waits leaves after a colleague's failed, no letter is left to start the clock.
func TestTheLastLetterOfSeveralMayBeTakenBack(t *testing.T) {
	for _, side := range []market.Side{market.Need, market.Offer} {
		t.Run(string(side), func(t *testing.T) {
			s := newStreet(t)
			giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
			mine := map[market.Side]neighbour{market.Need: taker, market.Offer: giver}[side]
			kit, v := s.joins(mine, "kit@group.test")
			s.post(giver, hall("Church hall"))
			s.post(taker, choir("2027-02-01"))
			if side == market.Offer {
				s.deliver()
				s.say(taker, s.only(taker), market.Yes)
			}
			s.refused = mine.person.Address
			s.must(s.letters.Send(s.ctx, s.waitingFor(mine.person), s.now))
			in := s.only(taker)
			if side == market.Need && in.NeedToldAt != nil || in.OfferToldAt != nil {
				t.Fatal("the clock runs while a letter waits")
			}
			s.must(s.intros.Leave(s.ctx, v, mine.group.ID, kit.ID, "", s.now))
			s.now = s.now.Add(market.AnswerWithin)
			s.must(s.intros.Turn(s.ctx, s.now))
			if in := s.only(taker); in.State != market.Lapsed {
				t.Errorf("%s, want lapsed", in.State)
			}
		})
	}
}

// Whatever took the letters about an introduction, the schedule finds that nobody hears of it: it is told anew, or its clock runs
// where what was to tell of it failed, or nobody can be told.
func TestAnIntroductionOfWhichNobodyHearsIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		left    string // what is left of the letter
		stopped bool   // its reader wants no mails of the kind any more, nor digests
		letter  bool   // wanted, else the clock
	}{
		"a letter that failed": {left: `update letters set state = 'failed', fault = 'refused', ended_at = now() where kind = $1`},
		"no letter":            {left: `delete from letters where kind = $1`, letter: true},
		"nobody to tell":       {left: `delete from letters where kind = $1`, stopped: true},
	} {
		for _, side := range []market.Side{market.Need, market.Offer} {
			t.Run(name+", "+string(side), func(t *testing.T) {
				s := newStreet(t)
				giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
				s.post(giver, hall("Church hall"))
				s.post(taker, choir("2027-02-01"))
				mine, kind := taker, market.PossibleMatch
				if side == market.Offer {
					mine, kind = giver, market.SomeoneWouldLike
					s.deliver()
					s.say(taker, s.only(taker), market.Yes)
				}
				_, err := s.store.Pool().Exec(s.ctx, c.left, kind)
				s.must(err)
				if c.stopped {
					s.must(s.store.InTx(s.ctx, func(tx *store.Tx) error { return tx.StopMails(s.ctx, mine.person.ID, market.OptionalKinds, s.now) }))
				}
				s.now = s.now.Add(time.Hour)
				s.must(s.intros.LookAgain(s.ctx, s.now))
				got, in := len(s.deliver()), s.only(taker)
				told := in.NeedToldAt
				if side == market.Offer {
					told = in.OfferToldAt
				}
				if c.letter && side == market.Need { // it is left to the digest
					s.digests(monday.Add(-time.Minute))
					got = len(s.digests(monday))
					told = s.only(taker).NeedToldAt
				}
				if told == nil || !told.Equal(s.now) || got == 1 != c.letter {
					t.Errorf("%d letters, told at %v, want it now", got, told)
				}
			})
		}
	}
}
