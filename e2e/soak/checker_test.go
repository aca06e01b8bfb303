package soak

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/mail"
	"wherewithal/mail/mailtest"
	"wherewithal/market"
)

// A checker that cannot find a fault proves nothing: here is a record without one, and each way of spoiling it.
func TestTheCheckerCountsEachFault(t *testing.T) {
	second := func(p *pairRecord, gap time.Duration) {
		again := p.mails[1]
		again.At = again.At.Add(gap)
		p.mails = append(p.mails, again)
	}
	type counts struct{ Lost, Wrong, Doubled, Repeated, State, Capacity, Caps, Missing int }
	for name, c := range map[string]struct {
		spoil func(p *pairRecord)
		want  counts
	}{
		"nothing":                              {func(*pairRecord) {}, counts{}},
		"a mail counts as sent and never came": {func(p *pairRecord) { p.mails = p.mails[:len(p.mails)-1] }, counts{Lost: 2}}, // its letter, and its reader
		"a mail was never written":             {func(p *pairRecord) { p.drop(3) }, counts{Lost: 1}},
		"a mail is of no letter":               {func(p *pairRecord) { p.letters = p.letters[:len(p.letters)-1] }, counts{Wrong: 1}},
		"a letter does not end":                {func(p *pairRecord) { p.letters[2].State = market.Waiting }, counts{Lost: 1}},
		"a letter was given up":                {func(p *pairRecord) { p.letters[2].State, p.letters[2].Fault = market.Failed, "away" }, counts{Lost: 1}},
		"what a letter says is moot": {func(p *pairRecord) {
			p.letters = append(p.letters, letter{MessageID: "m", Kind: "not_this_time", State: market.Failed, Fault: "moot"})
		}, counts{}},
		"what a letter says is over, and the line was cut behind its text": {func(p *pairRecord) { p.letters[2].State, p.letters[2].Fault = market.Failed, "unsure" }, counts{}},
		"the same, and the mail server had half of it": {func(p *pairRecord) {
			p.halves = map[string]bool{p.need.person.Address: true}
			p.letters = append(p.letters, letter{MessageID: "m", Kind: "not_this_time", State: market.Failed, Fault: "unsure", To: p.need.person.ID})
		}, counts{}},
		"a letter says so of which the mail server never had any": {func(p *pairRecord) {
			p.letters = append(p.letters, letter{MessageID: "m", Kind: "not_this_time", State: market.Failed, Fault: "unsure", To: p.need.person.ID})
		}, counts{Lost: 1}},
		"a job was given up": {func(p *pairRecord) { p.failed = []string{"letter 1 fault"} }, counts{Lost: 1}},
		"an introduction that was called off before its mail went": {func(p *pairRecord) {
			p.calledOff()
			p.letters[3].Kind, p.letters[3].State, p.letters[3].Fault = string(market.ConnectedLetter), market.Failed, "moot"
			p.mails = slices.Delete(p.mails, 3, 4)
		}, counts{}},
		"an introduction that was called off and its mail never written": {func(p *pairRecord) {
			p.calledOff()
			p.drop(3)
		}, counts{Lost: 1}},
		"a request that nobody's yes called for": {func(p *pairRecord) { p.fated(fate{need: "no", offer: "yes"}); p.is(market.Declined, "") }, counts{Wrong: 10}}, // and all that followed
		"a reminder to one who had answered":     {func(p *pairRecord) { p.comes(p.offer, "Still open: “Room S1N0”") }, counts{Wrong: 1}},
		"a kind of mail that nobody knows":       {func(p *pairRecord) { p.comes(p.offer, "Have you seen this?") }, counts{Wrong: 1}},
		"an end that did not come":               {func(p *pairRecord) { p.comes(p.offer, "Ended: “Room S1N0”") }, counts{Wrong: 1}},
		"three mails of proposals in a day": {func(p *pairRecord) {
			for range 3 {
				p.letters = append(p.letters, letter{MessageID: "letter-0", Kind: string(market.PossibleMatch), State: market.Sent, To: p.need.person.ID, WrittenAt: began})
			}
		}, counts{Caps: 1}},
		"three in a day, of which one was overtaken and never went": {func(p *pairRecord) {
			for i := range 2 {
				l := letter{MessageID: fmt.Sprint("m", i), Kind: string(market.PossibleMatch), State: market.Failed, Fault: market.Overtaken[0], To: p.need.person.ID, WrittenAt: began}
				p.letters = append(p.letters, l)
			}
		}, counts{}},
		"five in a week": {func(p *pairRecord) {
			for day := range 5 {
				p.letters = append(p.letters, letter{MessageID: "letter-0", Kind: string(market.PossibleMatch), State: market.Sent, To: p.need.person.ID,
					WrittenAt: began.AddDate(0, 0, day)})
			}
		}, counts{Caps: 1}},
		"four asked for one hall at once": {func(p *pairRecord) {
			for range 4 {
				in := p.introductions[p.id]
				in.ToldAt = &began
				p.introductions[market.NewID()] = in
			}
		}, counts{Caps: 1, Lost: 4}}, // of which nobody heard
		"fewer introductions than there were to be": {func(p *pairRecord) { p.least = 3 }, counts{Missing: 2}},
		"two who fit were never introduced":         {func(p *pairRecord) { p.introductions = nil }, counts{Lost: 1}},
		"a mail to an address that is nobody's":     {func(p *pairRecord) { p.mails[0].Rcpt = "nobody@s1.soak.test" }, counts{Lost: 1, Wrong: 1}},
		"a mail to the other":                       {func(p *pairRecord) { p.mails[0].Rcpt = p.offer.person.Address }, counts{Lost: 1, Wrong: 2}}, // too early, and uncalled for
		"another's address in the text":             {func(p *pairRecord) { p.mails[0].Text += p.offer.person.Address }, counts{Wrong: 1}},
		"another's address in a header":             {func(p *pairRecord) { p.mails[0].Raw = []byte("Cc: " + p.offer.person.Address) }, counts{Wrong: 1}},
		"a name before both said yes":               {func(p *pairRecord) { p.mails[0].HTML += p.offer.person.Name }, counts{Wrong: 1}},
		"something of another street":               {func(p *pairRecord) { p.mails[0].Text += " Room S77N0" }, counts{Wrong: 1}},
		"a link that was made for another":          {func(p *pairRecord) { p.mails[0].Text += p.link("introduction", p.id, p.offer) }, counts{Wrong: 1}},
		"a link that is none of ours":               {func(p *pairRecord) { p.mails[0].Text += " http://x/i/" + strings.Repeat("A", 64) }, counts{Wrong: 1}},
		"a second delivery for no reason":           {func(p *pairRecord) { second(p, time.Minute) }, counts{Doubled: 1}},
		"a second delivery after a cut":             {func(p *pairRecord) { p.mails[1].Cut = true; second(p, time.Minute) }, counts{Repeated: 1}},
		"a third, after one that was not cut": {func(p *pairRecord) {
			p.mails[1].Cut = true
			second(p, time.Minute)
			p.mails[len(p.mails)-1].Cut = false
			p.mails = append(p.mails, p.mails[len(p.mails)-1])
		}, counts{Repeated: 1, Doubled: 1}},
		"a second delivery after a kill": {func(p *pairRecord) {
			second(p, time.Minute)
			p.killed("worker 1", time.Second)
		}, counts{Repeated: 1}},
		"a second delivery after the database was away": {func(p *pairRecord) {
			second(p, time.Minute)
			p.killed("postgres", time.Second)
		}, counts{Repeated: 1}},
		"a second delivery after a kill of the api, which sends nothing": {func(p *pairRecord) {
			second(p, time.Minute)
			p.killed("api", time.Second)
		}, counts{Doubled: 1}},
		"a second delivery after a kill of the other worker": {func(p *pairRecord) {
			second(p, time.Minute)
			p.killed("worker 2", time.Second)
		}, counts{Doubled: 1}},
		"more after a kill than its worker can have had under way": {func(p *pairRecord) {
			for range sendsAtOnce {
				second(p, time.Second) // and so on from the last
			}
			p.mails = append(p.mails, p.mails[2], p.mails[3])
			for i := range p.mails {
				p.mails[i].At = p.mails[1].At
			}
			p.killed("worker 1", 0)
		}, counts{Repeated: sendsAtOnce, Doubled: 2}},
		"a second delivery after one cut, and a third": {func(p *pairRecord) {
			p.mails[1].Cut = true
			second(p, time.Minute)
			p.mails[len(p.mails)-1].Cut = false
			second(p, 2*time.Minute)
			p.mails[len(p.mails)-1].Cut = false
		}, counts{Repeated: 1, Doubled: 1}},
		"as many deliveries as there may be copies": {func(p *pairRecord) {
			p.mails[1].Cut = true
			for range market.UnsureGaps {
				second(p, time.Hour)
			}
		}, counts{Repeated: len(market.UnsureGaps)}},
		"one more, after as many cuts as it is tried": {func(p *pairRecord) {
			p.mails[1].Cut = true
			for range len(market.UnsureGaps) + 1 {
				second(p, time.Hour)
			}
		}, counts{Repeated: len(market.UnsureGaps), Doubled: 1}},
		"one more, as the worker was killed behind one of those cuts": {func(p *pairRecord) {
			p.mails[1].Cut = true
			for range len(market.UnsureGaps) + 1 {
				second(p, time.Hour)
			}
			p.killed("worker 1", time.Second)
		}, counts{Repeated: len(market.UnsureGaps) + 1}},
		"a digest a week": {func(p *pairRecord) {
			p.comes(p.need, "Your week: 1 thing for you")
			p.comes(p.need, "Your week: 2 things for you")
			p.last().At = p.last().At.AddDate(0, 0, 7)
		}, counts{}},
		"two digests on one morning": {func(p *pairRecord) {
			p.comes(p.need, "Your week: 1 thing for you")
			p.comes(p.need, "Your week: 2 things for you")
		}, counts{Doubled: 1}},
		"two digests in one week by the programs' clock, as the machine's says no more": {func(p *pairRecord) {
			p.comes(p.need, "Your week: 1 thing for you")
			p.comes(p.need, "Your week: 2 things for you")
			p.last().At = p.last().At.AddDate(0, 0, 7)
			p.clock = []moved{{began, began}, {p.last().At, began.Add(time.Hour)}}
		}, counts{Doubled: 1}},
		"a digest with nothing in it": {func(p *pairRecord) {
			p.comes(p.need, "Your week: 1 thing for you")
			p.last().Text = "Dear " + p.need.person.Name
		}, counts{Wrong: 1}},
		"a digest that counts nothing": {func(p *pairRecord) { p.comes(p.need, "Your week: 0 things for you") }, counts{Wrong: 1}},
		"an end that comes nearer, and comes": {func(p *pairRecord) {
			p.ends(p.need)
			for _, day := range []int{76, 87} {
				p.comes(p.need, "Still right? “Room S1N1”")
				p.last().At = began.AddDate(0, 0, day)
			}
			p.comes(p.need, "Ended: “Room S1N1”")
		}, counts{}},
		"two mails of one day that ask whether it is still right": {func(p *pairRecord) {
			p.ends(p.need)
			p.comes(p.need, "Still right? “Room S1N1”")
			p.comes(p.need, "Still right? “Room S1N1”")
		}, counts{Doubled: 1}},
		"two mails that say it has ended": {func(p *pairRecord) {
			p.ends(p.need)
			p.comes(p.need, "Ended: “Room S1N1”")
			p.comes(p.need, "Ended: “Room S1N1”")
		}, counts{Doubled: 1}},
		"asked whether it is still right the day after it was told that it has ended": {func(p *pairRecord) {
			p.ends(p.need)
			p.comes(p.need, "Ended: “Room S1N1”")
			p.comes(p.need, "Still right? “Room S1N1”")
			p.last().At = p.last().At.AddDate(0, 0, 1)
		}, counts{Wrong: 1}},
		"told on two days that it has ended": {func(p *pairRecord) {
			p.ends(p.need)
			p.comes(p.need, "Ended: “Room S1N1”")
			p.comes(p.need, "Ended: “Room S1N1”")
			p.last().At = p.last().At.AddDate(0, 0, 1)
		}, counts{Wrong: 1}},
		"the mail that it has ended comes once more on another day, after a cut": {func(p *pairRecord) {
			p.ends(p.need)
			p.comes(p.need, "Ended: “Room S1N1”")
			p.last().Cut = true
			again := *p.last()
			again.At = again.At.AddDate(0, 0, 2)
			p.mails = append(p.mails, again)
		}, counts{Repeated: 1}},
		"not this time": {func(p *pairRecord) { p.comes(p.need, "Not this time: “Room S1N0”") }, counts{}},
		"not this time, twice": {func(p *pairRecord) {
			p.comes(p.need, "Not this time: “Room S1N0”")
			p.comes(p.need, "Not this time: “Room S1N0”")
		}, counts{Doubled: 1}},
		"called off twice": {func(p *pairRecord) {
			p.calledOff()
			p.comes(p.need, "Called off: “Room S1N0”, Thursday")
		}, counts{Doubled: 1}},
		"a second delivery long after a kill": {func(p *pairRecord) {
			second(p, time.Minute)
			p.killed("worker 1", -time.Minute)
		}, counts{Doubled: 1}},
		"the same said in two mails": {func(p *pairRecord) {
			second(p, time.Minute)
			p.mails[len(p.mails)-1].MessageID = "another@x"
			p.letters = append(p.letters, p.letters[1])
			p.letters[len(p.letters)-1].MessageID = "another"
		}, counts{Doubled: 1}},
		"both said yes, and it lapsed":         {func(p *pairRecord) { p.is(market.Lapsed, "") }, counts{State: 1, Lost: 1}},
		"both said yes, and it was withdrawn":  {func(p *pairRecord) { p.is(market.Undone, "") }, counts{State: 1, Lost: 1}}, // and nobody was told so
		"it happened, and counts as disputed":  {func(p *pairRecord) { p.is(market.Connected, market.Disputed) }, counts{State: 1}},
		"it is still waited for":               {func(p *pairRecord) { p.is(market.Connected, market.WasItDone) }, counts{State: 1}},
		"a yes that the site did not take":     {func(p *pairRecord) { p.story.acts[0].said = "note.no_longer" }, counts{State: 1}},
		"a yes of whose fate nothing was said": {func(p *pairRecord) { p.story.acts[0].said = "" }, counts{State: 1}},
		"one hall for two at once": {func(p *pairRecord) {
			p.allocations = append(p.allocations, p.allocations[0])
		}, counts{Capacity: 4}}, // seen from both, at both
		"one hall for two that overlap": {func(p *pairRecord) {
			other := p.allocations[0]
			other.From, other.Until = other.From.Add(time.Hour), other.Until.Add(time.Hour)
			p.allocations = append(p.allocations, other)
		}, counts{Capacity: 2}},
		"one hall for one after the other": {func(p *pairRecord) {
			other := p.allocations[0]
			other.From, other.Until = other.Until, other.Until.Add(time.Hour)
			p.allocations = append(p.allocations, other)
		}, counts{}},
		"30 of 40 chairs, and 10": {func(p *pairRecord) {
			p.chairs(30)
			p.lends(10, 0)
		}, counts{}},
		"30 of 40 chairs, and 11": {func(p *pairRecord) {
			p.chairs(30)
			p.lends(11, 0)
		}, counts{Capacity: 4}},
		"30 of 40 chairs, and 30 when those are back and seen to": {func(p *pairRecord) {
			p.chairs(30)
			p.lends(30, 3*time.Hour)
		}, counts{}},
		"30 of 40 chairs, and 30 before those are seen to": {func(p *pairRecord) {
			p.chairs(30)
			p.lends(30, 2*time.Hour)
		}, counts{Capacity: 2}},
		"30 of 40 blankets, and 10 later": {func(p *pairRecord) {
			p.chairs(30)
			p.allocations[0].Until = never
			p.lends(10, 30*24*time.Hour)
		}, counts{}},
		"30 of 40 blankets, and 30 later as if those came back": {func(p *pairRecord) {
			p.chairs(30)
			p.allocations[0].Until = never
			p.lends(30, 30*24*time.Hour)
		}, counts{Capacity: 2}},
		"given back, and then taken by another": {func(p *pairRecord) {
			other, back := p.allocations[0], p.allocations[0].Kept.Add(time.Hour)
			p.allocations[0].Released, other.Kept = &back, back
			p.allocations = append(p.allocations, other)
		}, counts{}},
		"taken by another before it was given back": {func(p *pairRecord) {
			other, back := p.allocations[0], p.allocations[0].Kept.Add(time.Hour)
			p.allocations[0].Released, other.Kept = &back, back.Add(-time.Minute)
			p.allocations = append(p.allocations, other)
		}, counts{Capacity: 2}},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPairRecord()
			c.spoil(p)
			v := check(p.record)
			got := counts{v.lost, v.wrong, v.doubled, v.repeated, v.state, v.capacity, v.caps, v.missing}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s%s", diff, strings.Join(v.found, "\n"))
			}
			bad := c.want != counts{Repeated: c.want.Repeated}
			if v.good() == bad {
				t.Errorf("good: %v", v.good())
			}
			if want := fmt.Sprintf("lost %d wrong %d doubled %d repeated %d", c.want.Lost, c.want.Wrong, c.want.Doubled, c.want.Repeated); !strings.HasPrefix(v.String(), want) {
				t.Errorf("the last line says %q", v)
			}
		})
	}
}

