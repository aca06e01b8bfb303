package introduction_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"wherewithal/conversation"
	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/photo"
	"wherewithal/photo/phototest"
	"wherewithal/store"
)

// byHand are two groups connected for one of which a connector answered.
func byHand(t *testing.T) (m *met, kit market.Viewer, talks *conversation.Conversations) {
	m, kit, _ = lookedAfter(t)
	m.post(m.taker, choir("2027-02-01"))
	m.deliver()
	in, err := m.intros.AnswerFor(m.ctx, kit, said(m.only(m.taker), m.taker.group.ID, market.Yes), "", "once", m.now)
	m.must(err)
	m.in = m.say(m.giver, in, market.Yes)
	return m, kit, conversation.New(m.store, "hub.example", photo.NewDarkroom())
}

// meanwhile is a darkroom that is full until something else was done.
type meanwhile struct {
	*photo.Darkroom
	do func()
}

func (d meanwhile) Develop(ctx context.Context, file []byte) (photo.Developed, error) {
	d.do()
	return d.Darkroom.Develop(ctx, file)
}

func TestTheAddressOfAConnectorDoesNotPass(t *testing.T) {
	m, _, page := byHand(t)
	talks := conversation.New(m.store, "hub.example", meanwhile{photo.NewDarkroom(), func() { // a mail that waits holds up nobody
		ctx, stop := context.WithTimeout(m.ctx, 5*time.Second)
		defer stop()
		if _, _, err := page.Write(ctx, m.giver.viewer, m.in.ID, "The key is with Jo", string(market.NewID()), m.now); err != nil {
			t.Errorf("on the page, while pictures of a mail are drawn: %v", err)
		}
	}})
	got, err := talks.Receive(m.ctx, conversation.Mail{To: m.in.OfferMask, From: "kit@quiet.test", ID: "a@quiet", Subject: "Re: The hall",
		Own: "May they come at six?\n\nKind regards\nKit\nkit@quiet.test", Files: []market.MessageFile{
			{Name: "kit@quiet.test.txt", Type: "text/plain", Content: []byte("Ask Kit (at) quiet.test, or KIT@quiet.test")},
			{Name: "hall.jpg", Type: "image/jpeg", Content: phototest.Phone}, {Name: "odd.png", Type: "image/png", Content: []byte("no picture")}}}, m.now)
	m.must(err)
	files, err := m.store.FilesOf(m.ctx, got.ID)
	m.must(err)
	if len(files) != 2 || len(got.LeftOut) != 1 {
		t.Fatalf("%d files, left out %v: want two and the one that is no picture", len(files), got.LeftOut)
	}
	for what, text := range map[string]string{"text": got.Text, "name": files[0].Name, "file": string(files[0].Content)} {
		if strings.Contains(strings.ToLower(text), "kit@quiet.test") {
			t.Errorf("%s holds the connector's address: %q", what, text)
		}
	}
	for _, planted := range phototest.Planted {
		if bytes.Contains(files[1].Content, []byte(planted)) {
			t.Errorf("the photo still says %q", planted)
		}
	}
	for _, o := range m.deliver() {
		if o.To == "host@hall.test" && strings.Contains(strings.ToLower(o.Text+o.HTML), "kit@quiet.test") {
			t.Errorf("the mail holds the connector's address:\n%s", o.Text)
		}
	}
}

// Nor does an address that somebody has left lately, which their signature may hold still; who types it on the page gives it.
func TestAnAddressThatSomebodyLeftDoesNotPass(t *testing.T) {
	m, kit, talks := byHand(t)
	moves := func(v market.Viewer, to string) {
		t.Helper()
		m.must(m.accounts.AskAddress(m.ctx, v, to, nil, string(market.NewID()), m.now))
		c, err := m.accounts.AddressWaiting(m.ctx, v, m.now)
		m.must(err)
		m.must(m.accounts.ConfirmAddress(m.ctx, v, "", market.LinkToken([]byte("tokens"), market.ToConfirmAddress, c.ID, v.Person), m.now))
	}
	moves(m.giver.viewer, "host@new.test")
	moves(kit, "kit@new.test")
	for _, c := range []struct{ to, from, left string }{{m.in.NeedMask, "host@new.test", "host@hall.test"}, {m.in.OfferMask, "kit@new.test", "kit@quiet.test"}} {
		got, err := talks.Receive(m.ctx, conversation.Mail{To: c.to, From: c.from, ID: c.from, Subject: "Re: The hall", Own: "At six, then. Or write to " + c.left}, m.now)
		if m.must(err); strings.Contains(got.Text, c.left) {
			t.Errorf("by mail: %q", got.Text)
		}
	}
	mine, err := m.store.ViewerFor(m.ctx, m.giver.person, m.now)
	m.must(err)
	for text, passes := range map[string]bool{"host@hall.test": true, "kit@quiet.test": false} {
		got, _, err := talks.Write(m.ctx, mine, m.in.ID, "Write to "+text, string(market.NewID()), m.now)
		if m.must(err); strings.Contains(got.Text, text) != passes {
			t.Errorf("on the page of who typed it: %q", got.Text)
		}
	}
}

