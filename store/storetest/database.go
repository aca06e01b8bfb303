package storetest

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

var wordOnly = regexp.MustCompile(`^[a-z0-9_]{1,40}$`)

// New is the URL of a database for this test alone, dropped when the test ends. It is a clone (about 40 ms) of a
// template that migrate has filled. key names the template: it must change whenever what migrate does changes (a hash
// of the migrations), and consists of a-z, 0-9 and _ (at most 40). migrate runs once for each key and server, and must
// close its connections. Safe in parallel tests and from several processes.
func New(t testing.TB, migrate func(url string) error, key string) (dbURL string) {
	t.Helper()
	return clone(t, source{key, migrate})
}

// source is what a template is called, and what fills it.
type source struct {
	key  string
	fill func(url string) error
}

// clone the last of some templates, of which each is filled on a clone of the one before.
func clone(t testing.TB, layers ...source) (dbURL string) {
	t.Helper()
	admin := Server(t)
	template, name := "", "test_"+strings.ReplaceAll(uuid.NewString(), "-", "")
	if err := withAdmin(admin, func(ctx context.Context, c *pgx.Conn) error {
		for _, layer := range layers {
			if !wordOnly.MatchString(layer.key) {
				return fmt.Errorf("key %q: want a-z, 0-9, _", layer.key)
			}
			below := template
			template = "tmpl_" + layer.key
			if err := ensureTemplate(ctx, c, admin, template, below, layer.fill); err != nil {
				return err
			}
		}
		return copied(ctx, c, name, template)
	}); err != nil {
		t.Fatalf("storetest: %v", err)
	}
	t.Cleanup(func() { drop(t, admin, name) })
	return databaseURL(admin, name)
}

// copied makes a database like another, or an empty one of "".
func copied(ctx context.Context, c *pgx.Conn, name, template string) error {
	if template == "" {
		return statement(ctx, c, "CREATE DATABASE %s", name)
	}
	return statement(ctx, c, "CREATE DATABASE %s TEMPLATE %s STRATEGY FILE_COPY", name, template)
}

func drop(t testing.TB, admin, name string) {
	if err := withAdmin(admin, func(ctx context.Context, c *pgx.Conn) error {
		return statement(ctx, c, "DROP DATABASE %s WITH (FORCE)", name)
	}); err != nil {
		t.Errorf("storetest: drop %s: %v", name, err)
	}
}

// ensureTemplate makes the template if there is none. It is built under another name and renamed, so that one whose
// building was killed is never cloned; the lock lets one process build while the others wait.
func ensureTemplate(ctx context.Context, c *pgx.Conn, admin, template, below string, fill func(url string) error) error {
	if there, err := hasDatabase(ctx, c, template); there || err != nil {
		return err
	}
	if _, err := c.Exec(ctx, "SELECT pg_advisory_lock(hashtext($1))", template); err != nil {
		return fmt.Errorf("wait for the template: %w", err)
	}
	defer c.Exec(ctx, "SELECT pg_advisory_unlock(hashtext($1))", template)
	if there, err := hasDatabase(ctx, c, template); there || err != nil {
		return err
	}
	building := template + "_building"
	if err := statement(ctx, c, "DROP DATABASE IF EXISTS %s WITH (FORCE)", building); err != nil {
		return err
	}
	if err := copied(ctx, c, building, below); err != nil {
		return err
	}
	if err := fill(databaseURL(admin, building)); err != nil {
		return fmt.Errorf("fill the template: %w", err)
	}
	return statement(ctx, c, "ALTER DATABASE %s RENAME TO %s", building, template)
}

func hasDatabase(ctx context.Context, c *pgx.Conn, name string) (there bool, err error) {
	err = c.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&there)
	return there, err
}

// statement runs one whose names are put in quoted: utility statements take no parameters.
func statement(ctx context.Context, c *pgx.Conn, format string, names ...any) error {
	for i, n := range names {
		names[i] = pgx.Identifier{n.(string)}.Sanitize()
	}
	_, err := c.Exec(ctx, fmt.Sprintf(format, names...))
	return err
}

// withAdmin does f on a connection that nobody else uses meanwhile; it does not hang on the test's context, because cleanup needs
// it too.
func withAdmin(admin string, f func(context.Context, *pgx.Conn) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	c, err := connected(ctx, admin)
	if err != nil {
		return err
	}
	if err := f(ctx, c); err != nil {
		c.Close(ctx)
		return err
	}
	idleAdmins.mu.Lock()
	defer idleAdmins.mu.Unlock()
	idleAdmins.of[admin] = append(idleAdmins.of[admin], c)
	return nil
}

// idleAdmins are connections that were used before, by server, until the process ends: each test wants one twice, and to make one
// costs a quarter of what a clone does. There are as many as tests that began at once.
var idleAdmins = struct {
	mu sync.Mutex
	of map[string][]*pgx.Conn
}{of: map[string][]*pgx.Conn{}}

func connected(ctx context.Context, admin string) (*pgx.Conn, error) {
	for c := idleAdmin(admin); c != nil; c = idleAdmin(admin) {
		if c.Ping(ctx) == nil {
			return c, nil
		}
		c.Close(ctx) // its server went
	}
	return pgx.Connect(ctx, admin)
}

// idleAdmin is nil when there is none.
func idleAdmin(admin string) *pgx.Conn {
	idleAdmins.mu.Lock()
	defer idleAdmins.mu.Unlock()
	all := idleAdmins.of[admin]
	if len(all) == 0 {
		return nil
	}
	last := len(all) - 1
	idleAdmins.of[admin] = all[:last]
	return all[last]
}

func databaseURL(admin, name string) string {
	u, err := url.Parse(admin)
	if err != nil { // a URL that has just served to connect
		panic(err)
	}
	u.Path = "/" + name
	return u.String()
}
