package mail

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// A domain whose mails take long has some of the connections, and not those of the others.
func TestADomainThatIsSlowLeavesConnectionsToOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShare(2)
		enter := func(to string) func() {
			t.Helper()
			leave, err := s.enter(t.Context(), to)
			if err != nil {
				t.Errorf("to %s: %v", to, err)
			}
			return leave
		}
		first, second := enter("ama@choir.test"), enter("jo@CHOIR.test")
		begun := time.Now()
		if _, err := s.enter(t.Context(), "bo@choir.test"); !errors.Is(err, ErrPaced) || time.Since(begun) != shareWaits {
			t.Errorf("the third is answered %v after %s", err, time.Since(begun))
		}
		enter("bo@hall.test")()
		go func() {
			time.Sleep(time.Second)
			first()
		}()
		enter("bo@choir.test")()
		second()
		if len(s.at) != 0 {
			t.Errorf("it remembers %d domains to which nothing goes", len(s.at))
		}
	})
}

// Who found that others wait already is put off at once, and keeps no other domain's mail waiting.
func TestNoMoreWaitForADomainThanAreHandedToIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShare(1)
		leave, err := s.enter(t.Context(), "ama@choir.test")
		if err != nil {
			t.Fatal(err)
		}
		waits := make(chan error)
		go func() {
			next, err := s.enter(t.Context(), "jo@choir.test")
			if err == nil {
				next()
			}
			waits <- err
		}()
		synctest.Wait()
		begun := time.Now()
		if _, err := s.enter(t.Context(), "bo@choir.test"); !errors.Is(err, ErrPaced) || time.Since(begun) != 0 {
			t.Errorf("the third is answered %v after %s", err, time.Since(begun))
		}
		leave()
		if err := <-waits; err != nil {
			t.Error(err)
		}
	})
}

// sharing is a sender that hands over one mail at a time to a domain, whose pace lets none go, and how often that was asked.
func sharing(t *testing.T) (s *Sender, paced *int) {
	t.Helper()
	paced = new(int)
	s, err := NewSender(Config{URL: "smtp://127.0.0.1", From: "Hub <hello@hub.test>", Share: 1,
		Pace: func(context.Context, string) time.Duration { *paced++; return time.Hour }})
	if err != nil {
		t.Fatal(err)
	}
	return s, paced
}

// A mail for which there is no place among those to its domain takes nothing of the domain's pace: others could have gone by it.
func TestWhatFindsNoPlaceTakesNoTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, paced := sharing(t)
		leave, err := s.share.enter(t.Context(), "ama@choir.test")
		if err != nil {
			t.Fatal(err)
		}
		o := Outgoing{MessageID: "digest@hub.test", To: "jo@choir.test", Rendered: Rendered{Subject: "Your week", Text: "Hello", HTML: "<p>Hello</p>"}}
		if err := s.Send(t.Context(), o); !errors.Is(err, errCrowded) || *paced != 0 {
			t.Errorf("without a place: %v, and the pace was asked %d times", err, *paced)
		}
		leave()
		if err := s.Send(t.Context(), o); !errors.Is(err, errPaced) || *paced != 1 || len(s.share.at) != 0 {
			t.Errorf("with a place: %v, the pace was asked %d times, and %d domains have places taken", err, *paced, len(s.share.at))
		}
	})
}

// A link to sign in waits for none of the other mails to its domain. A server that does not answer to such links has a few of them for a
// minute, and not all hands for ten.
func TestPressingMailsHaveAShareAndAPatienceOfTheirOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, paced := sharing(t)
		if _, err := s.share.enter(t.Context(), "ama@choir.test"); err != nil {
			t.Fatal(err)
		}
		link := Outgoing{MessageID: "link@hub.test", To: "jo@choir.test", Pressing: true, Rendered: Rendered{Subject: "Sign in", Text: "Hello", HTML: "<p>Hello</p>"}}
		begun := time.Now()
		for range pressingShare {
			if _, err := s.shareOf(link).enter(t.Context(), link.To); err != nil || time.Since(begun) != 0 {
				t.Fatalf("a link has no place after %s: %v", time.Since(begun), err)
			}
		}
		if err := s.Send(t.Context(), link); !errors.Is(err, errCrowded) || *paced != 0 {
			t.Errorf("one link more is answered %v, and the pace was asked %d times", err, *paced)
		}
		if short, long := s.patienceWith(link).answer, s.patienceWith(Outgoing{}).answer; short != time.Minute || long != defaultAnswer {
			t.Errorf("a link's answer is waited for %s, and that to others %s", short, long)
		}
	})
}
