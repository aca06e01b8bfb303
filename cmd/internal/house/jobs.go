package house

import (
	"context"
	"fmt"
	"time"

	"wherewithal/account"
	"wherewithal/config"
	"wherewithal/introduction"
	"wherewithal/letter"
	"wherewithal/listing"
	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/partner"
	"wherewithal/queue"
	"wherewithal/telemetry"
	"wherewithal/web/httpx"
	"wherewithal/worker"
)

// jobsStop is how long running jobs may take when the program stops; then they are given back.
const jobsStop = 8 * time.Second

// pressingJobs are letters sent at a time of those for which somebody waits at a page, beside all others.
const pressingJobs = 8

// indexJobs are done at a time: nearly all of it they wait for Meilisearch, which takes as long for one listing as for all that wait.
const indexJobs = 64

// longJobs are done at a time of those that take minutes: copies and imports.
const longJobs = 2

// nightJobs are done at a time of those that write files anew by night, beside whatever copies and imports there are.
const nightJobs = 1

// JobParts relay the outbox, do jobs, sweep up what was lost, and run the schedule.
func (h *House) JobParts(ctx context.Context, sender letter.Sender) []telemetry.Part {
	door := h.door(sender)
	m := queue.NewMetrics(h.Metrics)
	server := queue.NewServer(h.Store, h.Redis, queue.Config{Concurrency: h.Config.MatchWorkers,
		Apart: map[string]int{queue.Kinds[market.LetterJob].Queue: h.Config.MailWorkers, queue.Kinds[market.LetterJob].Pressing: pressingJobs,
			queue.Kinds[market.ExportJob].Queue: longJobs, queue.Kinds[market.IndexJob].Queue: indexJobs, queue.Kinds[market.RewriteJob].Queue: nightJobs},
		Judge: worker.Judge, Log: h.Log, Metrics: m})
	door.Handle(server)
	sweeper := queue.NewSweeper(h.Store, h.Redis, queue.Kinds, h.Log, m)
	sweeper.Every = h.Config.SweepEvery
	if h.Hub {
		sweeper.Inherit(ctx, time.Now())
	}
	bell := queue.NewBell(h.Store.Pool())
	relay := queue.NewRelay(h.Store, h.Redis, queue.Kinds, bell, h.Log, m)
	relay.Every = h.Config.RelayEvery
	schedule := queue.NewSchedule(h.Store.Pool(), h.Log, m, door.Periodics(config.ClockTurn, h.Store)...)
	return []telemetry.Part{
		{Name: "jobs", Run: func(ctx context.Context) error { return serve(ctx, server) }},
		{Name: "saved searches", Run: h.Searches.Run},
		loop("webhooks", (&partner.Courier{Partners: h.Partners, Clock: h.Clock.Now, Metrics: h.Metrics, Log: h.Log}).Run),
		loop("bell", bell.Run), loop("relay", relay.Run), loop("sweeper", sweeper.Run), loop("schedule", schedule.Run),
		loop("presence", queue.NewPresence(h.Redis, queue.Works, h.Log).Run),
	}
}

func serve(ctx context.Context, server *queue.Server) error {
	if err := server.Start(); err != nil {
		return err
	}
	<-ctx.Done()
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), jobsStop)
	defer cancel()
	server.Stop(last)
	return nil
}

func loop(name string, run func(context.Context)) telemetry.Part {
	return telemetry.Part{Name: name, Run: func(ctx context.Context) error {
		run(ctx)
		return nil
	}}
}

func (h *House) door(sender letter.Sender) worker.Door {
	return worker.Door{Accounts: h.Accounts, Listings: h.Listings, Indexer: listing.NewIndexer(h.Store, h.Search), Introductions: h.Introductions, Meanings: h.Pool.Meanings,
		Letters: h.letters(sender), Alerts: h.Alerts, Partners: h.Partners, Safety: h.Safety, Mirror: listing.NewMirror(h.Store, h.Search), Clock: h.Clock.Now}
}

func (h *House) letters(sender letter.Sender) *letter.Letters {
	links := introduction.Links{Secret: []byte(h.Config.TokenSecret)}
	return letter.New(h.Store, sender, letter.Options{PublicURL: h.Config.PublicURL, MailDomain: h.Config.MailDomain(),
		Addresses: h.addresses(), RepliesCount: h.Config.ReplyDomain != "" && h.Config.InboundAuthServer != "",
		StopLink:    account.MailLinks{Secret: []byte(h.Config.TokenSecret)}.Token,
		SignInLink:  func(id market.ID) string { return h.Accounts.LinkSecret(id).String() },
		PersonsLink: links.Token, OutcomeLink: links.OutcomeToken, RingLink: links.RingToken,
		RenewLink:    listing.Links{Secret: links.Secret}.RenewToken,
		Suppress:     func(address string) []byte { return market.SuppressHash(links.Secret, address) },
		UnwantedLink: func(address string) string { return market.UnwantedToken(links.Secret, address) },
		MandateLink:  func(m market.Mandate, owner market.ID) string { return partner.MandateToken(links.Secret, m, owner) },
		PurposeLink: func(purpose string, thing, other market.ID) string {
			return market.LinkToken(links.Secret, purpose, thing, other)
		}})
}

// pace is that of all workers on one Redis together, with ten seconds' share at once; none where the hub keeps the mails itself.
func (h *House) pace() mail.Pace {
	if h.Config.MailsPerDomain <= 0 || h.Mails != nil {
		return nil
	}
	limits := httpx.NewLimiter(h.Redis, []byte(h.Config.TokenSecret))
	rule := httpx.Rule{Name: "mails", Minute: h.Config.MailsPerDomain, Burst: max(1, h.Config.MailsPerDomain/6)}
	take := func(ctx context.Context, domain string, mails int) time.Duration {
		left, _ := limits.Take(ctx, rule, domain, mails) // the error says no more than what is left
		return left.Refuse
	}
	return mail.InTurns(take, rule.Burst)
}

// Sender hands mails to the configured server, signed where a key is.
func (h *House) Sender() (*mail.Sender, error) {
	c := mail.Config{URL: h.Config.SMTPURL, From: h.Config.MailFrom, AllowExample: h.Mails != nil, Pace: h.pace(), Metrics: h.Metrics,
		Apart: time.Minute / time.Duration(max(1, h.Config.MailsPerDomain)), Share: max(1, h.Config.MailWorkers*2/3)}
	if h.Config.DKIMKeyFile != "" {
		key, err := mail.ReadKey(h.Config.DKIMKeyFile)
		if err != nil {
			return nil, fmt.Errorf("DKIM_KEY_FILE: %w", err)
		}
		c.DKIM = &mail.DKIM{Domain: h.Config.DKIMDomain, Selector: h.Config.DKIMSelector, Key: key}
	}
	return mail.NewSender(c)
}
