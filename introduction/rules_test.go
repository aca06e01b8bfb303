package introduction_test

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"wherewithal/introduction"
	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/store"
)

// The rules of an introduction and an exchange hold whatever people do in whatever order. A short run is part of every
// test; a long one is
//
//	go test ./introduction -run Rules -rules.checks 300 -rules.steps 80 -timeout 60m
var (
	ruleChecks = flag.Int("rules.checks", 8, "how many towns of TestRulesHoldWhateverPeopleDo")
	ruleSteps  = flag.Int("rules.steps", 40, "how many acts on average in each")
)

func TestRulesHoldWhateverPeopleDo(t *testing.T) {
	if testing.Short() {
		t.Skip("acts for about 20 seconds")
	}
	_ = flag.Set("rapid.checks", fmt.Sprint(*ruleChecks))
	_ = flag.Set("rapid.steps", fmt.Sprint(*ruleSteps))
	_ = flag.Set("rapid.nofailfile", "true")
	_ = flag.Set("rapid.shrinktime", "5s")
	s := newStreet(t)
	start, reached := s.now, map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		s.now = start
		town := newTown(rt, s)
		town.reached = reached
		rt.Repeat(rapid.StateMachineActions(town))
	})
	t.Logf("reached %v", reached)
}

// town is a street on which anybody may do anything, and what a small model says must be true of it.
type town struct {
	s       *street
	people  []neighbour          // two of each group at first, the one who founded it before others
	named   map[market.ID]string // the name of each group's person, which nobody learns before both said yes
	seen    map[market.ID]market.Introduction
	stages  map[market.ID]market.Stage
	met     map[[2]market.ID]bool // groups that were connected once
	reached map[string]int        // how often each state and stage was come to, for the log
	governed
	chose   map[market.ID]bool // needs whose group began something itself, if need be in the place of what it refused
	rings   map[market.ID]market.State
	joined  int
	op      market.Viewer
	kit     market.Viewer      // looks after the network that all groups are in
	network market.Network     // which wants fewer mails and requests, or does not
	lost    map[market.ID]bool // groups whose mail comes back
	closed  map[market.ID]bool
	blocked map[[2]market.ID]bool   // groups of which one keeps the other apart
	written map[string]bool         // letters that asked about introductions, as far as they were looked at
	hidden  map[market.ID]market.ID // groups that moderation took away, and by which decision
}

func newTown(rt *rapid.T, s *street) *town {
	_, err := s.store.Pool().Exec(s.ctx, `truncate people, groups, networks, public_points, listings, events, outbox, changes, once cascade`)
	s.must(err)
	s.anew()
	w := &town{s: s, named: map[market.ID]string{}, seen: map[market.ID]market.Introduction{}, stages: map[market.ID]market.Stage{},
		met: map[[2]market.ID]bool{}, governed: newGoverned(), rings: map[market.ID]market.State{}, hidden: map[market.ID]market.ID{},
		lost: map[market.ID]bool{}, closed: map[market.ID]bool{}, blocked: map[[2]market.ID]bool{}, written: map[string]bool{}, chose: map[market.ID]bool{}}
	w.found(rt)
	for range 4 {
		w.settleIn()
	}
	for i, side := range []market.Side{market.Offer, market.Offer, market.Need, market.Need} {
		w.publish(rt, w.people[i], side, i%2 == 0)
	}
	for _, n := range w.people[:4] {
		w.join(n)
	}
	p, err := s.store.ViewerFor(s.ctx, w.people[4].person, s.now)
	s.must(err)
	w.op = market.Viewer{Person: p.Person, Operator: true}
	return w
}

// found the network, with its connector and caps of its own, or of the network above it.
func (w *town) found(rt *rapid.T) {
	lower := func(what string, most int) *int {
		n := rapid.IntRange(1, most).Draw(rt, what)
		return &n
	}
	w.network = market.Network{ID: market.NewID(), Slug: "hollow", Name: "Hollow Street", Level: market.Neighbourhood, CreatedAt: w.s.now,
		Lowered: market.Lowered{MailsADay: lower("mails a day", 1), MailsAWeek: lower("mails a week", 3), OpenRequests: lower("open requests", 3)}}
	own := w.network
	above := market.Network{ID: market.NewID(), Slug: "borough", Name: "All the Borough", Level: market.Borough, CreatedAt: w.s.now}
	if rapid.Bool().Draw(rt, "by the network above") {
		own.Lowered, above.Lowered = above.Lowered, own.Lowered
	}
	w.s.must(w.s.store.InTx(w.s.ctx, func(tx *store.Tx) error {
		p, err := tx.Welcome(w.s.ctx, "kit@network.test", w.s.now)
		w.kit = market.Viewer{Person: p.ID, Roles: map[market.ID]market.Role{}}
		return errors.Join(err, tx.NamePerson(w.s.ctx, p.ID, "Kit Connector", "en-GB"), tx.AddNetwork(w.s.ctx, own), tx.AddNetwork(w.s.ctx, above),
			tx.Nest(w.s.ctx, market.NetworkParent{ChildID: own.ID, ParentID: above.ID, AgreedAt: &w.s.now}),
			tx.MakeConnector(w.s.ctx, market.Connector{NetworkID: w.network.ID, PersonID: p.ID, Since: w.s.now}))
	}))
}

// settleIn is somebody new with a group of the network.
func (w *town) settleIn() neighbour {
	i := len(w.named)
	n := w.s.neighbour(fmt.Sprintf("Group %c Hollow", 'A'+i), fmt.Sprintf("secret%d@post.test", i))
	w.named[n.group.ID] = fmt.Sprintf("Personname%dx", i)
	w.s.must(w.s.store.InTx(w.s.ctx, func(tx *store.Tx) error {
		return errors.Join(tx.NamePerson(w.s.ctx, n.person.ID, w.named[n.group.ID], "en-GB"),
			tx.KeepMember(w.s.ctx, market.NetworkMember{NetworkID: w.network.ID, GroupID: n.group.ID, AgreedAt: &w.s.now}))
	}))
	w.people = append(w.people, n)
	return n
}

// settle does the jobs that wait, as the worker would.
func (w *town) settle() {
	for range 20 {
		var jobs []market.Job
		rows, err := w.s.store.Pool().Query(w.s.ctx, `delete from outbox returning kind, subject::text`)
		w.s.must(err)
		for rows.Next() {
			var j market.Job
			w.s.must(rows.Scan(&j.Kind, &j.Subject))
			if (j.Kind == market.MatchJob || j.Kind == market.FillJob) && !slices.Contains(jobs, j) {
				jobs = append(jobs, j)
			}
		}
		w.s.must(rows.Err())
		if len(jobs) == 0 {
			return
		}
		slices.SortFunc(jobs, func(a, b market.Job) int { return strings.Compare(string(a.Subject), string(b.Subject)) })
		for _, j := range jobs {
			if j.Kind == market.MatchJob {
				w.s.must(w.s.intros.Match(w.s.ctx, j.Subject, w.s.now))
			} else {
				w.s.must(w.s.intros.Fill(w.s.ctx, j.Subject, w.s.now))
			}
			w.look()
		}
	}
}

