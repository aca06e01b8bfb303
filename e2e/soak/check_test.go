package soak

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"wherewithal/mail/mailtest"
	"wherewithal/market"
)

// record is all that a soak left behind: what the mail server wrote down, what the people remember, what the tables hold
// at the end, and when senders were killed.
type record struct {
	mails         []mailtest.Mail
	halves        map[string]bool       // addresses to which a text was cut half way
	people        map[string]*neighbour // by address
	stories       map[market.ID]*story
	introductions map[market.ID]outcome
	least         int // introductions that there were to be
	letters       []letter
	allocations   []allocation
	outages       []outage
	failed        []string               // jobs that were given up
	history       map[market.ID][]string // what the events say of an introduction

	clock []moved // how the business clock was moved

	listings map[market.ID]*neighbour // by id
	about    map[string]market.ID     // what letters are about, by Message-ID without the domain
	street   map[*street][]market.ID  // introductions
}

// index is filled from what is there.
func (r *record) index() {
	r.listings, r.street, r.about = map[market.ID]*neighbour{}, map[*street][]market.ID{}, map[string]market.ID{}
	for _, l := range r.letters {
		r.about[l.MessageID] = l.About
	}
	for _, n := range r.people {
		r.listings[n.listing.ID] = n
	}
	for id, in := range r.introductions {
		if n := r.listings[in.Need]; n != nil {
			r.street[n.street] = append(r.street[n.street], id)
		}
	}
}

// outcome is where an introduction stands at the end.
type outcome struct {
	Need, Offer market.ID // listings
	State       market.State
	Stage       market.Stage // "" when the two were never connected
	EndedAt     *time.Time
	ConnectedAt *time.Time
	ToldAt      *time.Time // the offer's side
	AnsweredAt  *time.Time
}

type letter struct {
	MessageID string // without the domain
	Kind      string
	State     market.LetterState
	Fault     string
	To, About market.ID // a person; an introduction or a listing
	WrittenAt time.Time
}

// overtaken reports whether what a letter said was over before it was handed over for sure: "unsure" is kept of one whose line was cut
// after its text, which counts as told.
func (l letter) overtaken() bool {
	return slices.Contains(market.Overtaken, l.Fault) || l.Fault == "unsure"
}

// moot reports whether a letter of a kind about something was overtaken before it could be handed over.
func (r record) moot(kind market.LetterKind, to *neighbour, about market.ID) bool {
	return slices.ContainsFunc(r.letters, func(l letter) bool {
		return l.Kind == string(kind) && l.To == to.person.ID && l.About == about && l.overtaken()
	})
}

// allocation is an amount of an offer taken from one time until another, and while that stood in the books, by the database's clock.
type allocation struct {
	Offer       market.ID
	Quantity    int
	Amount      int
	From, Until time.Time // never: it was given for good
	TurnRound   time.Duration
	Kept        time.Time
	Released    *time.Time
}

// never comes.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// verdict is what was found, and each finding in words.
type verdict struct {
	lost, wrong, doubled, repeated int
	afterCut, cuts                 int // repeated after a cut, and mails cut before their 250
	afterKill, kills, underWay     int // repeated after a kill, kills of what sends, and mails that can have been under way at those
	state, capacity, caps          int
	missing                        int // introductions
	found                          []string
}

func (v *verdict) add(to *int, format string, args ...any) {
	*to++
	v.found = append(v.found, fmt.Sprintf(format, args...))
}

func (v *verdict) good() bool {
	bounded := v.afterCut <= v.cuts && v.afterKill <= v.underWay && v.repeated == v.afterCut+v.afterKill
	return bounded && v.lost+v.wrong+v.doubled+v.state+v.capacity+v.caps+v.missing == 0
}

