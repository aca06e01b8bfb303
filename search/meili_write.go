package search

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/meilisearch/meilisearch-go"

	"wherewithal/market"
)

// kept is what can be read back of a document.
type kept struct {
	ID      string `json:"id"`
	Version int64  `json:"version"`
	Shape   int    `json:"shape"`
	Gone    bool   `json:"gone"`

	Vectors vectors `json:"_vectors"` // none: those of documents are not read back
}

// Refused are documents that the engine will not take, whatever is done; all others of the batch are in.
type Refused struct {
	IDs   []market.ID
	Cause error
}

func (r *Refused) Error() string { return fmt.Sprintf("%d refused: %v", len(r.IDs), r.Cause) }

func (r *Refused) Unwrap() error { return r.Cause }

// Put writes documents, over what was there. Of two versions the newer stays, in whatever order they come; the same
// version is written again. Repeating it does no harm. Errors: *Refused, market.ErrUnavailable.
func (m *Meili) Put(ctx context.Context, docs []Document) (err error) {
	defer market.Wrap(&err, "search.Put")
	return m.together(ctx, changes{put: newest(docs)})
}

// Delete takes listings out. Those that are not there are out already.
func (m *Meili) Delete(ctx context.Context, ids []market.ID) (err error) {
	defer market.Wrap(&err, "search.Delete")
	return m.together(ctx, changes{gone: slices.Compact(slices.Sorted(slices.Values(ids)))})
}

// changes are documents to write and ids to take out. No id is in both.
type changes struct {
	put  []Document
	gone []market.ID
}

func (c changes) empty() bool { return len(c.put)+len(c.gone) == 0 }

func (c changes) ids() []string {
	list := append(ids(c.put), plain(c.gone)...)
	slices.Sort(list)
	return slices.Compact(list)
}

// together writes changes into the live index, and first into the next one when it is being built: then a swap that
// comes between finds them in both.
func (m *Meili) together(ctx context.Context, c changes) error {
	if c.empty() {
		return nil
	}
	return m.turns.Together(ctx, c.ids(), func(ctx context.Context) error {
		in, err := m.have(ctx, m.live, append(c.ids(), marker))
		if err != nil && !unbuilt(err) {
			return err
		}
		var refused error
		if err := m.writeNext(ctx, c); err != nil && !errors.As(err, new(*Refused)) {
			return err
		}
		if in[marker].Shape > meiliShape { // who built it has the truth of then; this change is for a worker of that release
			return fmt.Errorf("%w: meilisearch: the index is of a newer release", market.ErrUnavailable)
		}
		if in[marker].Shape != meiliShape {
			return fmt.Errorf("%w: meilisearch: %w", market.ErrUnavailable, errOtherShape)
		}
		refused = m.add(ctx, m.live, m.newer(c.put, in))
		if refused != nil && !errors.As(refused, new(*Refused)) {
			return refused
		}
		return errors.Join(refused, m.take(ctx, m.live, c.gone))
	})
}

// writeNext writes changes into the index that is being built, if one is: what is gone stays in as a note that it is,
// so that an older document that the build has read is not put in again.
func (m *Meili) writeNext(ctx context.Context, c changes) error {
	in, err := m.have(ctx, m.next, c.ids())
	if unbuilt(err) {
		return nil
	}
	if err != nil {
		return err
	}
	var gone []any
	for _, id := range c.gone {
		gone = append(gone, kept{ID: string(id), Gone: true})
	}
	if err := m.send(ctx, m.next, gone); err != nil {
		return err
	}
	return m.add(ctx, m.next, m.newer(c.put, in))
}

// newer are the documents that are not older than what is there.
func (m *Meili) newer(docs []Document, in map[string]kept) []Document {
	return slices.DeleteFunc(newest(docs), func(d Document) bool { return in[string(d.ID)].Version > d.Version })
}

// have reads what an index has of some ids.
func (m *Meili) have(ctx context.Context, index string, ids []string) (map[string]kept, error) {
	out := map[string]kept{}
	for part := range slices.Chunk(possible(ids), versionsAtOnce) {
		list, err := m.documents(ctx, index, &meilisearch.DocumentsQuery{Ids: part, Limit: int64(len(part)), Fields: []string{"id", "version", "shape", "gone"}})
		if err != nil {
			return nil, err
		}
		for _, k := range list {
			out[k.ID] = k
		}
	}
	return out, nil
}

