package safety

import (
	"cmp"
	"context"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// tellReporters writes to whoever made reports what came of them, once to each, but for whoever decided. An address that
// anybody may have typed is written to where the report was acknowledged to it, or where there is an answer to it.
func tellReporters(ctx context.Context, tx *store.Tx, dealt []market.Report, d market.Decision, now time.Time) error {
	told := map[string]bool{"": true, string(d.DecidedBy): true}
	for _, r := range dealt {
		to := cmp.Or(string(r.PersonID), r.Address)
		if told[to] {
			continue
		}
		if answered := r.Subject == "site" && d.Words != ""; r.PersonID == "" && !answered {
			is, err := tx.Acknowledged(ctx, r, now)
			if err != nil {
				return err
			}
			if !is {
				continue
			}
		}
		told[to] = true
		if _, err := tx.Send(ctx, market.Letter{Kind: market.ReportAnswered, PersonID: r.PersonID, Address: r.Address, AboutID: r.ID}, "", now); err != nil {
			return err
		}
	}
	return nil
}