func TestAMailThatReachesNobodyIsRefused(t *testing.T) {
	m, kit, talks := byHand(t)
	m.must(m.store.InTx(m.ctx, func(tx *store.Tx) error { return tx.MarkBounced(m.ctx, m.giver.person.ID, true) }))
	_, err := talks.Receive(m.ctx, conversation.Mail{To: m.in.OfferMask, From: "kit@quiet.test", ID: "a@quiet", Own: "May they come at six?"}, m.now)
	if !errors.Is(err, conversation.ErrNoReader) {
		t.Errorf("a mail whose readers cannot be reached: %v", err)
	}
	acting, err := m.store.WithHands(m.ctx, kit, m.in.ID, m.now)
	m.must(err)
	if _, reached, err := talks.Write(m.ctx, acting, m.in.ID, "May they come at six?", string(market.NewID()), m.now); err != nil || reached {
		t.Errorf("on the page: reached %v, %v; want it kept, and said that mail reaches nobody", reached, err)
	}
	if _, reached, err := talks.Write(m.ctx, m.giver.viewer, m.in.ID, "At seven", string(market.NewID()), m.now); err != nil || !reached {
		t.Errorf("the other way, where the connector reads it: reached %v, %v", reached, err)
	}
}

// Whoever said yes may be out of reach when the second yes comes: then those who may act are told instead.
func TestThatTheyAreConnectedReachesSomebodyOfEachSide(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	colleague, _ := s.joins(taker, "second@choir.test")
	s.post(giver, hall("Church hall"))
	s.post(taker, choir("2027-02-01"))
	in := s.say(taker, s.only(taker), market.Yes)
	s.deliver()
	s.must(s.store.InTx(s.ctx, func(tx *store.Tx) error { return tx.MarkBounced(s.ctx, taker.person.ID, true) }))
	s.say(giver, in, market.Yes)
	told := map[string]bool{}
	for _, o := range s.deliver() {
		told[o.To] = true
	}
	if !told[giver.person.Address] || !told[colleague.Address] {
		t.Errorf("told %v, want the colleague of the one who cannot be reached", told)
	}
}

func TestAConnectorWhoStepsDownBetweenTheTwoYesesLeavesNobodyUntold(t *testing.T) {
	m, kit, _ := lookedAfter(t)
	m.post(m.taker, choir("2027-02-01"))
	m.deliver()
	in, err := m.intros.AnswerFor(m.ctx, kit, said(m.only(m.taker), m.taker.group.ID, market.Yes), "", "once", m.now)
	m.must(err)
	m.must(m.store.InTx(m.ctx, func(tx *store.Tx) error { return tx.MarkBounced(m.ctx, m.taker.person.ID, false) }))
	_, err = m.store.Pool().Exec(m.ctx, `update connectors set until = $1 where person_id = $2`, m.now, kit.Person)
	m.must(err)
	m.say(m.giver, in, market.Yes)
	if got := m.to(m.taker, m.deliver()); len(got) == 0 {
		t.Error("nobody of the group that needs was told that they are connected")
	}
}

