package soak

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"wherewithal/mail/mailtest"
	"wherewithal/store"
	"wherewithal/store/embedded"
	"wherewithal/store/embedded/tether"
)

// tokenSecret signs the links of mails: the checker reads whom and what they are for.
const tokenSecret = "tttttttttttttttttttttttttttttttt"

// began is the business time at which a soak begins: a Monday.
var began = time.Date(2027, 1, 11, 10, 0, 0, 0, time.UTC)

// house is an api and workers as they are released but for their clock, on a Postgres and a Redis of their own and with a
// mail server that fails. All of them can be killed and come back at the same address.
type house struct {
	t       *testing.T
	dir     string
	bin     string
	env     []string
	base    string // of the site
	mails   *mailtest.Server
	options embedded.Options
	redisAt string
	*store.Store

	mu       sync.Mutex // held while parts come and go
	postgres *embedded.Server
	redis    *tether.Child
	programs map[string]*tether.Child // api, worker 1, worker 2
	kills    []outage

	broken atomic.Bool // the database does not answer, or not as asked: there is no use in going on

	clock sync.Mutex
	moves []moved // of the clock, the last one last
}

// faults of the mail server: of 20 tries 7 are cut, 5 hear that they must come again, 1 is answered slowly.
func faults(seed uint64) mailtest.Options {
	kinds := []mailtest.Fault{mailtest.CutEarly, mailtest.CutEarly, mailtest.CutText, mailtest.CutText,
		mailtest.CutAfter, mailtest.CutAfter, mailtest.CutAfter, mailtest.Busy, mailtest.Busy, mailtest.Later, mailtest.Later, mailtest.Full, mailtest.Slow}
	return mailtest.Options{Rate: 13.0 / 20, Kinds: kinds, Seed: seed, Pause: 150 * time.Millisecond, Keep: gist}
}

// gist keeps of a mail what people act on and the checker looks at: a long soak takes a hundred thousand.
func gist(m mailtest.Mail) mailtest.Mail {
	seen := map[string]bool{}
	var kept []string
	all := m.Subject + "\n" + m.Text + "\n" + m.HTML + "\n" + string(m.Raw)
	for _, what := range []*regexp.Regexp{anyLink, address, named} {
		for _, found := range what.FindAllString(all, -1) {
			if !seen[found] {
				seen[found] = true
				kept = append(kept, found)
			}
		}
	}
	m.Raw, m.HTML, m.Headers, m.Files, m.Text = nil, "", nil, nil, strings.Join(kept, "\n")
	return m
}

