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
		enter := func(to string, pressing bool) func() {
			t.Helper()
			leave, err := s.enter(t.Context(), to, pressing)
			if err != nil {
				t.Errorf("to %s: %v", to, err)
			}
			return leave
		}
		first, second := enter("ama@choir.test", false), enter("jo@CHOIR.test", false)
		begun := time.Now()
		if _, err := s.enter(t.Context(), "bo@choir.test", false); !errors.Is(err, ErrPaced) || time.Since(begun) != shareWaits {
			t.Errorf("the third is answered %v after %s", err, time.Since(begun))
		}
		enter("bo@choir.test", true)()
		enter("bo@hall.test", false)()
		go func() {
			time.Sleep(time.Second)
			first()
		}()
		enter("bo@choir.test", false)()
		second()
		if len(s.at) != 0 {
			t.Errorf("it remembers %d domains to which nothing goes", len(s.at))
		}
	})
}
