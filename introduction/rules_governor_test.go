package introduction_test

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"wherewithal/market"
)

// governed is what the model knows of the needs that were posted, and so of what the governor lets through.
type governed struct {
	opened map[market.ID]time.Time   // when each was opened last: within an hour the first proposal is the answer to that
	urgent map[market.ID]bool        // one proposal of these may go over the caps
	acted  map[market.ID]time.Time   // when its group last did something about it
	rounds map[market.ID][]time.Time // when something was proposed to each, in the order in which it was
}

func newGoverned() governed {
	return governed{opened: map[market.ID]time.Time{}, urgent: map[market.ID]bool{}, acted: map[market.ID]time.Time{}, rounds: map[market.ID][]time.Time{}}
}

// opens a need, at first or again.
func (g governed) opens(l market.Listing, now time.Time) {
	g.opened[l.ID], g.urgent[l.ID], g.acted[l.ID] = now, l.Urgent, now
}

// proposed: what is put to a need anew is not put to one whose group let two letters lie and has done nothing since.
func (w *town) proposed(in market.Introduction) {
	if in.State == market.Connected { // made of a ring
		return
	}
	if n := w.ignored(in.NeedID, in.ProposedAt); n >= market.IgnoredInARow {
		w.s.t.Fatalf("proposed to a need of which %d in a row were ignored", n)
	}
	if rounds := w.rounds[in.NeedID]; !slices.ContainsFunc(rounds, in.ProposedAt.Equal) {
		w.rounds[in.NeedID] = append(rounds, in.ProposedAt)
	}
}

// ignored is how many of the newest letters in a row, that told the group of a need of proposals since it last acted, lay until all was
// over, as it was known at a time. What has been told at one moment is of one letter.
func (w *town) ignored(need market.ID, at time.Time) (n int) {
	told := map[time.Time][]market.Introduction{}
	var when []time.Time
	for _, in := range w.seen {
		if in.NeedID != need || in.ProposedAt.Before(w.acted[need]) || !in.ProposedAt.Before(at) {
			continue
		}
		key := in.ProposedAt
		if in.NeedToldAt != nil {
			key = *in.NeedToldAt
		}
		if key = key.UTC(); told[key] == nil {
			when = append(when, key)
		}
		told[key] = append(told[key], in)
	}
	slices.SortFunc(when, func(a, b time.Time) int { return b.Compare(a) })
	for _, key := range when {
		open, answered, lapsed := false, false, false
		for _, in := range told[key] {
			open = open || in.State == market.Proposed || in.NeedAnswer == market.NoAnswer && in.EndedAt != nil && in.EndedAt.After(at)
			answered = answered || in.NeedAnswer != market.NoAnswer
			lapsed = lapsed || in.State == market.Lapsed
		}
		switch {
		case open:
		case lapsed && !answered:
			n++
		default:
			return n
		}
	}
	return n
}

// Fair: several offer what somebody needs twice, and one of them more of it when the posting is not new any more.
func (w *town) Fair(rt *rapid.T) {
	if rapid.IntRange(0, 2).Draw(rt, "really") > 0 {
		rt.Skip("rather not")
	}
	n, others := w.who(rt), slices.Clone(w.people)
	others = slices.DeleteFunc(others, func(p neighbour) bool { return p.group.ID == n.group.ID || w.hidden[p.group.ID] != "" })
	if w.hidden[n.group.ID] != "" || len(others) == 0 {
		rt.Skip("taken away")
	}
	for range 2 {
		w.publish(rt, rapid.SampledFrom(others).Draw(rt, "giver"), market.Offer, true)
	}
	for range 2 {
		w.publish(rt, n, market.Need, true)
	}
	w.passes(rt, 2*time.Hour)
	w.publish(rt, rapid.SampledFrom(others).Draw(rt, "giver"), market.Offer, true)
}

// LieLow: mails are sent, and nobody answers any until all is over. Then something new is offered.
func (w *town) LieLow(rt *rapid.T) {
	n := w.who(rt)
	if w.hidden[n.group.ID] != "" {
		rt.Skip("taken away")
	}
	w.Deliver(rt)
	w.passes(rt, market.RemindAfter+time.Hour)
	w.Deliver(rt)
	w.passes(rt, market.AnswerWithin-market.RemindAfter)
	w.passes(rt, market.ChangeMind)
	w.publish(rt, n, market.Offer, rapid.Bool().Draw(rt, "things"))
}

// GoOn with a need for which nothing more is proposed: its group says that it still looks.
func (w *town) GoOn(rt *rapid.T) {
	n := w.who(rt)
	if w.hidden[n.group.ID] != "" {
		rt.Skip("taken away")
	}
	all, err := w.s.store.ListingsOf(w.s.ctx, n.group.ID)
	w.s.must(err)
	all = slices.DeleteFunc(all, func(l market.Listing) bool {
		return l.Side != market.Need || l.Life != market.Open || w.ignored(l.ID, w.s.now) < market.IgnoredInARow
	})
	if len(all) == 0 {
		rt.Skip("all is looked for")
	}
	if err := w.s.intros.GoOn(w.s.ctx, n.viewer, all[0].ID, w.s.now); err != nil {
		rt.Fatalf("go on: %v", err)
	}
	w.acted[all[0].ID] = w.s.now
	w.reached["gone on"]++
	w.settle()
}

