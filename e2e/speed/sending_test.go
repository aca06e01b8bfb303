package speed

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"testing"
	"time"

	gomail "github.com/wneessen/go-mail"

	"wherewithal/mail/mailtest"
	"wherewithal/market"
	"wherewithal/store"
)

// sendsAtOnce is how many mails a worker has under way: MAIL_WORKERS, as it is by default.
const sendsAtOnce = 12

// BenchmarkSend has one worker send b.N letters that wait, each with its own job in the outbox, to a mail server on this machine that
// takes all at once, to people of 50 domains. Its settings are those by default but for the pace of a domain: MAILS_PER_DOMAIN is
// 6,000 a minute in place of 60, a thousand of them at once, so that none has to wait for its share. By default
// that pace is what would be measured. Beside it
// go-mail alone sends as many mails of the same size, a connection for each, from memory: in a bare loop, one after the other,
// and as many at a time as the worker does. cpu-ms/mail is the
// processor time of all that a mail costs: worker, Postgres, Redis and the mail server, or go-mail and the mail server.
//
//	go test ./e2e/speed -run - -bench Send -benchtime 3000x
func BenchmarkSend(b *testing.B) {
	b.Run("worker", func(b *testing.B) {
		if b.N == 1 {
			return
		}
		w := newWorld(b)
		mails := mailtest.Start(b, mailtest.Options{})
		addr, admin := freeAddr(b), freeAddr(b)
		worker := start(b, "worker", "http://"+admin, append(w.env, "SMTP_URL="+mails.URL(), "HTTP_ADDR="+addr, "PUBLIC_URL=http://"+addr,
			"LOG_LEVEL=error", "ADMIN_ADDR="+admin)...)
		worker.ready(b)
		w.waitingLetters(b, b.N)
		looked := profiled(b, admin, "send")
		redis := redisPid(b, w.redis)
		parts := map[string]func() []int{"worker": func() []int { return []int{worker.Pid()} }, "redis": func() []int { return []int{redis} },
			"postgres": func() []int { return family(w.postgres(b)) }}
		sent(b, mails, parts)
		looked()
	})
	b.Run("go-mail", func(b *testing.B) { bare(b, 1) })
	b.Run("go-mail-at-once", func(b *testing.B) { bare(b, sendsAtOnce) })
}

// bare is go-mail alone, so many mails at a time.
func bare(b *testing.B, atOnce int) {
	if b.N == 1 {
		return
	}
	mails := mailtest.Start(b, mailtest.Options{})
	host, port, _ := net.SplitHostPort(mails.URL()[len("smtp://"):])
	n, _ := strconv.Atoi(port)
	next := make(chan int)
	for range atOnce {
		go func() {
			for i := range next {
				alone(b, host, n, i)
			}
		}()
	}
	go func() {
		for i := range b.N {
			next <- i
		}
		close(next)
	}()
	sent(b, mails, nil)
}

// sent waits until the server took all, and says how many a second it took from the first to the last, and what processor time
// each cost: of all, and of each of the parts, by their processes.
func sent(b *testing.B, mails *mailtest.Server, parts map[string]func() []int) {
	b.Helper()
	look := func() map[string]used {
		all := map[string]used{"peer": usedHere(b)}
		for name, pids := range parts {
			all[name] = usedBy(pids()...)
		}
		return all
	}
	began, took := look(), 0
	mails.Wait(b, func(mailtest.Mail) bool { took++; return took == b.N })
	log, sum := mails.Log(), 0.0
	for name, u := range look() {
		each := u.since(began[name]).Seconds() * 1000 / float64(b.N)
		sum += each
		if len(parts) > 0 {
			b.ReportMetric(each, name+"-ms/mail")
		}
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(b.N-1)/log[len(log)-1].At.Sub(log[0].At).Seconds(), "mails/s")
	b.ReportMetric(sum, "cpu-ms/mail")
}

// waitingLetters are that many answers to reports, written and not sent.
func (w *world) waitingLetters(b *testing.B, n int) {
	b.Helper()
	now, ctx := time.Now().UTC(), context.Background()
	reports, letters, jobs := make([]market.Report, n), make([]market.Letter, n), make([]market.Job, n)
	for i := range n {
		reports[i] = market.Report{ID: market.NewID(), Subject: "listing", SubjectID: market.NewID(), Reason: "wrong", CreatedAt: now}
		letters[i] = market.Letter{ID: market.NewID(), Kind: market.ReportReceived, Address: fmt.Sprintf("p%d@d%d.speed.test", i, i%50), AboutID: reports[i].ID,
			State: market.Waiting, CreatedAt: now}
		letters[i].MessageID = string(letters[i].ID)
		jobs[i] = market.Job{Kind: market.LetterJob, Subject: letters[i].ID}
	}
	err := w.InTx(ctx, func(tx *store.Tx) error {
		for _, rows := range []any{&reports, &letters} {
			if err := tx.Plant(ctx, rows); err != nil {
				return err
			}
		}
		for len(jobs) > 0 {
			some := min(len(jobs), 1000)
			if err := tx.Enqueue(ctx, time.Now(), jobs[:some]...); err != nil {
				return err
			}
			jobs = jobs[some:]
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// alone sends a mail of the size of such a letter as go-mail's readme has it.
func alone(b *testing.B, host string, port, i int) {
	m := gomail.NewMsg()
	err := m.From("hello@speed.test")
	if err == nil {
		err = m.To(fmt.Sprintf("p%d@speed.test", i))
	}
	m.Subject("We have your report")
	m.SetBodyString(gomail.TypeTextPlain, filler[:900])
	m.AddAlternativeString(gomail.TypeTextHTML, filler[:4200])
	var c *gomail.Client
	if err == nil {
		c, err = gomail.NewClient(host, gomail.WithPort(port), gomail.WithTLSPolicy(gomail.TLSOpportunistic), gomail.WithHELO("speed.test"))
	}
	if err == nil {
		err = c.DialAndSend(m)
	}
	if err != nil {
		b.Error(err)
	}
}

var filler = func() string {
	s := ""
	for len(s) < 5000 {
		s += "Thank you. You told us that something is wrong. A person looks at it.\n"
	}
	return s
}()
