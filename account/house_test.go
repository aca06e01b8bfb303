package account_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"wherewithal/alert"
	"wherewithal/conversation"
	"wherewithal/introduction"
	"wherewithal/letter"
	"wherewithal/listing"
	"wherewithal/mail"
	"wherewithal/mail/catcher"
	"wherewithal/market"
	"wherewithal/partner"
	"wherewithal/photo"
	"wherewithal/queue"
	"wherewithal/search"
	"wherewithal/store"
	"wherewithal/store/storetest"
)

// house is a hub with what stands around its database, all of it real: a Redis that carries the jobs, a worker that does them, a
// mail server that keeps mails in the folder of the data as the hub's own does, and a log of all that is said.
type house struct {
	*hub
	redis *redis.Client
	index *copied
	said  storetest.Text
	data  string
}

func newHouse(h *hub) *house {
	h.t.Helper()
	a := &house{hub: h, data: h.t.TempDir(), redis: redis.NewClient(&redis.Options{Addr: storetest.Redis(h.t)}),
		index: &copied{Postgres: search.NewPostgres(h.store.Pool(), []byte("tokens")), docs: map[market.ID]string{}}}
	h.t.Cleanup(func() { a.redis.Close() })
	h.t.Setenv("TMPDIR", a.data)
	a.listens()
	mails, err := catcher.Start(catcher.Options{Dir: filepath.Join(a.data, "mail")})
	h.must(err)
	h.t.Cleanup(func() { _ = mails.Close() })
	sender, err := mail.NewSender(mail.Config{URL: mails.URL(), From: "Hub <hello@hub.example>", AllowExample: true})
	h.must(err)
	o, links := h.letters.Options, introduction.Links{Secret: []byte("tokens")}
	o.PersonsLink, o.OutcomeLink, o.RingLink = links.Token, links.OutcomeToken, links.RingToken
	h.letters = letter.New(h.store, &grudging{Sender: sender, met: map[string]bool{}}, o)
	h.accounts.Mailbox = mails
	h.must(a.index.Setup(h.ctx))
	a.employs()
	return a
}

// listens keeps what is logged, down to the least line.
func (a *house) listens() {
	was, to, flags := slog.Default(), log.Writer(), log.Flags()
	slog.SetDefault(slog.New(slog.NewTextHandler(&a.said, &slog.HandlerOptions{Level: slog.LevelDebug})))
	a.t.Cleanup(func() { slog.SetDefault(was); log.SetOutput(to); log.SetFlags(flags) })
}

// employs a relay and a worker until the test ends.
func (a *house) employs() {
	server := queue.NewServer(a.store, a.redis, queue.Config{Kinds: atAnyHour()})
	for kind, do := range a.handlers() {
		server.Handle(kind, do)
	}
	a.must(server.Start())
	relay := queue.NewRelay(a.store, a.redis, queue.Kinds, nil, slog.Default(), nil)
	relay.Every = 20 * time.Millisecond
	ctx, stop := context.WithCancel(a.ctx)
	var relaying sync.WaitGroup
	relaying.Go(func() { relay.Run(ctx) })
	a.t.Cleanup(func() { stop(); relaying.Wait(); server.Stop(context.Background()) })
}

// handlers do what the worker's do.
func (a *house) handlers() map[string]queue.Handler {
	intros := introduction.New(a.store, listing.NewPool(a.store, func() time.Time { return a.now }), introduction.Caps{})
	alerts := alert.New(a.store, a.index, alert.NewCopy(a.store))
	partners := partner.New(a.store, partner.Options{PlaceSecret: []byte("places"), TokenSecret: []byte("tokens"), Groups: a.accounts, Listings: listing.New(a.store, photo.NewDarkroom())})
	of := func(do func(context.Context, market.ID, time.Time) error) queue.Handler {
		return func(ctx context.Context, j market.Job) error { return do(ctx, j.Subject, a.now) }
	}
	return map[string]queue.Handler{
		market.IndexJob: func(ctx context.Context, j market.Job) error {
			if err := listing.NewIndexer(a.store, a.index).Index(ctx, j.Subject, a.now); err != nil {
				return err
			}
			return alerts.Look(ctx, j.Subject, a.now)
		},
		market.PartyJob: func(ctx context.Context, j market.Job) error {
			return listing.NewIndexer(a.store, a.index).IndexParty(ctx, j.Subject)
		},
		market.AlertJob: of(alerts.Tell), market.MatchJob: of(intros.Match), market.FillJob: of(intros.Fill), market.ShareJob: of(intros.ShareBurst),
		market.ShareNetworkJob: of(intros.ShareNetwork), market.VectorJob: of(listing.NewMeaningsBy(a.store, nil).Keep),
		market.RingJob:   func(ctx context.Context, _ market.Job) error { _, err := intros.FindRings(ctx, a.now); return err },
		market.ExportJob: of(a.accounts.MakeExport), market.LetterJob: of(a.letters.Send),
		market.MandateJob: of(partners.PostWaiting), market.FeedJob: of(partners.Resume),
		market.LookJob: func(ctx context.Context, j market.Job) error {
			return partners.LookImport(ctx, j.Subject, j.Other, a.now)
		},
		market.ImportJob: func(ctx context.Context, j market.Job) error {
			return partners.WorkImport(ctx, j.Subject, j.Other, a.now)
		},
		market.RewriteJob: func(ctx context.Context, _ market.Job) error { return a.accounts.Rewrite(ctx) },
		market.CompactJob: func(ctx context.Context, _ market.Job) error {
			return listing.NewMirror(a.store, a.index).Compact(ctx)
		},
		market.ScrubJob: func(ctx context.Context, _ market.Job) error {
			return errors.Join(listing.NewMirror(a.store, a.index).Tidy(ctx), a.accounts.Scrub(ctx))
		},
	}
}

