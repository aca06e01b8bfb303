package queue

import (
	"testing"
	"time"

	"wherewithal/market"
)

func TestDelaysGrowAndSpread(t *testing.T) {
	k := Kind{Delays: delays("1s", "10s", "1m")}
	for failures, want := range map[int]time.Duration{0: time.Second, 1: time.Second, 2: 10 * time.Second, 3: time.Minute, 9: time.Minute} {
		seen := map[time.Duration]bool{}
		for range 50 {
			d := k.delay(failures)
			if d < want*8/10 || d > want*12/10 {
				t.Errorf("after %d failures waits %v, want %v give or take a fifth", failures, d, want)
			}
			seen[d] = true
		}
		if len(seen) < 10 {
			t.Errorf("after %d failures only %d different waits", failures, len(seen))
		}
	}
}

func TestNoAttemptAfterTheDeadline(t *testing.T) {
	k := Kind{Delays: delays("1s"), Deadline: time.Hour}
	q := market.Queued{Queued: time.Now()}
	if _, ok := k.next(q, q.Queued.Add(59*time.Minute), time.Time{}); !ok {
		t.Error("given up too early")
	}
	if _, ok := k.next(q, q.Queued.Add(time.Hour), time.Time{}); ok {
		t.Error("tried after the deadline")
	}
}

func TestKindsAreWhole(t *testing.T) {
	for _, kind := range []string{market.IndexJob, market.MatchJob, market.LetterJob, market.FillJob, market.VectorJob, market.ShareJob, market.ShareNetworkJob, market.RingJob} {
		k := Kinds[kind]
		if k.Queue == "" || k.Priority < 1 || k.Timeout < time.Second || len(k.Delays) == 0 || k.Deadline < time.Hour {
			t.Errorf("%s: %+v", kind, k)
		}
	}
	if q := Kinds.queues(); q["letter"] <= q["match"] || q["match"] <= q["index"] {
		t.Errorf("letters come first: %v", q)
	}
}

// The last try is at the letter's end, and ends it; no retry comes up to an hour after that.
func TestALetterIsTriedLastWhenItEnds(t *testing.T) {
	k, written := Kinds[market.LetterJob], time.Now()
	q, last := market.Queued{Queued: written, Failures: 60}, written.Add(market.LetterLasts)
	for _, before := range []time.Duration{time.Second, 40 * time.Minute} {
		if due, ok := k.next(q, last.Add(-before), time.Time{}); !ok || !due.Equal(last) {
			t.Errorf("%s before its end it is tried again %s from it (%t)", before, due.Sub(last), ok)
		}
	}
	if due, ok := k.next(q, last.Add(-time.Hour), last.Add(time.Hour)); !ok || !due.Equal(last) {
		t.Errorf("left alone for two hours it is tried again %s from its end (%t)", due.Sub(last), ok)
	}
	if due, ok := k.next(q, last.Add(-3*time.Hour), last.Add(-time.Hour)); !ok || !due.Equal(last.Add(-time.Hour)) {
		t.Errorf("left alone until an hour before its end it is tried again %s from it (%t)", due.Sub(last), ok)
	}
}

func TestALetterIsTriedUntilItIsTooOld(t *testing.T) {
	k := Kinds[market.LetterJob]
	longest := k.Delays[len(k.Delays)-1] * 12 / 10
	if k.Deadline < market.LetterLasts+longest {
		t.Errorf("the job ends after %v: a letter that lasts %v would wait for ever", k.Deadline, market.LetterLasts)
	}
}

// One offer can cause many looks at needs; somebody who has just posted waits for one match.
func TestWhatNobodyWaitsForStandsBehind(t *testing.T) {
	fill, match := Kinds[market.FillJob], Kinds[market.MatchJob]
	if fill.Queue == match.Queue || fill.Priority >= match.Priority {
		t.Errorf("fill jobs: queue %q, priority %d; match jobs: %q, %d", fill.Queue, fill.Priority, match.Queue, match.Priority)
	}
}

// What is done by night shares its hands with nothing of the day, where nobody's copy or import is to wait for it, and is done one after the other.
func TestWhatIsDoneByNightKeepsNobodyWaiting(t *testing.T) {
	rewrite, compact := Kinds[market.RewriteJob], Kinds[market.CompactJob]
	if rewrite.Queue != compact.Queue {
		t.Errorf("in %q and %q they are done at once", rewrite.Queue, compact.Queue)
	}
	for kind, k := range Kinds {
		if night := k.Hours != nil; night != (k.Queue == rewrite.Queue) {
			t.Errorf("%s: by night %t, in %q", kind, night, k.Queue)
		}
	}
}

// Whoever erased at ten past three has a scrub begin at twenty past, which may last until half past and later: that costs no night.
func TestAScrubThatIsAtItCostsNoNight(t *testing.T) {
	at := market.Tonight(time.Now())
	for range 50 {
		again, ok := Kinds[market.RewriteJob].next(market.Queued{Queued: at}, at, at)
		if wait := again.Sub(at); !ok || wait <= Kinds[market.ScrubJob].Timeout || wait > time.Hour {
			t.Fatalf("tried again after %v", wait)
		}
	}
	if again, _ := Kinds[market.RewriteJob].next(market.Queued{Queued: at, Failures: 1}, at, at); again.Sub(at) < 12*time.Hour {
		t.Errorf("what fails twice is tried again after %v", again.Sub(at))
	}
}