// String is the last line of a soak.
func (v *verdict) String() string {
	said := fmt.Sprintf("lost %d wrong %d doubled %d repeated %d", v.lost, v.wrong, v.doubled, v.repeated)
	if v.state > 0 {
		said += fmt.Sprintf(", %d not in the state that was answered", v.state)
	}
	if v.capacity > 0 {
		said += fmt.Sprintf(", %d times more was taken than there is", v.capacity)
	}
	if v.caps > 0 {
		said += fmt.Sprintf(", %d times more was asked of somebody than may be", v.caps)
	}
	if v.missing > 0 {
		said += fmt.Sprintf(", %d introductions fewer than there were to be", v.missing)
	}
	return said
}

// bounds is the line before it: what was repeated, and what it is bounded by.
func (v *verdict) bounds() string {
	return fmt.Sprintf("repeated %d after one of %d cuts before the 250, %d after one of %d kills at which %d mails can have been under way",
		v.afterCut, v.cuts, v.afterKill, v.kills, v.underWay)
}

// check judges a record.
func check(r record) *verdict {
	v := &verdict{missing: max(0, r.least-len(r.introductions))}
	r.index()
	r.checkOnce(v)
	r.checkReaders(v)
	r.checkLetters(v)
	r.checkStates(v)
	r.checkExpected(v)
	r.checkUnwanted(v)
	r.checkEnds(v)
	r.checkCapacity(v)
	r.checkCaps(v)
	return v
}

// checkOnce counts second deliveries: of the same mail, and of a mail that says the same.
func (r record) checkOnce(v *verdict) {
	last, said, left, unsure := map[string]mailtest.Mail{}, map[string]string{}, r.underWay(), map[string]int{}
	for _, m := range r.mails {
		key := m.Rcpt + " " + m.MessageID
		before, again := last[key]
		if again && before.Cut && !r.stopped(before) {
			unsure[key]++
		}
		switch {
		case again && unsure[key] > len(market.UnsureGaps):
			v.add(&v.doubled, "%q came once more to %s at %s, after %d cuts that its sender knew of", m.Subject, m.Rcpt, m.At.Format(clockTime), unsure[key])
		case again && before.Cut: // each cut is before one delivery
			v.repeated++
			v.afterCut++
		case again && r.spend(left, before):
			v.repeated++
			v.afterKill++
		case again:
			v.add(&v.doubled, "%q came twice to %s, at %s and %s", m.Subject, m.Rcpt, before.At.Format(clockTime), m.At.Format(clockTime))
		}
		last[key] = m
		if m.Cut {
			v.cuts++
		}
		for _, same := range r.says(m) {
			if other, known := said[same]; known && other != m.MessageID {
				v.add(&v.doubled, "%s was written to %s in two mails, %s and %s", same, m.Rcpt, other, m.MessageID)
			}
			said[same] = m.MessageID
		}
	}
	for _, o := range r.outages {
		if o.stops() > 0 {
			v.kills++
		}
		v.underWay += o.stops() * sendsAtOnce
	}
}

const clockTime = "15:04:05.000"

var (
	address = regexp.MustCompile(`[a-z0-9.+-]+@s\d+\.soak\.test`)
	named   = regexp.MustCompile(`(?:Pat|Room |Chairs |Blankets |Group )S(\d+)N(\d+)`)
)

// checkReaders counts what went to the wrong person: a mail to nobody's address, with a link that is another's, of another
// street, with somebody's address in it, or with a name before both had said yes.
func (r record) checkReaders(v *verdict) {
	for _, m := range r.mails {
		if why := r.misdirected(m); why != "" {
			v.add(&v.wrong, "%q to %s: %s", m.Subject, m.Rcpt, why)
		}
	}
}

