package config

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const secretA, secretB = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

// enough is what api and worker do not start without.
var enough = []string{
	"DATABASE_URL=postgres://site:hunter2@db/wherewithal", "REDIS_URL=redis://:hunter2@cache:6379/0",
	"SMTP_URL=smtp://post:hunter2@smtp.example:587", "PLACE_SECRET=" + secretA, "TOKEN_SECRET=" + secretB,
}

func with(more ...string) []string { return slices.Concat(enough, more) }

func TestHubNeedsNothing(t *testing.T) {
	c, err := Load("hub", nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.HTTPAddr != "127.0.0.1:8080" || c.PublicURL != "http://127.0.0.1:8080" || c.DataDir != "./data" || c.SessionIdle != 14*24*time.Hour ||
		c.ProposalMailsPerDay != 1 || c.ProposalMailsPerWeek != 3 || c.OpenRequestsPerListing != 3 || c.MailsPerDomain != 60 || c.LogLevel != slog.LevelWarn || c.MailFrom != "Wherewithal <hello@localhost>" {
		t.Errorf("defaults:\n%s", c)
	}
	if !c.DevPages() || c.Secure() || c.Link("/x") != "http://127.0.0.1:8080/x" {
		t.Errorf("DevPages %v, Secure %v, Link %s", c.DevPages(), c.Secure(), c.Link("/x"))
	}
}

func TestFaults(t *testing.T) {
	for name, tc := range map[string]struct {
		program string
		environ []string
		want    []string // variables at fault
	}{
		"api alone":               {"api", nil, []string{"DATABASE_URL", "PLACE_SECRET", "TOKEN_SECRET"}},
		"worker alone":            {"worker", nil, []string{"DATABASE_URL", "PLACE_SECRET", "REDIS_URL", "SMTP_URL", "TOKEN_SECRET"}},
		"api with enough":         {"api", enough, nil},
		"worker with enough":      {"worker", enough, nil},
		"admin alone":             {"admin", nil, nil},
		"every fault at once":     {"hub", []string{"HTTP_ADDR=8080", "ADMIN_ADDR=x", "DATABASE_URL=mysql://x", "SESSION_IDLE=soon", "MATCH_WORKERS=many", "MAIL_WORKERS=0", "LOG_LEVEL=loud", "LOG_FORMAT=xml", "TRUSTED_PROXIES=10.0.0.0/8,me", "MAIL_FROM=nobody", "PUBLIC_URL=http://example.org"}, []string{"ADMIN_ADDR", "DATABASE_URL", "HTTP_ADDR", "LOG_FORMAT", "LOG_LEVEL", "MAIL_FROM", "MAIL_WORKERS", "MATCH_WORKERS", "PUBLIC_URL", "SESSION_IDLE", "TRUSTED_PROXIES"}},
		"http on loopback":        {"hub", []string{"PUBLIC_URL=http://localhost:9999/"}, nil},
		"http on IPv6 loopback":   {"hub", []string{"PUBLIC_URL=http://[::1]:8080"}, nil},
		"http elsewhere":          {"hub", []string{"PUBLIC_URL=http://192.168.1.5:8080"}, []string{"PUBLIC_URL"}},
		"http on a lookalike":     {"hub", []string{"PUBLIC_URL=http://localhost.example.org"}, []string{"PUBLIC_URL"}},
		"https anywhere":          {"hub", []string{"PUBLIC_URL=https://wherewithal.example"}, nil},
		"a path":                  {"hub", []string{"PUBLIC_URL=https://wherewithal.example/site"}, []string{"PUBLIC_URL"}},
		"another scheme":          {"hub", []string{"PUBLIC_URL=ftp://wherewithal.example"}, []string{"PUBLIC_URL"}},
		"open listener":           {"hub", []string{"HTTP_ADDR=:8080"}, []string{"PUBLIC_URL"}},
		"open listener, named":    {"hub", []string{"HTTP_ADDR=:8080", "PUBLIC_URL=https://wherewithal.example"}, nil},
		"any port":                {"hub", []string{"HTTP_ADDR=127.0.0.1:0"}, []string{"PUBLIC_URL"}},
		"short secret":            {"hub", []string{"PLACE_SECRET=short"}, []string{"PLACE_SECRET"}},
		"one secret for two":      {"hub", []string{"PLACE_SECRET=" + secretA, "TOKEN_SECRET=" + secretA}, []string{"TOKEN_SECRET"}},
		"session longer than max": {"hub", []string{"SESSION_IDLE=100h", "SESSION_MAX=50h"}, []string{"SESSION_MAX"}},
		"more a day than a week":  {"hub", []string{"PROPOSAL_MAILS_PER_DAY=5"}, []string{"PROPOSAL_MAILS_PER_WEEK"}},
		"tiles without places":    {"hub", []string{"MAP_TILE_URL=https://tiles.example/"}, []string{"MAP_TILE_URL"}},
		"tiles":                   {"hub", []string{"MAP_TILE_URL=https://tiles.example/{z}/{x}/{y}.png?key=hunter2"}, nil},
		"whom to tell":            {"hub", []string{"SECURITY_CONTACT=mailto:holes@example.org"}, nil},
		"nobody to tell":          {"hub", []string{"SECURITY_CONTACT=holes@example.org"}, []string{"SECURITY_CONTACT"}},
		"mail comes in":           {"worker", with("REPLY_DOMAIN=Reply.Example.org", "INBOUND_SMTP_ADDR=127.0.0.1:2525", "INBOUND_AUTH_SERVER=mx.example.org"), nil},
		"mail to no domain":       {"worker", with("INBOUND_SMTP_ADDR=127.0.0.1:2525"), []string{"REPLY_DOMAIN"}},
		"addresses of nobody":     {"hub", []string{"REPLY_DOMAIN=reply.example.org"}, []string{"INBOUND_SMTP_ADDR"}},
		"another worker listens":  {"worker", with("REPLY_DOMAIN=reply.example.org"), nil},
		"no domain, no port":      {"hub", []string{"REPLY_DOMAIN=ama@reply.example.org", "INBOUND_SMTP_ADDR=2525", "INBOUND_AUTH_SERVER=a b"}, []string{"INBOUND_AUTH_SERVER", "INBOUND_SMTP_ADDR", "REPLY_DOMAIN"}},
		"an address is no domain": {"api", with("REPLY_DOMAIN=10.0.0.1"), []string{"REPLY_DOMAIN"}},
		"signed":                  {"worker", with("DKIM_KEY_FILE=key.pem", "DKIM_SELECTOR=2027a", "MAIL_FROM=hello@example.org", "REPLY_DOMAIN=reply.example.org"), nil},
		"signed without a name":   {"worker", with("DKIM_KEY_FILE=key.pem", "MAIL_FROM=hello@example.org"), []string{"DKIM_SELECTOR"}},
		"signed by a stranger":    {"worker", with("DKIM_KEY_FILE=key.pem", "DKIM_SELECTOR=a", "MAIL_FROM=hello@example.org", "REPLY_DOMAIN=reply.example.net"), []string{"DKIM_DOMAIN"}},
		"not read, not looked at": {"api", with("SWEEP_EVERY=nonsense", "MATCH_WORKERS=many"), nil},
		"empty is unset":          {"hub", []string{"SESSION_IDLE=", "HTTP_ADDR= "}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := Load(tc.program, tc.environ)
			var faults Faults
			if err != nil && !errors.As(err, &faults) {
				t.Fatal(err)
			}
			var got []string
			for _, f := range faults {
				got = append(got, f.Variable)
			}
			slices.Sort(got)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s\n%v", diff, err)
			}
			if err != nil && !reflect.DeepEqual(c, Config{}) {
				t.Error("settings at fault were handed out")
			}
		})
	}
}

