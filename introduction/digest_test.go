package introduction_test

import (
	"strings"
	"testing"
	"time"

	"wherewithal/mail"
	"wherewithal/market"
)

// digests moves the clock, has the digests written, and gives those that were sent.
func (s *street) digests(t time.Time) (got []mail.Outgoing) {
	s.t.Helper()
	s.now = t
	for range 2 { // who is new has the first one worked out, and written when it is due
		s.must(s.intros.Digests(s.ctx, s.now))
	}
	for _, o := range s.deliver() {
		if strings.HasPrefix(o.Subject, "Your week") || strings.HasPrefix(o.Subject, "Your day") {
			got = append(got, o)
		}
	}
	return got
}

var monday = time.Date(2027, 1, 18, 8, 0, 0, 0, time.UTC)

// What the caps kept back is put to the group by its digest, and its clock starts then.
func TestWhatTheGovernorKeepsBackComesInTheDigest(t *testing.T) {
	s := newStreet(t)
	s.letters.StopLink = func(person market.ID) string { return "secret" }
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	zero := 0
	s.must(s.accounts.ChooseMails(s.ctx, taker.person.ID, market.MailWishes{Kinds: market.OptionalKinds, Digest: market.WeeklyDigest, MailsAWeek: &zero}, s.now))
	need := s.post(taker, choir("2027-04-01"))
	s.now = s.now.Add(2 * time.Hour) // no answer to the posting itself any more
	s.post(giver, hall("Church hall"))
	s.anew()
	s.must(s.intros.Fill(s.ctx, need.ID, s.now))
	if got := s.deliver(); len(got) != 0 {
		t.Fatalf("letters %v past what the reader allows", got)
	}
	if got := s.digests(monday.Add(-time.Minute)); len(got) != 0 {
		t.Errorf("%d digests before Monday at eight", len(got))
	}
	got := s.digests(monday)
	if len(got) != 1 || got[0].To != "guest@choir.test" || !strings.Contains(got[0].Text, "Church hall") || !strings.Contains(got[0].Text, "https://hub.example/i/") {
		t.Fatalf("digests %+v, want the group that needs told of the hall", got)
	}
	if got[0].Unsubscribe != "https://hub.example/mails/secret/stop/digest" {
		t.Errorf("it is stopped at %q", got[0].Unsubscribe)
	}
	in := s.only(taker)
	if in.State != market.Proposed || in.NeedToldAt == nil || !in.NeedToldAt.Equal(monday) {
		t.Fatalf("%s, told at %v: want the clock running since the digest went", in.State, in.NeedToldAt)
	}
	for range 2 {
		if got := s.digests(s.now.Add(time.Hour)); len(got) != 0 {
			t.Errorf("%d more digests on the same day", len(got))
		}
	}
	s.must(s.intros.Turn(s.ctx, monday.Add(market.AnswerWithin)))
	if in := s.only(taker); in.State != market.Lapsed {
		t.Errorf("%s three days after the digest", in.State)
	}
}

func TestThereIsNoDigestWhenNothingIsNew(t *testing.T) {
	m := newlyMet(t)
	m.digests(m.now)
	if got := m.digests(monday); len(got) != 0 {
		t.Errorf("digests %v of two who have nothing to do", got)
	}
	m.now = m.now.Add(time.Minute)
	_, err := m.suggest(m.taker, evenings("2027-02-04", 2))
	m.must(err)
	m.deliver()
	got := m.digests(monday.AddDate(0, 0, 7))
	if len(got) != 1 || got[0].To != "host@hall.test" || !strings.Contains(got[0].Text, "They suggest how much and when") || !strings.Contains(got[0].Text, "Tansy Yard Choir") {
		t.Fatalf("digests %+v, want the side told that is to confirm", got)
	}
	if got := m.digests(monday.AddDate(0, 0, 14)); len(got) != 0 {
		t.Errorf("%v: the same once more, a week later", got[0].Text)
	}
}