func (r record) misdirected(m mailtest.Mail) string {
	reader := r.people[m.Rcpt]
	if reader == nil {
		return "nobody lives there"
	}
	all := m.Subject + "\n" + m.Text + "\n" + m.HTML
	for _, a := range address.FindAllString(all+string(m.Raw), -1) {
		if a != m.Rcpt {
			return "it holds the address " + a
		}
	}
	before := slices.Contains([]string{"possible", "request"}, kindOf(m.Subject))
	for _, found := range named.FindAllStringSubmatch(all, -1) {
		switch {
		case found[1] != fmt.Sprint(reader.street.n):
			return "it speaks of " + found[0]
		case before && strings.HasPrefix(found[0], "Pat") && found[0] != reader.person.Name:
			return "it names " + found[0] + " too early"
		}
	}
	for _, path := range links(m.Text + m.HTML) {
		id, person, err := aim(path)
		in, there := r.introductions[id]
		switch {
		case err != nil:
			return "a link is none of ours: " + path
		case person != reader.person.ID:
			return "a link is somebody else's"
		case there && in.Need != reader.listing.ID && in.Offer != reader.listing.ID:
			return "a link is about others"
		}
	}
	return ""
}

// addressOf a person, "" for nobody of the streets.
func (r record) addressOf(person market.ID) string {
	for address, n := range r.people {
		if n.person.ID == person {
			return address
		}
	}
	return ""
}

// checkLetters: every letter has ended, what was sent is in the mail server's own log, and what is there was written.
func (r record) checkLetters(v *verdict) {
	taken, written := map[string]mailtest.Mail{}, map[string]bool{}
	for _, m := range r.mails {
		id, _, _ := strings.Cut(m.MessageID, "@")
		taken[id] = m
	}
	for _, l := range r.letters {
		_, came := taken[l.MessageID]
		written[l.MessageID] = true
		switch {
		case l.State == market.Sent && !came:
			v.add(&v.lost, "letter %s (%s) counts as sent, and the mail server never took it", l.MessageID, l.Kind)
		case l.State == market.Failed && l.Fault == "unsure" && !came && !r.halves[r.addressOf(l.To)]:
			v.add(&v.lost, "letter %s (%s) may have been taken, it says, and the mail server never had any of it", l.MessageID, l.Kind)
		case l.State == market.Failed && !l.overtaken():
			v.add(&v.lost, "letter %s (%s) ended as failed: %s", l.MessageID, l.Kind, l.Fault)
		case l.State == market.Waiting:
			v.add(&v.lost, "letter %s (%s) has not ended", l.MessageID, l.Kind)
		}
	}
	for id, m := range taken {
		if !written[id] {
			v.add(&v.wrong, "%q to %s is of no letter", m.Subject, m.Rcpt)
		}
	}
	for _, job := range r.failed {
		v.add(&v.lost, "a job was given up: %s", job)
	}
}

// checkStates: every introduction is where its answers lead.
func (r record) checkStates(v *verdict) {
	for id, in := range r.introductions {
		s := r.stories[id]
		if s == nil {
			continue // nobody ever read of it: checkExpected counts the mail that is missing
		}
		for _, a := range s.refused() {
			if !s.need.street.plan.contested() && a.what != "no after all" && !s.took(market.Need, "no after all") {
				v.add(&v.state, "%s for %s: %q of the %s was refused (%s)", s.offer.listing.Title, s.need.listing.Title, a.what, a.side, a.said)
			}
		}
		got := string(in.State)
		if in.Stage != "" {
			got += "/" + string(in.Stage)
		}
		if want := r.follows(id, s); !slices.Contains(want, got) {
			v.add(&v.state, "%s for %s: %s, want %s after %v; ended %v, connected there: %v; events: %s", s.offer.listing.Title, s.need.listing.Title, got,
				strings.Join(want, " or "), s.acts, in.EndedAt, r.connections(s.need.street), r.events(s.need.street))
		}
	}
}

// follows are the states in which an introduction may be at the end, after what people did about it. There is one, unless
// others wanted the same, or a mind was changed while the other side was being told.
func (r record) follows(id market.ID, s *story) []string {
	f := s.need.fate[s.offer]
	stages := func(end string) []string { return append(r.overtaken(id, s), end) }
	switch {
	case f.need == "ignore":
		return stages("lapsed")
	case f.need == "no", s.took(market.Need, "no after all"):
		return stages("declined")
	case f.need == "waver" && !s.took(market.Need, "yes after all"):
		return stages("declined")
	case f.offer == "ignore":
		return stages("lapsed")
	case f.offer == "no", f.offer == "waver" && !s.took(market.Offer, "yes after all"):
		return stages("declined")
	}
	return append(r.overtaken(id, s), s.agreed())
}