func TestDevPagesOnlyWhereNobodyElseCanLook(t *testing.T) {
	for name, tc := range map[string]struct {
		environ []string
		want    bool
	}{
		"defaults":            {nil, true},
		"public by https":     {[]string{"PUBLIC_URL=https://wherewithal.example"}, false},
		"behind a proxy":      {[]string{"HTTP_ADDR=0.0.0.0:8080", "PUBLIC_URL=http://localhost:8080"}, false},
		"mail is really sent": {[]string{"SMTP_URL=smtp://smtp.example"}, false},
	} {
		c, err := Load("hub", tc.environ)
		if err != nil || c.DevPages() != tc.want {
			t.Errorf("%s: %v, %v", name, c.DevPages(), err)
		}
	}
}

func TestNothingPrintedHoldsASecret(t *testing.T) {
	c, err := Load("hub", with("MAP_TILE_URL=https://tiles.example/{z}/{x}/{y}.png?key=hunter2"))
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("start", "config", c)
	for _, said := range []string{c.String(), fmt.Sprintf("%v %+v", c, c), log.String()} {
		for _, secret := range []string{"hunter2", secretA, secretB} {
			if strings.Contains(said, secret) {
				t.Errorf("%q is shown in %s", secret, said)
			}
		}
		if !strings.Contains(said, "site:xxxxx@db") || !strings.Contains(said, "{z}") {
			t.Errorf("what is no secret is missing from %s", said)
		}
	}
	_, err = Load("api", []string{"DATABASE_URL=postgres://site:hunter2@db:port/x", "TOKEN_SECRET=hunter2"})
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a fault shows a secret: %v", err)
	}
}

