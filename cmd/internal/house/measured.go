package house

import (
	"context"
	"errors"
	"time"

	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/telemetry"
)

// measured is the index with its answers counted and timed, whoever asks.
type measured struct {
	Index
	metrics *telemetry.Metrics
}

// Query counts all but what says nothing of the index: questions that make no sense, and people who did not wait.
func (m measured) Query(ctx context.Context, viewer market.Viewer, q search.Query) (search.Page, error) {
	began := time.Now()
	page, err := m.Index.Query(ctx, viewer, q)
	took := time.Since(began)
	switch {
	case err == nil && len(page.Hits)+len(page.Parties) > 0:
		m.metrics.Search(telemetry.SearchFound, took)
	case err == nil:
		m.metrics.Search(telemetry.SearchNone, took)
	case ctx.Err() == nil && !errors.Is(err, search.ErrCursor) && !errors.As(err, new(*market.Invalid)):
		m.metrics.Search(telemetry.SearchFailed, took)
	}
	return page, err
}
