package pages

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/store/storetest"
	"wherewithal/telemetry"
	"wherewithal/web/httpx"
)

// clients post at the same time, and as many write by pgx.
const clients = 32

// BenchmarkAccept posts listings as a browser does, over HTTP, from 32 clients with a connection each, and writes the same
// rows with nothing but pgx, by as many, through the same pool and with the same durability: on the test server, whose
// fsync is off, and on one that waits for the disk at every commit as in real use. The two ways take turns, so that whatever
// else the machine does slows both.
//
// It reports listings a second, the one in per cent of the other, and the processor time that a listing took in this
// process (clients included) and in Postgres: the per cent by processor time is what to expect of an idle machine, for the
// two cores are the limit there. Where other programs want the cores too, the way with more processes at work gets more of
// them, which is raw pgx.
func BenchmarkAccept(b *testing.B) {
	for _, server := range []struct {
		name string
		open func(testing.TB) string
	}{{"fsync=off", storetest.Address}, {"fsync=on", storetest.Durable}} {
		b.Run(server.name, func(b *testing.B) {
			a := openAcceptance(b, server.open(b))
			b.Run("one-by-one", func(b *testing.B) { a.bench(b, oneByOne) })
			b.Run("together", func(b *testing.B) { a.bench(b, allAtOnce) })
		})
	}
}

func (a *acceptance) bench(b *testing.B, write func(pgx.Tx, []statement) error) {
	http, raw := a.turns(b, write)
	http.report(b, "http", b.N)
	raw.report(b, "pgx", b.N)
	b.ReportMetric(100*raw.took.Seconds()/http.took.Seconds(), "%-of-pgx")
	b.ReportMetric(100*raw.cpu.all().Seconds()/http.cpu.all().Seconds(), "%-by-cpu")
	b.ReportMetric(0, "ns/op")
}

// acceptance is a site as a real api has it, somebody signed in with a group, and what they post.
type acceptance struct {
	*house
	group  market.ID
	server *http.Server
	at     net.Addr
	cookie string
	body   string
	cpu    func() spent
}

func openAcceptance(b *testing.B, address string) *acceptance {
	s, err := store.Open(b.Context(), address+"&pool_max_conns="+strconv.Itoa(clients)+"&synchronous_commit=on")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(s.Close)
	a := &acceptance{house: openOn(b, s)}
	a.site.Config.PostsPerHour = 1_000_000_000
	if err := indexOf(a.site).Setup(b.Context()); err != nil {
		b.Fatal(err)
	}
	br := a.browser()
	br.signIn("bench@hall.example", "Bench")
	a.group = br.found("Bench Hall")
	a.body = url.Values{"group": {string(a.group)}, "do": {"post"}, "title": {"Church hall for 80"}, "kind": {market.Room},
		"description": {"Church hall for 80, step-free, Thursdays 6 to 10 pm"}, "terms": {"shared"}, "where": {"at_place"}, "circle": {"anyone"}}.Encode()
	here, _ := url.Parse(a.house.server.URL)
	for _, c := range br.client.Jar.Cookies(here) {
		a.cookie += c.Name + "=" + c.Value + "; "
	}
	a.serve(b)
	a.cpu = meter(b, s)
	return a
}

// serve starts the site once more, as the api does: with its time-outs, its metrics, and a log of warnings.
func (a *acceptance) serve(b *testing.B) {
	engine, err := httpx.New(httpx.Options{Log: telemetry.Logger(os.Stderr, slog.LevelWarn, "text"), Metrics: telemetry.NewMetrics()})
	if err != nil {
		b.Fatal(err)
	}
	New(a.site.Options).Register(engine)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	a.server, a.at = httpx.Server("", engine), l.Addr()
	go func() { _ = a.server.Serve(l) }()
	b.Cleanup(func() { _ = a.server.Close() })
}

// stint is what some listings took.
type stint struct {
	took time.Duration
	cpu  spent
}

func (s stint) report(b *testing.B, name string, n int) {
	b.ReportMetric(float64(n)/s.took.Seconds(), name+"/s")
	b.ReportMetric(float64(s.cpu.here.Microseconds())/float64(n), name+"-cpu-us")
	b.ReportMetric(float64(s.cpu.postgres.Microseconds())/float64(n), name+"-pg-cpu-us")
}

// turns are short, so that a busy second of the machine meets both ways.
const turn = 400

func (a *acceptance) turns(b *testing.B, write func(pgx.Tx, []statement) error) (overHTTP, raw stint) {
	posters := make([]*speaker, clients)
	for i := range posters {
		posters[i] = a.connect(b)
		defer posters[i].Close()
	}
	post := func(i int) error { return posters[i].post(a.body + "&once=" + string(market.NewID())) }
	insert := func(int) error {
		return pgx.BeginFunc(context.Background(), a.store.Pool(), func(tx pgx.Tx) error { return write(tx, rawRows(a.now, a.group)) })
	}
	a.stint(b, 2*clients, post)
	a.stint(b, 8*clients, insert)
	for left := b.N; left > 0; left -= turn {
		overHTTP.add(a.stint(b, min(turn, left), post))
		raw.add(a.stint(b, min(turn, left), insert))
	}
	return overHTTP, raw
}

