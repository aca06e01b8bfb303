package queue

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"wherewithal/telemetry"
)

// candidate is a schedule on a pool of its own. It says when it leads and when it no longer does.
type candidate struct {
	leads, ended chan struct{}
	pool         *pgxpool.Pool
	resign       context.CancelFunc
}

func (h *house) candidate() *candidate {
	h.t.Helper()
	c := &candidate{leads: make(chan struct{}, 10), ended: make(chan struct{}, 10), pool: h.open(h.address).Pool()}
	work := Periodic{Name: "reign", Every: time.Hour, Do: func(ctx context.Context) error {
		c.leads <- struct{}{}
		<-ctx.Done()
		c.ended <- struct{}{}
		return ctx.Err()
	}}
	ctx, cancel := context.WithCancel(context.Background())
	c.resign = cancel
	h.run(func(stop context.Context) {
		context.AfterFunc(stop, cancel)
		NewSchedule(c.pool, h.log, nil, work).Run(ctx)
	})
	return c
}

func TestAnotherLeadsWhenTheLeaderLosesItsConnection(t *testing.T) {
	h := newHouse(t)
	first := h.candidate()
	receive(t, first.leads)
	second := h.candidate()
	first.pool.Close() // it cannot stand again; the connection by which it leads is not the pool's
	lost := time.Now()
	h.endConnection("pid in (select pid from pg_locks where locktype = 'advisory' and granted and database = pg_stat_activity.datid)")
	receive(t, first.ended)
	receive(t, second.leads)
	if took := time.Since(lost); took > 5*time.Second {
		t.Errorf("took over after %v", took)
	}
}

// docs/running.md counts with them.
func TestAProcessHasSoManyConnectionsBesideItsPool(t *testing.T) {
	h := newHouse(t)
	leads := h.candidate()
	bell := NewBell(leads.pool)
	h.run(bell.Run)
	receive(t, leads.leads)
	receive(t, bell.ring)
	var all int32
	err := h.store.Pool().QueryRow(t.Context(), "select count(*) from pg_stat_activity where datname = current_database() and backend_type = 'client backend'").Scan(&all)
	if err != nil {
		t.Fatal(err)
	}
	if own := all - leads.pool.Stat().TotalConns() - h.store.Pool().Stat().TotalConns(); own != OwnConnections {
		t.Errorf("%d connections are in no pool, want %d", own, OwnConnections)
	}
}

func TestThereIsOneLeaderUntilItResigns(t *testing.T) {
	h := newHouse(t)
	first := h.candidate()
	receive(t, first.leads)
	second := h.candidate()
	select {
	case <-second.leads:
		t.Fatal("two lead")
	case <-time.After(2 * candidacy): // that nothing happens can only be waited for: two tries
	}
	first.resign()
	receive(t, first.ended)
	receive(t, second.leads)
}

func TestPeriodicWorkGoesOnAfterFaultAndPanic(t *testing.T) {
	h := newHouse(t)
	var turns atomic.Int32
	third := make(chan struct{}, 1)
	process := telemetry.NewMetrics()
	metrics := NewMetrics(process)
	work := Periodic{Name: "work", Every: 10 * time.Millisecond, Do: func(context.Context) error {
		switch turns.Add(1) {
		case 1:
			return errors.New("fault")
		case 2:
			panic("panic")
		case 3:
			third <- struct{}{}
		}
		return nil
	}}
	h.run(NewSchedule(h.store.Pool(), h.log, metrics, work).Run)
	receive(t, third)
	families, err := process.Registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	faults := -1.0
	for _, f := range families {
		for _, m := range f.GetMetric() {
			if f.GetName() == "wherewithal_schedule_turns_total" && m.GetLabel()[0].GetValue() == "fault" {
				faults = m.GetCounter().GetValue()
			}
		}
	}
	if faults != 2 {
		t.Errorf("%v turns with a fault are counted, want 2", faults)
	}
}
