package mail

import (
	"context"
	"errors"
	"strings"
	"time"
)

// paceWaits is how long a mail waits for its turn before others have the worker: then it is tried again later.
const paceWaits = 2 * time.Second

// Pace counts one more mail to a domain and says after how long it may go; 0: now, and only then it counted. Large mail services
// turn away who sends too quickly.
type Pace func(ctx context.Context, domain string) time.Duration

// errPaced: a domain has had its share for now.
var errPaced = errors.New("its domain has had its share for now")

// wait for the turn of a mail to an address; a pressing one counts and does not wait. ErrTemporary: its domain has had its
// share for now.
func (p Pace) wait(ctx context.Context, to string, pressing bool) error {
	if p == nil {
		return nil
	}
	domain := strings.ToLower(to[strings.LastIndexByte(to, '@')+1:])
	for until := time.Now().Add(paceWaits); ; {
		after := p(ctx, domain)
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
