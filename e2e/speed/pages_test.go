package speed

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"sync"
	"testing"
	"time"

	"wherewithal/account"
	"wherewithal/market"
	"wherewithal/store"
)

// clients read pages at once, each on a connection that is kept.
const clients = 50

// BenchmarkPages asks a real api, with 20,000 open listings, for one kind of page from 50 clients at once; first for a
// file that it only sends, its style sheet, which is what the rest is measured against: "of-static" is how many times as long
// half of the pages, and all but one in a hundred, took. "my" pages are those of somebody signed in, who asks for things, was
// introduced to twenty, and connects a network of 200 groups; the others are a visitor's. Times say little where others share the
// machine: "api-ms" and "postgres-ms" are what a page took of the processor. With PROFILE=folder each leaves a profile of the
// api's processor there.
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
	network := "/networks/" + one(aNetwork)
	person, need := market.ID(one(aPerson)), one(theirNeed)
	mine := w.signsIn(b, person)
	for _, page := range []struct{ name, path, cookie string }{
		{"static", regexp.MustCompile(`/assets/[^"]*\.css`).FindString(home), ""},
		{"home", "/", ""}, {"find", "/find", ""}, {"find-words", "/find?q=hall+thursday+greenwich", ""},
		{"listing", "/listings/" + one(`select id::text from listings where life = 'open' order by id offset 1000 limit 1`), ""},
		{"group", "/groups/" + one(`select group_id::text from listings where life = 'open' group by 1 order by count(*) desc, 1 limit 1`), ""},
		{"network", network, ""},
		{"privacy", "/privacy", ""},
		{"my-home", "/", mine}, {"my-listings", "/mine", mine}, {"my-need", "/listings/" + need, mine},
		{"my-inbox", "/introductions", mine}, {"my-introduction", "/introductions/" + one(introduced), mine},
		{"my-account", "/account", mine}, {"my-form", "/ask", mine}, {"my-desk", network + "/members", mine}, {"my-queue", "/reports", mine},
	} {
		b.Run(page.name, func(b *testing.B) {
			if page.path == "" {
				b.Fatal("the home page names no style sheet")
			}
			getAs(b, client, api.base+page.path, page.cookie)
			profile := profiled(b, admin, page.name)
			server := w.postgres(b)
			api0, postgres0 := processor(api.Pid()), processorOfAll(server)
			b.ResetTimer()
			began := time.Now()
			times := atOnce(b, clients, func(int) time.Duration { return only(getAs(b, client, api.base+page.path, page.cookie)) })
			b.ReportMetric(float64(b.N)/time.Since(began).Seconds(), "pages/s")
			b.ReportMetric((processor(api.Pid())-api0)/float64(b.N), "api-ms")
			b.ReportMetric((processorOfAll(server)-postgres0)/float64(b.N), "postgres-ms")
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

// aPerson owns a group with open needs, and connects aNetwork.
const aPerson = `with p as (select m.person_id from memberships m join listings l on l.group_id = m.group_id and l.life = 'open' and l.side = 'need'
		where m.role = 'owner' and m.until is null group by 1 order by count(*) desc, 1 limit 1),
	c as (insert into connectors (network_id, person_id, since) select n.id, p.person_id, now() from p, networks n where n.slug = 'lark-lane' returning person_id)
	select person_id::text from c`

// theirNeed is one of aPerson, who was introduced with it to twenty that give.
const theirNeed = `with n as (select l.id, l.group_id, m.person_id from connectors c join memberships m on m.person_id = c.person_id and m.role = 'owner'
		join listings l on l.group_id = m.group_id and l.life = 'open' and l.side = 'need' order by l.id limit 1),
	o as (select l.id, l.group_id, l.posted_by from n, listings l where l.life = 'open' and l.side = 'offer' and l.group_id <> n.group_id order by l.id limit 20),
	i as (insert into introductions (id, offer_id, need_id, offer_group_id, need_group_id, state, need_by, offer_by, amount, reasons, fit, proposed_at)
		select gen_random_uuid(), o.id, n.id, o.group_id, n.group_id, 'proposed', n.person_id, o.posted_by, 1, '[]', 0.5, now() from n, o)
	select id::text from n`

const introduced = `select id::text from introductions order by id limit 1`

// signsIn gives the cookie of a session.
func (w *world) signsIn(b *testing.B, person market.ID) (cookie string) {
	b.Helper()
	secret, now := account.NewSecret(), time.Now().UTC()
	hash := sha256.Sum256(secret)
	sessions := []market.Session{{ID: market.NewID(), PersonID: person, Hash: hash[:], CreatedAt: now, SeenAt: now}}
	if err := w.InTx(b.Context(), func(tx *store.Tx) error { return tx.Plant(b.Context(), &sessions) }); err != nil {
		b.Fatal(err)
	}
	return "wh=" + secret.String()
}

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

// processor is what a process has had of the processors, in ms.
func processor(pid int) float64 { return float64(processorTime(pid)) / float64(time.Millisecond) }

// processorOfAll is that of a server and all that it started and that still run: the connections are kept.
func processorOfAll(server int) (ms float64) {
	for _, pid := range family(server) {
		ms += processor(pid)
	}
	return ms
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
