package introduction_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"wherewithal/introduction"
	"wherewithal/mail"
	"wherewithal/market"
)

// replies to the one letter that went to a neighbour.
func (s *street) replies(n neighbour, to []mail.Outgoing, said market.Answer) (taken bool) {
	s.t.Helper()
	taken, err := s.intros.AnswerByMail(s.ctx, s.reply(n.person.Address, to, said), s.now)
	s.must(err)
	return taken
}

func (s *street) reply(from string, to []mail.Outgoing, said market.Answer) introduction.MailReply {
	s.t.Helper()
	for _, o := range to {
		if o.To != from {
			continue
		}
		local, _, _ := strings.Cut(o.ReplyTo, "@")
		_, id, err := s.letters.Addresses.Read(local)
		s.must(err)
		return introduction.MailReply{Letter: id, From: from, Passed: true, Said: said}
	}
	s.t.Fatalf("no letter went to %s", from)
	return introduction.MailReply{}
}

// Two of a group reply to their letters at once, the one with a yes, the other with a no: the first counts, and the other is told.
func TestOfTwoRepliesOfAGroupAtOnceOneCounts(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.joins(taker, "kit@choir.test")
	s.post(giver, hall("Church hall"))
	need := s.post(taker, choir("2027-02-01"))
	asked := s.deliver()
	both := map[string]market.Answer{"guest@choir.test": market.Yes, "kit@choir.test": market.No}
	beside, err := s.store.Pool().Begin(s.ctx) // for which both wait
	s.must(err)
	_, err = beside.Exec(s.ctx, `select from listings where id in (select offer_id from introductions where need_id = $1 union select $1) for update`, need.ID)
	s.must(err)
	var wg sync.WaitGroup
	var mu sync.Mutex
	taken := map[string]bool{}
	for from, said := range both {
		r := s.reply(from, asked, said)
		wg.Go(func() {
			ok, err := s.intros.AnswerByMail(s.ctx, r, s.now)
			mu.Lock()
			defer mu.Unlock()
			if taken[from] = ok; err != nil {
				t.Error(err)
			}
		})
	}
	for n, end := 0, time.Now().Add(time.Minute); n < len(both); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("they do not wait for one another")
		}
		s.must(s.store.Pool().QueryRow(s.ctx, `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`).Scan(&n))
	}
	s.must(beside.Commit(s.ctx))
	wg.Wait()
	if taken["guest@choir.test"] == taken["kit@choir.test"] {
		t.Fatalf("taken %v, want one", taken)
	}
	in, told := s.only(taker), s.deliver()
	for from, said := range both {
		if taken[from] != (in.NeedAnswer == said) {
			t.Errorf("%s is taken for the answer, taken were %v", in.NeedAnswer, taken)
		}
		late := 0
		for _, o := range told {
			if o.To == from && strings.HasPrefix(o.Subject, "Where it stands") {
				late++
			}
		}
		if (late == 1) == taken[from] {
			t.Errorf("%s, taken: %v, is told %d times where it stands", from, taken[from], late)
		}
	}
}

// A plain answer that can change nothing any more is answered with where it stands, and not with a page that has no button left.
func TestAPlainAnswerThatComesTooLateIsToldWhereItStands(t *testing.T) {
	late := map[string]struct {
		meanwhile func(s *street, giver, other, taker neighbour, asked []mail.Outgoing)
		said      market.Answer
		want      string // what the mail says; "" for the link where to answer
	}{
		"the giver's yes to what has just gone": {meanwhile: func(s *street, giver, other, _ neighbour, _ []mail.Outgoing) {
			s.say(giver, s.only(other), market.Yes)
		}, said: market.Yes, want: "You have given this to others meanwhile"},
		"the giver's yes to what was taken back": {meanwhile: func(s *street, _, _, taker neighbour, _ []mail.Outgoing) {
			_, err := s.intros.Stop(s.ctx, taker.viewer, s.only(taker).ID, s.now)
			s.must(err)
		}, said: market.Yes, want: "It is not to be this time"},
		"a no after the yes that connected them": {meanwhile: func(s *street, giver, _, _ neighbour, asked []mail.Outgoing) {
			s.replies(giver, asked, market.Yes)
			if s.deliver(); !s.replies(giver, asked, market.Yes) || len(s.deliver()) != 0 {
				s.t.Error("the same answer once more is not taken, or answered")
			}
		}, said: market.No, want: "You are connected"},
		"words that nobody could read": {meanwhile: func(s *street, giver, other, _ neighbour, _ []mail.Outgoing) {
		}, said: market.NoAnswer, want: ""},
	}
	for name, c := range late {
		t.Run(name, func(t *testing.T) {
			s := newStreet(t)
			giver := s.neighbour("Larkhollow Hall", "host@hall.test")
			s.post(giver, narrowHall())
			takers, ins := s.askers(2, choir("2027-02-01"))
			s.say(takers[1], ins[1], market.Yes)
			asked := s.deliver()
			s.say(takers[0], ins[0], market.Yes)
			s.deliver()
			c.meanwhile(s, giver, takers[0], takers[1], asked)
			s.deliver()
			s.replies(giver, asked, c.said)
			got := s.deliver()
			wants := "Please answer here"
			if c.want != "" {
				wants = "Where it stands"
			}
			if len(got) != 1 || !strings.HasPrefix(got[0].Subject, wants) || !strings.Contains(flat(got[0].Text), c.want) {
				t.Fatalf("a late answer is answered by %v, want one that says %q", got, c.want)
			}
			s.replies(giver, asked, c.said)
			if again := s.deliver(); len(again) != 0 {
				t.Errorf("the same once more is answered by %q", again[0].Subject)
			}
		})
	}
}

// flat is a text as if it had one line.
func flat(text string) string { return strings.Join(strings.Fields(text), " ") }
