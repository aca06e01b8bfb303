package mail_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"wherewithal/mail"
)

// allowance is what workers share of one domain: so many at once, and so many more a second.
type allowance struct {
	atOnce, aSecond float64

	mu    sync.Mutex
	since time.Time
	left  float64
	asked int
}

func newAllowance(atOnce, aSecond float64) *allowance {
	return &allowance{atOnce: atOnce, aSecond: aSecond, left: atOnce, since: time.Now()}
}

func (a *allowance) take(_ context.Context, _ string, mails int) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked++
	now := time.Now()
	a.left, a.since = min(a.atOnce, a.left+a.aSecond*now.Sub(a.since).Seconds()), now
	if a.left < float64(mails) {
		return time.Second
	}
	a.left -= float64(mails)
	return 0
}

// However many workers take turns ahead, no more go than may go at once and what comes back in one second more, and none goes to waste
// that somebody has a mail for.
func TestWorkersThatTakeTurnsAheadKeepThePaceTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const atOnce, aSecond, minute = 100, 10, 60
		shared := newAllowance(atOnce, aSecond)
		var mu sync.Mutex
		var sent []time.Time
		var all sync.WaitGroup
		for range 3 {
			pace := mail.InTurns(shared.take, atOnce)
			for range 12 {
				all.Go(func() {
					for began := time.Now(); time.Since(began) < 2*minute*time.Second; {
						if pace(t.Context(), "choir.test") > 0 {
							time.Sleep(100 * time.Millisecond)
							continue
						}
						mu.Lock()
						sent = append(sent, time.Now())
						mu.Unlock()
					}
				})
			}
		}
		all.Wait()
		for i := range sent {
			if j := i + atOnce + (minute+1)*aSecond; j < len(sent) && sent[j].Sub(sent[i]) < minute*time.Second {
				t.Fatalf("%d mails in %v", j-i+1, sent[j].Sub(sent[i]))
			}
		}
		if least := atOnce + 2*minute*aSecond*9/10; len(sent) < least {
			t.Errorf("%d mails in two minutes, want %d at least", len(sent), least)
		}
	})
}

func TestATurnTakenAheadIsGoodForASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shared := newAllowance(100, 0)
		pace := mail.InTurns(shared.take, 100)
		pace(t.Context(), "choir.test")
		time.Sleep(time.Second - 1)
		pace(t.Context(), "choir.test")
		if shared.left != 90 || shared.asked != 1 {
			t.Errorf("%v left after %d questions, want 90 after one", shared.left, shared.asked)
		}
		time.Sleep(time.Nanosecond)
		pace(t.Context(), "choir.test")
		if shared.left != 80 || shared.asked != 2 {
			t.Errorf("a second later %v left after %d questions, want 80 after two", shared.left, shared.asked)
		}
	})
}

// Where fewer are left than are taken ahead, each that is left goes. Where few may go at once none is taken ahead.
func TestTheLastTurnsAreTakenAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, atOnce := range []int{1, 10, 25, 163} {
			shared := newAllowance(float64(atOnce), 0)
			pace, sent := mail.InTurns(shared.take, atOnce), 0
			for pace(t.Context(), "choir.test") == 0 {
				sent++
			}
			if sent != atOnce {
				t.Errorf("%d of %d mails went", sent, atOnce)
			}
			if pace(t.Context(), "hall.test"); atOnce == 10 && shared.asked != 12 {
				t.Errorf("%d questions about 12 mails", shared.asked)
			}
		}
	})
}

func TestManyMailsToADomainAskSeldom(t *testing.T) {
	shared := newAllowance(1000, 0)
	pace := mail.InTurns(shared.take, 1000)
	for range 160 {
		if after := pace(t.Context(), "choir.test"); after != 0 {
			t.Fatal(after)
		}
	}
	if shared.asked > 11 { // 10, and one where a second passes
		t.Errorf("%d questions about 160 mails", shared.asked)
	}
}