// agreed is where two end who both said yes.
func (s *story) agreed() string {
	f := s.need.fate[s.offer]
	switch f.then {
	case "stop", "off":
		return "withdrawn/called_off"
	case "nothing", "suggest":
		return "withdrawn/released"
	}
	say := map[string]market.Answer{"yes": market.Yes, "no": market.No}
	return "connected/" + string(market.OutcomeOf(say[f.offerTells], say[f.needTells]))
}

// waits is how long an act may wait for another that was quicker, and still count from when it came.
const waits = 30 * time.Second

// connections are when introductions of a street were connected.
func (r record) connections(s *street) (out []string) {
	for _, id := range r.street[s] {
		if at := r.introductions[id].ConnectedAt; at != nil {
			out = append(out, at.Format(time.RFC3339))
		}
	}
	return out
}

// events of all introductions of a street.
func (r record) events(s *street) string {
	var all []string
	for _, id := range r.street[s] {
		in := r.introductions[id]
		all = append(all, fmt.Sprintf("%s for %s: %s", r.listings[in.Offer].listing.Title, r.listings[in.Need].listing.Title, strings.Join(r.history[id], ", ")))
	}
	return strings.Join(all, "; ")
}

// overtaken is that an introduction was withdrawn because somebody else was quicker: only where others want the same, and
// when one of them had been connected before.
func (r record) overtaken(id market.ID, s *story) []string {
	if !s.need.street.plan.contested() {
		return nil
	}
	ended := r.introductions[id].EndedAt
	for _, other := range r.street[s.need.street] {
		in := r.introductions[other]
		rival := other != id && (in.Offer == s.offer.listing.ID || in.Need == s.need.listing.ID)
		if rival && in.ConnectedAt != nil && ended != nil && !in.ConnectedAt.After(ended.Add(waits)) {
			return []string{"withdrawn"}
		}
	}
	return nil
}

// checkExpected: every pair that nobody stood in the way of was introduced, and every mail that follows from what people
// did came to whom it had to come.
func (r record) checkExpected(v *verdict) {
	came := map[string]bool{}
	for _, m := range r.mails {
		kind := kindOf(m.Subject)
		came[kind+" "+m.Rcpt] = true
		for _, path := range links(m.Text) {
			if id, _, err := aim(path); err == nil {
				came[kind+" "+m.Rcpt+" "+string(id)] = true
			}
		}
	}
	met := map[string]bool{}
	for id, in := range r.introductions {
		met[string(in.Need)+string(in.Offer)] = true
		for _, e := range r.expected(id, in) {
			about := " " + string(id)
			if e.unlinked {
				about = ""
			}
			there := came[e.kind+" "+e.to.person.Address+about] || e.kind == "possible" && came["digest "+e.to.person.Address+about]
			if !there {
				v.add(&v.lost, "%q to %s never came: %s %s for %s; its letters: %s; events: %s", e.kind, e.to.person.Address, r.listings[in.Offer].listing.Title,
					in.State, r.listings[in.Need].listing.Title, r.written(id), r.events(e.to.street))
			}
		}
	}
	for _, n := range r.people {
		for offer := range n.fate {
			if !n.street.plan.contested() && !met[string(n.listing.ID)+string(offer.listing.ID)] {
				v.add(&v.lost, "%s and %s were never introduced", n.listing.Title, offer.listing.Title)
			}
		}
	}
}

// written says what became of each letter about an introduction.
func (r record) written(about market.ID) string {
	var out []string
	for _, l := range r.letters {
		if l.About == about {
			out = append(out, fmt.Sprintf("%s to %s at %s %s %s", l.Kind, r.addressOf(l.To), l.WrittenAt.Format("01-02 15:04:05"), l.State, l.Fault))
		}
	}
	return strings.Join(out, ", ")
}

// mailFor is a mail that must have come; unlinked ones lead to a listing.
type mailFor struct {
	kind     string
	to       *neighbour
	unlinked bool
}

