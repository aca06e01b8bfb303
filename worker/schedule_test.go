package worker

import (
	"context"
	"testing"
	"time"
)

// outbox holds so many jobs that ended long ago.
type outbox int64

func (o *outbox) Purge(_ context.Context, _ time.Time, limit int) (int64, error) {
	n := min(int64(*o), int64(limit))
	*o -= outbox(n)
	return n, nil
}

func TestPurgeForgetsAllThatIsOld(t *testing.T) {
	old := outbox(70_000) // what an hour of 20 listings a second leaves
	for _, p := range (Door{}).Periodics(time.Minute, nil, &old) {
		if p.Name != "purge" {
			continue
		}
		if err := p.Do(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if old != 0 {
		t.Errorf("%d old jobs are left", old)
	}
}
