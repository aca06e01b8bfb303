package mail

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"wherewithal/market"
)

// Pace counts one more mail to a domain and says after how long it may go; 0: now, and only then it counted. Large mail services
// turn away who sends too quickly.
type Pace func(ctx context.Context, domain string) time.Duration

// errPaced: a domain has had its share for now.
var errPaced = errors.New("its domain has had its share for now")

func domainOf(address string) string {
	return strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
}

// putOff is the fault of a mail that is to come back after a while, without having been tried.
func putOff(after time.Duration, why error) error {
	return &market.Later{By: after, PutOff: true, Err: fmt.Errorf("%w: %w: %w", ErrTemporary, ErrPaced, why)}
}

// paced gives mails their turns by a Pace: one after the other for each domain, so that what comes back has its turn, and nothing
// that came later takes it. What another process gives the same turn comes back once more. Safe for concurrent use.
type paced struct {
	pace  Pace
	apart time.Duration // two mails to one domain, when its share is used up

	mu      sync.Mutex
	domains map[string]*waiting
}

// waiting are the mails to a domain that are to come back.
type waiting struct {
	last  time.Time            // when the last of them is
	late  time.Time            // when the last of those comes that were refused at their turn
	turns map[string]time.Time // by Message-ID
	many  int                  // of them, from which on those are dropped that did not come back
}

// drop forgets the turns that passed a while ago: another process has done those mails, or nobody will.
func (w *waiting) drop(now time.Time) {
	if len(w.turns) < w.many {
		return
	}
	for id, at := range w.turns {
		if at.Before(now.Add(-forgotten)) {
			delete(w.turns, id)
		}
	}
	w.many = 2*len(w.turns) + fewTurns
}

// fewTurns of a domain are kept whatever becomes of them.
const fewTurns = 100

// newPaced: apart 0 has each mail that has to wait ask anew.
func newPaced(pace Pace, apart time.Duration) *paced {
	return &paced{pace: pace, apart: apart, domains: map[string]*waiting{}}
}

// wait has a mail go, or puts it off until its turn; a pressing one counts and goes.
func (p *paced) wait(ctx context.Context, o Outgoing) error {
	if p.pace == nil {
		return nil
	}
	domain, now := domainOf(o.To), time.Now()
	if !o.Pressing && p.behind(domain, o.MessageID, now) {
		return putOff(p.turn(domain, o.MessageID, now, 0).Sub(now), errPaced)
	}
	after := p.pace(ctx, domain)
	if after <= 0 || o.Pressing {
		p.went(domain, o.MessageID)
		return nil
	}
	return putOff(p.turn(domain, o.MessageID, now, after).Sub(now), errPaced)
}

// behind reports whether others wait that came before a mail, which has no turn yet.
func (p *paced) behind(domain, id string, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	w := p.domains[domain]
	if w == nil {
		return false
	}
	_, given := w.turns[id]
	return !given && w.last.After(now)
}

// turn is when a mail is to come back, which may go after a while at the earliest: behind all that came before it, or, where it has
// had its turn and others were quicker, then.
func (p *paced) turn(domain, id string, now time.Time, after time.Duration) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	w := p.domains[domain]
	if w == nil || w.last.Before(now.Add(-forgotten)) {
		p.forget(now)
		w = &waiting{turns: map[string]time.Time{}, many: fewTurns}
		p.domains[domain] = w
	}
	w.drop(now)
	at := now.Add(after)
	if had, given := w.turns[id]; given {
		if had.After(now) {
			at = later(at, had)
		} else { // another process was quicker: they come one after the other again
			at = later(at, w.late.Add(p.apart))
			w.late = at
		}
	} else if next := w.last.Add(p.apart); next.After(at) {
		at = next
	}
	w.turns[id] = at
	if at.After(w.last) {
		w.last = at
	}
	return at
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func (p *paced) went(domain, id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if w := p.domains[domain]; w != nil {
		delete(w.turns, id)
	}
}

// forgotten is how long after the last turn a domain's are kept: what has not come back by then was done by another process, or by
// nobody.
const forgotten = time.Minute

func (p *paced) forget(now time.Time) {
	for domain, w := range p.domains {
		if w.last.Before(now.Add(-forgotten)) {
			delete(p.domains, domain)
		}
	}
}
