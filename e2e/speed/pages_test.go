package speed

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"sync"
	"testing"
	"time"
)

// clients read pages at once, each on a connection that is kept.
const clients = 50

// BenchmarkPages asks a real api, with 20,000 open listings, for one kind of page from 50 clients at once, signed out; first for a
// file that it only sends, its style sheet, which is what the rest is measured against: "of-static" is how many times as long
// half of the pages, and all but one in a hundred, took. With PROFILE=folder each leaves a profile of the api's processor there.
//
//	go test ./e2e/speed -run - -bench Pages -benchtime 3000x
func BenchmarkPages(b *testing.B) {
	w := newWorld(b)
	w.fill(b, findable)
	addr, admin := freeAddr(b), freeAddr(b)
	api := start(b, "api", "http://"+addr, append(w.env, "HTTP_ADDR="+addr, "PUBLIC_URL=http://"+addr, "ADMIN_ADDR="+admin, "LOG_LEVEL=error")...)
	api.ready(b)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	one := func(sql string) (id string) {
		if err := w.Pool().QueryRow(b.Context(), sql).Scan(&id); err != nil {
			b.Fatal(err)
		}
		return id
	}
	home, _ := get(b, client, api.base+"/")
	var base []time.Duration
	for _, page := range []struct{ name, path string }{
		{"static", regexp.MustCompile(`/assets/[^"]*\.css`).FindString(home)},
		{"home", "/"}, {"find", "/find"}, {"find-words", "/find?q=hall+thursday+greenwich"},
		{"listing", "/listings/" + one(`select id::text from listings where life = 'open' order by id offset 1000 limit 1`)},
		{"group", "/groups/" + one(`select group_id::text from listings where life = 'open' group by 1 order by count(*) desc, 1 limit 1`)},
		{"network", "/networks/" + one(aNetwork)},
		{"privacy", "/privacy"},
	} {
		b.Run(page.name, func(b *testing.B) {
			if page.path == "" {
				b.Fatal("the home page names no style sheet")
			}
			get(b, client, api.base+page.path)
			profile := profiled(b, admin, page.name)
			b.ResetTimer()
			began := time.Now()
			times := atOnce(b, clients, func(int) time.Duration { return only(get(b, client, api.base+page.path)) })
			b.ReportMetric(float64(b.N)/time.Since(began).Seconds(), "pages/s")
			profile()
			report(b, times)
			if page.name == "static" {
				base = times
			}
			for _, share := range []float64{0.5, 0.99} {
				b.ReportMetric(at(times, share).Seconds()/at(base, share).Seconds(), fmt.Sprintf("p%.0f-of-static", 100*share))
			}
		})
	}
}

// aNetwork of 200 groups, with some 800 listings.
const aNetwork = `with n as (insert into networks (id, slug, name, level, created_at) values (gen_random_uuid(), 'lark-lane', 'Lark Lane Together', 'borough', now()) returning id, slug),
	m as (insert into network_members (network_id, group_id, asked_at, invited_at, agreed_at)
		select n.id, g.id, now(), now(), now() from n, (select id from groups order by id limit 200) g)
	select slug from n`

// profiled has the api's processor looked at until the answer is called; without PROFILE nothing happens.
func profiled(b *testing.B, admin, name string) func() {
	folder := os.Getenv("PROFILE")
	if folder == "" || b.N < clients {
		return func() {}
	}
	done := make(chan error, 1)
	go func() {
		answer, err := http.Get("http://" + admin + "/debug/pprof/profile?seconds=5")
		if err != nil {
			done <- err
			return
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err == nil {
			err = os.WriteFile(folder+"/"+name+".pprof", text, 0o644)
		}
		done <- err
	}()
	return func() {
		if err := <-done; err != nil {
			b.Error(err)
		}
	}
}

// atOnce does b.N in all, so many at a time.
func atOnce(b *testing.B, many int, do func(i int) time.Duration) []time.Duration {
	times := make([]time.Duration, b.N)
	next := make(chan int)
	var all sync.WaitGroup
	for range many {
		all.Go(func() {
			for i := range next {
				times[i] = do(i)
			}
		})
	}
	for i := range times {
		next <- i
	}
	close(next)
	all.Wait()
	return times
}
