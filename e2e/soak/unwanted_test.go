package soak

import (
	"slices"
	"time"

	"wherewithal/mail/mailtest"
	"wherewithal/market"
)

// checkUnwanted counts as wrong what came to somebody although nothing that anybody did called for it.
func (r record) checkUnwanted(v *verdict) {
	for _, m := range r.mails {
		reader := r.people[m.Rcpt]
		if reader == nil {
			continue // counted as misdirected
		}
		kind := kindOf(m.Subject)
		if !r.wanted(m, reader, kind) {
			v.add(&v.wrong, "%q to %s: nothing that was done calls for it", m.Subject, m.Rcpt)
		}
	}
}

// checkEnds counts as wrong what speaks of the end of a listing on another day than the mail that told it: nobody opens one again here.
func (r record) checkEnds(v *verdict) {
	told := map[string]mailtest.Mail{}
	for _, m := range r.mails {
		kind := kindOf(m.Subject)
		if kind != "expiring" && kind != "expired" {
			continue
		}
		for _, of := range titles(m) {
			end, over := told[m.Rcpt+" "+of]
			switch {
			case over && end.MessageID != m.MessageID && r.day(end) != r.day(m):
				v.add(&v.wrong, "%q to %s on %s, who was told on %s that %s had ended", m.Subject, m.Rcpt, r.day(m), r.day(end), of)
			case !over && kind == "expired":
				told[m.Rcpt+" "+of] = m
			}
		}
	}
}

// wanted reports whether a mail follows from what was done about what it links to, or, where it links to a listing only,
// about anything of its reader's.
func (r record) wanted(m mailtest.Mail, reader *neighbour, kind string) bool {
	switch kind {
	case "":
		return false
	case "digest":
		return saysSomething(m)
	case "expiring", "expired":
		return !reader.listing.ExpiresAt.After(began.Add(market.OpenFor)) // the others were renewed
	}
	linked := links(m.Text)
	for _, path := range linked {
		if id, _, err := aim(path); err == nil && r.stories[id] != nil && kind != "not this time" {
			if !r.stories[id].calledFor(kind, reader.listing.Side) {
				return false
			}
		}
	}
	return len(linked) > 0 && kind != "not this time" || r.anyCallsFor(kind, reader)
}

func (r record) anyCallsFor(kind string, reader *neighbour) bool {
	return slices.ContainsFunc(r.street[reader.street], func(id market.ID) bool {
		s := r.stories[id]
		return s != nil && (s.need == reader || s.offer == reader) && s.calledFor(kind, reader.listing.Side)
	})
}

// calledFor reports whether a mail of a kind to a side can follow from what the two do about an introduction.
func (s *story) calledFor(kind string, to market.Side) bool {
	f, isNeed := s.need.fate[s.offer], to == market.Need
	asked := f.need != "no" && f.need != "ignore"
	met := asked && f.offer != "no" && f.offer != "ignore"
	days := f.then == "suggest" || f.then == "agree" || f.then == "off"
	switch kind {
	case "possible":
		return isNeed
	case "request":
		return asked && !isNeed
	case "reminder":
		return isNeed && f.need == "ignore" || !isNeed && asked && f.offer == "ignore"
	case "not this time":
		return asked // its reader's side had said yes, or was asked
	case "introduced":
		return met
	case "suggested":
		return met && days && !isNeed
	case "agreed":
		return met && days && f.then != "suggest"
	case "called off":
		return met && f.then == "off"
	case "agree soon", "given back":
		return met && (f.then == "nothing" || f.then == "suggest")
	case "tomorrow", "happened?":
		return met && f.then == "agree"
	}
	return false
}

// The governor's limits, as introduction.Caps has them by default. The answer to one's own new posting is beside the first two.
const (
	mailsADay    = 1
	mailsAWeek   = 3
	openRequests = 3
)

// checkCaps: nobody got more proposals within a day or a week than may be, and no group was asked for more of an offer at
// once, by the business times of the books.
func (r record) checkCaps(v *verdict) {
	proposals := map[market.ID][]time.Time{}
	for _, l := range r.letters {
		never := l.State == market.Failed && slices.Contains(market.Overtaken, l.Fault) // what it said had moved on before it went
		if l.Kind == string(market.PossibleMatch) && !never {
			proposals[l.To] = append(proposals[l.To], l.WrittenAt)
		}
	}
	for _, n := range r.people {
		at := proposals[n.person.ID]
		if most := within(at, 24*time.Hour); most > mailsADay+1 {
			v.add(&v.caps, "%d mails of proposals to %s within a day", most, n.person.Address)
		}
		if most := within(at, 7*24*time.Hour); most > mailsAWeek+1 {
			v.add(&v.caps, "%d mails of proposals to %s within a week", most, n.person.Address)
		}
	}
	for offer, most := range r.askedAtOnce() {
		if most > openRequests {
			v.add(&v.caps, "%s was asked for by %d at once", r.listings[offer].listing.Title, most)
		}
	}
}

// within is how many of some moments lie within a stretch of time at most.
func within(at []time.Time, stretch time.Duration) (most int) {
	for _, from := range at {
		n := 0
		for _, t := range at {
			if !t.Before(from) && t.Before(from.Add(stretch)) {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

// askedAtOnce is how many requests of an offer its group had been told of and had not answered, at most.
func (r record) askedAtOnce() map[market.ID]int {
	open := func(in outcome, at time.Time) bool {
		over := in.ConnectedAt
		if over == nil {
			over = in.EndedAt
		}
		return in.ToldAt != nil && !in.ToldAt.After(at) && (over == nil || over.After(at))
	}
	most := map[market.ID]int{}
	for _, in := range r.introductions {
		if in.ToldAt == nil || r.listings[in.Offer] == nil {
			continue
		}
		n := 0
		for _, other := range r.introductions {
			if other.Offer == in.Offer && open(other, *in.ToldAt) {
				n++
			}
		}
		most[in.Offer] = max(most[in.Offer], n)
	}
	return most
}
