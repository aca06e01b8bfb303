// Package worker is the door for jobs: it decodes a job, calls a use case, and says what an error means for the job.
//
// Every handler is safe to repeat: it loads what is there when it runs. It holds no rule of the house.
package worker

import (
	"context"
	"errors"
	"time"

	"wherewithal/account"
	"wherewithal/alert"
	"wherewithal/introduction"
	"wherewithal/letter"
	"wherewithal/listing"
	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/partner"
	"wherewithal/queue"
	"wherewithal/safety"
)

// Door holds the use cases that jobs call.
type Door struct {
	Accounts      *account.Accounts
	Listings      *listing.Listings
	Indexer       *listing.Indexer
	Introductions *introduction.Introductions
	Meanings      *listing.Meanings
	Letters       *letter.Letters
	Alerts        *alert.Alerts
	Partners      *partner.Partners
	Safety        *safety.Safety
	Mirror        Mirror
	Clock         func() time.Time // business time
}

// Handle registers a handler for every kind of job.
func (d Door) Handle(s *queue.Server) {
	s.Handle(market.IndexJob, func(ctx context.Context, j market.Job) error {
		// one job for both, as every change that makes a listing seen causes it; neither waits for the other to be well
		return errors.Join(d.Indexer.Index(ctx, j.Subject, d.Clock()), d.Alerts.Look(ctx, j.Subject, d.Clock()))
	})
	s.Handle(market.PartyJob, func(ctx context.Context, j market.Job) error {
		return d.Indexer.IndexParty(ctx, j.Subject)
	})
	s.Handle(market.AlertJob, func(ctx context.Context, j market.Job) error {
		return d.Alerts.Tell(ctx, j.Subject, d.Clock())
	})
	s.Handle(market.MatchJob, func(ctx context.Context, j market.Job) error {
		return d.Introductions.Match(ctx, j.Subject, d.Clock())
	})
	s.Handle(market.FillJob, func(ctx context.Context, j market.Job) error {
		return d.Introductions.Fill(ctx, j.Subject, d.Clock())
	})
	s.Handle(market.RingJob, func(ctx context.Context, _ market.Job) error {
		_, err := d.Introductions.FindRings(ctx, d.Clock())
		return err
	})
	s.Handle(market.ShareJob, func(ctx context.Context, j market.Job) error {
		return d.Introductions.ShareBurst(ctx, j.Subject, d.Clock())
	})
	s.Handle(market.ShareNetworkJob, func(ctx context.Context, j market.Job) error {
		return d.Introductions.ShareNetwork(ctx, j.Subject, d.Clock())
	})
	s.Handle(market.VectorJob, func(ctx context.Context, j market.Job) error {
		if err := d.Meanings.Keep(ctx, j.Subject, d.Clock()); err != nil || !d.Meanings.Able() {
			return err
		}
		return d.Indexer.Later(ctx, j.Subject) // what was read is searched by as well
	})
	s.Handle(market.ExportJob, func(ctx context.Context, j market.Job) error {
		return d.Accounts.MakeExport(ctx, j.Subject, d.Clock())
	})
	s.Handle(market.MandateJob, func(ctx context.Context, j market.Job) error {
		return d.Partners.PostWaiting(ctx, j.Subject, d.Clock())
	})
	s.Handle(market.LookJob, func(ctx context.Context, j market.Job) error {
		return d.Partners.LookImport(ctx, j.Subject, j.Other, d.Clock())
	})
	s.Handle(market.ImportJob, func(ctx context.Context, j market.Job) error {
		return d.Partners.WorkImport(ctx, j.Subject, j.Other, d.Clock())
	})
	s.Handle(market.FeedJob, func(ctx context.Context, j market.Job) error {
		return d.Partners.Resume(ctx, j.Subject, d.Clock())
	})
	s.Handle(market.ScrubJob, func(ctx context.Context, _ market.Job) error {
		return errors.Join(d.Mirror.Tidy(ctx), d.Accounts.Scrub(ctx)) // first what only the erased had said, then the room it took
	})
	s.Handle(market.RewriteJob, func(ctx context.Context, _ market.Job) error { return d.Accounts.Rewrite(ctx) })
	s.Handle(market.CompactJob, func(ctx context.Context, _ market.Job) error { return d.Mirror.Compact(ctx) })
	s.Handle(market.LetterJob, func(ctx context.Context, j market.Job) error {
		return d.Letters.Send(ctx, j.Subject, d.Clock())
	})
}

// Judge says what an error means: what is missing or refused will not mend by trying again; everything else may.
func Judge(err error) (class string, lasting bool) {
	var invalid *market.Invalid
	switch {
	case errors.Is(err, market.ErrNotFound):
		return "not_found", true
	case errors.As(err, &invalid):
		return "invalid", true
	case errors.Is(err, market.ErrOverBound):
		return "over_bound", true
	case errors.Is(err, market.ErrUnavailable):
		return "away", false
	case errors.Is(err, mail.ErrPaced):
		return "paced", false
	case errors.Is(err, mail.ErrTemporary):
		return "mail_away", false
	case errors.Is(err, market.ErrConflict):
		return "conflict", false
	}
	return "", false
}
