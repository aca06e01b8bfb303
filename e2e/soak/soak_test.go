// Package soak runs introductions through real programs while everything around them fails, and judges what came of it by
// the mail server's own log and by what people answered. It holds tests only.
//
//	make soak SOAK_N=1000 SOAK_SEED=7
//
// docs/reliability.md says what was run and what was found.
package soak

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"wherewithal/market"
)

// lastLine is what a soak ends with.
var lastLine string

func TestMain(m *testing.M) {
	code := m.Run()
	if lastLine != "" {
		fmt.Println(lastLine)
	}
	os.Exit(code)
}

// shortForm is how many introductions a soak has that is not told otherwise.
const shortForm = 200

func setting(name string, or int) int {
	n, err := strconv.Atoi(os.Getenv(name))
	if err != nil {
		return or
	}
	return n
}

// hours of the soak, by the business clock: what they are for. Those of a long soak only are marked.
var hours = []struct {
	at   time.Duration
	why  string
	long bool
}{
	{0, "proposals, requests, answers", false},
	{11 * time.Minute, "minds can no longer be changed", false},
	{49 * time.Hour, "who has said nothing is reminded", false},
	{73 * time.Hour, "who said nothing lapses", false},
	{74 * time.Hour, "what follows from that", false},
	{days(6), "and again, for those asked later", false},
	{days(11) + time.Hour, "three days left to agree", false},
	{days(14) + 2*time.Hour, "what is not agreed is given back", false},
	{days(14) + 3*time.Hour, "the next best are asked", false},
	{days(17) + 4*time.Hour, "of whom some say nothing", false},
	{days(20) + 5*time.Hour, "", false},
	{days(23) + 30*time.Minute, "the day before the first Thursday", false},
	{days(25) + 30*time.Minute, "did it happen?", false},
	{days(29) + 2*time.Hour, "", false},
	{days(30) + 30*time.Minute, "the day before the second Thursday", false},
	{days(32) + 30*time.Minute, "did it happen?", false},
	{days(47), "silence is counted", false},
	{days(77), "14 days left of 90", true},
	{days(88), "3 days left", true},
	{days(91), "expired", false},
	{days(140), "links of mails have ended", false},
}

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

// TestNothingIsLostWhateverFails is the soak; 200 introductions unless SOAK_N says more.
func TestNothingIsLostWhateverFails(t *testing.T) {
	n, seed := setting("SOAK_N", shortForm), uint64(setting("SOAK_SEED", 1))
	t.Logf("SOAK_N=%d SOAK_SEED=%d", n, seed)
	start := time.Now()
	h := newHouse(t, seed)
	h.build()
	w, c := newTown(seed), newCrowd(t, h)
	h.open()
	settle := func(pairs int) {
		all := w.more(pairs)
		c.welcomes(all)
		h.settle(all)
	}
	settle(n)
	r := rand.New(rand.NewPCG(seed, 2))
	long := n > shortForm
	order := r.Perm(len(troubles))
	for i, hour := range hours {
		if hour.long && !long {
			continue
		}
		h.isNow(h.notBefore(hour.at, i))
		calm := make(chan struct{})
		done := make(chan struct{})
		go func() {
			defer close(done)
			if i < len(order) || long && i < len(hours)-1 {
				h.makeTrouble(r, order[i%len(order)], pause(n), calm)
			}
		}()
		h.quiet(c)
		close(calm)
		<-done
		h.quiet(c) // after the last trouble
		for more := n - h.introductions(); i == 0 && more > 0; more = n - h.introductions() {
			settle(more + more/4 + 1) // not all pairs are introduced: others are quicker
			h.quiet(c)
		}
		t.Logf("%6.1f s: %v later (%s), %d mails", time.Since(start).Seconds(), hour.at, hour.why, c.read)
	}
	h.linksEnded(c)
	rec := h.record(c)
	rec.least = n
	t.Logf("%d introductions, of %d asked for, out of %d pairs", len(rec.introductions), n, w.pairs)
	rec.index()
	v := check(rec)
	h.report(t, v, rec, start)
}

// notBefore is when an hour begins: a clock never goes back, and minds can be changed for ten minutes after the last answer, which in a
// soak of thousands comes later than the eleventh minute.
func (h *house) notBefore(at time.Duration, i int) time.Time {
	if past := h.business().Add(hours[1].at); i > 0 && past.After(began.Add(at)) {
		return past
	}
	return began.Add(at)
}

