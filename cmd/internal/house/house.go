// Package house puts the parts of Wherewithal together for its programs: what each of them is made of, and in which
// order the parts start and stop. It holds no rule of its own.
package house

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"time"
	_ "time/tzdata" // wall clock times need their zones on every machine

	"github.com/redis/go-redis/v9"

	"wherewithal/account"
	"wherewithal/alert"
	"wherewithal/config"
	"wherewithal/conversation"
	"wherewithal/geocode"
	"wherewithal/introduction"
	"wherewithal/listing"
	"wherewithal/mail/catcher"
	"wherewithal/market"
	"wherewithal/network"
	"wherewithal/partner"
	"wherewithal/photo"
	"wherewithal/safety"
	"wherewithal/search"
	"wherewithal/store"
	"wherewithal/telemetry"
	"wherewithal/webhook"
	"wherewithal/wording"
)

// Index is the search index as the programs use it.
type Index interface {
	listing.Finder
	listing.Engine
	listing.Index
	Setup(ctx context.Context) error
	Filled(ctx context.Context) (bool, error)
}

// House holds what the parts of one process share.
type House struct {
	Config  config.Config
	Clock   config.Clock
	Store   *store.Store
	Redis   *redis.Client // nil: none, limits are counted in process
	Search  Index
	Find    listing.Finder // Search, in the words of networks as well
	Pool    *listing.Pool
	Metrics *telemetry.Metrics
	Log     *slog.Logger
	Mails   *catcher.Catcher // the hub's own mail server; nil elsewhere
	Hub     bool             // one process does everything: what an earlier one left half done is nobody else's

	steady *search.Postgres
	both   *search.Both // nil without Meilisearch

	Accounts      *account.Accounts
	Listings      *listing.Listings
	Introductions *introduction.Introductions
	Conversations *conversation.Conversations
	Networks      *network.Networks
	Safety        *safety.Safety
	Partners      *partner.Partners
	Places        *geocode.Chain
	Searches      *alert.Copy
	Alerts        *alert.Alerts
}

// Start reads the settings of a program and answers -h; a fault in them ends the process with every fault named.
func Start(program string) config.Config {
	for _, arg := range os.Args[1:] {
		if arg == "-h" || arg == "-help" || arg == "--help" {
			fmt.Print(config.Usage(program))
			os.Exit(0)
		}
	}
	c, err := config.Load(program, os.Environ())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if c.WordingDir != "" {
		if err := wording.Add(os.DirFS(c.WordingDir)); err != nil {
			Exit(fmt.Errorf("WORDING_DIR: %w", err))
		}
	}
	slog.SetDefault(telemetry.Logger(os.Stderr, c.LogLevel, c.LogFormat))
	return c
}

// Exit ends the process: quietly when all went well, with one sentence otherwise.
func Exit(err error) {
	if err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "wherewithal: "+err.Error())
		os.Exit(1)
	}
}

// Open connects the parts that every process has. Neither Postgres nor Redis needs to answer yet.
func Open(ctx context.Context, c config.Config) (*House, error) {
	h := &House{Config: c, Clock: config.SystemClock(), Metrics: telemetry.NewMetrics(), Log: slog.Default()}
	var err error
	if h.Store, err = store.Open(ctx, withConns(c.DatabaseURL, c.DatabaseConns)); err != nil {
		return nil, err
	}
	if c.RedisURL != "" {
		if h.Redis, err = openRedis(c.RedisURL); err != nil {
			return nil, err
		}
	}
	h.Pool = listing.NewPool(h.Store, h.Clock.Now)
	if c.ModelDir != "" {
		h.Pool.Meanings = listing.NewMeanings(h.Store, os.DirFS(c.ModelDir))
	}
	if err := h.openSearch(ctx); err != nil {
		return nil, err
	}
	h.Pool.Search, h.Pool.Most = h.Search, c.IndexMostListings
	darkroom := photo.NewDarkroom() // one, so that its bound holds for pages and mails together
	h.Listings = listing.New(h.Store, darkroom)
	caps := market.Caps{MailsADay: c.ProposalMailsPerDay, MailsAWeek: c.ProposalMailsPerWeek, OpenRequests: c.OpenRequestsPerListing}
	h.Accounts = account.New(h.Store, account.Options{TokenSecret: []byte(c.TokenSecret), PlaceSecret: []byte(c.PlaceSecret),
		Idle: c.SessionIdle, Most: c.SessionMax, PublicURL: c.PublicURL, Caps: caps})
	h.Conversations = conversation.New(h.Store, c.MailDomain(), darkroom)
	h.Networks = network.New(h.Store)
	h.Networks.Caps = caps
	if h.Places, err = geocode.New(geocode.Config{Table: h.Store, Postcodes: c.GeocoderURL, Nominatim: c.NominatimURL, Agent: "Wherewithal (" + c.PublicURL + ")"}); err != nil {
		return nil, err
	}
	h.Partners = partner.New(h.Store, partner.Options{PlaceSecret: []byte(c.PlaceSecret), TokenSecret: []byte(c.TokenSecret),
		Groups: h.Accounts, Listings: h.Listings, Places: h.Places,
		Sender: webhook.New(webhook.Options{Agent: "Wherewithal-Webhooks (" + c.PublicURL + ")", Loopback: config.WebhookRoots()})})
	h.Searches = alert.NewCopy(h.Store)
	h.Find = listing.InOwnWords(h.Store, h.Search)
	h.Alerts = alert.New(h.Store, h.Find, h.Searches)
	h.Introductions = introduction.New(h.Store, h.Pool, introduction.Caps{Caps: caps})
	h.Accounts.Leaver = h.Introductions
	h.Safety = safety.New(h.Store, h.Introductions)
	return h, nil
}