func TestWhatIsRepeatedIsSaidByItsCauseAndBound(t *testing.T) {
	p := newPairRecord()
	p.mails[1].Cut, p.mails[2].Cut = true, true
	p.mails = append(p.mails, p.mails[1], p.mails[3]) // one after a cut, one after a kill
	p.outages = []outage{{"api", began, began}, {"worker 1", p.mails[3].At, p.mails[3].At}, {"postgres", began.Add(-time.Hour), began.Add(-time.Hour)}}
	v := check(p.record)
	if want := "repeated 1 after one of 3 cuts before the 250, 1 after one of 2 kills at which 36 mails can have been under way"; v.bounds() != want || !v.good() {
		t.Errorf("%q, want %q; found %v", v.bounds(), want, v.found)
	}
	if v.afterCut = v.cuts + 1; v.good() {
		t.Error("more was repeated than was cut, and that is good")
	}
}

// pairRecord is the record of a street with one hall and one who wants it, who agreed on a day and both say it happened.
type pairRecord struct {
	record
	need, offer *neighbour
	id          market.ID
	story       *story
}

func newPairRecord() *pairRecord {
	s := &street{n: 1, plan: plans[0]}
	s.offers = []*neighbour{s.neighbour(market.Offer, market.Point{Lat: 51.5})}
	s.needs = []*neighbour{s.neighbour(market.Need, market.Point{Lat: 51.5})}
	p := &pairRecord{need: s.needs[0], offer: s.offers[0], id: market.NewID()}
	p.need.fate[p.offer] = fate{need: "yes", offer: "yes", then: "agree", needTells: "yes", offerTells: "yes"}
	p.people = map[string]*neighbour{p.need.person.Address: p.need, p.offer.person.Address: p.offer}
	p.story = &story{need: p.need, offer: p.offer, acts: []act{{side: market.Need, what: "yes", said: "done.answered_yes"},
		{side: market.Offer, what: "yes", said: "done.connected"}, {side: market.Need, what: "suggest", said: "done.suggested"}}}
	p.stories = map[market.ID]*story{p.id: p.story}
	p.is(market.Connected, market.Happened)
	p.comes(p.need, "A group could help with “Room S1N1”")
	p.comes(p.offer, "Group S1N1 would like your “Room S1N0”")
	for _, n := range []*neighbour{p.need, p.offer} {
		p.comes(n, "You are introduced: Group S1N1 and Group S1N0")
	}
	p.comes(p.offer, "Group S1N1 suggests a time for “Room S1N0”")
	for _, subject := range []string{"Agreed: “Room S1N0”, Thursday", "Tomorrow: “Room S1N0”, Thursday", "Did it happen? “Room S1N0”, Thursday"} {
		p.comes(p.need, subject)
		p.comes(p.offer, subject)
	}
	from := time.Date(2027, 2, 4, 19, 0, 0, 0, time.UTC)
	p.allocations = []allocation{{Offer: p.offer.listing.ID, Quantity: 1, Amount: 1, From: from, Until: from.Add(2 * time.Hour), Kept: began}}
	return p
}

