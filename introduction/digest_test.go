package introduction_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"wherewithal/introduction"
	"wherewithal/listing"
	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/store"
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
	s.must(s.accounts.ChooseMails(s.ctx, taker.person.ID, market.MailWishes{Kinds: market.OptionalKinds, Digest: market.WeeklyDigest, Lowered: market.Lowered{MailsAWeek: &zero}}, s.now))
	need := s.post(taker, choir("2027-04-01"))
	s.now = s.now.Add(2 * time.Hour) // no answer to the posting itself any more
	offer := s.post(giver, hall("Church hall"))
	s.anew()
	s.must(s.intros.Fill(s.ctx, need.ID, s.now))
	_, err := s.intros.Begin(s.ctx, giver.viewer, offer.ID, need.ID, s.now)
	s.must(err)
	if got := s.deliver(); len(got) != 0 {
		t.Fatalf("letters %v past what the reader allows", got)
	}
	if got := s.digests(monday.Add(-time.Minute)); len(got) != 0 {
		t.Errorf("%d digests before Monday at eight", len(got))
	}
	got := s.digests(monday)
	if len(got) != 1 || got[0].To != "guest@choir.test" || !strings.Contains(got[0].Text, "Church hall") || !strings.Contains(got[0].Text, "have said yes already.") || !strings.Contains(got[0].Text, "https://hub.example/i/") {
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

// Who leaves a group while a digest waits for them is not told of it there, and it waits for whoever is.
func TestADigestStartsNoClockOfAGroupThatItsReaderLeft(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	kit, _ := s.joins(taker, "kit@both.test")
	other := s.neighbour("Orpine Singers", "lou@orpine.test")
	s.must(s.store.InTx(s.ctx, func(tx *store.Tx) error {
		s.must(tx.Join(s.ctx, market.Membership{ID: market.NewID(), GroupID: other.group.ID, PersonID: kit.ID, Role: market.Owner, Since: s.now}))
		return errors.Join(tx.StopMails(s.ctx, kit.ID, []market.LetterKind{market.PossibleMatch}, s.now),
			tx.StopMails(s.ctx, taker.person.ID, []market.LetterKind{market.PossibleMatch, market.DigestLetter}, s.now),
			tx.StopMails(s.ctx, other.person.ID, []market.LetterKind{market.PossibleMatch, market.DigestLetter}, s.now))
	}))
	s.post(giver, hall("Church hall"))
	s.post(taker, choir("2027-04-01"))
	s.post(other, choir("2027-05-01"))
	s.must(s.intros.Digests(s.ctx, s.now)) // works out when the first is due
	s.now = monday
	s.must(s.intros.Digests(s.ctx, s.now)) // opens them, and writes it
	v, err := s.store.ViewerFor(s.ctx, kit, s.now)
	s.must(err)
	s.must(s.store.InTx(s.ctx, func(tx *store.Tx) error {
		return tx.ResumeMails(s.ctx, taker.person.ID, []market.LetterKind{market.DigestLetter})
	})) // who finds it in theirs
	s.must(s.intros.Leave(s.ctx, v, taker.group.ID, kit.ID, "", s.now))
	if got := subjects(kit.Address, s.deliver()); len(got) != 1 {
		t.Fatalf("letters %q, want the digest with the other group's", got)
	}
	if s.only(other).NeedToldAt == nil || s.only(taker).NeedToldAt != nil {
		t.Errorf("told of the other group's at %v, of the one left at %v", s.only(other).NeedToldAt, s.only(taker).NeedToldAt)
	}
}

// twoDigests are written to one reader on two days, each with a proposal of that day; the first with news of a saved search.
func twoDigests(t *testing.T) (s *street, taker neighbour, first market.ID, needs []market.Listing) {
	s = newStreet(t)
	s.letters.PurposeLink = func(purpose string, thing, other market.ID) string { return "secret" }
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.must(s.accounts.ChooseMails(s.ctx, taker.person.ID, market.MailWishes{Kinds: market.OptionalKinds, Digest: market.DailyDigest}, s.now))
	s.must(s.accounts.StopMail(s.ctx, taker.person.ID, market.PossibleMatch, s.now))
	s.must(s.accounts.StopMail(s.ctx, giver.person.ID, market.DigestLetter, s.now))
	offer := s.post(giver, hall("Church hall"))
	search := market.NewID()
	_, err := s.store.Pool().Exec(s.ctx, `insert into saved_searches (id, person_id, name, question, pace, created_at) values ($1, $2, 'Halls near me', '{"sides":["offer"]}', $3, $4)`,
		search, taker.person.ID, market.InDigest, s.now)
	s.must(err)
	_, err = s.store.Pool().Exec(s.ctx, `insert into alerts (search_id, listing_id, found_at) values ($1, $2, $3)`, search, offer.ID, s.now)
	s.must(err)
	s.must(s.intros.Digests(s.ctx, s.now)) // works out when the first is due
	for day := range 2 {
		needs = append(needs, s.post(taker, choir(market.Date(fmt.Sprintf("2027-0%d-01", 4+day)))))
		s.now = s.now.Add(24 * time.Hour)
		s.must(s.intros.Digests(s.ctx, s.now))
		if day == 0 {
			first = s.waitingFor(taker.person)
		}
	}
	return s, taker, first, needs
}

// A saved search of which a digest told that never arrived is told of by the next.
func TestASearchThatNoDigestBroughtTheNextTells(t *testing.T) {
	s, taker, first, _ := twoDigests(t)
	_, err := s.store.Pool().Exec(s.ctx, `delete from letters where id <> $1 and kind = 'digest'`, first)
	s.must(err)
	s.away, s.now = true, s.now.Add(market.LetterLasts)
	s.deliver()
	s.away = false
	if l, _, err := s.store.Letter(s.ctx, first); err != nil || l.Fault != "away" {
		t.Fatalf("the first %s, %q (%v), want the mail server away", l.State, l.Fault, err)
	}
	if got := s.to(taker, s.digests(s.now.Add(24*time.Hour))); len(got) != 1 {
		t.Fatalf("digests %q, want one", got)
	}
	var told bool
	s.must(s.store.Pool().QueryRow(s.ctx, `select letter_id <> $1 from alerts`, first).Scan(&told))
	if !told {
		t.Error("the search is told of by none that arrived")
	}
}

// Of two digests that wait for one reader the later goes, with all that the earlier was to tell.
func TestTheLaterOfTwoDigestsGoes(t *testing.T) {
	s, taker, first, needs := twoDigests(t)
	got := s.deliver()
	if len(got) != 1 || got[0].To != taker.person.Address || !strings.Contains(got[0].Text, "Halls near me") {
		t.Fatalf("letters %q, want one digest, with the news of the search", subjects(taker.person.Address, got))
	}
	if l, about, err := s.store.Letter(s.ctx, first); err != nil || l.Fault != "moot" || len(about) != 0 {
		t.Errorf("the earlier %s, %q (%v), about %v", l.State, l.Fault, err, about)
	}
	for _, need := range needs {
		all, err := s.store.IntroductionsFor(s.ctx, need.ID)
		if s.must(err); len(all) != 1 || all[0].NeedToldAt == nil {
			t.Errorf("%s: %+v, want it told", need.Title, all)
		}
	}
}

// A digest that failed and is sent again after a later one went goes no more, and what it was to tell of searches the next tells.
func TestADigestIsNotSentAfterALaterOne(t *testing.T) {
	s, taker, first, _ := twoDigests(t)
	_, err := s.store.Pool().Exec(s.ctx, `update letters set state = 'failed', fault = 'away', ended_at = $1 where id = $2`, s.now, first)
	s.must(err)
	if got := s.deliver(); len(got) != 1 {
		t.Fatalf("letters %q, want the later digest", subjects(taker.person.Address, got))
	}
	s.sendsAgain(time.Hour)
	if got := s.deliver(); len(got) != 0 {
		t.Fatalf("letters %q, want none after the later digest", subjects(taker.person.Address, got))
	}
	s.now = s.now.Add(24 * time.Hour)
	s.must(s.intros.Digests(s.ctx, s.now))
	if got := s.deliver(); len(got) != 1 || !strings.Contains(got[0].Text, "Halls near me") {
		t.Errorf("letters %q, want the news of the search in the next digest", subjects(taker.person.Address, got))
	}
}

// What a digest said that never arrived is news still: the next says it, though nothing came since, and none says it once more.
func TestWhatADigestSaidThatNeverArrivedTheNextSays(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.must(s.accounts.StopMail(s.ctx, taker.person.ID, market.DigestLetter, s.now))
	s.must(s.intros.Digests(s.ctx, s.now)) // works out when the first is due
	s.now = s.now.Add(time.Hour)
	s.post(giver, hall("Church hall"))
	s.post(taker, choir("2027-05-06"))
	s.deliver()
	_, err := s.store.Pool().Exec(s.ctx, `delete from introductions`) // found, and put to nobody yet
	s.must(err)
	for week := range 2 {
		s.now = monday.AddDate(0, 0, 7*week)
		s.must(s.intros.Digests(s.ctx, s.now))
		s.away, s.now = true, s.now.Add(market.LetterLasts)
		s.deliver()
		s.away = false
		if l, err := s.store.NewestLetter(s.ctx, giver.person.ID, market.DigestLetter); err != nil || l.State != market.Failed || l.Fault != "away" || l.CreatedAt.Before(monday.AddDate(0, 0, 7*week)) {
			t.Fatalf("week %d: the digest of %v is %s %q (%v), want one that found the mail server away", week, l.CreatedAt, l.State, l.Fault, err)
		}
	}
	if got := s.digests(monday.AddDate(0, 0, 14)); len(got) != 1 || got[0].To != "host@hall.test" || !strings.Contains(got[0].Text, "Room for a choir") {
		t.Errorf("digests %+v, want the giver told of the match at last", got)
	}
	if got := s.digests(monday.AddDate(0, 0, 21)); len(got) != 0 {
		t.Errorf("%s: the same once more", got[0].Text)
	}
}

// Eight o'clock is the hour of nearly all: whoever says which mails they want, or where they live, before theirs is written gets it still.
func TestADigestThatIsDueComesThoughItsReaderSavesTheirWishes(t *testing.T) {
	kinds := slices.DeleteFunc(slices.Clone(market.OptionalKinds), func(k market.LetterKind) bool { return k == market.SomeoneWouldLike })
	for name, save := range map[string]func(*street, neighbour) error{
		"which mails": func(s *street, n neighbour) error {
			return s.accounts.ChooseMails(s.ctx, n.person.ID, market.MailWishes{Kinds: kinds, Digest: market.WeeklyDigest}, s.now)
		},
		"where they live": func(s *street, n neighbour) error {
			return s.accounts.SetAbout(s.ctx, n.viewer, "Joan", "en-GB", "America/New_York", s.now)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, giver, _ := wanted(t)
			s.must(s.intros.Digests(s.ctx, s.now)) // works out when the first is due
			s.now = monday.Add(time.Minute)
			s.must(save(s, giver))
			if got := s.to(giver, s.digests(monday.Add(2*time.Hour))); len(got) != 1 {
				t.Errorf("digests %q of a morning on which something waits, want one", got)
			}
		})
	}
}