// openSearch makes the index in Postgres, and with Meilisearch before it where there is one. Neither needs to answer yet.
func (h *House) openSearch(ctx context.Context) error {
	secret := []byte(h.Config.TokenSecret)
	h.steady = search.NewPostgres(h.Store.Pool(), secret)
	if h.Search = (measured{h.steady, h.Metrics}); h.Config.MeilisearchURL == "" {
		return nil
	}
	turns, err := search.NewPostgresTurns(ctx, h.Store.Pool())
	if err != nil {
		return err
	}
	engine := search.NewMeili(search.MeiliOptions{URL: h.Config.MeilisearchURL, Key: h.Config.MeilisearchKey, Secret: secret, Turns: turns,
		Meaner: h.Pool.Meanings})
	h.both = search.NewBoth(engine, h.steady, search.BothOptions{Metrics: search.NewMetrics(h.Metrics)})
	h.Search = measured{h.both, h.Metrics}
	return nil
}

// SearchPart looks after the engine's index, where there is one.
func (h *House) SearchPart() telemetry.Part {
	return loop("search", func(ctx context.Context) {
		if h.both == nil {
			<-ctx.Done()
			return
		}
		h.both.Watch(ctx)
	})
}

// openRedis keeps waits short: a Redis that does not answer must not hold up a page.
func openRedis(address string) (*redis.Client, error) {
	o, err := redis.ParseURL(address)
	if err != nil {
		return nil, fmt.Errorf("REDIS_URL: %w", err)
	}
	o.DialTimeout, o.ReadTimeout, o.WriteTimeout, o.MaxRetries = 2*time.Second, 3*time.Second, 2*time.Second, 1
	return redis.NewClient(o), nil
}

// withConns adds the size of the pool to a database address that says none.
func withConns(address string, n int) string {
	u, err := url.Parse(address)
	if err != nil || n == 0 || u.Query().Has("pool_max_conns") {
		return address
	}
	q := u.Query()
	q.Set("pool_max_conns", fmt.Sprint(n))
	u.RawQuery = q.Encode()
	return u.String()
}

// Ready says how the things outside are.
func (h *House) Ready(ctx context.Context) []telemetry.Dependency {
	deps := []telemetry.Dependency{{Name: "postgres", Required: true, Err: h.Store.Ping(ctx)}}
	if h.Redis != nil {
		deps = append(deps, telemetry.Dependency{Name: "redis", Err: h.Redis.Ping(ctx).Err()})
	}
	if h.both != nil {
		deps = append(deps, telemetry.Dependency{Name: "meilisearch", Err: h.both.Ready()})
	}
	pool := telemetry.Dependency{Name: "pool", Err: h.Pool.Ready()}
	if errors.Is(pool.Err, market.ErrOverBound) {
		pool.State = "over_bound"
	}
	return append(deps, pool)
}

// Prepare brings schema and search tables up to date and fills the search index when it is empty. It waits for Postgres,
// and for nothing else: Meilisearch is filled by the schedule.
func (h *House) Prepare(ctx context.Context) error {
	if err := patient(ctx, func() error { return store.Migrate(ctx, h.Config.DatabaseURL) }); err != nil {
		return err
	}
	if err := h.Search.Setup(ctx); err != nil {
		return err
	}
	return h.fillSearch(ctx)
}

func (h *House) fillSearch(ctx context.Context) error {
	mirror := listing.NewMirror(h.Store, h.steady)
	filled, err := h.steady.Filled(ctx)
	if err == nil && !filled {
		return mirror.Rebuild(ctx, h.Clock.Now())
	}
	if err == nil {
		filled, err = h.steady.PartiesFilled(ctx)
	}
	if err != nil || filled {
		return err
	}
	return mirror.ReconcileParties(ctx)
}

// patient tries again while Postgres is away, for as long as the program may take to start.
func patient(ctx context.Context, do func() error) error {
	for {
		err := do()
		if err == nil || ctx.Err() != nil || !away(err) {
			return err
		}
		slog.Warn("waiting for Postgres", "error", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

func away(err error) bool {
	return strings.Contains(err.Error(), "connect") || strings.Contains(err.Error(), "57P03")
}
