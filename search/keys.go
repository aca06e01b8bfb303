package search

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"wherewithal/market"
)

// Keys of a Meilisearch, each for one use.
type Keys struct {
	Search string // asks questions of our index and nothing else
	Write  string // fills, rebuilds and swaps it too
}

// The keys have numbers of their own, so that asking for them again gives the same ones.
const (
	searchKeyID = "5ea7c400-0000-4000-8000-000000000001"
	writeKeyID  = "5ea7c400-0000-4000-8000-000000000002"
)

// MakeKeys makes the two keys, or finds them, with the master key of a server. The programs need no more than these.
func MakeKeys(ctx context.Context, url, master string) (k Keys, err error) {
	defer market.Wrap(&err, "search.MakeKeys")
	m := NewMeili(MeiliOptions{URL: url, Key: master})
	k.Search, err = m.key(ctx, searchKeyID, "Wherewithal: searches", []string{m.live}, "search")
	if err != nil {
		return k, err
	}
	// of all indexes, because a swap is a task of none: a key for some may not look at how it went
	k.Write, err = m.key(ctx, writeKeyID, "Wherewithal: writes", []string{"*"}, "search", "documents.add", "documents.get", "documents.delete",
		"indexes.create", "indexes.get", "indexes.delete", "indexes.swap", "indexes.compact", "settings.update", "tasks.get")
	return k, err
}

func (m *Meili) key(ctx context.Context, id, name string, indexes []string, actions ...string) (string, error) {
	made, err := m.server.CreateKeyWithContext(ctx, &meilisearch.Key{UID: id, Name: name, Indexes: indexes, Actions: actions, ExpiresAt: time.Time{}})
	if code(told(ctx, err)) == "api_key_already_exists" {
		made, err = m.sameKey(ctx, id, actions)
	}
	if errors.Is(err, market.ErrNotFound) { // an older release's: what a key may do cannot be changed, and made again it is the same
		made, err = m.server.CreateKeyWithContext(ctx, &meilisearch.Key{UID: id, Name: name, Indexes: indexes, Actions: actions, ExpiresAt: time.Time{}})
	}
	if err != nil {
		return "", told(ctx, err)
	}
	return made.Key, nil
}

// sameKey is one that is there. market.ErrNotFound: it might not do all of that, and is gone.
func (m *Meili) sameKey(ctx context.Context, id string, actions []string) (*meilisearch.Key, error) {
	is, err := m.server.GetKeyWithContext(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, a := range actions {
		if !slices.Contains(is.Actions, a) {
			_, err := m.server.DeleteKeyWithContext(ctx, id)
			return nil, cmp.Or(err, market.ErrNotFound)
		}
	}
	return is, nil
}
