package worker

import (
	"context"
	"testing"
	"time"
)

// outbox holds so many jobs that ended long ago.
type outbox struct {
	Forgetter // nothing else of it is asked for
	old       int64
}

func (o *outbox) Purge(_ context.Context, _ time.Time, limit int) (int64, error) {
	n := min(o.old, int64(limit))
	o.old -= n
	return n, nil
}

func TestPurgeForgetsAllThatIsOld(t *testing.T) {
	o := &outbox{old: 70_000} // what an hour of 20 listings a second leaves
	for _, p := range (Door{}).Periodics(time.Minute, o) {
		if p.Name != "purge" {
			continue
		}
		if err := p.Do(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if o.old != 0 {
		t.Errorf("%d old jobs are left", o.old)
	}
}
