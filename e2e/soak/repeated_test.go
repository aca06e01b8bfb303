package soak

import (
	"slices"
	"strings"
	"time"

	"wherewithal/mail/mailtest"
)

// outage is when a sender was killed or lost its database: what it had handed over just before, it may not have written
// down.
type outage struct {
	what        string // "worker 1", "api", "postgres"
	from, until time.Time
}

// sendsAtOnce is how many mails a worker has under way.
const sendsAtOnce = 12

// inFlight is how long after a mail was taken its sender may still not have written that down.
const inFlight = 2 * time.Second

// envelope is whom the mails of a worker come from: by that the mail server's log tells them apart.
func envelope(worker string) string { return strings.ReplaceAll(worker, " ", "-") + "@house.soak.test" }

// stops is how many senders an outage stops: both workers without their database, and none when the api is killed, which sends nothing.
func (o outage) stops() int {
	switch {
	case o.what == "postgres":
		return 2
	case strings.HasPrefix(o.what, "worker "):
		return 1
	}
	return 0
}

// excuses reports whether a mail may have been under way when its sender was stopped.
func (o outage) excuses(m mailtest.Mail) bool {
	its := o.what == "postgres" || o.stops() > 0 && envelope(o.what) == m.Envelope
	return its && m.At.After(o.from.Add(-inFlight)) && m.At.Before(o.until.Add(inFlight))
}

// stopped reports whether the sender of a mail may have been stopped before it wrote down how that went.
func (r record) stopped(m mailtest.Mail) bool {
	return slices.ContainsFunc(r.outages, func(o outage) bool { return o.excuses(m) })
}

// underWay is how many mails each outage may have had repeated.
func (r record) underWay() []int {
	left := make([]int, len(r.outages))
	for i, o := range r.outages {
		left[i] = o.stops() * sendsAtOnce
	}
	return left
}

// spend takes one mail from what an outage excuses; false when none does any more.
func (r record) spend(left []int, m mailtest.Mail) bool {
	for i, o := range r.outages {
		if left[i] > 0 && o.excuses(m) {
			left[i]--
			return true
		}
	}
	return false
}