func (w *town) who(rt *rapid.T) neighbour {
	return w.people[rapid.IntRange(0, len(w.people)-1).Draw(rt, "who")]
}

func (w *town) publish(rt *rapid.T, n neighbour, side market.Side, things bool) {
	l := chairs(side, 10)
	if !things && side == market.Offer {
		l = hall("Church hall")
		l.When.Windows[0].End = 20 * 60 // one choir an evening
	} else if !things {
		l = choir("2027-02-01")
		l.When.Times = 2
	}
	if l.Kind == "" {
		l.Kind, l.Quantity, l.Terms = market.Room, 1, market.Terms{Kind: market.Shared}
	} else if side == market.Offer {
		l.Quantity = rapid.IntRange(1, 12).Draw(rt, "have")
	} else {
		l.Quantity = rapid.IntRange(1, 12).Draw(rt, "want")
	}
	if l.Kind == market.Equipment {
		l.SmallestPart = rapid.IntRange(0, l.Quantity).Draw(rt, "in parts of")
		l.Splittable = l.SmallestPart > 0
	}
	if side == market.Offer && rapid.IntRange(0, 2).Draw(rt, "in return") == 0 {
		l.Terms = market.Terms{Kind: market.Swap}
	}
	l.Urgent = rapid.IntRange(0, 5).Draw(rt, "urgent") == 0
	w.put(n, l)
}

// put a listing up, and have it matched.
func (w *town) put(n neighbour, l market.Listing) market.Listing {
	l.GroupID, l.PlaceID, l.Circle, l.Where = n.group.ID, n.place.ID, market.Anyone, market.AtPlace
	l, err := w.s.listings.Publish(w.s.ctx, n.viewer, l, market.OnceOnly{ID: string(market.NewID())}, w.s.now)
	w.s.must(err)
	w.opens(l, w.s.now)
	w.settle()
	return l
}

// WantTheLast of something, two groups at once, of which its giver says yes to whoever it is asked about.
func (w *town) WantTheLast(rt *rapid.T) {
	n := [3]neighbour{w.who(rt), w.who(rt), w.who(rt)}
	if slices.ContainsFunc(n[:], func(n neighbour) bool { return w.hidden[n.group.ID] != "" }) {
		rt.Skip("taken away")
	}
	offer := w.put(n[0], chairs(market.Offer, 3))
	w.put(n[1], chairs(market.Need, 3))
	w.put(n[2], chairs(market.Need, 3))
	for _, side := range []market.Side{market.Need, market.Offer} {
		all, err := w.s.store.IntroductionsFor(w.s.ctx, offer.ID)
		w.s.must(err)
		for _, in := range all {
			if in.WaitsFor(side) {
				_, err := w.s.intros.Answer(w.s.ctx, w.of(rt, in.GroupOf(side)).viewer, in.ID, market.Yes, "", w.s.now)
				kindly(rt, "want the last", err)
				w.settle()
				w.somethingLeft(rt)
			}
		}
	}
}

func (w *town) all(rt *rapid.T) []market.Introduction {
	var ids []string
	rows, err := w.s.store.Pool().Query(w.s.ctx, `select id::text from introductions order by proposed_at, id`)
	w.s.must(err)
	for rows.Next() {
		var id string
		w.s.must(rows.Scan(&id))
		ids = append(ids, id)
	}
	w.s.must(rows.Err())
	list := make([]market.Introduction, len(ids))
	for i, id := range ids {
		in, err := w.s.store.Introduction(w.s.ctx, market.System, market.ID(id))
		w.s.must(err)
		list[i] = in
	}
	return list
}

func (w *town) some(rt *rapid.T) market.Introduction {
	list := w.all(rt)
	if len(list) == 0 {
		rt.Skip("nobody is introduced")
	}
	list = list[max(0, len(list)-8):] // what is long over is dull
	return list[rapid.IntRange(0, len(list)-1).Draw(rt, "introduction")]
}

func (w *town) sideOf(in market.Introduction, n neighbour) market.Side { return in.SideOf(n.group.ID) }

// kindly are the answers that people may get; everything else is a fault of ours.
func kindly(rt *rapid.T, what string, err error) {
	var invalid *market.Invalid
	for _, known := range []error{nil, market.ErrTaken, market.ErrGone, market.ErrRepeated, market.ErrWrongState, market.ErrConflict, market.ErrNotFound} {
		if err == known || known != nil && errors.Is(err, known) {
			return
		}
	}
	if !errors.As(err, &invalid) {
		rt.Fatalf("%s: %v", what, err)
	}
}

// join makes somebody a second member of a group.
func (w *town) join(n neighbour) {
	w.joined++
	p, v := w.s.joins(n, fmt.Sprintf("joined%d@post.test", w.joined))
	w.people = append(w.people, neighbour{viewer: v, person: p, group: n.group, place: n.place})
}

// Leave a group, of which somebody stays; or join it, where one is alone. What the one who leaves looked after passes on.
func (w *town) Leave(rt *rapid.T) {
	if rapid.IntRange(0, 3).Draw(rt, "really") > 0 {
		rt.Skip("rather not")
	}
	i := rapid.IntRange(0, len(w.people)-1).Draw(rt, "who")
	n := w.people[i]
	if w.size(n.group.ID) < 2 {
		w.join(n)
		return
	}
	kindly(rt, "leave", w.s.intros.Leave(w.s.ctx, n.viewer, n.group.ID, n.person.ID, "", w.s.now))
	w.people = slices.Delete(w.people, i, i+1)
	for _, in := range w.all(rt) {
		side := in.SideOf(n.group.ID)
		if side != "" && (in.State.Open() || in.State == market.Connected) && in.ContactOf(side) == n.person.ID {
			rt.Fatalf("who left is still who to talk to in one that is %s", in.State)
		}
	}
	w.reached["left"]++
	w.settle()
}

func (w *town) size(group market.ID) (n int) {
	for _, p := range w.people {
		if p.group.ID == group {
			n++
		}
	}
	return n
}