// atAnyHour are the kinds without those that wait for the night.
func atAnyHour() queue.Table {
	kinds := maps.Clone(queue.Kinds)
	for name, k := range kinds {
		k.Hours = nil
		kinds[name] = k
	}
	return kinds
}

// works waits until no job is left, those for later done now.
func (a *house) works() {
	a.t.Helper()
	end := time.Now().Add(30 * time.Second)
	for tick := time.NewTicker(20 * time.Millisecond); a.count(`select count(*) from outbox where state in ('waiting', 'sent')`) > 0; <-tick.C {
		a.exec(`update outbox set due_at = now() where state = 'waiting'`)
		if time.Now().After(end) {
			said := a.said.String()
			a.t.Fatalf("jobs that do not end: %s\n%s", a.text(`select string_agg(kind || ' ' || state || ' ' || fault, ', ') from outbox where state in ('waiting', 'sent')`), said[max(0, len(said)-3000):])
		}
	}
	if failed := a.text(`select coalesce(string_agg(kind || ' ' || fault, ', '), '') from outbox where state = 'failed'`); failed != "" {
		a.t.Errorf("jobs failed: %s", failed)
	}
}

// found is where a text stands, in the database and beside it.
func (a *house) found(text string) []string {
	a.t.Helper()
	return append(a.hub.found(text), a.beside(text)...)
}

// beside the database a text can stand in the copy of the index, in Redis, in the log and in files.
func (a *house) beside(text string) (at []string) {
	a.t.Helper()
	held := a.inRedis()
	maps.Copy(held, a.files())
	held["log"], held["index"] = a.said.String(), a.index.String()
	for _, place := range slices.Sorted(maps.Keys(held)) {
		if strings.Contains(strings.ToLower(held[place]), strings.ToLower(text)) {
			at = append(at, place)
		}
	}
	return at
}

// inRedis is each key with all that it holds.
func (a *house) inRedis() map[string]string {
	a.t.Helper()
	keys, err := a.redis.Keys(a.ctx, "*").Result()
	a.must(err)
	held := map[string]string{}
	for _, key := range keys {
		var value any
		switch kind := a.redis.Type(a.ctx, key).Val(); kind {
		case "none": // its time was over
		case "string":
			value = a.redis.Get(a.ctx, key).Val()
		case "hash":
			value = a.redis.HGetAll(a.ctx, key).Val()
		case "list":
			value = a.redis.LRange(a.ctx, key, 0, -1).Val()
		case "set":
			value = a.redis.SMembers(a.ctx, key).Val()
		case "zset":
			value = a.redis.ZRange(a.ctx, key, 0, -1).Val()
		case "stream":
			value = a.redis.XRange(a.ctx, key, "-", "+").Val()
		default:
			a.t.Fatalf("Redis holds a %s, into which nobody looks here", kind)
		}
		held["redis "+key] = fmt.Sprint(key, " ", value)
	}
	return held
}

// files is what each file of the data holds, mails as they are read too.
func (a *house) files() map[string]string {
	a.t.Helper()
	held := map[string]string{}
	a.must(filepath.WalkDir(a.data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		name, _ := filepath.Rel(a.data, path)
		held["file "+name] = name + " " + string(content)
		if filepath.Ext(name) == ".jsonl" {
			held["file "+name] += a.opened(content)
		}
		return err
	}))
	return held
}

// opened are the mails of a file, a line each.
func (a *house) opened(file []byte) (all string) {
	a.t.Helper()
	for lines := bufio.NewReader(bytes.NewReader(file)); ; {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return all
		}
		var kept struct{ Raw []byte }
		a.must(json.Unmarshal(line, &kept))
		if len(kept.Raw) == 0 {
			continue // forgotten
		}
		m, err := mail.Parse(kept.Raw)
		a.must(err)
		all += string(kept.Raw) + fmt.Sprintf("%+v", m)
		for _, f := range m.Files {
			all += strings.ReplaceAll(string(f.Content), "\r\n ", "")
		}
	}
}