// possible are the ids that can be in the engine: about any other it will not even be asked.
func possible(ids []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		return id == "" || len(id) > 500 || strings.ContainsFunc(id, func(r rune) bool {
			return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_')
		})
	})
}

func (m *Meili) documents(ctx context.Context, index string, q *meilisearch.DocumentsQuery) ([]kept, error) {
	var result meilisearch.DocumentsResult
	if err := m.server.Index(index).GetDocumentsWithContext(ctx, q, &result); err != nil {
		return nil, told(ctx, err)
	}
	list := make([]kept, len(result.Results))
	for i, hit := range result.Results {
		if err := hit.DecodeInto(&list[i]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// sentAtOnce bounds a request: some ten megabytes.
const sentAtOnce = 2000

// add writes documents and leaves out those that the engine refuses, by halves: one alone fails the whole batch.
func (m *Meili) add(ctx context.Context, index string, docs []Document) error {
	var bad []market.ID
	var cause error
	for part := range slices.Chunk(docs, sentAtOnce) {
		refused, err := m.halve(ctx, index, part, &cause)
		if err != nil {
			return err
		}
		bad = append(bad, refused...)
	}
	if len(bad) == 0 {
		return nil
	}
	return &Refused{bad, cause}
}

func (m *Meili) halve(ctx context.Context, index string, docs []Document, cause *error) (bad []market.ID, err error) {
	written := make([]any, len(docs))
	for i, d := range docs {
		written[i] = d.meili()
	}
	err = m.send(ctx, index, written)
	switch {
	case err == nil || !ofDocument(err):
		return nil, err
	case len(docs) == 1:
		*cause = err
		return []market.ID{docs[0].ID}, nil
	}
	for _, half := range [][]Document{docs[:len(docs)/2], docs[len(docs)/2:]} {
		more, err := m.halve(ctx, index, half, cause)
		if err != nil {
			return nil, err
		}
		bad = append(bad, more...)
	}
	return bad, nil
}

// ofDocument reports whether an error is the fault of what was sent.
func ofDocument(err error) bool {
	c := code(err)
	return strings.Contains(c, "document") && !strings.HasPrefix(c, "document_not") || c == "payload_too_large" || c == "malformed_payload"
}

var primaryKey = "id"

func (m *Meili) send(ctx context.Context, index string, docs []any) error {
	if len(docs) == 0 {
		return nil
	}
	task, err := m.server.Index(index).AddDocumentsWithContext(ctx, docs, &meilisearch.DocumentOptions{PrimaryKey: &primaryKey})
	return m.await(ctx, task, err)
}

func (m *Meili) take(ctx context.Context, index string, gone []market.ID) error {
	ids := possible(plain(gone))
	if len(ids) == 0 {
		return nil
	}
	task, err := m.server.Index(index).DeleteDocumentsWithContext(ctx, ids, nil)
	return m.await(ctx, task, err)
}

// Versions is what the live index has, by id.
func (m *Meili) Versions(ctx context.Context) iter.Seq2[Version, error] {
	return func(yield func(Version, error) bool) {
		last := ""
		for {
			part, err := m.documents(ctx, m.live, &meilisearch.DocumentsQuery{Limit: versionsAtOnce, Fields: []string{"id", "version"},
				Filter: []string{"expires > 0", "id > " + quoted(last)}, Sort: []string{"id:asc"}})
			if err != nil {
				yield(Version{}, fmt.Errorf("search.Versions: %w", err))
				return
			}
			for _, k := range part {
				if !yield(Version{market.ID(k.ID), k.Version}, nil) {
					return
				}
			}
			if len(part) < versionsAtOnce {
				return
			}
			last = part[len(part)-1].ID
		}
	}
}

// Reconcile makes the live index what the truth says, as Postgres.Reconcile does.
func (m *Meili) Reconcile(ctx context.Context, truth iter.Seq2[Version, error], load Load) (n Mended, err error) {
	defer market.Wrap(&err, "search.Reconcile")
	return reconcile(ctx, m, truth, load)
}
