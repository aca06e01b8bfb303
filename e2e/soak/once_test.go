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

// says are what a mail says that may be said only once, each in one line: it tells a person one thing of an introduction, of a listing on
// a day, or of a week. The same in a mail with another Message-ID is said twice.
func (r record) says(m mailtest.Mail) (out []string) {
	once := func(about any) { out = append(out, fmt.Sprintf("%s %s %v", kindOf(m.Subject), m.Rcpt, about)) }
	switch kind := kindOf(m.Subject); kind {
	case "":
	case "digest":
		if reader := r.people[m.Rcpt]; reader != nil {
			once(reader.person.NextDigest(r.business(m.At)))
		}
	case "expiring", "expired":
		for _, of := range titles(m) {
			once(of + " on " + string(r.day(m)))
		}
	case "not this time", "called off", "given back": // they lead to a listing, and may name the next best
		id, _, _ := strings.Cut(m.MessageID, "@")
		if about := r.about[id]; about != "" {
			once(about)
		}
	default:
		for _, path := range links(m.Text) {
			if id, _, err := aim(path); err == nil {
				once(id)
			}
		}
	}
	return out
}

// titles of the listings that a mail names, each once.
func titles(m mailtest.Mail) []string {
	return slices.Compact(slices.Sorted(slices.Values(title.FindAllString(m.Subject+"\n"+m.Text, -1))))
}

// day on which a mail came, by the programs' clock.
func (r record) day(m mailtest.Mail) market.Date { return market.DateOf(r.business(m.At)) }

var things = regexp.MustCompile(`: ([1-9]\d*) things? for you`)

// saysSomething: a digest counts at least one thing, and names one.
func saysSomething(m mailtest.Mail) bool {
	return things.MatchString(m.Subject) && title.MatchString(m.Text)
}

// moved is when the programs' clock was set, by the machine's, and to what.
type moved struct{ at, to time.Time }

// business is the time the programs' clock showed at a time of the machine's.
func (r record) business(at time.Time) time.Time {
	out := at
	for _, m := range r.clock {
		if !m.at.After(at) {
			out = m.to.Add(at.Sub(m.at))
		}
	}
	return out
}