func (p *pairRecord) is(state market.State, stage market.Stage) {
	p.introductions = map[market.ID]outcome{p.id: {Need: p.need.listing.ID, Offer: p.offer.listing.ID, State: state, Stage: stage}}
}

// killed says that something was, so long after the second mail was taken.
func (p *pairRecord) killed(what string, after time.Duration) {
	p.outages = []outage{{what, p.mails[1].At.Add(after), p.mails[1].At.Add(after)}}
}

func (p *pairRecord) last() *mailtest.Mail { return &p.mails[len(p.mails)-1] }

// chairs makes of the hall 40 chairs, of which some are taken; an hour is needed to see to them.
func (p *pairRecord) chairs(taken int) {
	a := &p.allocations[0]
	a.Quantity, a.Amount, a.TurnRound = 40, taken, time.Hour
}

// lends as much again to another, so long after it was first used.
func (p *pairRecord) lends(amount int, later time.Duration) {
	a := p.allocations[0]
	a.Amount, a.From = amount, a.From.Add(later)
	a.Until = a.From.Add(2 * time.Hour)
	p.allocations = append(p.allocations, a)
}

// ends has somebody's listing end when it is not renewed.
func (p *pairRecord) ends(n *neighbour) {
	end := began.Add(market.OpenFor)
	n.listing.ExpiresAt = &end
}