// pause is the least time from one trouble to the next of the same hour, 0 for a soak that is not long: at most three times as long. What
// starts again reads all listings first, so that of more of them it is longer.
func pause(n int) time.Duration {
	if n <= shortForm {
		return 0
	}
	return 20*time.Second + time.Duration(n)*4*time.Millisecond
}

// makeTrouble has one thing go wrong, and one more after each pause, until all is calm.
func (h *house) makeTrouble(r *rand.Rand, first int, pause time.Duration, calm <-chan struct{}) {
	wait := time.NewTimer(time.Duration(r.IntN(800)) * time.Millisecond)
	defer wait.Stop()
	for next := first; ; next = r.IntN(len(troubles)) {
		select {
		case <-calm:
			if next != first {
				return
			}
		case <-wait.C:
		}
		h.t.Logf("         %s", troubles[next].what)
		troubles[next].do(h, r)
		if pause == 0 {
			return
		}
		wait.Reset(pause + time.Duration(r.Int64N(int64(2*pause))))
	}
}

// turns is how long the schedule may take to have looked once, or twice, at a clock that was moved.
const turns = time.Second

// restless is how long an hour may take until nothing is to be done any more: ten thousand introductions take most of it.
const restless = 90 * time.Minute

// quiet waits until nothing is to be done any more: no job waits, everybody has read what came.
func (h *house) quiet(c *crowd) {
	h.t.Helper()
	from, glance := time.Now(), glance(setting("SOAK_N", shortForm))
	for calm := 0; calm < 3; time.Sleep(glance) {
		if h.broken.Load() || time.Since(from) > restless {
			h.t.Fatalf("it does not come to rest: %s", h.waiting())
		}
		h.hurry()
		if calm++; !c.look() || h.waiting() != "" || time.Since(from) < turns {
			calm = 0
		}
	}
}

// glance is how long to wait between two looks whether all is quiet: of many pairs each look costs the database more.
func glance(n int) time.Duration {
	return 100*time.Millisecond + time.Duration(n)*50*time.Microsecond
}

// toDo is what is still to be done, by the business clock $1: jobs, and what the clock asks for.
const toDo = `
	select coalesce(string_agg(n || ' ' || what, ', '), '') from (
		select 'jobs that wait' as what, count(*) as n from outbox where state = 'waiting'
		union all select 'jobs under way', count(*) from outbox where state = 'sent'
		union all select 'to lapse', count(*) from introductions
			where (state = 'proposed' and need_told_at <= $1::timestamptz - interval '72 hours') or (state = 'asked' and offer_told_at <= $1::timestamptz - interval '72 hours')
		union all select 'to settle', count(*) from introductions where ended_at <= $1::timestamptz - interval '10 minutes' and settled_at is null
		union all select 'to warn', count(*) from exchanges
			where stage in ('arranging', 'suggested') and open_since <= $1::timestamptz - interval '11 days' and warned_at is null
		union all select 'to give back', count(*) from exchanges
			where stage in ('arranging', 'suggested') and open_since <= $1::timestamptz - interval '14 days' and warned_at <= $1::timestamptz - interval '1 day'
		union all select 'to remind or ask', count(*) from exchanges where stage = 'agreed' and (remind_at <= $1::timestamptz or ask_at <= $1::timestamptz)
		union all select 'to count', count(*) from exchanges where stage = 'asked' and asked_at <= $1::timestamptz - interval '14 days'
		union all select 'digests', count(*) from people where erased_at is null and (digest_due is null or digest_due <= $1::timestamptz)
		union all select 'to end', count(*) from listings where life = 'open' and expires_at <= $1::timestamptz
	) each where n > 0`

// waiting says what is still to be done, "" for nothing.
func (h *house) waiting() (said string) {
	h.patiently(func(ctx context.Context) error { return h.Pool().QueryRow(ctx, toDo, h.business()).Scan(&said) })
	return said
}

// introductions is how many there are.
func (h *house) introductions() (n int) {
	h.patiently(func(ctx context.Context) error {
		return h.Pool().QueryRow(ctx, "select count(*) from introductions").Scan(&n)
	})
	return n
}

