package partner_test

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"wherewithal/partner"
)

// rowsOf is a file of so many rows that are written as they are read, some of them broken UTF-8.
func rowsOf(n int) io.Reader {
	r, w := io.Pipe()
	go func() {
		_, err := io.WriteString(w, heading)
		for i := 0; i < n && err == nil; i++ {
			title := "Things"
			if i%10 == 9 {
				title = "Th\xffngs"
			}
			_, err = io.WriteString(w, line(fmt.Sprint("r", i), fmt.Sprint("c", i%100), title))
		}
		_ = w.CloseWithError(err)
	}()
	return r
}

// highest watches the heap in use until it is stopped, and says the most it was.
func highest() (stop func() uint64) {
	var most atomic.Uint64
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most.Store(max(most.Load(), m.HeapInuse))
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return func() uint64 { close(done); <-ended; return most.Load() }
}

// BenchmarkLook looks at a file of so many rows for a hundred groups that have not answered, 500 of each may wait, and says how
// many rows a second that is, and the most memory in use: taken in and, as it is a long one, looked at by its job. What is too much, or broken, is refused, and nothing is left of a file that
// another takes the place of.
//
//	go test ./partner -run - -bench Look -benchtime 1x
func BenchmarkLook(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			w, bearer := feeding(b)
			for i := range 100 {
				w.asks(bearer, w.choir(fmt.Sprint("c", i), fmt.Sprintf("c%d@choir.test", i)))
			}
			began, stop, took := time.Now(), highest(), time.Duration(0)
			for b.Loop() {
				sent := time.Now()
				i, err := w.partners.ReadImport(w.ctx, bearer, partner.Sending{Format: partner.FormatCSV, File: rowsOf(n)}, w.now)
				w.must(err)
				took += time.Since(sent)
				w.must(w.partners.LookImport(w.ctx, i.ID, bearer.Partner.ID, w.now))
				c := w.counts(i)
				if c.Rows != n || c.Added+c.Refused != n || c.Refused < n/10 || c.Added != min(n*9/10, 45_000) {
					b.Errorf("%+v", c)
				}
			}
			b.ReportMetric(float64(n*b.N)/time.Since(began).Seconds(), "rows/s")
			b.ReportMetric(took.Seconds()/float64(b.N), "s-answered")
			b.ReportMetric(float64(stop()>>20), "MB-most")
			_, err := w.partners.ReadImport(w.ctx, bearer, partner.Sending{Format: partner.FormatCSV, File: strings.NewReader("reference\n")}, w.now)
			w.invalid("a file that cannot be read", err, "file")
			if left := w.count(`select count(*) from import_rows`); left != 0 {
				b.Errorf("%d rows are left of the one before", left)
			}
		})
	}
}
