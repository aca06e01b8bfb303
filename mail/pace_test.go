package mail

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"wherewithal/market"
)

// allowance lets so many go to each domain in a minute, ten at once. It looks at a domain from when it is first asked about it.
func allowance(perMinute float64) Pace {
	type bucket struct {
		left float64
		seen time.Time
	}
	domains := map[string]*bucket{}
	return func(_ context.Context, domain string) time.Duration {
		b, now := domains[domain], time.Now()
		if b == nil {
			b = &bucket{10, now}
			domains[domain] = b
		}
		b.left, b.seen = min(10, b.left+now.Sub(b.seen).Minutes()*perMinute), now
		if b.left < 1 {
			return time.Duration((1 - b.left) / perMinute * float64(time.Minute))
		}
		b.left--
		return 0
	}
}

// Where another worker does what this one put off, and the domain never rests, it is forgotten here all the same.
func TestTurnsThatOthersTookAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPaced(func(context.Context, string) time.Duration { return time.Second }, time.Second)
		for i := range 5000 {
			if err := p.wait(t.Context(), Outgoing{MessageID: fmt.Sprintf("digest-%d", i), To: "p@choir.test"}); !errors.Is(err, ErrPaced) {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
		}
		if n := len(p.domains["choir.test"].turns); n > 1000 {
			t.Errorf("%d turns are kept", n)
		}
	})
}

// Five hundred digests to people of one provider go as fast as its share lets them, none is tried more than a few times, and a link to
// sign in that somebody of theirs asks for meanwhile goes at once.
func TestADigestToManyOfOneDomainHoldsUpNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const many = 500
		p, began := newPaced(allowance(60), time.Second), time.Now()
		tries := 0
		type mail struct {
			Outgoing
			due time.Time
		}
		var waits []mail
		for i := range many {
			waits = append(waits, mail{Outgoing{MessageID: fmt.Sprintf("digest-%d", i), To: "p@choir.test"}, began})
		}
		asked := false
		var last time.Duration
		for len(waits) > 0 {
			first := 0
			for i, m := range waits {
				if m.due.Before(waits[first].due) {
					first = i
				}
			}
			m := waits[first]
			time.Sleep(time.Until(m.due))
			if !asked && time.Since(began) >= 5*time.Second {
				asked = true
				if err := p.wait(t.Context(), Outgoing{MessageID: "link", To: "ama@choir.test", Pressing: true}); err != nil {
					t.Errorf("the link to sign in waits: %v", err)
				}
				if err := p.wait(t.Context(), Outgoing{MessageID: "other", To: "ama@hall.test"}); err != nil {
					t.Errorf("a mail to another domain waits: %v", err)
				}
			}
			tries++
			begun := time.Now()
			err := p.wait(t.Context(), m.Outgoing)
			if time.Since(begun) > 0 {
				t.Fatalf("it holds its sender for %s", time.Since(begun))
			}
			var later *market.Later
			switch {
			case err == nil:
				last = time.Since(began)
				waits = append(waits[:first], waits[first+1:]...)
			case errors.As(err, &later) && later.PutOff && later.By > 0 && errors.Is(err, ErrPaced):
				waits[first].due = time.Now().Add(later.By)
			default:
				t.Fatal(err)
			}
		}
		if ideal := (many - 10) * time.Second; last > ideal*11/10 || tries > 3*many {
			t.Errorf("the last goes after %s, %d tries; the share would let it go after %s", last, tries, ideal)
		}
		time.Sleep(2 * forgotten)
		if p.forget(time.Now()); len(p.domains) != 0 {
			t.Errorf("it remembers %d domains to which nothing goes", len(p.domains))
		}
	})
}