func (p *pairRecord) fated(f fate) { p.need.fate[p.offer] = f }

// calledOff has the giver call off what was agreed, at once.
func (p *pairRecord) calledOff() {
	p.fated(fate{need: "yes", offer: "yes", then: "off", stopper: market.Offer})
	p.is(market.Undone, market.CalledOff)
	p.mails, p.letters, p.allocations = p.mails[:6], p.letters[:6], nil // up to what was agreed
	p.comes(p.offer, "Agreed: “Room S1N0”, Thursday")
	p.comes(p.need, "Called off: “Room S1N0”, Thursday")
	p.comes(p.offer, "Called off: “Room S1N0”, Thursday")
}

func (p *pairRecord) link(purpose string, id market.ID, to *neighbour) string {
	return " http://x/" + purpose[:1] + "/" + market.LinkToken([]byte(tokenSecret), purpose, id, to.person.ID)
}

// comes writes a mail down, and its letter.
func (p *pairRecord) comes(to *neighbour, subject string) {
	id, purpose := fmt.Sprintf("letter-%d", len(p.letters)), "introduction"
	if kindOf(subject) == "happened?" {
		purpose = "outcome"
	}
	p.letters = append(p.letters, letter{MessageID: id, Kind: kindOf(subject), State: market.Sent, To: to.person.ID, About: p.id, WrittenAt: began})
	p.mails = append(p.mails, mailtest.Mail{Rcpt: to.person.Address, Envelope: envelope("worker 1"), At: began.Add(time.Duration(len(p.mails)) * time.Minute),
		Received: mail.Received{Subject: subject, MessageID: id + "@x", Text: "Dear " + to.person.Name + ", about " + to.listing.Title + p.link(purpose, p.id, to)}})
}

// drop takes out a mail and its letter, as if nobody had written it.
func (p *pairRecord) drop(i int) {
	p.mails, p.letters = slices.Delete(p.mails, i, i+1), slices.Delete(p.letters, i, i+1)
}
