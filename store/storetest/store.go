package storetest

import (
	"context"
	"testing"

	"wherewithal/store"
)

// Address is the URL of a migrated database for this test alone.
func Address(t testing.TB) string {
	t.Helper()
	migrate := func(url string) error { return store.Migrate(context.Background(), url) }
	return New(t, migrate, "house_"+store.SchemaKey())
}

// Open is a Store on a migrated database for this test alone.
func Open(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), Address(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}