// linksEnded: 90 days after what they led to was over, links of mails show nothing any more.
func (h *house) linksEnded(c *crowd) {
	tried := 0
	for _, m := range h.mails.Log() {
		for _, path := range links(m.Text) {
			if status, _ := c.get(path); status != http.StatusGone && status != http.StatusNotFound {
				h.t.Errorf("%s answers %d", path, status)
			}
			if tried++; tried == 20 {
				return
			}
		}
	}
}

// record is what is left at the end.
func (h *house) record(c *crowd) record {
	r := record{mails: h.mails.Log(), halves: h.mails.Halves(), people: c.people, stories: c.stories.of, introductions: map[market.ID]outcome{}, outages: h.kills, clock: h.moves,
		history: map[market.ID][]string{}}
	var id market.ID
	var in outcome
	h.each(`select i.id::text, need_id::text, offer_id::text, i.state, coalesce(e.stage, ''), i.ended_at, i.connected_at, i.offer_told_at, i.answered_at
		from introductions i left join exchanges e on e.introduction_id = i.id`,
		[]any{&id, &in.Need, &in.Offer, &in.State, &in.Stage, &in.EndedAt, &in.ConnectedAt, &in.ToldAt, &in.AnsweredAt}, func() { r.introductions[id] = in })
	var l letter
	h.each(`select message_id, kind, state, fault, coalesce(person_id::text, ''), about_id::text, created_at
		from (select * from letters union all select * from soak_letters) each`,
		[]any{&l.MessageID, &l.Kind, &l.State, &l.Fault, &l.To, &l.About, &l.WrittenAt},
		func() { r.letters = append(r.letters, l) })
	var said string
	h.each(`select kind || ' ' || subject || ' ' || fault from outbox where state = 'failed'`, []any{&said}, func() { r.failed = append(r.failed, said) })
	h.each(`select subject_id::text, verb || ' ' || to_char(at, 'MM-DD HH24:MI:SS') from events where subject = 'introduction' order by id`,
		[]any{&id, &said}, func() { r.history[id] = append(r.history[id], said) })
	var a allocation
	var until *time.Time
	var minutes int
	h.each(`select a.offer::text, l.quantity, amount, starts_at, ends_at, coalesce((l.times ->> 'turnRound')::int, 0), kept, released
		from soak_books a join listings l on l.id = a.offer`,
		[]any{&a.Offer, &a.Quantity, &a.Amount, &a.From, &until, &minutes, &a.Kept, &a.Released}, func() {
			a.Until, a.TurnRound = never, time.Duration(minutes)*time.Minute
			if until != nil {
				a.Until = *until
			}
			r.allocations = append(r.allocations, a)
		})
	return r
}

func (h *house) each(sql string, into []any, do func()) {
	h.t.Helper()
	rows, err := h.Pool().Query(context.Background(), sql)
	if err == nil {
		_, err = pgx.ForEachRow(rows, into, func() error { do(); return nil })
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

// taken counts what was taken at any time, by the plans of streets.
func (r record) taken() map[string]int {
	n := map[string]int{}
	for _, a := range r.allocations {
		if offer := r.listings[a.Offer]; offer != nil {
			n[offer.street.plan.name]++
		}
	}
	return n
}

// report says what was run and what was found, and keeps the last line.
func (h *house) report(t *testing.T, v *verdict, r record, start time.Time) {
	tries, met := h.mails.Tries()
	byState := map[string]int{}
	for _, in := range r.introductions {
		byState[string(in.State)+" "+string(in.Stage)]++
	}
	byKill, byCut := map[string]int{}, 0
	for _, o := range r.outages {
		byKill[o.what]++
	}
	for _, m := range r.mails {
		if m.Cut {
			byCut++
		}
	}
	t.Logf("%d introductions %v; %d tries to send, %d mails taken, faults %v, %d of them cut before the 250; killed %v; %v",
		len(r.introductions), byState, tries, len(r.mails), met, byCut, byKill, time.Since(start).Round(time.Second))
	t.Logf("taken at any time: %v", r.taken())
	for i, f := range v.found {
		if i == 40 {
			t.Logf("and %d more", len(v.found)-i)
			break
		}
		t.Log(f)
	}
	lastLine = v.bounds() + "\n" + v.String()
	t.Log(lastLine)
	if !v.good() {
		t.Error("the soak found faults")
	}
}
