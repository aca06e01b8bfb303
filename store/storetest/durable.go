package storetest

import (
	"context"
	"io"
	"log/slog"
	"os"
	"testing"

	"wherewithal/store"
	"wherewithal/store/embedded"
)

// Durable is the URL of a migrated database on a server of its own, which keeps what it was given as one in real use does:
// fsync on. The other test servers do not wait for the disk. For measurements; it takes seconds to start.
func Durable(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "wherewithal-durable")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil { // the server's user passes through
		t.Fatal(err)
	}
	s, err := embedded.Start(context.Background(), embedded.Options{DataDir: dir,
		Parameters: map[string]string{"max_connections": "200"}, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop(context.Background()) })
	if err := store.Migrate(context.Background(), s.URL()); err != nil {
		t.Fatal(err)
	}
	return s.URL()
}
