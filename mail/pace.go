package mail

import (
	"context"
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
	mu        sync.Mutex
	by        map[string]*rate.Limiter
}

// wait for the turn of a mail to an address. ErrTemporary: its domain has had its share for now.
func (p *pace) wait(ctx context.Context, to string) error {
	if p.perMinute <= 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, paceWaits)
	defer cancel()
	if err := p.limiter(strings.ToLower(to[strings.LastIndexByte(to, '@')+1:])).Wait(ctx); err != nil {
		return temporary("pacing", err)
	}
	return nil
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