func (s *stint) add(more stint) {
	s.took += more.took
	s.cpu.here += more.cpu.here
	s.cpu.postgres += more.cpu.postgres
}

// stint has every client do its work until n are done.
func (a *acceptance) stint(b *testing.B, n int, do func(client int) error) stint {
	before, began := a.cpu(), time.Now()
	var done atomic.Int64
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() {
			for done.Add(1) <= int64(n) {
				if err := do(i); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	took, after := time.Since(began), a.cpu()
	return stint{took, spent{after.here - before.here, after.postgres - before.postgres}}
}

// speaker is one client: a connection that is kept, on which it writes what a browser sends. It shares the machine with the
// site, so it does no more than that: net/http's client takes as long as half of what the site does.
type speaker struct {
	net.Conn
	head string
	in   *bufio.Reader
	out  bytes.Buffer
}

func (a *acceptance) connect(b *testing.B) *speaker {
	c, err := net.Dial("tcp", a.at.String())
	if err != nil {
		b.Fatal(err)
	}
	return &speaker{Conn: c, in: bufio.NewReader(c), head: "POST /offer HTTP/1.1\r\nHost: " + a.at.String() + "\r\nCookie: " + a.cookie + "\r\n" +
		"User-Agent: Mozilla/5.0 (Android 14; Mobile; rv:120.0) Gecko/120.0 Firefox/120.0\r\nAccept: text/html,application/xhtml+xml\r\n" +
		"Accept-Language: en-GB,en;q=0.5\r\nAccept-Encoding: gzip, deflate, br\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: navigate\r\n" +
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "}
}

func (p *speaker) post(body string) error {
	p.out.Reset()
	fmt.Fprintf(&p.out, "%s%d\r\n\r\n%s", p.head, len(body), body)
	if _, err := p.Write(p.out.Bytes()); err != nil {
		return err
	}
	status, length := "", 0
	for {
		line, err := p.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		if status == "" {
			status = string(line)
		}
		if rest, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			length, _ = strconv.Atoi(string(bytes.TrimSpace(rest)))
		}
		if len(line) == 2 {
			break
		}
	}
	if !strings.Contains(status, "303") {
		return fmt.Errorf("the site answered %s", status)
	}
	_, err := p.in.Discard(length)
	return err
}

// spent is processor time.
type spent struct{ here, postgres time.Duration }

func (s spent) all() time.Duration { return s.here + s.postgres }

// meter reads the processor time of this process and of the server's connections of this database. Where there is no /proc
// the latter is 0.
func meter(b *testing.B, s *store.Store) func() spent {
	return func() spent {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		rows, err := s.Pool().Query(context.Background(), `select pid from pg_stat_activity where datname = current_database()`)
		if err != nil {
			b.Fatal(err)
		}
		pids, err := pgx.CollectRows(rows, pgx.RowTo[int])
		if err != nil {
			b.Fatal(err)
		}
		got := spent{here: time.Duration(u.Utime.Nano() + u.Stime.Nano())}
		for _, pid := range pids {
			got.postgres += cpuOf(pid)
		}
		return got
	}
}

// cpuOf is the time on a processor of a process, as its schedstat has it in nanoseconds.
func cpuOf(pid int) time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/schedstat", pid))
	if err != nil {
		return 0
	}
	ns, _, _ := strings.Cut(string(text), " ")
	n, _ := strconv.ParseInt(ns, 10, 64)
	return time.Duration(n)
}

type statement struct {
	sql  string
	args []any
}

// oneByOne waits for the answer to each statement before it sends the next.
func oneByOne(tx pgx.Tx, statements []statement) error {
	for _, s := range statements {
		if _, err := tx.Exec(context.Background(), s.sql, s.args...); err != nil {
			return err
		}
	}
	return nil
}

// allAtOnce sends the statements together.
func allAtOnce(tx pgx.Tx, statements []statement) error {
	batch := &pgx.Batch{}
	for _, s := range statements {
		batch.Queue(s.sql, s.args...)
	}
	return tx.SendBatch(context.Background(), batch).Close()
}
func rawRows(now time.Time, group market.ID) []statement {
	id := string(market.NewID())
	return []statement{
		{`insert into once (id, person, answer, at) values ($1, $2, $1, $3)`, []any{id, string(group), now}},
		{`insert into listings (id, version, group_id, posted_by, side, kind, title, description, language, tags, facts, quantity, unit,
			splittable, smallest_part, times, way, reach_km, place_id, terms, has, requires, asks, welcomes, not_allowed, involves, circle,
			widens, urgent, life, opened_at, expires_at, created_at, updated_at)
		  select $1::uuid, version, group_id, posted_by, side, kind, title, description, language, tags, facts, quantity, unit,
			splittable, smallest_part, times, way, reach_km, place_id, terms, has, requires, asks, welcomes, not_allowed, involves, circle,
			widens, urgent, life, opened_at, expires_at, created_at, updated_at
		  from listings where group_id = $2 limit 1`, []any{id, string(group)}},
		{`insert into outbox (kind, subject, due_at, queued_at) values ('index', $1, $2, $2), ('match', $1, $2, $2)`, []any{id, time.Now()}},
		{`insert into events (at, actor, on_behalf, verb, subject, subject_id) values ($2, $3, $3, 'listing.published', 'listing', $1)`,
			[]any{id, now, string(group)}},
	}
}
