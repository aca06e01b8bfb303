package main

import (
	"context"
	"errors"
	"fmt"

	"wherewithal/cmd/internal/house"
	"wherewithal/introduction"
	"wherewithal/market"
)

// shareOut does by hand what every night does, for a connector who asks for it. Repeated it finds what is left to do.
func shareOut(args []string) (job, error) {
	if len(args) > 1 || len(args) == 1 && args[0] == "" {
		return nil, errors.New("wants the network's address name, or nothing")
	}
	return func(ctx context.Context, h *house.House) error {
		sh := introduction.Sharing{Cause: market.OnDemand}
		if len(args) == 1 {
			n, err := h.Store.Network(ctx, args[0])
			if errors.Is(err, market.ErrNotFound) {
				return fmt.Errorf("there is no network %q", args[0])
			}
			if err != nil {
				return err
			}
			sh.Network = n.ID
		}
		if err := acted(ctx, h, "share_out.asked", sh.Network); err != nil {
			return err
		}
		if err := h.Pool.Refresh(ctx); err != nil {
			return err
		}
		out, err := h.Introductions.ShareOut(ctx, sh, h.Clock.Now())
		if errors.Is(err, market.ErrConflict) {
			return errors.New("a sharing out is at work already: try again in a minute")
		}
		if errors.Is(err, market.ErrOverBound) {
			return errors.New("more listings are open than INDEX_MOST_LISTINGS lets this hold: set it for this command, where there is memory for it")
		}
		if err == nil {
			fmt.Printf("%d needs and %d offers make %d pairs; the plan has %d parts, worth %.3f of at most %.3f (gap %.1f %%, weights %s)\n",
				out.Needs, out.Offers, out.Pairs, len(out.Parts), out.Value, out.Bound, 100*out.Gap, out.Weights)
		}
		return err
	}, nil
}
