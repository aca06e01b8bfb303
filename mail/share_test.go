package mail

import (
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
