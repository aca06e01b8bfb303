package speed

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"wherewithal/mail/mailtest"
	"wherewithal/matching/meaning"
	"wherewithal/store/embedded/tether"
)

// BenchmarkSize says what every part of a site takes in memory and on disk, once its search index is whole and b.N pages were
// read, eight at a time: api, worker, Postgres, Redis, and the Meilisearch that MEILISEARCH names the program of (none where it
// is not set: Postgres searches then). Memory is MiB in RAM, with what processes share counted once (PSS); a system keeps
// files in what is left. SPEED_LISTINGS is how many listings are open (20,000). With the model where make model has fetched it, as the
// image has it: read-listings says of how many the worker had read what they mean by then, 2,000 each five minutes.
//
//	MEILISEARCH=/usr/local/bin/meilisearch SPEED_LISTINGS=20000 go test ./e2e/speed -run - -bench Size -benchtime 400x -timeout 1h
func BenchmarkSize(b *testing.B) {
	listings := wanted()
	w := newWorld(b)
	w.env = append(w.env, "SMTP_URL="+mailtest.Start(b, mailtest.Options{}).URL())
	model := theModel(b)
	w.env = append(w.env, model...)
	w.fill(b, listings)
	meili, files := w.meilisearch(b)
	addr, admin := freeAddr(b), freeAddr(b)
	env := append(w.env, "HTTP_ADDR="+addr, "PUBLIC_URL=http://"+addr, "LOG_LEVEL=error")
	worker := start(b, "worker", "http://"+admin, append(env, "ADMIN_ADDR="+admin)...)
	api := start(b, "api", "http://"+addr, env...)
	worker.ready(b)
	api.ready(b)
	if meili != nil {
		w.awaitIndexed(b, meili.base, listings)
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}
	b.Run(strconv.Itoa(listings), func(b *testing.B) {
		atOnce(b, 8, func(i int) time.Duration {
			return only(get(b, client, api.base+"/find?"+questions[i%len(questions)].ask.Encode()))
		})
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(pss(api.Pid()), "api-MiB")
		b.ReportMetric(pss(worker.Pid()), "worker-MiB")
		b.ReportMetric(w.postgresMemory(b), "postgres-MiB")
		b.ReportMetric(w.redisMemory(b), "redis-MiB")
		if len(model) > 0 {
			b.ReportMetric(w.number(b, `select count(*) from meanings`), "read-listings")
		}
		b.ReportMetric(w.disk(b, `pg_database_size(current_database())`), "postgres-disk-MiB")
		b.ReportMetric(w.disk(b, `(select sum(size) from pg_ls_waldir())`), "postgres-wal-MiB")
		if meili != nil {
			b.ReportMetric(pss(meili.Pid()), "meilisearch-MiB")
			b.ReportMetric(onDisk(b, files), "meilisearch-disk-MiB")
		}
	})
}

// wanted is how many listings are open: SPEED_LISTINGS, or as many as are searched without it.
func wanted() int {
	if n, err := strconv.Atoi(os.Getenv("SPEED_LISTINGS")); err == nil {
		return n
	}
	return findable
}

// meilisearch starts one on files of its own, bounded as in docker-compose.yml, which the programs of this world search in; nil where
// there is none.
func (w *world) meilisearch(b *testing.B) (p *process, files string) {
	b.Helper()
	program := os.Getenv("MEILISEARCH")
	if program == "" {
		return nil, ""
	}
	files, addr := b.TempDir(), freeAddr(b)
	cmd := exec.Command(program, "--no-analytics", "--http-addr", addr, "--db-path", files+"/db", "--max-indexing-memory", "512MiB", "--max-indexing-threads", "1")
	cmd.Dir = files
	began := time.Now()
	child, err := tether.Start(cmd, syscall.SIGTERM)
	if err != nil {
		b.Fatal(err)
	}
	p = &process{child, "meilisearch", "http://" + addr, began}
	b.Cleanup(p.stop)
	w.env = append(w.env, "MEILISEARCH_URL="+p.base)
	return p, files + "/db"
}

