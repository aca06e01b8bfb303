// Command worker does what follows from changes: it relays the outbox, indexes, matches, sends letters and runs the
// schedule. Any number of workers may run; one of them leads the schedule.
package main

import (
	"context"

	"wherewithal/cmd/internal/house"
	"wherewithal/config"
	"wherewithal/telemetry"
)

func main() { house.Exit(run(context.Background(), house.Start("worker"))) }

func run(ctx context.Context, c config.Config) error {
	house.GiveRoom()
	h, err := house.Open(ctx, c)
	if err != nil {
		return err
	}
	defer h.Store.Close()
	if err := h.Prepare(ctx); err != nil {
		return err
	}
	sender, err := h.Sender()
	if err != nil {
		return err
	}
	admin, err := h.AdminParts()
	if err != nil {
		return err
	}
	box, err := h.LetterboxParts(sender)
	if err != nil {
		return err
	}
	jobs := append(h.JobParts(ctx, sender), box...)
	return telemetry.Run(ctx, telemetry.Grace, append(append(admin, h.PoolPart(), h.SearchPart()), jobs...)...)
}