// Whoever stopped digests has had one due ever since; wanting them again they get the next at its hour.
func TestWhoWantsDigestsAgainGetsTheNextAtItsHour(t *testing.T) {
	s, giver, _ := wanted(t)
	s.must(s.intros.Digests(s.ctx, s.now)) // works out when the first is due
	s.must(s.accounts.StopMail(s.ctx, giver.person.ID, market.DigestLetter, s.now))
	if got := s.to(giver, s.digests(monday)); len(got) != 0 {
		t.Errorf("digests %q to one who stopped them", got)
	}
	s.now = monday.AddDate(0, 0, 2)
	s.must(s.accounts.ChooseMails(s.ctx, giver.person.ID, market.MailWishes{Kinds: []market.LetterKind{market.DigestLetter}, Digest: market.WeeklyDigest}, s.now))
	if got := s.to(giver, s.digests(s.now.Add(time.Minute))); len(got) != 0 {
		t.Errorf("digests %q on a Wednesday", got)
	}
	next := s.to(giver, s.digests(monday.AddDate(0, 0, 7)))
	if len(next) != 1 {
		t.Errorf("digests %q on the Monday after, want one", next)
	}
}

// Who moves gets the next at eight by the clock there.
func TestADigestFollowsItsReadersClock(t *testing.T) {
	s, giver, _ := wanted(t)
	s.must(s.intros.Digests(s.ctx, s.now)) // works out when the first is due
	s.must(s.accounts.SetAbout(s.ctx, giver.viewer, "Joan", "en-GB", "America/New_York", s.now))
	if got := s.to(giver, s.digests(monday)); len(got) != 0 {
		t.Errorf("digests %q at three in the morning", got)
	}
	if got := s.to(giver, s.digests(monday.Add(5*time.Hour))); len(got) != 1 {
		t.Errorf("digests %q at eight in New York, want one", got)
	}
}