func TestUsageDocumentsEveryVariable(t *testing.T) {
	fields := reflect.TypeFor[Config]()
	for i := 1; i < fields.NumField(); i++ {
		tag := fields.Field(i).Tag
		for _, key := range []string{"env", "unit", "for", "doc"} {
			if tag.Get(key) == "" {
				t.Errorf("%s has no %s", fields.Field(i).Name, key)
			}
		}
		for _, program := range strings.Fields(tag.Get("for")) {
			if !slices.Contains(Programs, program) || !strings.Contains(Usage(program), "  "+tag.Get("env")+" (") {
				t.Errorf("%s is not in the usage of %s", tag.Get("env"), program)
			}
		}
	}
	if u := Usage("worker"); strings.Contains(u, "HTTP_ADDR (") || !strings.Contains(u, "127.0.0.1:9091") || !strings.Contains(u, "required") {
		t.Errorf("usage of worker:\n%s", u)
	}
}

// The page for operators has a row for each setting of the hub, in the words of -h.
func TestTheTableOfSettingsIsWhole(t *testing.T) {
	page, err := os.ReadFile("../docs/running.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range variables("hub") {
		value := v.Default
		if value != "" {
			value = "`" + value + "`"
		}
		if row := fmt.Sprintf("\n| `%s` | %s | %s | %s |\n", v.Name, v.Unit, value, v.Doc); !strings.Contains(string(page), row) {
			t.Errorf("docs/running.md has no row %s", row)
		}
	}
}

func TestHubKeepsItsSecrets(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	first, err := KeepSecrets(Config{DataDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if len(first.PlaceSecret) < secretLength || first.PlaceSecret == first.TokenSecret {
		t.Error("weak secrets")
	}
	file := filepath.Join(dir, "secrets")
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	second, err := KeepSecrets(Config{DataDir: dir})
	if err != nil || second.PlaceSecret != first.PlaceSecret || second.TokenSecret != first.TokenSecret {
		t.Errorf("the secrets changed, %v", err)
	}
	given, err := KeepSecrets(Config{DataDir: dir, PlaceSecret: secretA})
	if err != nil || given.PlaceSecret != secretA || given.TokenSecret != first.TokenSecret {
		t.Errorf("a secret that was given was not taken, %v", err)
	}
}

func TestHalfASecretIsNotUsed(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "secrets"), []byte("PLACE_SECRET="+secretA+"\nTOKEN_SECRET=bb"), 0o644); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		c, err := KeepSecrets(Config{DataDir: dir})
		if err != nil || c.PlaceSecret != secretA || len(c.TokenSecret) < secretLength {
			t.Errorf("%q %q %v", c.PlaceSecret, c.TokenSecret, err)
		}
	}
}

func TestZeroClockTellsTheTimeAsPostgresKeepsIt(t *testing.T) {
	var clock Clock
	now := clock.Now()
	if now.Location() != time.UTC || now.Nanosecond()%1000 != 0 || time.Since(now).Abs() > time.Minute {
		t.Errorf("now is %v", now)
	}
	at := time.Date(2027, 2, 1, 19, 0, 0, 0, time.UTC)
	if got := ClockOf(func() time.Time { return at }).Now(); !got.Equal(at) {
		t.Errorf("got %v", got)
	}
}

// A setting that nothing reads is a promise that nothing keeps.
func TestEverySettingIsRead(t *testing.T) {
	var code strings.Builder
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || path == filepath.Join("..", "config")) {
			return filepath.SkipDir
		}
		if filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		code.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	own, err := os.ReadFile("config.go") // settings that shape others
	if err != nil {
		t.Fatal(err)
	}
	code.Write(own)
	for f := range reflect.TypeFor[Config]().Fields() {
		if f.Tag.Get("env") != "" && !regexp.MustCompile(`\.`+f.Name+`\b`).MatchString(code.String()) {
			t.Errorf("nothing reads %s", f.Tag.Get("env"))
		}
	}
}