// CloseGroup, which few do, and another moves in.
func (w *town) CloseGroup(rt *rapid.T) {
	if rapid.IntRange(0, 7).Draw(rt, "really") > 0 {
		rt.Skip("rather not")
	}
	n := w.who(rt)
	if n.viewer.Roles[n.group.ID] != market.Owner || w.hidden[n.group.ID] != "" {
		rt.Skip("may not")
	}
	w.s.must(w.s.intros.CloseGroup(w.s.ctx, n.viewer, n.group.ID, w.s.now))
	w.people = slices.DeleteFunc(w.people, func(p neighbour) bool { return p.group.ID == n.group.ID })
	w.closed[n.group.ID] = true
	w.reached["closed"]++
	w.settle()
	w.parted(rt)
	w.publish(rt, w.settleIn(), market.Offer, true)
}

// LoseMail of a group: it comes back from now on, or arrives again.
func (w *town) LoseMail(rt *rapid.T) {
	if rapid.IntRange(0, 3).Draw(rt, "really") > 0 {
		rt.Skip("rather not")
	}
	group := w.who(rt).group.ID
	w.lost[group] = !w.lost[group]
	for _, n := range w.people {
		if n.group.ID == group {
			w.s.must(w.s.store.InTx(w.s.ctx, func(tx *store.Tx) error { return tx.MarkBounced(w.s.ctx, n.person.ID, w.lost[group]) }))
		}
	}
}

// StopMails of a kind that asks, or have them again: somebody who keeps others is asked by those.
func (w *town) StopMails(rt *rapid.T) {
	p := w.who(rt).person
	kind := rapid.SampledFrom([]market.LetterKind{market.PossibleMatch, market.SomeoneWouldLike, market.SomeoneWouldLike, market.RingLetter, market.DigestLetter}).Draw(rt, "kind")
	w.s.must(w.s.store.InTx(w.s.ctx, func(tx *store.Tx) error {
		if rapid.IntRange(0, 2).Draw(rt, "again") == 0 {
			return tx.ResumeMails(w.s.ctx, p.ID, []market.LetterKind{kind})
		}
		return tx.StopMails(w.s.ctx, p.ID, []market.LetterKind{kind}, w.s.now)
	}))
}

// AnswerFor a group, by the connector, who may where no mail reaches it.
func (w *town) AnswerFor(rt *rapid.T) {
	in := w.pick(rt, func(in market.Introduction) bool { return in.State.Open() })
	side := rapid.SampledFrom([]market.Side{market.Offer, market.Need}).Draw(rt, "side")
	c := said(in, in.GroupOf(side), rapid.SampledFrom([]market.Answer{market.Yes, market.Yes, market.No}).Draw(rt, "answer"))
	c.SaidOn = market.DateOf(w.s.now)
	next, err := w.s.intros.AnswerFor(w.s.ctx, w.kit, c, "", string(market.NewID()), w.s.now)
	if errors.Is(err, market.ErrForbidden) {
		if w.unreached(c.GroupID) {
			rt.Fatal("nobody of the group can be reached, and its connector may not answer")
		}
		return
	}
	kindly(rt, "answer for", err)
	if err != nil {
		return
	}
	if want, possible := modelAnswer(in, side, c.Answer, w.s.now); !w.unreached(c.GroupID) || !possible || next.State != want {
		rt.Fatalf("%s was said for the %s of one that was %s: %s, want %s", c.Answer, side, in.State, next.State, want)
	}
	w.reached["answered for"]++
	w.settle()
}

// unreached: mail to all of a group comes back, or nobody is left in it.
func (w *town) unreached(group market.ID) bool {
	return !slices.ContainsFunc(w.people, func(n neighbour) bool { return n.group.ID == group && !w.bounced(n) })
}

// bounced reports whether mail to somebody comes back: who joins a group whose mail does can be reached.
func (w *town) bounced(n neighbour) bool {
	p, err := w.s.store.Person(w.s.ctx, n.person.ID)
	w.s.must(err)
	return p.Bounced
}

// TakeAway a group by moderation, or give it back.
func (w *town) TakeAway(rt *rapid.T) {
	if rapid.IntRange(0, 5).Draw(rt, "really") > 0 {
		rt.Skip("rather not")
	}
	n := w.who(rt)
	if decision, away := w.hidden[n.group.ID]; away {
		if w.s.now.Sub(w.s.start(decision)) > market.AppealWithin-time.Hour {
			rt.Skip("too late to appeal")
		}
		w.s.restores(w.op, n.viewer, decision)
		delete(w.hidden, n.group.ID)
		w.reached["given back"]++
	} else {
		w.hidden[n.group.ID] = w.s.hides(w.op, n.group.ID)
		w.reached["taken away"]++
	}
	w.settle()
	w.parted(rt)
}

// parted: a group that was taken away, or closed, is asked nothing and keeps only what had begun; one that was taken away writes to nobody.
func (w *town) parted(rt *rapid.T) {
	for _, in := range w.all(rt) {
		away := w.hidden[in.OfferGroupID] != "" || w.hidden[in.NeedGroupID] != ""
		if !away && !w.closed[in.OfferGroupID] && !w.closed[in.NeedGroupID] {
			continue
		}
		if in.State.Open() {
			rt.Fatalf("%s with a group that was taken away or closed", in.State)
		}
		if in.State != market.Connected {
			continue
		}
		ex, err := w.s.store.Exchange(w.s.ctx, in.ID)
		w.s.must(err)
		if begun := ex.Published > 0 && !w.s.now.Before(in.Slots[0].From); !begun {
			rt.Fatalf("connected with a group that was taken away or closed, and %s", ex.Stage)
		}
		if talk := w.s.talk(in); away && talk == market.TalkOpen {
			rt.Fatalf("a group that was taken away can write")
		}
	}
}

// Post something new.
func (w *town) Post(rt *rapid.T) {
	side, n := rapid.SampledFrom([]market.Side{market.Offer, market.Need}).Draw(rt, "side"), w.who(rt)
	if w.hidden[n.group.ID] != "" {
		rt.Skip("taken away")
	}
	w.publish(rt, n, side, rapid.Bool().Draw(rt, "things"))
}

// Answer with a yes or a no, also to take one back.
func (w *town) Answer(rt *rapid.T) { w.answer(rt, w.who(rt)) }

// AnswerAgain makes answers as common as they are.
func (w *town) AnswerAgain(rt *rapid.T) { w.answer(rt, w.who(rt)) }

