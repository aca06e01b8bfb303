package listing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"wherewithal/market"
)

// desk is what a gathering does: it notes each round, and the first waits until it may go on.
type desk struct {
	mu     sync.Mutex
	rounds []string
	began  chan struct{}
	goOn   chan struct{}
	does   func(ids []market.ID) error
}

func newDesk(does func(ids []market.ID) error) *desk {
	return &desk{began: make(chan struct{}), goOn: make(chan struct{}), does: does}
}

func (d *desk) do(_ context.Context, ids []market.ID, _ time.Time) error {
	d.mu.Lock()
	d.rounds = append(d.rounds, fmt.Sprint(slices.Sorted(slices.Values(ids))))
	first := len(d.rounds) == 1
	d.mu.Unlock()
	if first {
		close(d.began)
		<-d.goOn
	}
	return d.does(ids)
}

// whileBusy asks for the first thing, and for the others while that is being done; it answers with the error of each. In a bubble.
func whileBusy(t *testing.T, g *gathering, d *desk, others ...market.ID) map[market.ID]error {
	t.Helper()
	var mu sync.Mutex
	said := map[market.ID]error{}
	var all sync.WaitGroup
	ask := func(id market.ID) {
		all.Go(func() {
			err := g.ask(t.Context(), id, time.Time{})
			mu.Lock()
			defer mu.Unlock()
			said[id] = err
		})
	}
	ask("first")
	<-d.began
	for _, id := range others {
		ask(id)
	}
	synctest.Wait() // each is in the round that waits
	close(d.goOn)
	all.Wait()
	return said
}

func TestWhatIsAskedForMeanwhileIsDoneTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(func([]market.ID) error { return nil })
		g := &gathering{do: d.do}
		for id, err := range whileBusy(t, g, d, "a", "b", "first") {
			if err != nil {
				t.Errorf("%s: %v", id, err)
			}
		}
		if got := strings.Join(d.rounds, " "); got != "[first] [a b first]" { // what was asked for again may have changed since
			t.Errorf("rounds: %s", got)
		}
	})
}

// TestTheFaultOfOneIsOnlyItsOwn, a panic too; but an engine that is away is away for all, and is not asked for each.
func TestTheFaultOfOneIsOnlyItsOwn(t *testing.T) {
	for name, c := range map[string]struct {
		does   func() error
		rounds int
		all    bool
	}{
		"an error": {func() error { return errors.New("bad") }, 8, false}, // found by halves
		"a panic":  {func() error { panic("bad") }, 8, false},
		"away":     {func() error { return fmt.Errorf("engine: %w", market.ErrUnavailable) }, 2, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(func(ids []market.ID) error {
					if slices.Contains(ids, "bad") {
						return c.does()
					}
					return nil
				})
				said := whileBusy(t, &gathering{do: d.do}, d, "a", "b", "c", "d", "bad", "f", "g", "h")
				for id, err := range said {
					if want := id == "bad" || c.all && id != "first"; (err != nil) != want {
						t.Errorf("%s: %v", id, err)
					}
				}
				if len(d.rounds) > c.rounds {
					t.Errorf("rounds: %v", d.rounds)
				}
			})
		})
	}
}

func TestWhoLeavesLeavesTheOthersWorkToBeDone(t *testing.T) {
	d := newDesk(func([]market.ID) error { return nil })
	g := &gathering{do: d.do}
	ctx, leave := context.WithCancel(t.Context())
	gone := make(chan error)
	go func() { gone <- g.ask(ctx, "first", time.Time{}) }()
	<-d.began
	leave()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("who left was told %v", err)
	}
	close(d.goOn)
	if err := g.ask(t.Context(), "second", time.Time{}); err != nil {
		t.Error(err)
	}
	if got := strings.Join(d.rounds, " "); got != "[first] [second]" {
		t.Errorf("rounds: %s", got)
	}
}