func newHouse(t *testing.T, seed uint64) *house {
	t.Helper()
	dir, err := os.MkdirTemp("", "wherewithal-soak")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil { // the database runs as another user
		t.Fatal(err)
	}
	h := &house{t: t, dir: dir, mails: mailtest.Start(t, faults(seed)), redisAt: freeAddr(t), programs: map[string]*tether.Child{}}
	h.isNow(began)
	h.options = embedded.Options{DataDir: filepath.Join(dir, "data"), Port: port(freeAddr(t)), Logger: slog.New(slog.DiscardHandler),
		Parameters: map[string]string{"max_connections": "200"}}
	h.startPostgres()
	h.startRedis()
	t.Cleanup(h.stop)
	if err := store.Migrate(t.Context(), h.postgres.URL()); err != nil {
		t.Fatal(err)
	}
	if h.Store, err = store.Open(t.Context(), h.postgres.URL()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	h.exec(books)
	site := freeAddr(t)
	h.base = "http://" + site
	h.env = append(os.Environ(), "DATABASE_URL="+h.postgres.URL(), "REDIS_URL=redis://"+h.redisAt, "SMTP_URL="+h.mails.URL(), "MAILS_PER_DOMAIN=6000",
		"PLACE_SECRET="+strings.Repeat("p", 32), "TOKEN_SECRET="+tokenSecret, "HTTP_ADDR="+site, "PUBLIC_URL="+h.base, "ADMIN_ADDR=off",
		"LOG_LEVEL=warn", "SWEEP_EVERY="+sweep(setting("SOAK_N", shortForm)), "MAIL_WORKERS="+strconv.Itoa(sendsAtOnce), "WHEREWITHAL_CLOCK_FILE="+h.clockFile())
	return h
}

// sweep is how often the outbox is swept: often, so that what a kill left is found soon, but of many jobs not so often that a sweep
// takes all of its time.
func sweep(n int) string { return (time.Second + time.Duration(n)*time.Millisecond).String() }

// books has the database note when something of an offer is taken and given back, by its own clock: the guard, which runs first,
// holds the offer by then, so that the times are in the order in which things came about. What the programs write of it is the
// business time at which an act began, and one act may have waited for another. Letters are forgotten thirty days after they ended,
// and a soak ends months later: soak_letters has what became of those.
const books = `
	create table soak_books (allocation uuid, offer uuid, amount int, starts_at timestamptz, ends_at timestamptz, kept timestamptz, released timestamptz);
	create index on soak_books (allocation);
	create function soak_book() returns trigger language plpgsql as $$
	begin
		if tg_op = 'INSERT' or old.released_at is not null and new.released_at is null then
			insert into soak_books values (new.id, new.offer_id, new.amount, new.starts_at, new.ends_at, clock_timestamp());
		elsif old.released_at is null and new.released_at is not null then
			update soak_books set released = clock_timestamp() where allocation = new.id and released is null;
		end if;
		return null;
	end $$;
	create trigger allocations_soak after insert or update on allocations for each row execute function soak_book();
	create table soak_letters (like letters);
	create function soak_letter() returns trigger language plpgsql as $$ begin insert into soak_letters select old.*; return null; end $$;
	create trigger letters_soak after delete on letters for each row execute function soak_letter()`

func (h *house) clockFile() string { return filepath.Join(h.dir, "clock") }

// programs is where those of other tests of whole programs lie too (e2e/process_test.go): built alike, they are linked once.
const programs = "../../.tools/testclock"

// build makes the programs with a clock that the soak moves.
func (h *house) build() {
	h.t.Helper()
	bin, err := filepath.Abs(programs)
	if err != nil {
		h.t.Fatal(err)
	}
	cmd := exec.Command("go", "build", "-tags", "testclock", "-ldflags=-s -w", "-o", bin+"/", "wherewithal/cmd/api", "wherewithal/cmd/worker")
	if out, err := cmd.CombinedOutput(); err != nil {
		h.t.Fatalf("%v\n%s", err, out)
	}
	h.bin = bin
}

// open starts all programs and waits until the site answers.
func (h *house) open() {
	h.t.Helper()
	for _, name := range []string{"api", "worker 1", "worker 2"} {
		h.start(name)
	}
	end := time.Now().Add(time.Minute)
	for status(h.base+"/readyz") != http.StatusOK {
		if time.Now().After(end) {
			h.t.Fatal("the site does not open")
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func status(url string) int {
	answer, err := http.Get(url)
	if err != nil {
		return 0
	}
	answer.Body.Close()
	return answer.StatusCode
}

func (h *house) start(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	log, err := os.OpenFile(filepath.Join(h.dir, name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		h.t.Error(err)
		return
	}
	defer log.Close()
	program, _, _ := strings.Cut(name, " ")
	cmd := exec.Command(filepath.Join(h.bin, program))
	cmd.Env, cmd.Stdout, cmd.Stderr = append(slices.Clone(h.env), "MAIL_FROM=Soak <"+envelope(name)+">"), log, log
	child, err := tether.Start(cmd, syscall.SIGKILL)
	if err != nil {
		h.t.Error(err)
		return
	}
	h.programs[name] = child
}

// kill is kill -9.
func (h *house) kill(name string) {
	h.mu.Lock()
	child := h.programs[name]
	h.mu.Unlock()
	from := time.Now()
	child.Signal(syscall.SIGKILL)
	<-child.Done()
	h.wasAway(name, from)
}

func (h *house) wasAway(what string, from time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.kills = append(h.kills, outage{what, from, time.Now()})
}

func (h *house) startPostgres() {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	server, err := embedded.Start(ctx, h.options)
	if err != nil {
		h.t.Fatal(err)
	}
	h.postgres = server
}

// restartPostgres ends it by kill -9, or as an operator does, and starts it again.
func (h *house) restartPostgres(hard bool) {
	from := time.Now()
	if hard {
		said, err := os.ReadFile(filepath.Join(h.options.DataDir, "postgres", "data", "postmaster.pid"))
		if err != nil {
			h.t.Error(err)
			return
		}
		first, _, _ := strings.Cut(string(said), "\n")
		pid, err := strconv.Atoi(first)
		if err != nil {
			h.t.Error(err)
			return
		}
		_ = syscall.Kill(pid, syscall.SIGKILL)
		<-h.postgres.Done()
	}
	if err := h.postgres.Stop(context.Background()); err != nil && !hard {
		h.t.Error(err)
	}
	h.startPostgres()
	h.wasAway("postgres", from)
}

func (h *house) startRedis() {
	h.t.Helper()
	cmd := exec.Command("redis-server", "--port", strconv.Itoa(port(h.redisAt)), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
		"--maxmemory-policy", "noeviction", "--dir", h.dir)
	child, err := tether.Start(cmd, syscall.SIGKILL)
	if err != nil {
		h.t.Fatal(err)
	}
	h.redis = child
}

// restartRedis ends it by kill -9 with all it held.
func (h *house) restartRedis() {
	h.redis.Signal(syscall.SIGKILL)
	<-h.redis.Done()
	h.startRedis()
}

func (h *house) stop() {
	for _, p := range h.programs {
		p.Signal(syscall.SIGKILL)
		<-p.Done()
	}
	h.redis.Signal(syscall.SIGKILL)
	<-h.redis.Done()
	_ = h.postgres.Stop(context.Background())
}

// isNow sets the clock of all programs; it runs on from there.
func (h *house) isNow(now time.Time) {
	h.t.Helper()
	file := h.clockFile()
	if err := os.WriteFile(file+".new", []byte(now.Format(time.RFC3339)), 0o600); err != nil {
		h.t.Fatal(err)
	}
	if err := os.Rename(file+".new", file); err != nil {
		h.t.Fatal(err)
	}
	h.clock.Lock()
	defer h.clock.Unlock()
	h.moves = append(h.moves, moved{time.Now(), now})
}

// business is the time the programs' clock shows.
func (h *house) business() time.Time {
	h.clock.Lock()
	defer h.clock.Unlock()
	last := h.moves[len(h.moves)-1]
	return last.to.Add(time.Since(last.at))
}

// exec runs a statement, and tries again while Postgres is away.
func (h *house) exec(sql string, args ...any) {
	h.patiently(func(ctx context.Context) error {
		_, err := h.Pool().Exec(ctx, sql, args...)
		return err
	})
}

func (h *house) patiently(do func(context.Context) error) {
	var err error
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		err = do(ctx)
		cancel()
		if err == nil {
			return
		}
	}
	h.broken.Store(true)
	h.t.Errorf("the database does not answer: %v", err)
}

// hurry makes due what waits for a moment to come by the machine's clock: a mail to be tried again in an hour is tried now.
func (h *house) hurry() {
	h.exec(`update outbox set due_at = now() where state = 'waiting' and due_at > now()`)
}

// age lets the time pass after which a worker is taken for dead, for what was last heard of before a moment.
func (h *house) age(heard time.Time) {
	h.exec(`update outbox set beat_at = beat_at - interval '1 minute' where state = 'sent' and beat_at <= $1`, heard)
	h.exec(`update outbox set sent_at = sent_at - interval '1 minute' where state = 'sent' and beat_at is null and sent_at <= $1`, heard)
}

// chaos is one thing that goes wrong.
type chaos struct {
	what string
	do   func(h *house, r *rand.Rand)
}

// troubles are all that can go wrong with the house, beside its mail server.
var troubles = []chaos{
	{"kill -9 of a worker", func(h *house, r *rand.Rand) {
		name := "worker " + strconv.Itoa(1+r.IntN(2))
		h.kill(name)
		killed := time.Now()
		h.start(name)
		time.AfterFunc(7*time.Second, func() { h.age(killed) }) // the other, and the new one, gave signs of life since
	}},
	{"kill -9 of the api", func(h *house, r *rand.Rand) {
		h.kill("api")
		h.start("api")
	}},
	{"Redis is emptied", func(h *house, r *rand.Rand) { h.flushRedis() }},
	{"kill -9 of Redis", func(h *house, r *rand.Rand) { h.restartRedis() }},
	{"kill -9 of Postgres", func(h *house, r *rand.Rand) { h.restartPostgres(true) }},
	{"Postgres is restarted", func(h *house, r *rand.Rand) { h.restartPostgres(false) }},
	{"kill -9 of both workers", func(h *house, r *rand.Rand) {
		h.kill("worker 1")
		h.kill("worker 2")
		h.age(time.Now())
		h.start("worker 1")
		h.start("worker 2")
	}},
}

func (h *house) flushRedis() {
	conn, err := net.DialTimeout("tcp", h.redisAt, time.Second)
	if err != nil {
		return // it has just been killed: empty enough
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	fmt.Fprint(conn, "FLUSHALL\r\n")
	_, _ = conn.Read(make([]byte, 16))
}

func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func port(addr string) int {
	_, p, _ := net.SplitHostPort(addr)
	n, _ := strconv.Atoi(p)
	return n
}