func (w *town) answer(rt *rapid.T, n neighbour) {
	in := w.some(rt)
	a := rapid.SampledFrom([]market.Answer{market.Yes, market.Yes, market.Yes, market.No}).Draw(rt, "answer")
	next, err := w.s.intros.Answer(w.s.ctx, n.viewer, in.ID, a, "", w.s.now)
	kindly(rt, "answer", err)
	want, possible := modelAnswer(in, w.sideOf(in, n), a, w.s.now)
	switch {
	case err == nil && !possible:
		rt.Fatalf("%s said %s to one that was %s (%q, %q): taken", w.sideOf(in, n), a, in.State, in.NeedAnswer, in.OfferAnswer)
	case err == nil && next.State != want:
		rt.Fatalf("%s said %s to one that was %s: %s, want %s", w.sideOf(in, n), a, in.State, next.State, want)
	case possible && !errors.Is(err, market.ErrTaken) && !errors.Is(err, market.ErrGone) && err != nil:
		rt.Fatalf("%s may say %s to one that is %s, but %v", w.sideOf(in, n), a, in.State, err)
	case possible && a == market.No && err != nil:
		rt.Fatalf("a no is always taken where there can be one: %v", err)
	}
	w.settle()
}

// modelAnswer is what docs/introductions.md says of an answer, in few words: where it leads, and whether it can be.
func modelAnswer(in market.Introduction, s market.Side, a market.Answer, now time.Time) (market.State, bool) {
	mine, theirs := in.AnswerOf(s), in.AnswerOf(s.Other())
	if s == "" || mine == a {
		return in.State, false
	}
	switch in.State {
	case market.Proposed:
		if s == market.Offer && mine == market.Yes && in.YesToldAt != nil {
			return in.State, false // the other side was told
		}
	case market.Asked:
		if s == market.Need && in.OfferToldAt != nil {
			return in.State, false // the other side was told
		}
	case market.Declined:
		if mine != market.No || theirs == market.No || now.Sub(*in.EndedAt) > 10*time.Minute {
			return in.State, false
		}
	default:
		return in.State, false
	}
	switch {
	case a == market.No:
		return market.Declined, true
	case theirs == market.Yes:
		return market.Connected, true
	case s == market.Need:
		return market.Asked, true
	}
	return market.Proposed, true
}

// SayYes, the side whose turn it is: what keeps a street going.
func (w *town) SayYes(rt *rapid.T) {
	in := w.pick(rt, func(in market.Introduction) bool { return in.State.Open() })
	group := in.NeedGroupID
	if in.State == market.Asked {
		group = in.OfferGroupID
	}
	_, err := w.s.intros.Answer(w.s.ctx, w.of(rt, group).viewer, in.ID, market.Yes, "", w.s.now)
	kindly(rt, "say yes", err)
	w.settle()
}

// SayYesToo makes it twice as common.
func (w *town) SayYesToo(rt *rapid.T) { w.SayYes(rt) }

// Begin, on a match, with the side that was not asked: the one that gives, or one that would not wait for its mail.
func (w *town) Begin(rt *rapid.T) {
	n := w.who(rt)
	l := w.own(rt, n)
	matches, err := w.s.store.MatchesOf(w.s.ctx, l.ID, 5)
	w.s.must(err)
	if len(matches) == 0 {
		rt.Skip("nothing fits")
	}
	m := matches[rapid.IntRange(0, len(matches)-1).Draw(rt, "match")]
	met := slices.ContainsFunc(w.all(rt), func(in market.Introduction) bool {
		never := !in.State.Open() && in.State != market.Connected && (in.State != market.Undone || in.ConnectedAt != nil || in.NeedAnswer == market.No || in.OfferAnswer == market.No)
		return never && in.OfferID == m.OfferID && in.NeedID == m.NeedID
	})
	in, err := w.s.intros.Begin(w.s.ctx, n.viewer, l.ID, m.Of(l.Side.Other()), w.s.now)
	kindly(rt, "begin", err)
	if err == nil && l.Side == market.Need {
		w.acted[l.ID], w.chose[l.ID] = w.s.now, true
	}
	if err == nil && (met || in.AnswerOf(l.Side) != market.Yes || in.State == market.Proposed && l.Side == market.Need) {
		rt.Fatalf("the %s began: %s (%q, %q), met before: %v", l.Side, in.State, in.NeedAnswer, in.OfferAnswer, met)
	}
	if err == nil {
		w.reached["begun by the "+string(l.Side)]++
	}
	w.settle()
}

// Agree: the next step towards a day, taken by the side whose turn it is.
func (w *town) Agree(rt *rapid.T) {
	in := w.pick(rt, func(in market.Introduction) bool {
		return in.State == market.Connected && (w.stages[in.ID] == market.Arranging || w.stages[in.ID] == market.Suggested)
	})
	ex, err := w.s.store.Exchange(w.s.ctx, in.ID)
	w.s.must(err)
	if ex.Stage == market.Suggested {
		group := in.GroupOf(ex.ProposedSide.Other())
		_, err = w.s.intros.Confirm(w.s.ctx, w.of(rt, group).viewer, in.ID, ex.Sequence, "", w.s.now)
	} else {
		n := w.of(rt, in.GroupOf(rapid.SampledFrom([]market.Side{market.Offer, market.Need}).Draw(rt, "side")))
		slots, planned := market.Plan{On: market.DateOf(w.s.now).AddDays(rapid.IntRange(1, 6).Draw(rt, "in days")), Start: 18 * 60, End: 20 * 60,
			Repeat: market.Weekly, Times: rapid.IntRange(1, 2).Draw(rt, "times")}.Uses(market.When{}.Location())
		w.s.must(planned)
		ex, err = w.s.intros.Suggest(w.s.ctx, n.viewer, in.ID, ex.Amount, slots, "", w.s.now)
		if err == nil && (ex.Stage != market.Suggested || ex.ProposedSide != w.sideOf(in, n)) {
			rt.Fatalf("%s suggested: %s by %s", w.sideOf(in, n), ex.Stage, ex.ProposedSide)
		}
	}
	kindly(rt, "agree", err)
	w.settle()
}

// AgreeToo makes it twice as common.
func (w *town) AgreeToo(rt *rapid.T) { w.Agree(rt) }

// Say whether it happened, when asked.
func (w *town) Say(rt *rapid.T) {
	in := w.pick(rt, func(in market.Introduction) bool { return w.stages[in.ID] == market.WasItDone })
	side := rapid.SampledFrom([]market.Side{market.Offer, market.Need}).Draw(rt, "side")
	told := market.Told{Answer: rapid.SampledFrom([]market.Answer{market.Yes, market.No}).Draw(rt, "happened")}
	_, err := w.s.intros.Tell(w.s.ctx, w.of(rt, in.GroupOf(side)).viewer, in.ID, told, "", "", w.s.now)
	kindly(rt, "say", err)
	w.settle()
}

// of a group is somebody who is in it; one that was closed does nothing any more.
func (w *town) of(rt *rapid.T, group market.ID) neighbour {
	i := slices.IndexFunc(w.people, func(n neighbour) bool { return n.group.ID == group })
	if i < 0 {
		rt.Skip("the group was closed")
	}
	return w.people[i]
}