func TestADigestTellsOfMatchesAndOfWhatEnds(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	offer := s.post(giver, hall("Church hall"))
	s.must(s.accounts.ChooseMails(s.ctx, giver.person.ID, market.MailWishes{Kinds: market.OptionalKinds, Digest: market.DailyDigest}, s.now))
	_, err := s.store.Pool().Exec(s.ctx, `update people set zone = 'America/New_York' where id = $1`, giver.person.ID)
	s.must(err)
	s.must(s.accounts.ChooseMails(s.ctx, giver.person.ID, market.MailWishes{Kinds: market.OptionalKinds, Digest: market.DailyDigest}, s.now))
	ends := *offer.ExpiresAt
	s.now = ends.AddDate(0, 0, -15)
	s.must(s.intros.Digests(s.ctx, s.now)) // many mornings with nothing new
	morning := time.Date(2027, 3, 28, 12, 0, 0, 0, time.UTC)
	if got := s.digests(morning.Add(-time.Minute)); len(got) != 0 {
		t.Errorf("%d digests before eight in New York", len(got))
	}
	got := s.digests(morning)
	if len(got) != 1 || !strings.Contains(got[0].Subject, "Your day: 1 thing") || !strings.Contains(got[0].Text, "About to end") || !strings.Contains(got[0].Text, "https://hub.example/r/") {
		t.Fatalf("digests %+v, want what ends in a fortnight", got)
	}
	s.now = morning.Add(3 * time.Hour)
	need := s.post(taker, choir("2027-05-06"))
	_, err = s.store.Pool().Exec(s.ctx, `delete from introductions where need_id = $1`, need.ID) // found, and put to nobody yet
	s.must(err)
	got = s.digests(morning.AddDate(0, 0, 1))
	for _, o := range got {
		if o.To == "host@hall.test" && (!strings.Contains(o.Text, "Newly found") || !strings.Contains(o.Text, "Room for a choir") || strings.Contains(o.Text, "guest@")) {
			t.Errorf("the digest says\n%s", o.Text)
		}
	}
	if len(got) == 0 {
		t.Error("no digest of a new match")
	}
	s.must(s.accounts.StopMail(s.ctx, giver.person.ID, market.DigestLetter, s.now))
	s.post(taker, choir("2027-05-13"))
	for _, o := range s.digests(morning.AddDate(0, 0, 2)) {
		if o.To == "host@hall.test" {
			t.Error("a digest after it was stopped")
		}
	}
}

// A network may want fewer mails for its groups than the house allows.
func TestANetworkLowersTheCap(t *testing.T) {
	s := newStreet(t)
	taker := s.neighbour("Tansy Yard Choir", "guest@choir.test")
	network := market.NewID()
	_, err := s.store.Pool().Exec(s.ctx, `with n as (insert into networks (id, slug, name, level, created_at, mails_a_week) values ($1, 'quiet', 'Quiet Street', 'neighbourhood', $2, 0) returning id)
		insert into network_members (network_id, group_id, agreed_at) select n.id, $3, $2 from n`, network, s.now, taker.group.ID)
	s.must(err)
	need := s.post(taker, choir("2027-04-01"))
	s.now = s.now.Add(2 * time.Hour)
	s.post(s.neighbour("Larkhollow Hall", "host@hall.test"), hall("Church hall"))
	s.anew()
	s.must(s.intros.Fill(s.ctx, need.ID, s.now))
	if got := s.deliver(); len(got) != 0 {
		t.Errorf("letters %v past what the network allows", got)
	}
	_, err = s.store.Pool().Exec(s.ctx, `update networks set mails_a_week = null where id = $1`, network)
	s.must(err)
	s.must(s.intros.Fill(s.ctx, need.ID, s.now))
	if got := s.deliver(); len(got) != 1 {
		t.Errorf("%d letters, want one as soon as the network says nothing", len(got))
	}
}
