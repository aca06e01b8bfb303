package listing

import (
	"context"
	"sync"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// kinds remembers the table of kinds for a while: every listing that is posted asks for one, and it changes only when
// an operator adds one. The database refuses a listing of a kind that is gone. Safe for concurrent use.
type kinds struct {
	store *store.Store

	mu   sync.Mutex
	read time.Time // machine time
	all  map[string]market.Kind
}

// rememberKinds is how long a new kind may take to be known.
const rememberKinds = time.Minute

// of is the kind with a code; there being none is bad input.
func (k *kinds) of(ctx context.Context, code string) (market.Kind, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if time.Since(k.read) > rememberKinds {
		all, err := k.store.Kinds(ctx)
		if err != nil {
			return market.Kind{}, err
		}
		k.read, k.all = time.Now(), map[string]market.Kind{}
		for _, kind := range all {
			k.all[kind.Code] = kind
		}
	}
	kind, ok := k.all[code]
	if !ok {
		return kind, market.Refuse("kind", "choice")
	}
	return kind, nil
}