// One who takes a yes back keeps the place in the giver's queue as long as they may take that back too.
func TestAYesTakenBackAndGivenAgainIsNoFourthRequest(t *testing.T) {
	s := newStreet(t)
	giver := s.neighbour("Larkhollow Hall", "host@hall.test")
	s.post(giver, hall("Church hall"))
	var takers []neighbour
	for i := range 4 {
		taker := s.neighbour(fmt.Sprintf("Tansy Choir %c", 'A'+i), fmt.Sprintf("guest%d@choir.test", i))
		s.post(taker, choir("2027-02-01"))
		takers = append(takers, taker)
	}
	for _, taker := range takers[:3] {
		s.say(taker, s.only(taker), market.Yes)
	}
	first := s.say(takers[0], s.only(takers[0]), market.No)
	s.say(takers[3], s.only(takers[3]), market.Yes)
	s.say(takers[0], first, market.Yes)
	if got := s.to(giver, s.deliver()); len(got) != 3 {
		t.Errorf("the giver is asked %d times: %q", len(got), got)
	}
	s.say(giver, s.only(takers[0]), market.No)
	s.now = s.now.Add(market.ChangeMind)
	s.must(s.intros.Turn(s.ctx, s.now))
	if got := s.to(giver, s.deliver()); len(got) != 1 {
		t.Errorf("once there is room %q, want the fourth asked", got)
	}
}

// A letter that was cut before the server's answer may have been read: when what it says is over, its reader hears that.
func TestALetterThatMayHaveArrivedCountsAsTold(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.post(giver, hall("Church hall"))
	s.post(taker, choir("2027-02-01"))
	s.deliver()
	in := s.say(taker, s.only(taker), market.Yes)
	waiting, err := s.store.LettersFrom(s.ctx, s.now, 1)
	s.must(err)
	s.first, s.says = func() {}, errors.Join(mail.ErrTemporary, mail.ErrUnsure)
	if err := s.letters.Send(s.ctx, waiting[0], s.now); !errors.Is(err, mail.ErrUnsure) {
		t.Fatalf("the line is cut: %v", err)
	}
	s.say(taker, in, market.No)
	s.deliver()
	l, about, err := s.store.Letter(s.ctx, waiting[0])
	if err != nil || l.State != market.Failed || l.Fault != "unsure" || len(about) != 1 {
		t.Errorf("%s, %q, about %v: want it to count as told", l.State, l.Fault, about)
	}
	if in = s.only(taker); in.OfferToldAt == nil {
		t.Error("the giver counts as not told")
	}
	s.now = s.now.Add(market.ChangeMind)
	s.must(s.intros.Turn(s.ctx, s.now))
	if got := s.to(giver, s.deliver()); len(got) != 1 {
		t.Errorf("the giver hears %q, want that it is not to be", got)
	}
}

// cut has a letter tried so many times, each cut after its whole text, so that nobody knows whether its reader has it.
func (s *street) cut(id market.ID, times int) {
	s.t.Helper()
	for range times {
		s.first, s.says = func() {}, errors.Join(mail.ErrTemporary, mail.ErrUnsure)
		if err := s.letters.Send(s.ctx, id, s.now); !errors.Is(err, mail.ErrUnsure) {
			s.t.Fatalf("the line is cut: %v", err)
		}
	}
	s.says = nil
}

// Its reader hears of the end also where the letter is still to be tried once more by then.
func TestWhoMayHaveARequestHearsOfItsEndBeforeItCountsAsTold(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.post(giver, hall("Church hall"))
	s.post(taker, choir("2027-02-01"))
	s.deliver()
	in := s.say(taker, s.only(taker), market.Yes)
	s.cut(s.waitingFor(giver.person), 2)
	s.say(taker, in, market.No)
	s.now = s.now.Add(market.ChangeMind + time.Minute)
	s.must(s.intros.Turn(s.ctx, s.now))
	if at := s.only(taker).OfferToldAt; at != nil {
		t.Fatalf("told at %v, before its letter was tried again", at)
	}
	if got := s.to(giver, s.deliver()); len(got) != 1 || !strings.HasPrefix(got[0], "Not this time") {
		t.Errorf("the giver hears %q, want that it is not to be", got)
	}
}