// expected are the mails that an introduction must have caused, by what people did.
func (r record) expected(id market.ID, in outcome) (out []mailFor) {
	need, offer := r.listings[in.Need], r.listings[in.Offer]
	if need == nil || offer == nil {
		return nil
	}
	f, contested, s := need.fate[offer], need.street.plan.contested(), r.stories[id]
	if s == nil {
		if contested && in.State == market.Undone {
			return nil // it was over before its mail went
		}
		return []mailFor{{kind: "possible", to: need}}
	}
	out = append(out, mailFor{kind: "possible", to: need})
	both := func(kind string, unlinked bool) {
		out = append(out, mailFor{kind, need, unlinked}, mailFor{kind, offer, unlinked})
	}
	if !contested && f.need == "ignore" {
		out = append(out, mailFor{kind: "reminder", to: need})
	}
	if contested && need.street.plan.offers == 1 && in.State == market.Undone && in.Stage == "" && s.took(market.Need, "yes") && !r.met(need) {
		out = append(out, mailFor{"not this time", need, true}) // others were quicker
	}
	asked := f.need == "yes" || f.need == "waver" && (!contested || s.took(market.Need, "yes after all")) || f.need == "back" && !s.took(market.Need, "no after all")
	if !asked || contested && in.State == market.Undone && in.Stage == "" {
		return out
	}
	out = append(out, mailFor{kind: "request", to: offer})
	if !contested && f.offer == "ignore" {
		out = append(out, mailFor{kind: "reminder", to: offer})
	}
	if in.Stage == "" {
		if !contested {
			out = append(out, mailFor{"not this time", need, true}) // declined by the offer's side, or lapsed there
		}
		return out
	}
	if f.then == "stop" {
		stopper, other := need, offer
		if f.stopper == market.Offer {
			stopper, other = offer, need
		}
		return append(out, mailFor{kind: "introduced", to: stopper}, mailFor{"not this time", other, true})
	}
	for _, n := range []*neighbour{need, offer} {
		if f.then != "off" || !r.moot(market.ConnectedLetter, n, id) { // who reads the suggestion first may have called it off by then
			out = append(out, mailFor{kind: "introduced", to: n})
		}
	}
	if f.then != "nothing" {
		out = append(out, mailFor{kind: "suggested", to: offer})
	}
	switch f.then {
	case "nothing", "suggest":
		both("agree soon", false)
		both("given back", true)
	case "off":
		out = append(out, mailFor{kind: "agreed", to: map[market.Side]*neighbour{market.Need: need, market.Offer: offer}[f.stopper]})
		both("called off", true)
	default:
		both("agreed", false)
		both("tomorrow", false)
		both("happened?", false)
	}
	return out
}

// met reports whether a need was connected at any time: what was given back may have gone to it after all.
func (r record) met(need *neighbour) bool {
	return slices.ContainsFunc(r.street[need.street], func(id market.ID) bool {
		return r.introductions[id].Need == need.listing.ID && r.introductions[id].ConnectedAt != nil
	})
}

// checkCapacity: at no instant did the books hold more of an offer, for any one moment, than there is.
func (r record) checkCapacity(v *verdict) {
	byOffer := map[market.ID][]allocation{}
	for _, a := range r.allocations {
		byOffer[a.Offer] = append(byOffer[a.Offer], a)
	}
	for offer, all := range byOffer {
		for _, at := range all { // the books change for the worse, and use begins, only when something is taken
			for _, moment := range all {
				used := 0
				for _, a := range all {
					kept := !a.Kept.After(at.Kept) && (a.Released == nil || a.Released.After(at.Kept))
					if kept && !a.From.After(moment.From) && a.Until.Add(a.TurnRound).After(moment.From) {
						used += a.Amount
					}
				}
				if used > at.Quantity {
					v.add(&v.capacity, "%d of %d taken of %s at %v, by the books of %v", used, at.Quantity, offer, moment.From, at.Kept)
				}
			}
		}
	}
}
