package introduction_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"wherewithal/market"
)

// crowdAt has every choir of the crowd ask for the giver's hall on a day of its own choosing, and gives their
// introductions, each waiting for the giver's yes.
func (s *street) crowdAt(giver neighbour, day func(i int) market.Date) []market.ID {
	s.t.Helper()
	evenings := market.Window{Repeat: market.Daily, Start: 18 * 60, End: 20 * 60}
	open := hall("Church hall")
	open.When.Windows = []market.Window{evenings}
	offer := s.publish(giver, open)
	ids := make([]market.ID, crowd)
	for i := range ids {
		taker := s.neighbour(fmt.Sprintf("Tansy Choir %d", i), fmt.Sprintf("guest%d@choir.test", i))
		once := choir(day(i))
		once.When.Windows, once.When.Every, once.When.Times = []market.Window{evenings}, market.Daily, 1
		in, err := s.intros.Begin(s.ctx, taker.viewer, s.publish(taker, once).ID, offer.ID, s.now)
		s.must(err)
		ids[i] = in.ID
	}
	return ids
}

// allAtOnce has the giver say yes to all, and gives how many were connected and how many were told that it has gone.
func (s *street) allAtOnce(giver neighbour, ids []market.ID) (connected, gone int) {
	s.t.Helper()
	errs := make([]error, len(ids))
	var wg sync.WaitGroup
	for i, id := range ids {
		wg.Go(func() { _, errs[i] = s.intros.Answer(s.ctx, giver.viewer, id, market.Yes, "", s.now) })
	}
	wg.Wait()
	for _, err := range errs {
		switch {
		case err == nil:
			connected++
		case errors.Is(err, market.ErrTaken):
			gone++
		default:
			s.t.Errorf("neither connected nor just gone: %v", err)
		}
	}
	return connected, gone
}

func TestTwoHundredYesesForOneEvening(t *testing.T) {
	if testing.Short() {
		t.Skip("makes 200 groups")
	}
	s := newStreet(t)
	giver := s.neighbour("Larkhollow Hall", "host@hall.test")
	connected, gone := s.allAtOnce(giver, s.crowdAt(giver, func(int) market.Date { return "2027-02-01" }))
	if connected != 1 || gone != crowd-1 {
		t.Errorf("%d connected and %d kindly told, want 1 and %d", connected, gone, crowd-1)
	}
}

func TestTwoHundredYesesForTwoHundredEvenings(t *testing.T) {
	if testing.Short() {
		t.Skip("makes 200 groups")
	}
	s := newStreet(t)
	giver := s.neighbour("Larkhollow Hall", "host@hall.test")
	first := time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC)
	ids := s.crowdAt(giver, func(i int) market.Date { return market.Date(first.AddDate(0, 0, i).Format(time.DateOnly)) })
	if connected, gone := s.allAtOnce(giver, ids); connected != crowd || gone != 0 {
		t.Errorf("%d connected and %d told that it has gone, want all %d connected", connected, gone, crowd)
	}
}
