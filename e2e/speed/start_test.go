package speed

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"wherewithal/mail/mailtest"
)

// BenchmarkStart says how long each program takes from its start until it answers with all it needs, and until its copy of
// the open listings is built, and what it holds in memory three seconds after that: on an empty database and on 20,000 open
// listings. The hub's own Postgres is a process of its own, which counts in its time and not in its memory; hub/sample is
// what `make run` starts the second time, on its own Postgres and the invented London.
//
//	go test ./e2e/speed -run - -bench Start -benchtime 3x
func BenchmarkStart(b *testing.B) {
	mails := mailtest.Start(b, mailtest.Options{})
	w := newWorld(b)
	w.env = append(w.env, "SMTP_URL="+mails.URL(), "LOG_LEVEL=error")
	for _, open := range []struct {
		name string
		n    int
	}{{"empty", 0}, {"20000", findable}} {
		w.fill(b, open.n)
		for _, program := range []string{"api", "worker", "hub"} {
			b.Run(program+"/"+open.name, func(b *testing.B) {
				w.startAgain(b, program)
			})
		}
	}
	b.Run("hub/sample", hubOfASample)
}

// startAgain starts the program b.N times; the first start, which may fill the search index, is not counted.
func (w *world) startAgain(b *testing.B, program string) {
	addr, admin := freeAddr(b), freeAddr(b)
	env := append(w.env, "HTTP_ADDR="+addr, "PUBLIC_URL=http://"+addr, "ADMIN_ADDR="+admin)
	again(b, program, "http://"+admin, env)
}

func hubOfASample(b *testing.B) {
	dir, err := os.MkdirTemp("", "wherewithal-speed-hub")
	if err != nil {
		b.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil {
		b.Fatal(err)
	}
	addr, admin := freeAddr(b), freeAddr(b)
	again(b, "hub", "http://"+admin, []string{"DATA_DIR=" + filepath.Join(dir, "data"), "HTTP_ADDR=" + addr, "ADMIN_ADDR=" + admin,
		"PUBLIC_URL=http://" + addr, "DATABASE_URL=", "REDIS_URL=", "SMTP_URL=", "LOG_LEVEL=error"})
}

func again(b *testing.B, program, base string, env []string) {
	var serves, full time.Duration
	var memory float64
	for i := range b.N + 1 {
		p := start(b, program, base, env...)
		s, f := p.ready(b)
		if i > 0 {
			serves, full = serves+s, full+f
			time.Sleep(3 * time.Second)
			memory += p.memory()
		}
		p.stop()
	}
	n := float64(b.N)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(serves.Milliseconds())/n, "serves-ms")
	b.ReportMetric(float64(full.Milliseconds())/n, "pool-ms")
	b.ReportMetric(memory/n, "rss-MiB")
}
