package introduction_test

import (
	"strings"
	"testing"

	"wherewithal/introduction"
	"wherewithal/mail"
	"wherewithal/market"
)

// replies to the one letter that went to a neighbour.
func (s *street) replies(n neighbour, to []mail.Outgoing, said market.Answer) (taken bool) {
	s.t.Helper()
	for _, o := range to {
		if o.To != n.person.Address {
			continue
		}
		local, _, _ := strings.Cut(o.ReplyTo, "@")
		_, id, err := s.letters.Addresses.Read(local)
		s.must(err)
		taken, err = s.intros.AnswerByMail(s.ctx, introduction.MailReply{Letter: id, From: n.person.Address, Passed: true, Said: said}, s.now)
		s.must(err)
		return taken
	}
	s.t.Fatalf("no letter went to %s", n.person.Address)
	return false
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
