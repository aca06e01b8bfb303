package e2e

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"wherewithal/mail/mailtest"
	"wherewithal/store/storetest"
)

// gate stands before a server; shut, the server is away for those who come through it.
type gate struct {
	t            *testing.T
	addr, target string
	mu           sync.Mutex
	listener     net.Listener
	lines        map[net.Conn]bool
}

func newGate(t *testing.T, target string) *gate {
	t.Helper()
	g := &gate{t: t, addr: "127.0.0.1:0", target: target}
	g.open()
	t.Cleanup(g.shut)
	return g
}

func (g *gate) open() {
	g.t.Helper()
	l, err := net.Listen("tcp", g.addr)
	if err != nil {
		g.t.Fatal(err)
	}
	g.mu.Lock()
	g.listener, g.addr, g.lines = l, l.Addr().String(), map[net.Conn]bool{}
	g.mu.Unlock()
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			go g.carry(l, in)
		}
	}()
}

func (g *gate) carry(l net.Listener, in net.Conn) {
	defer in.Close()
	out, err := net.Dial("tcp", g.target)
	if err != nil {
		return
	}
	defer out.Close()
	g.mu.Lock()
	still := g.listener == l
	if still {
		g.lines[in], g.lines[out] = true, true
	}
	g.mu.Unlock()
	if !still {
		return
	}
	ended := make(chan struct{}, 2)
	for _, way := range [][2]net.Conn{{in, out}, {out, in}} {
		go func() { _, _ = io.Copy(way[0], way[1]); ended <- struct{}{} }()
	}
	<-ended
}

func (g *gate) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.listener != nil {
		g.listener.Close()
		g.listener = nil
	}
	for line := range g.lines {
		line.Close()
	}
}

// town is the site as a large house runs it: an api and a worker of their own, on a Postgres, a Redis and a mail server.
type town struct {
	t               *testing.T
	bin             string // where its programs lie
	address         string // of the database, past the gate
	postgres, redis *gate
	mails           *mailtest.Server
	mailbox         smtpMail
	clock           string // the file that moves the programs' clock
	env             []string
	public          string // the site's address
	inside          string // where the api's figures are
	api, worker     *process
}

func newTown(t *testing.T) *town { t.Helper(); return townWith(t, mailtest.Options{}, time.Time{}) }

// townWith has a mail server with faults, and begins at a time of its own; the zero time is the machine's. more are
// settings of its programs.
func townWith(t *testing.T, mails mailtest.Options, now time.Time, more ...string) *town {
	t.Helper()
	w := groundOf(t, mails, now, more...)
	w.opens()
	w.hire()
	return w
}

// groundOf a town is all that its programs lean on, before they are started.
func groundOf(t *testing.T, mails mailtest.Options, now time.Time, more ...string) *town {
	t.Helper()
	return groundOn(t, storetest.Address(t), mails, now, more...)
}

// groundOn is groundOf with a database of one's own.
func groundOn(t *testing.T, database string, mails mailtest.Options, now time.Time, more ...string) *town {
	t.Helper()
	w := &town{t: t, bin: bin, address: database, mails: mailtest.Start(t, mails), clock: filepath.Join(t.TempDir(), "clock")}
	if !now.IsZero() {
		w.isNow(now)
	}
	w.mailbox = smtpMail{t, w.mails, map[string]bool{}}
	db, err := url.Parse(w.address)
	if err != nil {
		t.Fatal(err)
	}
	w.postgres, w.redis = newGate(t, db.Host), newGate(t, storetest.OwnRedis(t))
	db.Host = w.postgres.addr
	addr := freeAddr(t)
	w.env = []string{"DATABASE_URL=" + db.String(), "REDIS_URL=redis://" + w.redis.addr, "SMTP_URL=" + w.mails.URL(),
		"PLACE_SECRET=" + strings.Repeat("p", 32), "TOKEN_SECRET=" + strings.Repeat("t", 32),
		"HTTP_ADDR=" + addr, "PUBLIC_URL=http://" + addr, "LOG_LEVEL=info", "SWEEP_EVERY=2s", "MAILS_PER_DOMAIN=6000",
		"WHEREWITHAL_CLOCK_FILE=" + w.clock}
	w.env = append(w.env, more...)
	w.public = "http://" + addr
	return w
}

// opens starts the api.
func (w *town) opens() {
	w.t.Helper()
	inside := freeAddr(w.t)
	w.api = startFrom(w.t, w.bin, "api", append(w.env, "ADMIN_ADDR="+inside)...)
	w.inside = "http://" + inside
	w.api.base = w.public
	w.api.ready(w.t)
}

// hire starts a worker.
func (w *town) hire() {
	w.t.Helper()
	addr := freeAddr(w.t)
	w.worker = startFrom(w.t, w.bin, "worker", append(w.env, "ADMIN_ADDR="+addr)...)
	w.worker.base = "http://" + addr
	w.worker.ready(w.t)
}

func (w *town) at() string { return w.api.base }

