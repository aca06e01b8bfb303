package mail

import (
	"context"
	"errors"
	"sync"
	"time"
)

// shareWaits is how long a mail waits until one of those to its domain is handed over. A server takes most in less.
const shareWaits = 2 * time.Second

// errCrowded: as many mails to a domain are being handed over as may be.
var errCrowded = errors.New("other mails to its domain take long")

// share bounds how many mails to one domain are handed over at a time. nil: any number.
type share struct {
	most int
	mu   sync.Mutex
	at   map[string]*place
}

// place is a domain to which mails are being handed over, or wait to be.
type place struct {
	taken chan struct{}
	users int
}

func newShare(most int) *share {
	if most <= 0 {
		return nil
	}
	return &share{most: most, at: map[string]*place{}}
}

// crowdedFor is how long a mail is put off that found no place.
const crowdedFor = 15 * time.Second

// enter waits for a place for a mail to an address, and gives what leaves it. ErrPaced: none got free, or another waits for one.
func (s *share) enter(ctx context.Context, to string) (leave func(), err error) {
	if s == nil {
		return func() {}, nil
	}
	domain := domainOf(to)
	p, crowded := s.place(domain)
	if crowded {
		s.done(domain, p)
		return nil, putOff(crowdedFor, errCrowded)
	}
	late := time.NewTimer(shareWaits)
	defer late.Stop()
	select {
	case p.taken <- struct{}{}:
		return func() {
			<-p.taken
			s.done(domain, p)
		}, nil
	case <-late.C:
		err = putOff(crowdedFor, errCrowded)
	case <-ctx.Done():
		err = temporary("pacing", ctx.Err())
	}
	s.done(domain, p)
	return nil, err
}

// place also says whether one waits already for each that may be handed over: who waited too would keep other domains' mails waiting.
func (s *share) place(domain string) (p *place, crowded bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p = s.at[domain]
	if p == nil {
		p = &place{taken: make(chan struct{}, s.most)}
		s.at[domain] = p
	}
	p.users++
	return p, p.users > 2*s.most
}

func (s *share) done(domain string, p *place) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.users--; p.users == 0 {
		delete(s.at, domain)
	}
}
