package search

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"wherewithal/market"
)

// versionsAtOnce is how many versions are read at a time: no statement stays open between, so that a swap never waits.
const versionsAtOnce = 5000

// Versions is what the index has, by id.
func (p *Postgres) Versions(ctx context.Context) iter.Seq2[Version, error] {
	return func(yield func(Version, error) bool) {
		last := "00000000-0000-0000-0000-000000000000"
		for {
			part, err := p.versionsAfter(ctx, last)
			if err != nil {
				yield(Version{}, fmt.Errorf("search.Versions: %w", err))
				return
			}
			for _, v := range part {
				if !yield(v, nil) {
					return
				}
			}
			if len(part) < versionsAtOnce {
				return
			}
			last = string(part[len(part)-1].ID)
		}
	}
}

func (p *Postgres) versionsAfter(ctx context.Context, last string) ([]Version, error) {
	rows, err := p.pool.Query(ctx, "SELECT id::text, version FROM "+listings+" WHERE id > $1::uuid ORDER BY id LIMIT $2", last, versionsAtOnce)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (v Version, err error) {
		err = row.Scan(&v.ID, &v.Version)
		return v, err
	})
}

// Mended says what Reconcile found.
type Mended struct {
	Put     int // were missing, or of another version
	Deleted int // should not have been there
}

// Load reads documents as the truth has them now; what is not wanted in the index it leaves out.
type Load func(context.Context, []market.ID) ([]Document, error)

// Reconcile makes the index what the truth says, in both directions: what is missing or of another version is written,
// what should not be there is deleted. truth is the (id, version) of everything wanted. Whatever differs is loaded
// anew before it is touched, so that a change made while the two sets were read is not undone.
func (p *Postgres) Reconcile(ctx context.Context, truth iter.Seq2[Version, error], load Load) (m Mended, err error) {
	defer market.Wrap(&err, "search.Reconcile")
	if m, err = reconcile(ctx, p, truth, load); err != nil {
		return m, err
	}
	return m, p.forget(ctx)
}

// replica is a copy of the truth that can be compared with it and mended.
type replica interface {
	Versions(context.Context) iter.Seq2[Version, error]
	Put(context.Context, []Document) error
	Delete(context.Context, []market.ID) error
}

// reconcile mends a copy. Documents that it refuses do not keep the others from being mended: *Refused.
func reconcile(ctx context.Context, r replica, truth iter.Seq2[Version, error], load Load) (m Mended, err error) {
	differ, err := differences(ctx, r, truth)
	if err != nil {
		return m, err
	}
	var refused *Refused
	for part := range slices.Chunk(differ, batch) {
		err := mendPart(ctx, r, part, load, &m)
		var some *Refused
		if errors.As(err, &some) {
			m.Put -= len(some.IDs)
			if refused != nil {
				some.IDs = append(refused.IDs, some.IDs...)
			}
			refused, err = some, nil
		}
		if err != nil {
			return m, err
		}
	}
	if refused != nil {
		return m, refused
	}
	return m, nil
}

// differences are the ids at which truth and index are not the same, in order, with the index's version (0: missing).
func differences(ctx context.Context, r replica, truth iter.Seq2[Version, error]) ([]Version, error) {
	have := map[market.ID]int64{}
	for v, err := range r.Versions(ctx) {
		if err != nil {
			return nil, err
		}
		have[v.ID] = v.Version
	}
	var differ []Version
	for v, err := range truth {
		if err != nil {
			return nil, err
		}
		if n, ok := have[v.ID]; !ok || n != v.Version {
			differ = append(differ, Version{v.ID, n})
		}
		delete(have, v.ID)
	}
	for id, n := range have {
		differ = append(differ, Version{id, n})
	}
	slices.SortFunc(differ, func(a, b Version) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return differ, nil
}

// mendPart writes what the truth has of some ids and deletes the rest. Where the index is ahead of the truth (a truth
// restored from a copy) the row goes first, or it would win.
func mendPart(ctx context.Context, r replica, part []Version, load Load, m *Mended) error {
	asked := make([]market.ID, len(part))
	for i, v := range part {
		asked[i] = v.ID
	}
	docs, err := load(ctx, asked)
	if err != nil {
		return err
	}
	loaded := map[market.ID]int64{}
	for _, d := range docs {
		loaded[d.ID] = d.Version
	}
	var gone []market.ID
	for _, v := range part {
		if n, ok := loaded[v.ID]; !ok || n < v.Version {
			gone = append(gone, v.ID)
		}
	}
	m.Put += len(docs)
	m.Deleted += len(part) - len(loaded)
	if err := r.Delete(ctx, gone); err != nil {
		return err
	}
	return r.Put(ctx, docs)
}

// forget drops words that no listing has any more: what was erased must not stay readable in a list of words.
func (p *Postgres) forget(ctx context.Context) error {
	return p.change(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, shaped(`DELETE FROM search.word_# w WHERE NOT EXISTS (
			SELECT FROM search.listing_# l WHERE l.words @@ array_to_string(ARRAY['''', w.stem, ''''], '')::tsquery)`))
		return err
	})
}
