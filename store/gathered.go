package store

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"wherewithal/market"
)

// gathered commits small changes together that several ask for at about the same time: what such a change costs is mostly its
// commit and its way to the server. Who comes while nothing is being written is written at once; who comes meanwhile is written
// next, with all others, or beside what takes long. Nobody is answered before their own change is committed.
type gathered struct {
	pool *pgxpool.Pool

	mu      sync.Mutex
	waiting []change
	writers int
	writing []time.Time // when each batch under way began, the oldest first
}

// change is one statement, of one row.
type change struct {
	sql    string
	args   []any
	answer chan<- written // has room for it: whoever asked may have gone
}

type written struct {
	rows int64
	err  error
}

const (
	mostGathered = 100 // in one transaction
	mostWriters  = 2   // at once: one, and another where that is slow: a row that somebody holds keeps not all others waiting
	slowly       = 50 * time.Millisecond
	writeWithin  = 5 * time.Second // whoever asks has limits of their own
)

// exec is the pool's, for statements that change one row by its key. When ctx ends first it may be written all the same.
func (g *gathered) exec(ctx context.Context, sql string, args ...any) (int64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	answer := make(chan written, 1)
	g.mu.Lock()
	g.waiting = append(g.waiting, change{sql, args, answer})
	hire := g.writers == 0 || g.writers < mostWriters && len(g.writing) > 0 && time.Since(g.writing[0]) > slowly
	if hire {
		g.writers++
	}
	g.mu.Unlock()
	if hire {
		go g.run()
	}
	select {
	case w := <-answer:
		return w.rows, w.err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// run writes until nobody waits.
func (g *gathered) run() {
	for all, began := g.next(); len(all) > 0; all, began = g.next() {
		late := time.AfterFunc(slowly, g.help)
		g.write(all)
		late.Stop()
		g.wrote(began)
	}
}

// help writes what waits behind a writer that is slow.
func (g *gathered) help() {
	g.mu.Lock()
	hire := len(g.waiting) > 0 && g.writers < mostWriters
	if hire {
		g.writers++
	}
	g.mu.Unlock()
	if hire {
		g.run()
	}
}

// write answers each. One that Postgres refuses does not take the others with it: then each is written alone.
func (g *gathered) write(all []change) {
	rows, err := g.commit(all)
	err = translate(err)
	if err != nil && len(all) > 1 && !errors.Is(err, market.ErrUnavailable) {
		for i := range all {
			g.write(all[i : i+1])
		}
		return
	}
	for i, c := range all {
		w := written{err: err}
		if err == nil {
			w.rows = rows[i]
		}
		c.answer <- w
	}
}

// next is the batch to write now, and when it began; where nobody waits the writer is done.
func (g *gathered) next() (all []change, began time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) == 0 {
		g.writers--
		return nil, began
	}
	all, began = g.waiting[:min(len(g.waiting), mostGathered)], time.Now()
	g.waiting, g.writing = g.waiting[len(all):], append(g.writing, began)
	return all, began
}

func (g *gathered) wrote(began time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	at := slices.Index(g.writing, began)
	g.writing = slices.Delete(g.writing, at, at+1)
}

// commit writes all in one transaction, and again where Postgres asks for it; it says how many rows each changed.
func (g *gathered) commit(all []change) (rows []int64, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), writeWithin)
	defer cancel()
	for range 3 {
		if rows, err = g.once(ctx, all); !again(err) {
			break
		}
	}
	return rows, err
}

// once sends the statements together: what is sent so is one transaction without a word for its begin and end.
func (g *gathered) once(ctx context.Context, all []change) ([]int64, error) {
	var b pgx.Batch
	rows := make([]int64, len(all))
	for i, c := range all {
		b.Queue(c.sql, c.args...).Exec(func(tag pgconn.CommandTag) error { rows[i] = tag.RowsAffected(); return nil })
	}
	return rows, g.pool.SendBatch(ctx, &b).Close()
}