// leaves a word in each place beside the database where one can be left, and says where.
func (a *house) leaves(word string) (at []string) {
	a.t.Helper()
	to := a.redis.Pipeline()
	to.Set(a.ctx, word, 1, 0)
	to.Set(a.ctx, "string", word, 0)
	to.HSet(a.ctx, "hash", "field", word)
	to.RPush(a.ctx, "list", word)
	to.SAdd(a.ctx, "set", word)
	to.ZAdd(a.ctx, "zset", redis.Z{Member: word})
	to.XAdd(a.ctx, &redis.XAddArgs{Stream: "stream", Values: []string{"field", word}})
	_, err := to.Exec(a.ctx)
	a.must(err)
	slog.Debug("left", "word", word)
	a.must(os.WriteFile(filepath.Join(os.TempDir(), "left"), []byte(word), 0o600))
	a.index.docs["left"] = word
	return []string{"file left", "index", "log", "redis hash", "redis list", "redis set", "redis stream", "redis string", "redis " + word, "redis zset"}
}

// copied is an index that also keeps each document that it is given until it is deleted, as an engine on another machine does.
type copied struct {
	*search.Postgres
	mu   sync.Mutex
	docs map[market.ID]string
}

func (c *copied) Put(ctx context.Context, docs []search.Document) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, d := range docs {
		c.docs[d.ID] = fmt.Sprintf("%+v", d)
	}
	return c.Postgres.Put(ctx, docs)
}

func (c *copied) Delete(ctx context.Context, ids []market.ID) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range ids {
		delete(c.docs, id)
	}
	return c.Postgres.Delete(ctx, ids)
}

func (c *copied) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return fmt.Sprint(c.docs)
}

// grudging hands each mail over at the second try. What it says at the first names whom the mail is for, as servers do.
type grudging struct {
	letter.Sender
	mu  sync.Mutex
	met map[string]bool
}

func (g *grudging) Send(ctx context.Context, o mail.Outgoing) error {
	g.mu.Lock()
	met := g.met[o.MessageID]
	g.met[o.MessageID] = true
	g.mu.Unlock()
	if !met {
		return fmt.Errorf("%w: 451 <%s>: try again", mail.ErrTemporary, o.To)
	}
	return g.Sender.Send(ctx, o)
}

// lives has every kind of job done about the person whom the town's first garden is of, and her write to others.
func (a *house) lives(w *town) {
	a.t.Helper()
	id := func(sql string) market.ID { a.t.Helper(); return market.ID(a.text(sql, w.pat.ID)) }
	partner := id(`select id::text from partners where person_id = $1`)
	jobs := []market.Job{{Kind: market.IndexJob, Subject: w.offer}, {Kind: market.RingJob, Subject: w.need}, {Kind: market.FeedJob, Subject: partner},
		{Kind: market.ShareNetworkJob, Subject: id(`select network_id::text from connectors where person_id = $1`)},
		{Kind: market.AlertJob, Subject: id(`select id::text from saved_searches where person_id = $1`)},
		{Kind: market.MandateJob, Subject: id(`select id::text from mandates where answered_by = $1`)},
		{Kind: market.ImportJob, Subject: id(`select i.id::text from imports i join partners p on p.id = i.partner_id where p.person_id = $1`), Other: partner}}
	for _, kind := range []string{market.IndexJob, market.MatchJob, market.FillJob, market.VectorJob, market.ShareJob} {
		jobs = append(jobs, market.Job{Kind: kind, Subject: w.need})
	}
	a.tx(func(tx *store.Tx) error { return tx.Enqueue(a.ctx, time.Now(), jobs...) })
	_, _, err := conversation.New(a.store, "hub.example", photo.NewDarkroom()).Write(a.ctx, a.viewer(w.pat), w.in, "zqptalk of hers, which goes on over more than one line of the mail that passes it on", "talk", a.now)
	a.must(err)
	for _, p := range []market.Person{w.pat, w.quin} {
		a.must(a.accounts.AskExport(a.ctx, a.viewer(p), "export of "+p.Address, a.now))
	}
	hall := market.Listing{GroupID: w.pats, PlaceID: market.ID(a.text(`select id::text from places where group_id = $1`, w.pats)), Side: market.Offer, Kind: market.Room,
		Title: "zqphall of hers", Quantity: 1, Where: market.AtPlace, Terms: market.Terms{Kind: market.Gift}, Circle: market.Anyone}
	_, err = listing.New(a.store, photo.NewDarkroom()).Publish(a.ctx, a.viewer(w.pat), hall, market.OnceOnly{ID: "hall"}, a.now)
	a.must(err)
	about := market.ID(a.text(`select id::text from decisions where decided_by = $1`, w.pat.ID))
	a.tx(func(tx *store.Tx) error {
		_, told := tx.Send(a.ctx, market.Letter{Kind: market.ModerationNotice, PersonID: w.quin.ID, GroupID: w.quins, AboutID: about}, "", a.now)
		_, met := tx.Send(a.ctx, market.Letter{Kind: market.ConnectedLetter, PersonID: w.quin.ID, GroupID: w.quins, AboutID: w.in}, "", a.now)
		return errors.Join(told, met)
	})
	a.works()
}
