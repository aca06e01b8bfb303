// Command hub is the whole site in one process on embedded defaults: a Postgres of its own below DATA_DIR, a Redis in
// process, a mail server that keeps what it gets. Each is replaced by its address: DATABASE_URL, REDIS_URL, SMTP_URL.
package main

import (
	"context"
	"fmt"
	"path/filepath"

	"wherewithal/cmd/internal/house"
	"wherewithal/config"
	"wherewithal/mail/catcher"
	redis "wherewithal/queue/embedded"
	postgres "wherewithal/store/embedded"
	"wherewithal/telemetry"
)

func main() { house.Exit(run(context.Background(), house.Start("hub"))) }

func run(ctx context.Context, c config.Config) (err error) {
	var parts []telemetry.Part
	if c.DatabaseURL == "" {
		server, err := postgres.Start(ctx, postgres.Options{DataDir: c.DataDir})
		if err != nil {
			return err
		}
		defer server.Stop(context.WithoutCancel(ctx)) //nolint:errcheck // a second stop after Run's does nothing
		c.DatabaseURL = server.URL()
		parts = append(parts, telemetry.Part{Name: "postgres", Run: server.Run})
	}
	if c, err = config.KeepSecrets(c); err != nil {
		return err
	}
	if c.RedisURL == "" {
		server, addr, err := redis.Start()
		if err != nil {
			return err
		}
		defer server.Close()
		c.RedisURL = "redis://" + addr
	}
	return serve(ctx, c, parts)
}

func serve(ctx context.Context, c config.Config, parts []telemetry.Part) error {
	dev := c.DevPages()
	var mails *catcher.Catcher
	if c.SMTPURL == "" {
		var err error
		if mails, err = catcher.Start(catcher.Options{Dir: filepath.Join(c.DataDir, "mail")}); err != nil {
			return err
		}
		defer mails.Close()
	}
	h, err := house.Open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Store.Close()
	h.Hub, h.Mails = true, mails
	if mails != nil {
		h.Accounts.Mailbox = mails
	}
	more, err := open(ctx, h)
	if err != nil {
		return err
	}
	greet(c, dev)
	return telemetry.Run(ctx, telemetry.Grace, append(parts, more...)...)
}

// open prepares the database, plants the sample into an empty one, and builds the parts.
func open(ctx context.Context, h *house.House) ([]telemetry.Part, error) {
	site, err := h.SiteParts(ctx) // first: a port in use is told before anything is done
	if err != nil {
		return nil, err
	}
	if err := prepare(ctx, h); err != nil {
		return nil, err
	}
	admin, err := h.AdminParts()
	if err != nil {
		return nil, err
	}
	if h.Mails != nil {
		h.Config.SMTPURL = h.Mails.URL()
	}
	sender, err := h.Sender()
	if err != nil {
		return nil, err
	}
	box, err := h.LetterboxParts(sender)
	if err != nil {
		return nil, err
	}
	jobs := append(h.JobParts(ctx, sender), box...)
	return append(append(append(admin, h.PoolPart(), h.SearchPart()), jobs...), site...), nil
}

func prepare(ctx context.Context, h *house.House) error {
	if err := h.Prepare(ctx); err != nil {
		return err
	}
	empty, err := h.Store.Empty(ctx)
	if err != nil || !empty || !h.Config.DevPages() {
		return err
	}
	return h.Seed(ctx, house.SampleSeed)
}

func greet(c config.Config, dev bool) {
	fmt.Printf("Wherewithal: %s\n", c.PublicURL)
	if dev {
		fmt.Printf("Mails:       %s\n", c.Link("/dev/mail"))
	}
}