// pick one of the introductions of which something holds.
func (w *town) pick(rt *rapid.T, suits func(market.Introduction) bool) market.Introduction {
	list := slices.DeleteFunc(w.all(rt), func(in market.Introduction) bool { return !suits(in) })
	if len(list) == 0 {
		rt.Skip("there is none")
	}
	return list[rapid.IntRange(0, len(list)-1).Draw(rt, "introduction")]
}

// Share out what there is among those who want it, and look for rings, as every night.
func (w *town) Share(rt *rapid.T) {
	_, err := w.s.intros.ShareOut(w.s.ctx, introduction.Sharing{Cause: market.OnDemand}, w.s.now)
	w.s.must(err)
	_, err = w.s.intros.FindRings(w.s.ctx, w.s.now)
	w.s.must(err)
	w.settle()
}

// SwapAll has two groups want what the other only gives in return, so that there are rings at all.
func (w *town) SwapAll(rt *rapid.T) {
	a, b := w.who(rt), w.who(rt)
	if a.group.ID == b.group.ID || w.hidden[a.group.ID]+w.hidden[b.group.ID] != "" {
		rt.Skip("one group alone")
	}
	for _, n := range []neighbour{a, b} {
		mine, theirs := "Minibus", "Projector"
		if n.group.ID == b.group.ID {
			mine, theirs = theirs, mine
		}
		for _, l := range []market.Listing{swapped(gazebo(market.Offer)), gazebo(market.Need)} {
			l.Title = map[market.Side]string{market.Offer: mine, market.Need: theirs}[l.Side]
			l.GroupID, l.PlaceID, l.Circle, l.Where = n.group.ID, n.place.ID, market.Anyone, market.AtPlace
			l, err := w.s.listings.Publish(w.s.ctx, n.viewer, l, market.OnceOnly{ID: string(market.NewID())}, w.s.now)
			w.s.must(err)
			w.opens(l, w.s.now)
		}
	}
	w.settle()
	w.Share(rt)
}

// Ring is an answer to one, mostly a yes.
func (w *town) Ring(rt *rapid.T) {
	n := w.who(rt)
	rings, err := w.s.store.RingsOf(w.s.ctx, n.viewer, nil, 5)
	w.s.must(err)
	if len(rings) == 0 {
		rt.Skip("there is none")
	}
	a := rapid.SampledFrom([]market.Answer{market.Yes, market.Yes, market.Yes, market.No}).Draw(rt, "answer")
	was := rings[rapid.IntRange(0, len(rings)-1).Draw(rt, "ring")]
	r, err := w.s.intros.AnswerRing(w.s.ctx, n.viewer, was.ID, n.group.ID, a, w.s.now)
	kindly(rt, "ring", err)
	if mine := was.Members[was.MemberOf(n.group.ID)].Answer; err == nil && (was.State != market.Proposed && !(was.State == market.Declined && mine == market.No) ||
		(r.State == market.Connected) != (r.Yeses() == len(r.Members))) {
		rt.Fatalf("%s to a ring that was %s: %s with %d yeses", a, was.State, r.State, r.Yeses())
	}
	w.settle()
}

// RingRound has all groups of an open ring say yes, one after the other, as far as it comes.
func (w *town) RingRound(rt *rapid.T) {
	open, err := w.s.store.OpenRings(w.s.ctx, "")
	w.s.must(err)
	if len(open) == 0 {
		rt.Skip("there is none")
	}
	r, err := w.s.store.Ring(w.s.ctx, market.System, open[rapid.IntRange(0, len(open)-1).Draw(rt, "ring")])
	w.s.must(err)
	for _, m := range r.Members {
		r, err = w.s.intros.AnswerRing(w.s.ctx, w.of(rt, m.GroupID).viewer, r.ID, m.GroupID, market.Yes, w.s.now)
		kindly(rt, "ring", err)
	}
	if r.State == market.Connected {
		w.reached["ring of yeses"]++
	}
	w.settle()
}

// ringsHold: each change is one that the table allows, a group is bound in one ring at most and in none that is over, and
// what a ring led to is there for all of its groups or for none.
func (w *town) ringsHold(rt *rapid.T) {
	for _, n := range w.people {
		rings, err := w.s.store.RingsOf(w.s.ctx, n.viewer, nil, 1000)
		w.s.must(err)
		bound := 0
		for _, r := range rings {
			if was, known := w.rings[r.ID]; known && was != r.State && !market.RingCanBecome(was, r.State) {
				rt.Fatalf("a ring that was %s became %s", was, r.State)
			}
			if w.rings[r.ID] != r.State {
				w.reached["ring "+string(r.State)]++
			}
			w.rings[r.ID] = r.State
			for _, m := range r.Members {
				if (m.IntroductionID != "") != (r.State == market.Connected) || m.Live && r.State != market.Proposed && r.State != market.Declined {
					rt.Fatalf("%+v of a ring that is %s", m, r.State)
				}
				if m.Live && m.GroupID == n.group.ID {
					bound++
				}
			}
		}
		if bound > 1 {
			rt.Fatalf("%s is bound in %d rings", n.group.Name, bound)
		}
	}
}

// Stop an introduction.
func (w *town) Stop(rt *rapid.T) {
	if rapid.IntRange(0, 2).Draw(rt, "really") > 0 {
		rt.Skip("rather not")
	}
	_, err := w.s.intros.Stop(w.s.ctx, w.who(rt).viewer, w.some(rt).ID, w.s.now)
	kindly(rt, "stop", err)
	w.settle()
}

// Suggest how much and when; and suggest it often, or nothing is ever agreed.
func (w *town) Suggest(rt *rapid.T) {
	in := w.some(rt)
	slots, err := market.Plan{On: market.DateOf(w.s.now).AddDays(rapid.IntRange(-1, 20).Draw(rt, "in days")), Start: 18 * 60, End: 20 * 60,
		Repeat: market.Weekly, Times: rapid.IntRange(1, 3).Draw(rt, "times")}.Uses(market.When{}.Location())
	w.s.must(err)
	n := w.who(rt)
	ex, err := w.s.intros.Suggest(w.s.ctx, n.viewer, in.ID, rapid.IntRange(1, 12).Draw(rt, "amount"), slots, "", w.s.now)
	kindly(rt, "suggest", err)
	if err == nil && ex.Stage == market.Suggested && ex.ProposedSide != w.sideOf(in, n) {
		rt.Fatalf("%s suggested, kept as said by %s", w.sideOf(in, n), ex.ProposedSide)
	}
	w.settle()
}