// mailed is a letter of proposals, or of a ring.
type mailed struct {
	person, about market.ID
	kind          market.LetterKind
	at            time.Time
	free          bool
	proposed      *time.Time // what it tells of; nil: nothing is left of that
}

func (w *town) mailed() (all []mailed) {
	rows, err := w.s.store.Pool().Query(w.s.ctx, `select l.person_id::text, l.about_id::text, l.kind, l.created_at, l.free,
			coalesce(r.proposed_at, (select min(i.proposed_at) from letter_introductions x join introductions i on i.id = x.introduction_id where x.letter_id = l.id))
		from letters l left join rings r on r.id = l.about_id
		where l.kind in ('possible_match', 'ring') and not (l.state = 'failed' and l.fault in ('moot', 'gone')) order by l.created_at, l.id`)
	w.s.must(err)
	for rows.Next() {
		var m mailed
		w.s.must(rows.Scan(&m.person, &m.about, &m.kind, &m.at, &m.free, &m.proposed))
		all = append(all, m)
	}
	w.s.must(rows.Err())
	return all
}

// mails: who looks after a group gets no more mails of proposals within a day and a week than the network allows, but for the answers
// to its own postings, which count for nothing, and one of each urgent need, which counts.
func (w *town) mails(rt *rapid.T) {
	before := map[market.ID][]time.Time{} // by person, those that count
	for _, m := range w.mailed() {
		if m.free {
			if m.kind != market.PossibleMatch || m.at.Sub(w.opened[m.about]) >= time.Hour || m.proposed != nil && !w.first(m.about, *m.proposed) {
				rt.Fatalf("%+v is beside the caps, and no answer to what was opened at %v", m, w.opened[m.about])
			}
			w.reached["free mails"]++
			continue
		}
		day, week := 0, 0
		for _, at := range before[m.person] {
			if m.at.Sub(at) < 24*time.Hour {
				day++
			}
			if m.at.Sub(at) < 7*24*time.Hour {
				week++
			}
		}
		if over := day >= *w.network.MailsADay || week >= *w.network.MailsAWeek; over && !w.mayExceed(m) {
			rt.Fatalf("%+v goes over the caps: %d mails within a day and %d within a week before it", m, day, week)
		}
		before[m.person] = append(before[m.person], m.at)
		w.reached["counted mails"]++
	}
}

// first reports whether it was the first that a need was proposed.
func (w *town) first(need market.ID, proposed time.Time) bool {
	return len(w.rounds[need]) > 0 && w.rounds[need][0].Equal(proposed)
}

// mayExceed reports whether a letter may go over the caps: it is of an urgent need, and tells of what was proposed first, but for the
// answer to the posting; or it has somebody hear of a ring whose letter another did not get.
func (w *town) mayExceed(m mailed) bool {
	rounds := w.rounds[m.about]
	if m.kind == market.RingLetter {
		return m.proposed != nil && m.at.After(*m.proposed)
	}
	if !w.urgent[m.about] || len(rounds) == 0 {
		return false
	}
	if m.proposed == nil || w.first(m.about, *m.proposed) {
		return true // another's letter about it had gone nowhere
	}
	return len(rounds) > 1 && rounds[1].Equal(*m.proposed) && rounds[0].Sub(w.opened[m.about]) < time.Hour
}

// reminders: nobody is reminded of one listing by two letters at once, nor twice of what one letter put to a need.
func (w *town) reminders(rt *rapid.T) {
	const written = `select count(distinct l.id), coalesce(bool_or(others.n > 1), false) from letters l
		join letter_introductions x on x.letter_id = l.id join introductions i on i.id = x.introduction_id
		cross join lateral (select count(*) n from letter_introductions o where o.letter_id = l.id) others
		where l.kind = 'reminder' group by l.person_id, l.group_id = i.need_group_id, `
	for what, by := range map[string]string{
		"at once": `l.created_at, case when l.group_id = i.need_group_id then i.need_id else i.offer_id end`,
		"of what one letter told": `i.need_id, case when l.group_id = i.need_group_id then i.need_told_at end,
			case when l.group_id <> i.need_group_id then i.id end`,
	} {
		rows, err := w.s.store.Pool().Query(w.s.ctx, written+by)
		w.s.must(err)
		for rows.Next() {
			var n int
			var several bool
			w.s.must(rows.Scan(&n, &several))
			if n > 1 {
				rt.Fatalf("%d reminders %s", n, what)
			}
			if several {
				w.reached["reminded of several"]++
			}
		}
		w.s.must(rows.Err())
	}
}