// awaitIndexed waits until an index of Meilisearch has so many documents and nothing is left to do.
func (w *world) awaitIndexed(b *testing.B, base string, want int) {
	b.Helper()
	var said struct {
		Indexes map[string]struct {
			NumberOfDocuments int
			IsIndexing        bool
		}
	}
	for end := time.Now().Add(50 * time.Minute); time.Now().Before(end); time.Sleep(time.Second) {
		said.Indexes = nil
		if res, err := http.Get(base + "/stats"); err == nil {
			_ = json.NewDecoder(res.Body).Decode(&said)
			res.Body.Close()
		}
		for _, i := range said.Indexes {
			if i.NumberOfDocuments >= want && !i.IsIndexing {
				return
			}
		}
	}
	b.Fatalf("the index is not whole: %+v", said.Indexes)
}

// pss is a process's part of the memory it uses, in MiB: what it shares is divided by those it shares it with.
func pss(pid int) float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "\nPss:")
	kb, _ := strconv.ParseFloat(strings.Fields(rest + " 0")[0], 64)
	return kb / 1024
}

// postgresMemory is that of all processes of the server.
func (w *world) postgresMemory(b *testing.B) (total float64) {
	b.Helper()
	for _, pid := range family(w.postgres(b)) {
		total += pss(pid)
	}
	return total
}

// postgres is the server's first process.
func (w *world) postgres(b *testing.B) int {
	b.Helper()
	var backend int
	if err := w.Pool().QueryRow(b.Context(), `select pg_backend_pid()`).Scan(&backend); err != nil {
		b.Fatal(err)
	}
	return parent(backend)
}

// family are a process and those that it started.
func family(pid int) []int {
	all, _ := filepath.Glob("/proc/[0-9]*")
	of := []int{pid}
	for _, dir := range all {
		if child, _ := strconv.Atoi(filepath.Base(dir)); parent(child) == pid {
			of = append(of, child)
		}
	}
	return of
}

// parent is the process that started another, 0 where that is not known.
func parent(pid int) (of int) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	after := string(text)[strings.LastIndexByte(string(text), ')')+1:] // a name may hold spaces
	of, _ = strconv.Atoi(strings.Fields(after + " 0 0")[1])
	return of
}

func (w *world) redisMemory(b *testing.B) float64 {
	b.Helper()
	o, err := redis.ParseURL(setting(w.env, "REDIS_URL"))
	if err != nil {
		b.Fatal(err)
	}
	c := redis.NewClient(o)
	defer c.Close()
	said, err := c.Info(context.Background(), "memory").Result()
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(said, "used_memory_rss:")
	bytes, _ := strconv.ParseFloat(strings.Fields(rest + " 0")[0], 64)
	return bytes / (1 << 20)
}

func setting(env []string, name string) (value string) {
	for _, e := range env {
		if v, ok := strings.CutPrefix(e, name+"="); ok {
			value = v
		}
	}
	return value
}

// disk asks Postgres for a number of bytes, and says it in MiB.
func (w *world) disk(b *testing.B, bytes string) (mib float64) {
	b.Helper()
	return w.number(b, `select `+bytes) / (1 << 20)
}

func (w *world) number(b *testing.B, query string) (n float64) {
	b.Helper()
	if err := w.Pool().QueryRow(b.Context(), `select (`+query+`)::float8`).Scan(&n); err != nil {
		b.Fatal(err)
	}
	return n
}

// theModel is the setting that gives a program the model; none where make model has not fetched it.
func theModel(b *testing.B) []string {
	b.Helper()
	dir, err := filepath.Abs("../../model")
	if err != nil {
		b.Fatal(err)
	}
	for _, name := range meaning.Files {
		if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name))); err != nil {
			b.Logf("without the model, which make model fetches: %v", err)
			return nil
		}
	}
	return []string{"MODEL_DIR=" + dir}
}

// onDisk is what the files below a folder take of the disk, in MiB; a file with holes takes less than it is long.
func onDisk(b *testing.B, dir string) float64 {
	b.Helper()
	var blocks int64
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		var at syscall.Stat_t
		if err == nil && syscall.Lstat(path, &at) == nil {
			blocks += at.Blocks
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return float64(blocks) * 512 / (1 << 20)
}