// Change what was agreed, which the other side may confirm too late or never.
func (w *town) Change(rt *rapid.T) {
	in := w.pick(rt, func(in market.Introduction) bool { return w.stages[in.ID] == market.Agreed })
	ex, err := w.s.store.Exchange(w.s.ctx, in.ID)
	w.s.must(err)
	slots, err := market.Plan{On: market.DateOf(w.s.now).AddDays(rapid.IntRange(1, 9).Draw(rt, "in days")), Start: 18 * 60, End: 20 * 60,
		Repeat: market.Weekly, Times: 1}.Uses(market.When{}.Location())
	w.s.must(err)
	n := w.of(rt, in.GroupOf(rapid.SampledFrom([]market.Side{market.Offer, market.Need}).Draw(rt, "side")))
	_, err = w.s.intros.Suggest(w.s.ctx, n.viewer, in.ID, ex.Amount, slots, "", w.s.now)
	kindly(rt, "change", err)
	if err == nil && ex.Begun(w.s.now) {
		rt.Fatal("what had begun was changed")
	}
	w.settle()
}

// Drop a change, which only who belongs to it can, and only while it is one.
func (w *town) Drop(rt *rapid.T) {
	in := w.pick(rt, func(in market.Introduction) bool { return w.stages[in.ID] == market.Suggested })
	ex, err := w.s.store.Exchange(w.s.ctx, in.ID)
	w.s.must(err)
	next, err := w.s.intros.Drop(w.s.ctx, w.who(rt).viewer, in.ID, ex.Sequence, "", w.s.now)
	kindly(rt, "drop", err)
	if err == nil && (!ex.Changing() || next.Stage != market.Agreed) {
		rt.Fatalf("%s was dropped and became %s", ex.Stage, next.Stage)
	}
	w.settle()
}

// EndEarly what has begun.
func (w *town) EndEarly(rt *rapid.T) {
	in := w.pick(rt, func(in market.Introduction) bool { return w.stages[in.ID] == market.Agreed })
	was, err := w.s.store.Exchange(w.s.ctx, in.ID)
	w.s.must(err)
	n := w.of(rt, in.GroupOf(rapid.SampledFrom([]market.Side{market.Offer, market.Need}).Draw(rt, "side")))
	ex, err := w.s.intros.EndEarly(w.s.ctx, n.viewer, in.ID, "", w.s.now)
	kindly(rt, "end early", err)
	if err == nil && (!was.Begun(w.s.now) || len(ex.Slots) == 0 || ex.Remaining(w.s.now) != 0) {
		rt.Fatalf("ended early with %d of %d uses", len(ex.Slots), len(was.Slots))
	}
	w.settle()
}

// Confirm what is suggested.
func (w *town) Confirm(rt *rapid.T) {
	in := w.some(rt)
	ex, err := w.s.store.Exchange(w.s.ctx, in.ID)
	if errors.Is(err, market.ErrNotFound) {
		rt.Skip("never connected")
	}
	w.s.must(err)
	n := w.who(rt)
	_, err = w.s.intros.Confirm(w.s.ctx, n.viewer, in.ID, ex.Sequence-rapid.IntRange(0, 5).Draw(rt, "stale")/5, "", w.s.now)
	kindly(rt, "confirm", err)
	if err == nil && (ex.Stage != market.Suggested || ex.ProposedSide == w.sideOf(in, n)) {
		rt.Fatalf("%s confirmed what was %s by %s", w.sideOf(in, n), ex.Stage, ex.ProposedSide)
	}
	w.settle()
}

// Tell whether it happened.
func (w *town) Tell(rt *rapid.T) {
	in := w.some(rt)
	told := market.Told{Answer: rapid.SampledFrom([]market.Answer{market.Yes, market.No}).Draw(rt, "happened")}
	_, err := w.s.intros.Tell(w.s.ctx, w.who(rt).viewer, in.ID, told, "", "", w.s.now)
	kindly(rt, "tell", err)
	w.settle()
}

// Block another group, which few do.
func (w *town) Block(rt *rapid.T) {
	if rapid.IntRange(0, 9).Draw(rt, "really") > 0 {
		rt.Skip("rather not")
	}
	n, other := w.who(rt), w.who(rt)
	if all := w.all(rt); len(all) > 0 && rapid.Bool().Draw(rt, "somebody known") {
		in := all[len(all)-1]
		n, other = w.of(rt, in.OfferGroupID), w.of(rt, in.NeedGroupID)
	}
	err := w.s.intros.Block(w.s.ctx, n.viewer, n.group.ID, other.group.ID, w.s.now)
	kindly(rt, "block", err)
	if err == nil {
		w.blocked[pairOf(n.group.ID, other.group.ID)] = true
	}
	w.settle()
}

// keptApart: two groups of which one blocked the other are asked nothing about each other, and nothing is ahead of them.
func (w *town) keptApart(rt *rapid.T) {
	for _, in := range w.seen {
		if !w.blocked[pairOf(in.OfferGroupID, in.NeedGroupID)] {
			continue
		}
		stage := w.stages[in.ID]
		if in.State.Open() || in.State == market.Connected && (stage == market.Arranging || stage == market.Suggested) {
			rt.Fatalf("%s, %s, between groups of which one blocked the other", in.State, stage)
		}
	}
}

// somethingLeft: whoever a letter asks about an offer is asked about something that is not lent or given to others already, nor by the very
// act that wrote it.
func (w *town) somethingLeft(rt *rapid.T) {
	rows, err := w.s.store.Pool().Query(w.s.ctx, `select l.id::text, x.introduction_id::text from letter_introductions x join letters l on l.id = x.letter_id
		where l.created_at >= $1 and x.kind = any ('{possible_match,someone_would_like,digest_request,reminder}')`, w.s.now)
	w.s.must(err)
	var fresh []market.ID
	for rows.Next() {
		var letter, in string
		w.s.must(rows.Scan(&letter, &in))
		if !w.written[letter+in] {
			w.written[letter+in], fresh = true, append(fresh, market.ID(in))
		}
	}
	w.s.must(rows.Err())
	for _, id := range fresh {
		in := w.seen[id]
		gone := in.End.Cause == market.EndGone && in.EndedAt.Equal(w.s.now)
		if gone || in.State.Open() && w.lent(in) {
			rt.Fatalf("a letter asks about an offer that has gone to others: %s", in.State)
		}
	}
}

// lent: an introduction would stand, had others not taken what it is about.
func (w *town) lent(in market.Introduction) bool {
	entries, err := w.s.store.Entries(w.s.ctx, []market.ID{in.OfferID, in.NeedID}, w.s.now)
	w.s.must(err)
	offer, need := entries[0], entries[1]
	if offer.Listing.ID != in.OfferID {
		offer, need = need, offer
	}
	lent := !matching.Explain(offer, need, w.s.now, matching.Options{}).Stands()
	offer.Lent = nil
	return lent && matching.Explain(offer, need, w.s.now, matching.Options{}).Stands()
}

