package search

import (
	"context"
	"fmt"
	"iter"

	"github.com/meilisearch/meilisearch-go"

	"wherewithal/market"
)

// Rebuild fills a new index beside the live one, with the settings of this release, and swaps. Questions are answered
// from the live one until then, and changes go to both: none is lost, and none is undone by a document that docs had
// read before. One process rebuilds at a time; the next one waits. On an error the live index stays. Errors: *Refused,
// when all others are in.
func (m *Meili) Rebuild(ctx context.Context, docs iter.Seq2[Document, error]) (err error) {
	defer market.Wrap(&err, "search.Rebuild")
	return m.turns.Rebuilding(ctx, func(ctx context.Context) error {
		if err := m.turns.Alone(ctx, m.begin); err != nil {
			return err
		}
		refused, err := m.fill(ctx, docs)
		if err != nil {
			_ = m.turns.Alone(context.WithoutCancel(ctx), m.abandon) // what stays behind is dropped by the next rebuild
			return err
		}
		if err := m.turns.Alone(ctx, m.swap); err != nil {
			return err
		}
		if refused != nil {
			return refused
		}
		return nil
	})
}

// begin makes the next index. From then on, every change goes to both.
func (m *Meili) begin(ctx context.Context) error {
	if err := m.abandon(ctx); err != nil {
		return err
	}
	return m.create(ctx, m.next)
}

func (m *Meili) create(ctx context.Context, index string) error {
	task, err := m.server.CreateIndexWithContext(ctx, &meilisearch.IndexConfig{Uid: index, PrimaryKey: primaryKey})
	if err := m.await(ctx, task, err); err != nil {
		return err
	}
	task, err = m.server.Index(index).UpdateSettingsWithContext(ctx, m.settings())
	return m.await(ctx, task, err)
}

func (m *Meili) abandon(ctx context.Context) error {
	task, err := m.server.DeleteIndexWithContext(ctx, m.next)
	if err := m.await(ctx, task, err); err != nil && !unbuilt(err) {
		return err
	}
	return nil
}

func (m *Meili) fill(ctx context.Context, docs iter.Seq2[Document, error]) (refused *Refused, err error) {
	var part []Document
	write := func() error {
		bad, err := m.fillPart(ctx, part)
		if bad != nil {
			if refused != nil {
				bad.IDs = append(refused.IDs, bad.IDs...)
			}
			refused = bad
		}
		part = part[:0]
		return err
	}
	for d, err := range docs {
		if err != nil {
			return nil, err
		}
		if part = append(part, d); len(part) == sentAtOnce {
			if err := write(); err != nil {
				return nil, err
			}
		}
	}
	return refused, write()
}

// fillPart writes what was read from the truth a while ago: it gives way to changes made since, and to deletions.
func (m *Meili) fillPart(ctx context.Context, part []Document) (refused *Refused, err error) {
	if len(part) == 0 {
		return nil, nil
	}
	err = m.turns.Alone(ctx, func(ctx context.Context) error {
		in, err := m.have(ctx, m.next, ids(part))
		if err != nil {
			return err
		}
		var stay []Document
		for _, d := range newest(part) {
			if k, ok := in[string(d.ID)]; !ok || !k.Gone && k.Version < d.Version {
				stay = append(stay, d)
			}
		}
		return m.add(ctx, m.next, stay)
	})
	if bad, ok := err.(*Refused); ok {
		return bad, nil
	}
	return nil, err
}

// swap drops the notes of what is gone, marks the next index as whole and puts it in the live one's place, at once.
func (m *Meili) swap(ctx context.Context) error {
	task, err := m.server.Index(m.next).DeleteDocumentsByFilterWithContext(ctx, "gone = true", nil)
	if err := m.await(ctx, task, err); err != nil {
		return err
	}
	if err := m.send(ctx, m.next, []any{kept{ID: marker, Shape: meiliShape}}); err != nil {
		return err
	}
	if _, err := m.server.GetIndexWithContext(ctx, m.live); err != nil {
		if !unbuilt(told(ctx, err)) {
			return told(ctx, err)
		}
		if err := m.create(ctx, m.live); err != nil {
			return err
		}
	}
	task, err = m.server.SwapIndexesWithContext(ctx, []*meilisearch.SwapIndexesParams{{Indexes: []string{m.live, m.next}}})
	if err := m.await(ctx, task, err); err != nil {
		return err
	}
	if err := m.abandon(ctx); err != nil {
		return fmt.Errorf("the old index: %w", err)
	}
	return nil
}