func (w *town) box() inbox { return w.mailbox }

// isNow moves the clock of all programs of the town; it runs on from there.
func (w *town) isNow(now time.Time) {
	w.t.Helper()
	if err := os.WriteFile(w.clock+".new", []byte(now.Format(time.RFC3339)), 0o600); err != nil {
		w.t.Fatal(err)
	}
	if err := os.Rename(w.clock+".new", w.clock); err != nil {
		w.t.Fatal(err)
	}
}

// until waits until the database answers so.
func (w *town) until(want, sql string) {
	w.t.Helper()
	end := time.NewTimer(patience)
	defer end.Stop()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		got := w.query(sql)
		if got == want {
			return
		}
		select {
		case <-tick.C:
		case <-end.C:
			w.t.Fatalf("%s\nanswers %q, want %q", sql, got, want)
		}
	}
}

// onceEach fails when somebody got a mail twice.
func (w *town) onceEach() {
	w.t.Helper()
	w.settled()
	seen := map[string]int{}
	for _, m := range w.mails.Log() {
		seen[m.Rcpt+" "+m.MessageID+" "+m.Subject]++
	}
	for mail, n := range seen {
		if n != 1 {
			w.t.Errorf("%d times: %s", n, mail)
		}
	}
}

// jos is the address of the one who gives.
const jos = "jo@hall.test"

// theHall fits the story.
const theHall = "Hall for 40, step-free, Thursdays 6 to 10 pm, at SE10"

// withAHall has somebody offer one.
func (w *town) withAHall(b *browser) person {
	w.t.Helper()
	jo := w.neighbour(b, "jo", "Maze Hill Rooms")
	jo.offers(theHall)
	return jo
}

// neighbour is somebody with a group in Greenwich, and the address name@street.test; Jo and Ama have addresses of their own.
func (w *town) neighbour(b *browser, name, group string) person {
	w.t.Helper()
	p := b.person(name, w, way{})
	p.signsIn(addressOf(name), strings.ToUpper(name[:1])+name[1:])
	p.foundsGroup(group, "SE10")
	return p
}

func addressOf(name string) string {
	switch name {
	case "jo":
		return jos
	case "ama":
		return amas
	}
	return name + "@street.test"
}

func (w *town) query(sql string) string { w.t.Helper(); return query(w.t, w.address, sql) }

func TestAnotherWorkerDoesWhatAKilledOneLeft(t *testing.T) {
	t.Parallel()
	w, b := newTown(t), newBrowser(t)
	w.withAHall(b)
	ama := beginsTheStory(b, w, way{})
	w.worker.kill()
	w.hire()
	saysYes(ama)
	w.worker.kill()
	w.hire()
	endsTheStory(ama, way{})
}

func TestWithRedisAwayListingsAreAcceptedAndMatchedLater(t *testing.T) {
	t.Parallel()
	w, b := newTown(t), newBrowser(t)
	w.withAHall(b)
	ama := w.neighbour(b, "ama", "Tuesday Lark Choir")
	w.redis.shut()
	ama.asks(sentence)
	if status := ama.opens("/find?q=hall"); status != http.StatusOK {
		t.Errorf("with Redis away the search answers %d", status)
	}
	w.redis.open()
	saysYes(ama)
}

func TestWithPostgresAwayTheSiteSaysSoAndComesBack(t *testing.T) {
	t.Parallel()
	w, b := newTown(t), newBrowser(t)
	p := b.person("visitor", w, way{})
	w.postgres.shut()
	answer, err := http.Get(w.api.base + "/")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" {
		t.Errorf("status %d, Retry-After %q", answer.StatusCode, answer.Header.Get("Retry-After"))
	}
	p.opens("/")
	p.sees("We are not ready just now")
	w.postgres.open()
	w.api.ready(t)
	if status := p.opens("/find?q=hall"); status != http.StatusOK {
		t.Errorf("after Postgres came back: status %d", status)
	}
	w.withAHall(b)
}

// state is every row of every table, but for when a session was last seen.
const state = `
	select coalesce(string_agg(line, E'\n' order by line), '') from (
		select 'x' as line where false %s
	) all_rows`

func (w *town) rows() string {
	w.t.Helper()
	each := w.query(`
		select string_agg(format('union all select %L || (to_jsonb(t) - ''seen_at'')::text from %I t', tablename || ' ', tablename), ' ')
		from pg_tables where schemaname = 'public'`)
	return w.query(strings.Replace(state, "%s", each, 1))
}

// settled waits until the tables have stopped changing: everything that follows from what was done is done.
func (w *town) settled() string {
	w.t.Helper()
	end := time.NewTimer(patience)
	defer end.Stop()
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for last, same := w.rows(), 0; ; {
		select {
		case <-tick.C:
		case <-end.C:
			w.t.Fatal("the tables do not come to rest")
		}
		now := w.rows()
		if same++; now != last {
			last, same = now, 0
		}
		if same == 4 {
			return last
		}
	}
}
