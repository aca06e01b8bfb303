package speed

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"
	"time"

	"wherewithal/account"
	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/sample"
	"wherewithal/search"
	"wherewithal/store"
	"wherewithal/store/storetest"
)

// The secrets that the programs share.
const (
	placeSecret = "pppppppppppppppppppppppppppppppp"
	tokenSecret = "tttttttttttttttttttttttttttttttt"
)

// world is a database full of invented London after invented London, and the programs' settings for it.
type world struct {
	*store.Store
	address string
	redis   string // host:port
	env     []string
	seed    uint64
}

// newWorld is empty.
func newWorld(b *testing.B) *world {
	b.Helper()
	w := &world{address: storetest.Durable(b), redis: storetest.Redis(b)}
	// By default a minute sees 60 mails to a domain: that pace would be measured, and nothing of the programs.
	w.env = []string{"DATABASE_URL=" + w.address, "REDIS_URL=redis://" + w.redis, "MAILS_PER_DOMAIN=6000", "PLACE_SECRET=" + placeSecret,
		"TOKEN_SECRET=" + tokenSecret, "ADMIN_ADDR=off", "POSTS_PER_HOUR=1000000", "DATA_DIR=" + b.TempDir()}
	var err error
	if w.Store, err = store.Open(b.Context(), w.address); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(w.Close)
	return w
}

// fill adds so many open listings that anyone may see, of as many groups as it takes, 60 for each 250, and indexes them.
func (w *world) fill(b *testing.B, open int) {
	b.Helper()
	later := time.Now().Add(market.OpenFor)
	for left := open; left > 0; {
		london := w.london()
		var rows []market.Listing
		for _, l := range london.Listings {
			if l.Life == market.Open && len(rows) < left {
				l.Widens = false // a clock that turns for all of them at once would be measured too
				l.ExpiresAt, l.Circle = &later, market.Anyone
				rows = append(rows, l)
			}
		}
		left -= len(rows)
		w.keep(b, london, func(tx *store.Tx) error { return tx.Plant(context.Background(), &rows) })
	}
	if _, err := w.Pool().Exec(b.Context(), "vacuum analyze"); err != nil {
		b.Fatal(err)
	}
	index := search.NewPostgres(w.Pool(), []byte(tokenSecret))
	if err := errors.Join(index.Setup(b.Context()), listing.NewMirror(w.Store, index).Rebuild(b.Context(), time.Now().UTC())); err != nil {
		b.Fatal(err)
	}
}

// london is the next one that was not used. Nobody in it has the same address as anybody in another.
func (w *world) london() sample.World {
	w.seed++
	london := sample.London(w.seed, time.Now())
	for i := range london.Persons {
		london.Persons[i].Address = fmt.Sprintf("p%d-%d@speed.test", w.seed, i)
	}
	for i, p := range london.Places {
		london.Places[i].Public = market.Blur([]byte(placeSecret), p.Exact)
	}
	return london
}

// keep plants the people, groups and places of a London, and more.
func (w *world) keep(b *testing.B, london sample.World, more func(*store.Tx) error) {
	b.Helper()
	ctx := context.Background()
	err := w.InTx(ctx, func(tx *store.Tx) error {
		return errors.Join(tx.Plant(ctx, &london.Persons), tx.PlantGroups(ctx, london.Groups), tx.Plant(ctx, &london.Memberships),
			tx.Plant(ctx, &london.Places), more(tx))
	})
	if err != nil {
		b.Fatal(err)
	}
}

// poster is somebody who is signed in and has a group with a place.
type poster struct {
	address, cookie string
	group           market.ID
}

// posters are so many, each of a group of their own.
func (w *world) posters(b *testing.B, n int) []poster {
	b.Helper()
	var all []poster
	for len(all) < n {
		london := w.london()
		owner := map[market.ID]bool{}
		var sessions []market.Session
		for _, m := range london.Memberships {
			if m.Role != market.Owner || owner[m.GroupID] || owner[m.PersonID] || m.Until != nil {
				continue
			}
			owner[m.GroupID], owner[m.PersonID] = true, true
			secret := account.NewSecret()
			hash := sha256.Sum256(secret)
			now := time.Now().UTC()
			sessions = append(sessions, market.Session{ID: market.NewID(), PersonID: m.PersonID, Hash: hash[:], CreatedAt: now, SeenAt: now})
			all = append(all, poster{address(london, m.PersonID), "wh=" + secret.String(), m.GroupID})
		}
		w.keep(b, london, func(tx *store.Tx) error { return tx.Plant(context.Background(), &sessions) })
	}
	return all[:n]
}

func address(w sample.World, id market.ID) string {
	for _, p := range w.Persons {
		if p.ID == id {
			return p.Address
		}
	}
	return ""
}
