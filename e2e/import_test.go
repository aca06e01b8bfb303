package e2e

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"wherewithal/partner"
)

// fileRows is how many rows a sentFile has: more than one transaction's, of which the first is done when the hub is killed, and the second
// in its middle.
const fileRows = 120

// sentFile is a partner's file of listings that a hub is at, while the partner's server still thinks about the first message of a webhook.
type sentFile struct {
	hub    *hub
	key    string
	text   string
	id     string
	hears  *receiver
	holder *pgx.Conn // has a row of the second transaction locked
}

// receiver is a partner's server, which thinks about the first message until whoever sent it has gone.
type receiver struct {
	*httptest.Server
	first chan string // the id of the first message

	mu  sync.Mutex
	ids map[string]int // of messages, with how often each came
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{first: make(chan string, 1), ids: map[string]int{}}
	r.Server = httptest.NewTLSServer(r)
	t.Cleanup(r.Close)
	return r
}

// roots is a setting of a hub that lets webhooks reach the receiver on this machine.
func (r *receiver) roots(t *testing.T) string {
	file := filepath.Join(t.TempDir(), "roots.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: r.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	return "WHEREWITHAL_WEBHOOK_ROOTS=" + file
}

func (r *receiver) ServeHTTP(_ http.ResponseWriter, message *http.Request) {
	id := message.Header.Get("webhook-id")
	_, _ = io.Copy(io.Discard, message.Body) // else nobody looks whether the sender is there
	r.mu.Lock()
	r.ids[id]++
	first := len(r.ids) == 1 && r.ids[id] == 1
	r.mu.Unlock()
	if first {
		r.first <- id
		<-message.Context().Done()
	}
}

func (r *receiver) times(id string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ids[id]
}

// sendsAFile has a partner that may post for ten groups be told of a listing, then send a file and have it done; it comes back in the middle
// of both.
func (h *hub) sendsAFile(hears *receiver) *sentFile {
	h.t.Helper()
	f := &sentFile{hub: h, key: partner.NewKey(false), hears: hears}
	f.letsIn()
	h.becomes(`select count(*)::text from webhook_mark`, "1")
	f.asks(http.MethodPost, "/webhooks", "application/json", fmt.Sprintf(`{"url":%q,"types":["listing.changed","listing.gone"]}`, hears.URL+"/hooks"))
	f.asks(http.MethodPut, "/partner/listings/first", "application/json", `{"groupReference":"g1","side":"offer","kind":"equipment","title":"Folding chairs","where":"collected",`+
		`"terms":{"kind":"gift"},"circle":"anyone","postcode":"SE10"}`)
	select {
	case <-time.After(patience):
		h.t.Fatal("the webhook was told nothing")
	case id := <-hears.first:
		hears.first <- id
	}
	f.text = fileText()
	f.id, _ = f.send()["id"].(string)
	look := f.asks(http.MethodGet, "/partner/imports/"+f.id, "", "")
	if look["added"] != float64(fileRows) {
		h.t.Fatalf("the look says %v", look)
	}
	f.holds(fileRows - 5)
	f.asks(http.MethodPost, "/partner/imports/"+f.id+"/apply", "application/json", fmt.Sprintf(`{"sha256":%q}`, look["sha256"]))
	h.becomes(`select (`+f.count(`result = 'done'`)+` > 0 and exists (select from pg_locks where not granted))::text`, "true")
	return f
}

// letsIn makes the partner, a key of its own, and what ten groups said.
func (f *sentFile) letsIn() {
	f.hub.t.Helper()
	sum := sha256.Sum256([]byte(f.key))
	f.hub.query(`with someone as (select id from people order by id limit 1),
		site as (insert into partners (id, person_id, name, site, purpose, created_at) select gen_random_uuid(), id, 'Lark Lane directory', 'https://directory.example', 'Lists things.', now()
			from someone returning id, person_id),
		may as (insert into partner_grants (id, partner_id, scopes, per_minute, per_day, state, asked_at, decided_at)
			select gen_random_uuid(), id, '["search","listings:write","webhooks"]', 1000, 100000, 'granted', now(), now() from site),
		key as (insert into tokens (id, person_id, name, hash, scopes, created_at, expires_at, partner_id, prefix)
			select gen_random_uuid(), person_id, 'directory', '\x` + hex.EncodeToString(sum[:]) + `', '[]', now(), '9999-12-31', id, 'wh_live_' from site),
		said as (insert into mandates (id, partner_id, test, reference, group_id, state, asked_at, lapses_at, answered_at)
			select gen_random_uuid(), site.id, false, 'g' || row_number() over (order by g.id), g.id, 'given', now(), now(), now()
			from site, (select g.id from groups g where closed_at is null and held_at is null and not name_hidden and not exists (select from network_members m
				join networks n on n.id = m.network_id and n.sandbox where m.group_id = g.id) order by g.id limit 10) g)
		select id::text from site`)
}

func fileText() string {
	var rows strings.Builder
	rows.WriteString("reference,groupReference,side,kind,title,where,terms,circle,postcode\n")
	for n := range fileRows {
		fmt.Fprintf(&rows, "r%d,g%d,offer,equipment,Folding chairs %d,collected,gift,anyone,SE10\n", n, n%10+1, n)
	}
	return rows.String()
}

// holds has whoever does a row wait.
func (f *sentFile) holds(position int) {
	t := f.hub.t
	t.Helper()
	var err error
	if f.holder, err = pgx.Connect(t.Context(), f.hub.database()); err == nil {
		_, err = f.holder.Exec(t.Context(), fmt.Sprintf(`begin; select from import_rows where import_id = '%s' and position = %d for update`, f.id, position))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// letGo ends what keeps the file.
func (f *sentFile) letGo() { _ = f.holder.Close(context.Background()) } // its Postgres may have gone with the hub

// send sends the file under its one Idempotency-Key, for the first time or again.
func (f *sentFile) send() map[string]any {
	f.hub.t.Helper()
	return f.asks(http.MethodPost, "/partner/imports", "text/csv", f.text)
}

func (f *sentFile) asks(method, path, kind, body string) (answer map[string]any) {
	t := f.hub.t
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, f.hub.base+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+f.key)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if kind == "text/csv" {
		r.Header.Set("Idempotency-Key", "the-one-file")
	}
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	if err := json.NewDecoder(got.Body).Decode(&answer); err != nil || got.StatusCode >= 300 {
		t.Fatalf("%s %s: %d %v %v", method, path, got.StatusCode, answer, err)
	}
	return answer
}

// count is an expression for how many of its rows are so.
func (f *sentFile) count(so string) string {
	return `(select count(*) from import_rows where import_id = '` + f.id + `' and ` + so + `)`
}

// endsWhole is asked once the hub is back: the file sent again is the same import, the rest of it is done, each row once, and the webhook is
// told of all of it.
func (f *sentFile) endsWhole() {
	h := f.hub
	h.t.Helper()
	if again := f.send(); again["id"] != f.id {
		h.t.Errorf("the file sent again is %v, and not %s", again, f.id)
	}
	h.becomes(`select state from imports where id = '`+f.id+`'`, "done")
	if done := h.query(`select ` + f.count(`result = 'done'`) + `::text`); done != fmt.Sprint(fileRows) {
		h.t.Errorf("%s rows of the file are done", done)
	}
	if n := h.query(`select count(*)::text from supplied s join listings l on l.id = s.listing_id where l.title like 'Folding chairs %'`); n != fmt.Sprint(fileRows) {
		h.t.Errorf("a file of %d rows left %s listings", fileRows, n)
	}
	f.wasTold()
}

// wasTold has every message that there is have come, and the one that was on its way when the hub was killed once more, under the same id.
func (f *sentFile) wasTold() {
	h := f.hub
	h.t.Helper()
	h.query(`with ended as (update webhooks set lease_until = now() where lease is not null returning 1) select count(*)::text from ended`) // else it is 30 seconds
	h.becomes(`select count(distinct d.subject_id)::text from deliveries d join supplied s on s.listing_id = d.subject_id where d.type = 'listing.changed' and d.state = 'done'`,
		fmt.Sprint(fileRows+1))
	h.becomes(`select count(*)::text from deliveries where state = 'waiting'`, "0")
	for id := range strings.SplitSeq(h.query(`select string_agg(id::text, ',') from deliveries`), ",") {
		if f.hears.times(id) == 0 {
			h.t.Errorf("message %s never came", id)
		}
	}
	if first := <-f.hears.first; f.hears.times(first) < 2 {
		h.t.Error("the message that was on its way did not come again")
	}
}