// ChangeMind from a no to a yes, while that may be.
func (w *town) ChangeMind(rt *rapid.T) {
	in := w.pick(rt, func(in market.Introduction) bool { return in.State == market.Declined && in.SettledAt == nil })
	side := market.Need
	if in.OfferAnswer == market.No {
		side = market.Offer
	}
	next, err := w.s.intros.Answer(w.s.ctx, w.of(rt, in.GroupOf(side)).viewer, in.ID, market.Yes, "", w.s.now)
	kindly(rt, "change of mind", err)
	if err == nil {
		w.reached["changed to "+string(next.State)]++
	}
	w.settle()
}

// Pause a group, or end its pause.
func (w *town) Pause(rt *rapid.T) {
	n := w.who(rt)
	var until *time.Time
	if rapid.Bool().Draw(rt, "pause") {
		at := w.s.now.AddDate(0, 0, 3)
		until = &at
	}
	kindly(rt, "pause", w.s.accounts.Pause(w.s.ctx, n.viewer, n.group.ID, until, w.s.now))
	w.settle()
}

// Move one's listing: pause, close, find, or open it again.
func (w *town) Move(rt *rapid.T) {
	n := w.who(rt)
	l := w.own(rt, n)
	to := rapid.SampledFrom([]market.Life{market.Open, market.Open, market.Paused, market.Withdrawn, market.Fulfilled}).Draw(rt, "to")
	err := w.s.listings.Move(w.s.ctx, n.viewer, l.ID, to, nil, w.s.now)
	kindly(rt, "move", err)
	if err == nil {
		w.acted[l.ID] = w.s.now
	}
	if err == nil && to == market.Open { // again it may be answered outside the caps
		w.opens(l, w.s.now)
	}
	w.settle()
}

// Edit how much there is, or on which days.
func (w *town) Edit(rt *rapid.T) {
	n := w.who(rt)
	l := w.own(rt, n)
	if l.Kind == market.Equipment {
		l.Quantity = rapid.IntRange(1, 12).Draw(rt, "now")
		l.SmallestPart = min(l.SmallestPart, l.Quantity)
	} else if l.Side == market.Need {
		l.When.Times = rapid.IntRange(1, 3).Draw(rt, "times")
	} else {
		l.When.Exceptions = []market.Date{market.Date("2027-01-14").AddDays(7 * rapid.IntRange(0, 6).Draw(rt, "but not in week"))}
	}
	l.Title += "."
	err := w.s.listings.Edit(w.s.ctx, n.viewer, l, string(market.NewID()), w.s.now)
	kindly(rt, "edit", err)
	if err == nil {
		w.acted[l.ID] = w.s.now
	}
	w.settle()
}

