package storetest

import (
	"context"
	"strconv"
	"sync"
	"testing"
	"time"

	"wherewithal/store"
)

// Address is the URL of a migrated database for this test alone.
func Address(t testing.TB) string {
	t.Helper()
	return clone(t, house())
}

func house() source {
	return source{"house_" + store.SchemaKey(), func(url string) error { return store.Migrate(context.Background(), url) }}
}

// process tells templates that this process fills from those of any other.
var process = strconv.FormatInt(time.Now().UnixNano(), 36)

// After is a Store on a database for this test alone in which something has happened already: play does it once for each name and
// test process, and what it returns is returned each time. Each test has a copy of the database, and shares the rest: what
// play returns must not be changed.
func After[T any](t testing.TB, name string, play func(*store.Store) T) (*store.Store, T) {
	t.Helper()
	address := clone(t, house(), source{name + "_" + process, func(url string) error {
		s, err := store.Open(context.Background(), url)
		if err != nil {
			return err
		}
		defer s.Close()
		played.Store(name, play(s))
		return nil
	}})
	kept, _ := played.Load(name)
	return open(t, address), kept.(T)
}

// played is what the plays of this process returned, by name.
var played sync.Map

// Open is a Store on a migrated database for this test alone.
func Open(t testing.TB) *store.Store {
	t.Helper()
	return open(t, Address(t))
}

func open(t testing.TB, address string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}
