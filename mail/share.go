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

// enter waits for a place for a mail to an address, and gives what leaves it; a pressing one needs none. ErrPaced: none got free.
func (s *share) enter(ctx context.Context, to string, pressing bool) (leave func(), err error) {
	if s == nil || pressing {
		return func() {}, nil
	}
	domain := domainOf(to)
	p := s.place(domain)
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

func (s *share) place(domain string) *place {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.at[domain]
	if p == nil {
		p = &place{taken: make(chan struct{}, s.most)}
		s.at[domain] = p
	}
	p.users++
	return p
}

func (s *share) done(domain string, p *place) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.users--; p.users == 0 {
		delete(s.at, domain)
	}
}