func (w *town) own(rt *rapid.T, n neighbour) market.Listing {
	all, err := w.s.store.ListingsOf(w.s.ctx, n.group.ID)
	w.s.must(err)
	if len(all) == 0 {
		rt.Skip("nothing posted")
	}
	slices.SortFunc(all, func(a, b market.Listing) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return all[rapid.IntRange(0, len(all)-1).Draw(rt, "listing")]
}

// Wait, and let the clock do its work.
func (w *town) Wait(rt *rapid.T) {
	w.passes(rt, rapid.SampledFrom([]time.Duration{time.Minute, 11 * time.Minute, 25 * time.Hour, 73 * time.Hour, 4 * 24 * time.Hour,
		15 * 24 * time.Hour}).Draw(rt, "for"))
}

// passes some time, and the clock does its work.
func (w *town) passes(rt *rapid.T, d time.Duration) {
	w.s.now = w.s.now.Add(d)
	w.s.must(w.s.listings.Turn(w.s.ctx, w.s.now))
	w.look()
	w.s.must(w.s.intros.Turn(w.s.ctx, w.s.now))
	w.look()
	w.noneHalf(rt)
	w.s.must(w.s.intros.LookAgain(w.s.ctx, w.s.now))
	w.heard(rt)
	w.s.must(w.s.intros.Digests(w.s.ctx, w.s.now))
	w.settle()
}

// heard: once a letter was to tell a side of an introduction that waits for it, one still is, or its clock runs.
func (w *town) heard(rt *rapid.T) {
	var forgotten []string
	w.s.must(w.s.store.Pool().QueryRow(w.s.ctx, `select array_agg(i.id::text) from introductions i
		where (i.state = 'proposed' and i.need_told_at is null or i.state = 'asked' and i.offer_told_at is null)
		  and (select bool_and(l.state <> 'waiting') from letter_introductions x join letters l on l.id = x.letter_id where x.introduction_id = i.id
		        and x.kind = any (case i.state when 'asked' then '{someone_would_like,digest_request,by_hand_offer}' else '{possible_match,digest,by_hand_need}' end::text[]))`).Scan(&forgotten))
	if len(forgotten) > 0 {
		rt.Fatalf("nobody hears of %v", forgotten)
	}
	rings, err := w.s.store.UnheardRings(w.s.ctx)
	if w.s.must(err); len(rings) > 0 {
		rt.Fatalf("a group does not hear of the rings %v", rings)
	}
}

// Refuse mail, to one of them or to all, or to nobody any more, while what waits is sent.
func (w *town) Refuse(rt *rapid.T) {
	w.s.refused = rapid.SampledFrom([]string{everybody, everybody, w.who(rt).person.Address}).Draw(rt, "refused")
	w.s.deliver()
	w.s.refused = ""
}

// Deliver what waits to be sent.
func (w *town) Deliver(rt *rapid.T) {
	for _, o := range w.s.deliver() {
		reader := slices.IndexFunc(w.people, func(n neighbour) bool { return n.person.Address == o.To })
		all := o.Subject + o.Text + o.HTML
		for _, f := range o.Files {
			all += string(f.Content)
		}
		for i, n := range w.people {
			if i != reader && strings.Contains(all, n.person.Address) {
				rt.Fatalf("a mail to %s holds the address of %s:\n%s", o.To, n.person.Address, o.Text)
			}
			if reader >= 0 && n.group.ID != w.people[reader].group.ID && strings.Contains(all, w.named[n.group.ID]) && !w.met[pairOf(n.group.ID, w.people[reader].group.ID)] {
				rt.Fatalf("a mail to %s names %s before both said yes:\n%s", o.To, w.named[n.group.ID], o.Text)
			}
		}
	}
}

func pairOf(a, b market.ID) [2]market.ID {
	if a < b {
		return [2]market.ID{a, b}
	}
	return [2]market.ID{b, a}
}

// look follows every state: each change is one that the tables allow.
func (w *town) look() {
	for _, in := range w.all(nil) {
		was, known := w.seen[in.ID]
		if known && was.State != in.State && !was.State.CanBecome(in.State) {
			w.s.t.Fatalf("%s became %s", was.State, in.State)
		}
		if w.reached != nil && was.State != in.State {
			w.reached[string(in.State)]++
		}
		if !known {
			w.proposed(in)
		}
		if in.State == market.Connected && was.State != in.State {
			w.inParts(in)
		}
		w.seen[in.ID] = in
		if in.ConnectedAt != nil {
			w.met[pairOf(in.NeedGroupID, in.OfferGroupID)] = true
		}
		ex, err := w.s.store.Exchange(w.s.ctx, in.ID)
		if errors.Is(err, market.ErrNotFound) {
			continue
		}
		w.s.must(err)
		if w.reached != nil && w.stages[in.ID] != ex.Stage {
			w.reached[string("exchange "+ex.Stage)]++
		}
		held := ex.Stage == market.WasItDone && ex.Published > 0 // in one turn of the clock a change may lapse, and what was agreed be over
		if stage, known := w.stages[in.ID]; known && stage != ex.Stage && !stage.CanBecome(ex.Stage) && !(held && stage == market.Suggested) {
			w.s.t.Fatalf("an exchange that was %s became %s", stage, ex.Stage)
		}
		w.stages[in.ID] = ex.Stage
	}
}

// inParts: two connect with no less than the giver gives, with all of what may not be split, and with no more of what may than was wanted.
func (w *town) inParts(in market.Introduction) {
	of := func(id market.ID) market.Listing {
		e, err := w.s.store.EntryFor(w.s.ctx, market.System, id, w.s.now)
		w.s.must(err)
		return e.Listing
	}
	offer, need := of(in.OfferID), of(in.NeedID)
	least := offer.Quantity
	if offer.Splittable {
		least = offer.SmallestPart
	}
	if offer.Kind == market.Equipment && (in.Amount < least || in.Amount > max(least, need.Quantity)) {
		w.s.t.Fatalf("connected with %d of %d, where the least is %d and %d were wanted", in.Amount, offer.Quantity, least, need.Quantity)
	}
}

// Check is what must hold after every act.
func (w *town) Check(rt *rapid.T) {
	w.look()
	living, open, kept := map[string]int{}, map[market.ID]int{}, map[market.ID]int{}
	for _, in := range w.seen {
		if in.State.Open() || in.State == market.Connected {
			living[string(in.OfferID+in.NeedID)]++
		}
		if in.State.Open() {
			open[in.NeedID]++
		}
		if in.State == market.Declined && in.SettledAt == nil {
			kept[in.NeedID]++
		}
		w.holds(rt, in)
	}
	for pair, n := range living {
		if n > 1 {
			rt.Fatalf("%d living introductions of one pair %s", n, pair)
		}
	}
	for need, n := range open {
		if n > 3 {
			rt.Fatalf("need %s has %d open introductions", need, n)
		}
	}
	for need, n := range kept {
		if open[need]+n > 3 && !w.chose[need] {
			rt.Fatalf("need %s has %d open introductions, and %d that may be open again", need, open[need], n)
		}
	}
	w.parted(rt)
	w.keptApart(rt)
	w.somethingLeft(rt)
	w.ringsHold(rt)
	w.capacity(rt)
	w.caps(rt)
	w.mails(rt)
	w.reminders(rt)
}

// holds: an introduction and its exchange say the same, and what is over keeps nothing.
func (w *town) holds(rt *rapid.T, in market.Introduction) {
	stage, connected := w.stages[in.ID]
	if (in.State == market.Connected) != (connected && stage != market.CalledOff && stage != market.Released) {
		rt.Fatalf("introduction %s with exchange %q", in.State, stage)
	}
	w.begun(rt, in)
	taken, err := w.s.store.AllocationsOf(w.s.ctx, in.ID)
	w.s.must(err)
	if keeps := in.State == market.Connected && stage != market.NotDone; (len(taken) > 0) != keeps {
		rt.Fatalf("%s, %s, and %d uses taken", in.State, stage, len(taken))
	}
}

// begun: what was agreed once and has begun is never called off or given back, whatever change was on the table.
func (w *town) begun(rt *rapid.T, in market.Introduction) {
	ex, err := w.s.store.Exchange(w.s.ctx, in.ID)
	if errors.Is(err, market.ErrNotFound) {
		return
	}
	w.s.must(err)
	if ex.Published > 0 && ex.Stage == market.Released {
		rt.Fatal("what was agreed was given back")
	}
	if ex.Published > 0 && in.EndedAt != nil && !in.EndedAt.Before(in.Slots[0].From) {
		rt.Fatalf("%s at %v, agreed was %v", ex.Stage, in.EndedAt, in.Slots[0].From)
	}
}

// noneHalf: once the clock came round, nothing that was agreed and has begun waits for a change to be confirmed.
func (w *town) noneHalf(rt *rapid.T) {
	for _, in := range w.seen {
		ex, err := w.s.store.Exchange(w.s.ctx, in.ID)
		if err == nil && ex.Stage == market.Suggested && ex.Published > 0 && !w.s.now.Before(in.Slots[0].From) {
			rt.Fatalf("a change is to be confirmed at %v, agreed was %v", w.s.now, in.Slots[0].From)
		}
	}
}

// capacity: at no instant is more taken of an offer than there is. Counted here, from the rows, and not by the database.
func (w *town) capacity(rt *rapid.T) {
	for i, n := range w.people {
		if slices.ContainsFunc(w.people[:i], func(p neighbour) bool { return p.group.ID == n.group.ID }) {
			continue
		}
		all, err := w.s.store.ListingsOf(w.s.ctx, n.group.ID)
		w.s.must(err)
		for _, l := range all {
			var taken []market.Allocation
			for _, in := range w.seen {
				if in.OfferID == l.ID {
					rows, err := w.s.store.AllocationsOf(w.s.ctx, in.ID)
					w.s.must(err)
					taken = append(taken, rows...)
				}
			}
			for _, at := range taken {
				used := 0
				for _, a := range taken {
					if !a.From.After(at.From) && (a.Until == nil || a.Until.After(at.From)) {
						used += a.Amount
					}
				}
				if used > l.Quantity {
					rt.Fatalf("%d of %d taken at %v", used, l.Quantity, at.From)
				}
			}
		}
	}
}

// caps: an offer's group is asked about as many as its network wants.
func (w *town) caps(rt *rapid.T) {
	for _, in := range w.seen {
		if n, err := w.s.store.Told(w.s.ctx, in.OfferID); err != nil || n > *w.network.OpenRequests {
			rt.Fatalf("%d open requests of one offer (%v), where the network wants %d", n, err, *w.network.OpenRequests)
		}
	}
}