// So it is when it ends for want of time, by its job or by the schedule: it is not sent again with all that failed. By itself it is,
// and who reads it then has their three days from then.
func TestALetterThatMayHaveArrivedIsSentAgainByItselfAlone(t *testing.T) {
	for name, end := range map[string]func(s *street, id market.ID){
		"its job was given up": func(s *street, _ market.ID) { s.must(s.letters.Turn(s.ctx, s.now)) },
		"it was tried to the end": func(s *street, id market.ID) {
			s.away = true
			s.must(s.letters.Send(s.ctx, id, s.now))
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStreet(t)
			giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
			s.post(giver, hall("Church hall"))
			s.post(taker, choir("2027-02-01"))
			id := s.waitingFor(taker.person)
			s.first, s.says = func() {}, errors.Join(mail.ErrTemporary, mail.ErrUnsure)
			if err := s.letters.Send(s.ctx, id, s.now); !errors.Is(err, mail.ErrUnsure) {
				t.Fatalf("the line is cut: %v", err)
			}
			s.now = s.now.Add(market.LetterLasts)
			end(s, id)
			l, _, err := s.store.Letter(s.ctx, id)
			s.must(err)
			again, err := s.store.ToSendAgain(s.ctx, time.Time{}, s.now)
			if s.must(err); l.State != market.Failed || l.Fault != "unsure" || again != 0 {
				t.Errorf("%s %q, %d to be sent again", l.State, l.Fault, again)
			}
			if s.only(taker).NeedToldAt == nil {
				t.Error("no clock runs")
			}
			s.now, s.away = s.now.Add(time.Hour), false
			s.must(s.store.InTx(s.ctx, func(tx *store.Tx) error {
				_, err := tx.SendAgain(s.ctx, id, time.Time{}, s.now, 1)
				return err
			}))
			got := s.to(taker, s.deliver())
			if in := s.only(taker); len(got) != 1 || in.NeedToldAt == nil || !in.NeedToldAt.Equal(s.now) {
				t.Errorf("sent again by itself %d came, told at %v; want one, at %v", len(got), in.NeedToldAt, s.now)
			}
		})
	}
}

// A mail server that takes every mail and never says so gets few copies of one, the later ones far apart.
func TestNoMoreThanEightCopiesGoOfALetterThatMayHaveArrived(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.post(giver, hall("Church hall"))
	s.post(taker, choir("2027-02-01"))
	id, copies := s.waitingFor(taker.person), 0
	for written := s.now; s.now.Before(written.Add(market.LetterLasts)); copies++ {
		s.first, s.says = func() {}, errors.Join(mail.ErrTemporary, mail.ErrUnsure)
		err := s.letters.Send(s.ctx, id, s.now)
		if err == nil {
			break
		}
		var later *market.Later
		if !errors.As(err, &later) || !errors.Is(err, mail.ErrUnsure) {
			t.Fatalf("copy %d: %v", copies+1, err)
		}
		s.now = s.now.Add(max(later.By, time.Minute))
	}
	l, _, err := s.store.Letter(s.ctx, id)
	if s.must(err); copies != 7 || l.State != market.Failed || l.Fault != "unsure" || l.Unsure != 8 || s.now.Sub(l.CreatedAt) < 41*time.Hour {
		t.Errorf("after %d copies and %s it is %s %q, unsure %d times: want it ended with the eighth", copies, s.now.Sub(l.CreatedAt), l.State, l.Fault, l.Unsure)
	}
	if s.only(taker).NeedToldAt == nil {
		t.Error("no clock runs")
	}
	s.must(s.store.InTx(s.ctx, func(tx *store.Tx) error {
		_, err := tx.SendAgain(s.ctx, id, time.Time{}, s.now, 1)
		return err
	}))
	s.first, s.says = func() {}, errors.Join(mail.ErrTemporary, mail.ErrUnsure)
	s.must(s.letters.Send(s.ctx, id, s.now))
	if l, _, err = s.store.Letter(s.ctx, id); err != nil || l.State != market.Failed || l.Fault != "unsure" || l.Unsure != 9 {
		t.Errorf("sent again and cut again it is %s %q, unsure %d times (%v): want it ended with the one copy more", l.State, l.Fault, l.Unsure, err)
	}
}