// A morning has more digests than are read at a time, and some that can never be written may come first.
func TestADigestThatFailsHoldsUpNobody(t *testing.T) {
	s := newStreet(t)
	_, err := s.store.Pool().Exec(s.ctx, `alter table people add constraint broken check (name <> 'Broken' or digest_due is null)`)
	s.must(err)
	_, err = s.store.Pool().Exec(s.ctx, `insert into people (id, address, name, created_at)
		select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, n || '@many.test', case when n <= 60 then 'Broken' else 'Kit' end, $1 from generate_series(1, 120) n`, s.now)
	s.must(err)
	if err := s.intros.Digests(s.ctx, monday); err == nil {
		t.Error("no word of the sixty that failed")
	}
	var left, broken int
	s.must(s.store.Pool().QueryRow(s.ctx, `select count(*) filter (where name = 'Kit'), count(*) filter (where name = 'Broken') from people where digest_due is null`).Scan(&left, &broken))
	if left != 0 || broken != 60 {
		t.Errorf("%d people still wait for their turn, beside %d whose digest cannot be written", left, broken)
	}
}

// A need that cannot be put to anybody for a fault of ours keeps neither the others back nor the digest.
func TestAFaultyNeedSilencesNoDigest(t *testing.T) {
	s := newStreet(t)
	giver, taker := s.neighbour("Larkhollow Hall", "host@hall.test"), s.neighbour("Tansy Yard Choir", "guest@choir.test")
	zero := 0
	s.must(s.accounts.ChooseMails(s.ctx, taker.person.ID, market.MailWishes{Kinds: market.OptionalKinds, Digest: market.WeeklyDigest, Lowered: market.Lowered{MailsAWeek: &zero}}, s.now))
	faulty, _ := s.post(taker, choir("2027-04-01")), s.post(taker, choir("2027-05-01"))
	_, err := s.store.Pool().Exec(s.ctx, fmt.Sprintf(`alter table introductions add constraint broken check (need_id <> '%s')`, faulty.ID))
	s.must(err)
	s.now = s.now.Add(2 * time.Hour) // no answer to the postings themselves any more
	s.post(giver, hall("Church hall"))
	s.anew()
	s.must(s.intros.Digests(s.ctx, s.now)) // works out when the first is due
	s.now = monday
	if err := s.intros.Digests(s.ctx, s.now); err == nil {
		t.Error("no word of the fault")
	}
	if got := s.to(taker, s.deliver()); len(got) != 1 {
		t.Errorf("letters %q, want the digest with the other need", got)
	}
	s.must(s.intros.Digests(s.ctx, s.now.Add(time.Minute))) // not tried again each minute
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
	s.must(s.accounts.StopMail(s.ctx, taker.person.ID, market.DigestLetter, s.now))
	for range market.DigestShown + 2 {
		s.post(taker, choir("2027-05-06"))
	}
	_, err = s.store.Pool().Exec(s.ctx, `delete from introductions`) // found, and put to nobody yet
	s.must(err)
	got = s.digests(morning.AddDate(0, 0, 1))
	if len(got) != 1 || !strings.Contains(got[0].Text, "Newly found") || strings.Count(got[0].Text, "Room for a choir") != market.DigestShown || strings.Contains(got[0].Text, "guest@") {
		t.Fatalf("digests %+v, want as many new matches as are shown", got)
	}
	if !strings.Contains(got[0].Text, "and 2 more") || !strings.Contains(got[0].Subject, "Your day: 7 things") {
		t.Errorf("%q does not say how many more matches there are:\n%s", got[0].Subject, got[0].Text)
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

// Three groups may wait for a giver's answer about one thing; a person who answers for it, or a network of its group, may want
// fewer, and the lowest counts. Nobody raises it.
func TestOpenRequestsAreLoweredAndNeverRaised(t *testing.T) {
	s := newStreet(t)
	giver := s.neighbour("Larkhollow Hall", "host@hall.test")
	other, _ := s.joins(giver, "other@hall.test")
	s.post(giver, hall("Church hall"))
	network := market.NewID()
	_, err := s.store.Pool().Exec(s.ctx, `with n as (insert into networks (id, slug, name, level, created_at, open_requests) values ($1, 'quiet', 'Quiet Street', 'neighbourhood', $2, 9) returning id)
		insert into network_members (network_id, group_id, agreed_at) select n.id, $3, $2 from n`, network, s.now, giver.group.ID)
	s.must(err)
	ask := func(i int) {
		taker := s.neighbour(fmt.Sprintf("Tansy Yard Choir %c", 'A'+i), fmt.Sprintf("guest%d@choir.test", i))
		s.post(taker, choir(market.Date(fmt.Sprintf("2027-04-%02d", 1+7*(i%4)))))
		s.say(taker, s.only(taker), market.Yes)
		s.deliver()
	}
	want := func(most int) {
		t.Helper()
		if n := s.told(giver); n != most {
			t.Errorf("the giver was asked about %d, want %d", n, most)
		}
	}
	wish := func(p market.Person, n int) error {
		return s.accounts.ChooseMails(s.ctx, p.ID, market.MailWishes{Kinds: market.OptionalKinds, Digest: market.WeeklyDigest, Lowered: market.Lowered{OpenRequests: &n}}, s.now)
	}
	s.must(wish(other, 2))
	for i := range 3 {
		ask(i)
	}
	want(2)
	for _, wrong := range []int{0, 4} {
		var no *market.Invalid
		if err := wish(other, wrong); !errors.As(err, &no) || no.Faults[0].Field != "requests" {
			t.Errorf("%d requests: %v", wrong, err)
		}
	}
	s.must(wish(other, 3))
	ask(3)
	want(3) // the house's, whatever the network says
	_, err = s.store.Pool().Exec(s.ctx, `update networks set open_requests = 1 where id = $1`, network)
	s.must(err)
	if l, err := s.store.LoweredFor(s.ctx, giver.group.ID, s.now); err != nil || l.OpenRequests == nil || *l.OpenRequests != 1 {
		t.Errorf("lowered to %+v (%v), want the network's one", l, err)
	}
}

// told is about how many requests a group was asked.
func (s *street) told(n neighbour) (told int) {
	s.t.Helper()
	s.must(s.store.Pool().QueryRow(s.ctx, `select count(*) from introductions where offer_group_id = $1 and offer_told_at is not null`, n.group.ID).Scan(&told))
	return told
}

// Where the house lets several mails a day through, a person or a network may want one.
func TestMailsADayAreLowered(t *testing.T) {
	one, week := 1, 5
	house := market.Caps{MailsADay: 3, MailsAWeek: 20}
	for _, c := range []struct {
		name    string
		person  market.Lowered
		network any
		want    int
	}{
		{"nobody lowers them", market.Lowered{}, nil, 3},
		{"the person does", market.Lowered{MailsADay: &one}, nil, 1},
		{"the network does", market.Lowered{MailsADay: &week}, 1, 1},
	} {
		s := newStreet(t)
		taker := s.neighbour("Tansy Yard Choir", "guest@choir.test")
		s.accounts.Caps = market.Caps{MailsADay: 9, MailsAWeek: 20} // of a day on which the house let more through
		s.must(s.accounts.ChooseMails(s.ctx, taker.person.ID, market.MailWishes{Kinds: market.OptionalKinds, Digest: market.WeeklyDigest, Lowered: c.person}, s.now))
		_, err := s.store.Pool().Exec(s.ctx, `with n as (insert into networks (id, slug, name, level, created_at, mails_a_day) values ($1, 'quiet', 'Quiet Street', 'neighbourhood', $2, $4) returning id)
			insert into network_members (network_id, group_id, agreed_at) select n.id, $3, $2 from n`, market.NewID(), s.now, taker.group.ID, c.network)
		s.must(err)
		need := s.post(taker, choir("2027-04-01"))
		s.now = s.now.Add(2 * time.Hour)
		mails := 0
		for i := range 4 {
			s.post(s.neighbour(fmt.Sprintf("Orpine Rooms %c", 'A'+i), fmt.Sprintf("rooms%d@orpine.test", i)), hall("Long room"))
			s.intros = introduction.New(s.store, listing.NewPool(s.store, func() time.Time { return s.now }), introduction.Caps{Caps: house, Proposals: 9})
			s.must(s.intros.Fill(s.ctx, need.ID, s.now))
			mails += len(s.deliver())
			s.now = s.now.Add(time.Minute)
		}
		if mails != c.want {
			t.Errorf("%s: %d mails on one day, want %d", c.name, mails, c.want)
		}
	}
}

// One morning is that of many, who are looked at several at once and read in more than one go.
func TestEachOfManyGetsOneDigest(t *testing.T) {
	s := newStreet(t)
	giver := s.neighbour("Larkhollow Hall", "host@hall.test")
	readers := []market.Person{giver.person}
	for i := range 54 {
		p, _ := s.joins(giver, fmt.Sprintf("kit%d@hall.test", i))
		readers = append(readers, p)
	}
	for _, p := range readers {
		s.stops(p, market.SomeoneWouldLike)
	}
	s.post(giver, hall("Church hall"))
	for i := range 4 {
		taker := s.neighbour(fmt.Sprintf("Tansy Yard Choir %c", 'A'+i), fmt.Sprintf("guest%d@choir.test", i))
		s.post(taker, choir(market.Date(fmt.Sprintf("2027-04-%02d", 1+7*i))))
		s.deliver()
		s.say(taker, s.only(taker), market.Yes)
	}
	got := s.mondayAfter(0)
	for _, p := range readers {
		if n := len(subjects(p.Address, got)); n != 1 {
			t.Errorf("%d digests to %s, want one", n, p.Address)
		}
	}
	if n := s.told(giver); n != 3 {
		t.Errorf("%d requests put to the group, want the three that may be open at once", n)
	}
}

// panics is a ranker with which the first look ends in a panic.
type panics struct {
	*listing.Pool
	once sync.Once
}

func (p *panics) CatchUp(context.Context) error {
	p.once.Do(func() { panic("out of range") })
	return nil
}

func TestADigestThatPanicsHoldsUpNobody(t *testing.T) {
	s := newStreet(t)
	s.neighbour("Larkhollow Hall", "host@hall.test")
	s.neighbour("Tansy Yard Choir", "guest@choir.test")
	s.must(s.intros.Digests(s.ctx, s.now)) // works out when the first is due
	s.intros = introduction.New(s.store, &panics{Pool: listing.NewPool(s.store, func() time.Time { return s.now })}, introduction.Caps{})
	if err := s.intros.Digests(s.ctx, monday); err == nil || !strings.Contains(err.Error(), "out of range") {
		t.Errorf("%v, want word of the panic", err)
	}
	var due int
	s.must(s.store.Pool().QueryRow(s.ctx, `select count(*) from people where digest_due <= $1`, monday).Scan(&due))
	if due != 1 {
		t.Errorf("%d people wait for another look, want the one", due)
	}
}
