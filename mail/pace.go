package mail

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// paceWaits is how long a mail waits for its turn before others have the worker: then it is tried again later.
const paceWaits = 2 * time.Second

// mostDomains bounds what is remembered; beyond it counting starts anew.
const mostDomains = 10_000

// pace keeps mails to one domain apart: large mail services turn away who sends too quickly. The zero value waits for nothing.
type pace struct {
	perMinute int
	shared    Pace // nil: each process counts its own
	mu        sync.Mutex
	by        map[string]*rate.Limiter
}

// Pace counts one more mail to a domain, for all processes together, and says after how long it may go; 0: now, and only then
// it counted.
type Pace func(ctx context.Context, domain string) time.Duration

// errPaced: a domain has had its share for now.
var errPaced = errors.New("its domain has had its share for now")

// wait for the turn of a mail to an address; a pressing one counts and does not wait. ErrTemporary: its domain has had its
// share for now.
func (p *pace) wait(ctx context.Context, to string, pressing bool) error {
	if p.perMinute <= 0 {
		return nil
	}
	domain := strings.ToLower(to[strings.LastIndexByte(to, '@')+1:])
	take := p.shared
	if take == nil {
		take = p.take
	}
	for until := time.Now().Add(paceWaits); ; {
		after := take(ctx, domain)
		switch {
		case after <= 0 || pressing:
			return nil
		case time.Now().Add(after).After(until):
			return temporary("pacing", errPaced)
		}
		select {
		case <-time.After(after):
		case <-ctx.Done():
			return temporary("pacing", ctx.Err())
		}
	}
}

// take is the Pace of this process alone.
func (p *pace) take(_ context.Context, domain string) time.Duration {
	now := time.Now()
	turn := p.limiter(domain).ReserveN(now, 1)
	after := turn.DelayFrom(now)
	if after > 0 {
		turn.CancelAt(now)
	}
	return after
}

func (p *pace) limiter(domain string) *rate.Limiter {
	p.mu.Lock()
	defer p.mu.Unlock()
	l, known := p.by[domain]
	if !known {
		if p.by == nil || len(p.by) >= mostDomains {
			p.by = map[string]*rate.Limiter{}
		}
		l = rate.NewLimiter(rate.Limit(float64(p.perMinute)/60), max(1, p.perMinute/6)) // ten seconds' share at once
		p.by[domain] = l
	}
	return l
}