// What did not happen helped nobody.
func TestWhatDidNotHappenDoesNotCountAsHelp(t *testing.T) {
	m := newlyMet(t)
	uses := evenings("2027-02-04", 1)
	m.agree(uses)
	helped := func() int {
		entries, err := m.store.Entries(m.ctx, []market.ID{m.in.NeedID}, m.now)
		m.must(err)
		return entries[0].Group.Helped
	}
	if n := helped(); n != 1 {
		t.Fatalf("connected: helped %d times", n)
	}
	m.now = uses[0].Until.Add(24 * time.Hour)
	m.must(m.intros.Turn(m.ctx, m.now))
	for _, n := range []neighbour{m.giver, m.taker} {
		_, err := m.intros.Tell(m.ctx, n.viewer, m.in.ID, market.Told{Answer: market.No}, "", "", m.now)
		m.must(err)
	}
	if n := helped(); n != 0 {
		t.Errorf("after it did not happen: helped %d times", n)
	}
}

// When Receive or Write has said that it was taken, a stop that comes before its mail does not throw it away. A block does.
func TestWhatWasWrittenBeforeAnEndIsPassedOn(t *testing.T) {
	for _, blocks := range []bool{false, true} {
		m := newlyMet(t)
		talks := conversation.New(m.store, "hub.example", photo.NewDarkroom())
		m.deliver()
		_, reached, err := talks.Write(m.ctx, m.giver.viewer, m.in.ID, "So sorry, the roof fell in", string(market.NewID()), m.now)
		m.must(err)
		if blocks {
			m.must(m.intros.Block(m.ctx, m.giver.viewer, m.giver.group.ID, m.taker.group.ID, m.now))
		} else {
			_, err = m.intros.Stop(m.ctx, m.giver.viewer, m.in.ID, m.now)
			m.must(err)
		}
		var got []mail.Outgoing
		for _, o := range m.deliver() {
			if o.To == m.taker.person.Address && strings.Contains(unwrapped(o), "the roof fell in") {
				got = append(got, o)
			}
		}
		switch {
		case blocks && len(got) != 0:
			t.Errorf("after a block: %v", got)
		case !blocks && (!reached || len(got) != 1 || got[0].From != "" || !strings.Contains(unwrapped(got[0]), "cannot be answered any more")):
			t.Errorf("after a stop: reached %v, %v; want it passed on, with no address to answer to", reached, got)
		}
		_, err = m.store.Messages(m.ctx, m.taker.viewer, m.in.ID)
		if kept := err == nil; kept == blocks {
			t.Errorf("blocks %v: to be read on the page: %v", blocks, err)
		}
	}
}

// One that was sent again after all copies that there are to be waits for a mail server that is away as any other: that brings no copy more.
func TestALetterSentAgainAfterAllCutsWaitsForTheMailServer(t *testing.T) {
	s := newStreet(t)
	s.post(s.neighbour("Larkhollow Hall", "host@hall.test"), hall("Church hall"))
	taker := s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.post(taker, choir("2027-02-01"))
	id := s.waitingFor(taker.person)
	cut := func() (market.Letter, error) {
		s.first, s.says = func() {}, errors.Join(mail.ErrTemporary, mail.ErrUnsure)
		err := s.letters.Send(s.ctx, id, s.now)
		l, _, failed := s.store.Letter(s.ctx, id)
		s.must(failed)
		return l, err
	}
	for range market.UnsureGaps {
		if _, err := cut(); !errors.Is(err, mail.ErrUnsure) {
			t.Fatal(err)
		}
	}
	if l, err := cut(); err != nil || l.State != market.Failed || l.Unsure != len(market.UnsureGaps)+1 {
		t.Fatalf("%s after %d cuts (%v)", l.State, l.Unsure, err)
	}
	again := func() {
		s.must(s.store.InTx(s.ctx, func(tx *store.Tx) error {
			_, err := tx.SendAgain(s.ctx, id, time.Time{}, s.now, 1)
			return err
		}))
	}
	again()
	s.away = true
	err := s.letters.Send(s.ctx, id, s.now)
	l, _, failed := s.store.Letter(s.ctx, id)
	if s.must(failed); !errors.Is(err, mail.ErrTemporary) || l.State != market.Waiting {
		t.Errorf("%s (%v) when the server is away, want it to wait", l.State, err)
	}
	if l, err := cut(); err != nil || l.State != market.Failed || l.Fault != market.UnsureFault {
		t.Errorf("%s %q after one cut more (%v), want no copy more", l.State, l.Fault, err)
	}
}
