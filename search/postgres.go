package search

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"wherewithal/market"
)

// Postgres is the index in tables of its own, in the schema "search" of the database the pool leads to. It is safe for
// concurrent use, by many processes at once.
type Postgres struct {
	pool  *pgxpool.Pool
	seal  seal
	tally counting
}

// NewPostgres is the index behind a pool; Setup makes its tables. The secret seals cursors: all processes of a site
// share it.
func NewPostgres(pool *pgxpool.Pool, secret []byte) *Postgres {
	return &Postgres{pool: pool, seal: seal(secret)}
}

// planAnew has Postgres plan each statement for its values: whether an index helps depends on the words.
const planAnew = pgx.QueryExecModeCacheDescribe

// Query answers a question for a viewer. Errors: *market.Invalid, ErrCursor, market.ErrUnavailable.
func (p *Postgres) Query(ctx context.Context, viewer market.Viewer, q Query) (page Page, err error) {
	defer func() { err = away(ctx, err) }()
	defer market.Wrap(&err, "search.Query")
	if err := q.Check(); err != nil {
		return Page{}, err
	}
	if len(q.Seek) > 0 {
		return p.seek(ctx, viewer, q.For(viewer))
	}
	if page, err = p.listings(ctx, viewer, q.For(viewer)); err != nil {
		return Page{}, err
	}
	page.Parties, err = p.parties(ctx, viewer, q)
	return page, err
}

// listings is the page without what is found beside.
func (p *Postgres) listings(ctx context.Context, viewer market.Viewer, q Query) (Page, error) {
	after, err := p.seal.read(q)
	if err != nil {
		return Page{}, err
	}
	r, err := p.read(ctx, q, after)
	if err != nil {
		return Page{}, err
	}
	page, err := p.page(ctx, viewer, q, r, after)
	if err != nil || len(page.Hits) > 0 || after != nil || len(r.terms) == 0 {
		return page, err
	}
	if r, err = p.relax(ctx, q); err != nil || len(r.terms) == 0 {
		return page, err
	}
	return p.page(ctx, viewer, q, r, nil)
}

// away marks faults of the way to the database: trying later may help.
func away(ctx context.Context, err error) error {
	var answer *pgconn.PgError
	var invalid *market.Invalid
	switch {
	case err == nil || ctx.Err() != nil || errors.Is(err, ErrCursor) || errors.As(err, &invalid):
		return err
	case errors.As(err, &answer) && !strings.HasPrefix(answer.Code, "57P") && !strings.HasPrefix(answer.Code, "53"):
		return err
	}
	return fmt.Errorf("%w: %w", market.ErrUnavailable, err)
}

// page is one page of a question read in a certain way.
func (p *Postgres) page(ctx context.Context, viewer market.Viewer, q Query, r reading, after *position) (Page, error) {
	q.Sort = q.order(r)
	limit := q.Limit
	if limit == 0 {
		limit = usualLimit
	}
	page := Page{Relaxed: r.relaxed != 0}
	sql, args := ask(listings, viewer, q, r).hits(after, limit+1)
	ends, err := p.hits(ctx, &page, sql, args)
	if err != nil {
		return Page{}, err
	}
	more := len(page.Hits) > limit
	if more {
		page.Hits = page.Hits[:limit]
	}
	if len(page.Hits) == 0 && after == nil {
		return Page{Facets: newFacets()}, nil
	}
	if !after.counts(q, &page) {
		if err := p.counts(ctx, &page, ask(listings, viewer, q, r), more && mayKeep(viewer)); err != nil {
			return Page{}, err
		}
	}
	if more {
		page.Next = p.next(q, r, ends[limit-1], page)
	}
	return page, nil
}

// order is the sort that a question comes to.
func (q Query) order(r reading) Sort {
	switch {
	case q.Sort == ByDistance || q.Sort == ByNewest:
		return q.Sort
	case len(r.terms) > 0:
		return ByRelevance
	case q.Near != nil:
		return ByDistance
	}
	return ByNewest
}

// hits fills the page and returns the position of each hit.
func (p *Postgres) hits(ctx context.Context, page *Page, sql string, args []any) ([]position, error) {
	rows, err := p.ask(ctx, sql, args)
	if err != nil {
		return nil, err
	}
	ends, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (position, error) {
		var h Hit
		var end position
		var km *int
		var opened time.Time
		if err := row.Scan(&h.ID, &h.Score, &km, &end.Rank, &opened); err != nil {
			return end, err
		}
		if km != nil {
			h.KM = *km
		}
		page.Hits = append(page.Hits, h)
		end.ID, end.Opened = h.ID, opened.UnixMicro()
		return end, nil
	})
	return ends, err
}

func (p *Postgres) ask(ctx context.Context, sql string, args []any) (pgx.Rows, error) {
	return p.pool.Query(ctx, sql, append([]any{planAnew}, args...)...)
}

// next is the cursor after a hit.
func (p *Postgres) next(q Query, r reading, end position, page Page) string {
	q.Sort = r.asked
	end.Counted = q.carried(page)
	end.Shape, end.Asked, end.At = shape, q.hash(), q.Now.Unix()
	end.Relaxed, end.Mends = r.relaxed, r.mends
	return p.seal.write(end)
}

// counts fills in what a page says beside its hits; recent is for visitors' pages that are not all of what is found: those may be told
// what was counted a moment ago.
func (p *Postgres) counts(ctx context.Context, page *Page, s *question, recent bool) error {
	count := p.facets
	if s.q.SkipFacets {
		count = p.count
	}
	if !recent {
		return count(ctx, page, s)
	}
	was, err := p.tally.of(ctx, s, func(ctx context.Context, page *Page) error { return count(ctx, page, s) })
	page.counted(was)
	return err
}

func (p *Postgres) count(ctx context.Context, page *Page, s *question) error {
	sql, args := s.count()
	rows, err := p.ask(ctx, sql, args)
	if err != nil {
		return err
	}
	n, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[int])
	page.total(n)
	return err
}

func (page *Page) total(n int) { page.Total, page.More = min(n, MaxCount), n > MaxCount }

// facets counts, and has the total from the counts.
func (p *Postgres) facets(ctx context.Context, page *Page, s *question) error {
	sql, args := s.facets()
	rows, err := p.ask(ctx, sql, args)
	if err != nil {
		return err
	}
	page.Facets = newFacets()
	total := 0
	var side, kind, terms, borough, tag, network *string
	var features []market.Feature
	var n int
	_, err = pgx.ForEachRow(rows, []any{&side, &kind, &terms, &borough, &features, &tag, &network, &n}, func() error {
		switch {
		case side != nil:
			total += n
			page.Facets.add(*side, *kind, *terms, *borough, n)
		case tag != nil:
			page.Facets.Tags[*tag] = n
		case network != nil:
			page.Facets.Networks[market.ID(*network)] = n
		default:
			for _, f := range features {
				page.Facets.Features[f] += n
			}
		}
		return nil
	})
	page.total(total)
	return err
}

func newFacets() Facets {
	return Facets{Sides: map[market.Side]int{}, Kinds: map[string]int{}, Tags: map[string]int{}, Boroughs: map[string]int{},
		Features: map[market.Feature]int{}, Terms: map[market.TermsKind]int{}, Networks: map[market.ID]int{}}
}

func (f Facets) add(side, kind, terms, borough string, n int) {
	f.Sides[market.Side(side)] += n
	if kind != "" {
		f.Kinds[kind] += n
	}
	if terms != "" {
		f.Terms[market.TermsKind(terms)] += n
	}
	if borough != "" {
		f.Boroughs[borough] += n
	}
}
