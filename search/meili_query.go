package search

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/meilisearch/meilisearch-go"

	"wherewithal/market"
)

// returned is all that comes out of the index: full documents take many times longer.
var returned = []string{"id", "opened", "placed", "_geo"}

// found is a hit as the engine returns it, with its place in our order.
type found struct {
	ID     market.ID   `json:"id"`
	Opened int64       `json:"opened"`
	Geo    *meiliPoint `json:"_geo"`
	Score  float64     `json:"_rankingScore"`

	km   int
	rank int
	at   int // where it stood in the engine's order
}

// answer is the engine's answer to one question.
type answer struct {
	Hits   []found                   `json:"hits"`
	Total  int                       `json:"estimatedTotalHits"`
	Counts map[string]map[string]int `json:"facetDistribution"`
}

// Query answers a question for a viewer. Errors: *market.Invalid, ErrCursor, market.ErrUnavailable.
func (m *Meili) Query(ctx context.Context, viewer market.Viewer, q Query) (page Page, err error) {
	defer market.Wrap(&err, "search.Query")
	if err := q.Check(); err != nil {
		return Page{}, err
	}
	q = q.For(viewer)
	after, err := m.seal.read(q)
	if err != nil {
		return Page{}, err
	}
	a := &asking{m: m, q: q, terms: read(q.Text, calling(q.Words)), after: after, scope: scopeOf(viewer, q.Now).narrow(q), limit: cmp.Or(q.Limit, usualLimit),
		viewer: viewer}
	if len(q.Seek) > 0 {
		return a.seek(ctx)
	}
	a.sort = q.order(reading{terms: a.terms})
	if page, err = a.page(ctx); err == nil && a.wantsMeant(page) {
		page = a.fillUp(ctx, page)
	}
	page.Parties, page.partiesKnown = a.parties, a.partiesKnown
	return page, err
}

// page is the page without what is found beside.
func (a *asking) page(ctx context.Context) (Page, error) {
	if a.after != nil && a.after.Relaxed != 0 {
		return a.someWords(ctx, a.after.Relaxed)
	}
	page, err := a.allWords(ctx)
	if err != nil || len(page.Hits) > 0 || a.after != nil {
		return page, err
	}
	kept, err := a.rarest(ctx)
	if err != nil || kept == 0 {
		return page, err
	}
	return a.someWords(ctx, kept)
}

// asking is one question on its way.
type asking struct {
	m     *Meili
	q     Query
	terms []term
	after *position
	scope scope
	sort  Sort
	limit int

	viewer       market.Viewer
	parties      []market.ID // found beside
	partiesKnown bool        // the engine has them all
}

// search asks the engine one question.
func (m *Meili) search(ctx context.Context, r *meilisearch.SearchRequest, limit, offset int) (answer, error) {
	var out answer
	r.Limit, r.Offset = int64(limit), int64(offset)
	body, err := m.server.Index(m.live).SearchRawWithContext(ctx, r.Query, r)
	if err != nil {
		return out, told(ctx, err)
	}
	return out, json.Unmarshal(*body, &out)
}

// allWords is a page of what has every word that has to be there.
func (a *asking) allWords(ctx context.Context) (Page, error) {
	if ways := wordings(a.terms); len(ways) > 1 {
		return a.anyWording(ctx, ways)
	}
	r := a.request()
	counted := a.after.counts(a.q, &Page{})
	if !counted && !a.countsApart() {
		r.Facets = a.facets()
	}
	list, first, err := a.collect(ctx, r)
	if err != nil {
		return Page{}, err
	}
	page, more := a.cut(list)
	if len(page.Hits) == 0 && a.after == nil {
		return Page{Facets: newFacets()}, nil
	}
	if !a.after.counts(a.q, &page) {
		if a.countsApart() {
			if first, err = a.count(ctx); err != nil {
				return Page{}, err
			}
		}
		a.counts(&page, first)
	}
	if more {
		page.Next = a.next(page, list, 0)
	}
	return page, nil
}

// request is the question to the engine: words, filters and, where the words decide nothing, the order.
func (a *asking) request() *meilisearch.SearchRequest {
	text, all := sentence(a.terms)
	if must, least := a.required(); least < all {
		text, all = sentence(append(must, a.optional()...))
		r := a.scope.request(strings.TrimRight(text, " ") + " ")
		r.MatchingStrategy = meilisearch.Last // drops words from the end, which are those that need not be there
		r.RankingScoreThreshold = float64(least-1)/float64(all) + 1e-9
		r.Sort = a.order()
		return r
	}
	r := a.scope.request(text)
	r.Sort = a.order()
	return r
}

// required are the terms that have to be there, and how many words they are.
func (a *asking) required() (terms []term, n int) {
	for _, t := range a.terms {
		if !t.optional {
			terms = append(terms, t)
		}
	}
	_, n = sentence(terms)
	return terms, n
}

func (a *asking) optional() (terms []term) {
	for _, t := range a.terms {
		if t.optional {
			terms = append(terms, t)
		}
	}
	return terms
}

// order is how the engine puts in order what fits equally well. By distance it is finer than we say: see collect.
func (a *asking) order() []string {
	newest := []string{"opened:desc", "id:desc"}
	if a.q.Near == nil || a.sort == ByNewest {
		return newest
	}
	nowhere := "placed:asc" // is as near as anywhere
	if a.sort == ByDistance {
		nowhere = "placed:desc"
	}
	return append([]string{nowhere, fmt.Sprintf("_geoPoint(%v, %v):asc", a.q.Near.Lat, a.q.Near.Lng)}, newest...)
}

// countsApart reports whether the engine's counts are of more than is asked for: words that need not be there make it
// count what has not all the others.
func (a *asking) countsApart() bool {
	must, _ := a.required()
	return len(must) < len(a.terms)
}

func (a *asking) count(ctx context.Context) (answer, error) {
	must, _ := a.required()
	text, _ := sentence(must)
	r := a.scope.request(text)
	r.Facets = a.facets()
	return a.m.search(ctx, r, 1, 0)
}

// look is how many hits are looked at first where many may be equally near; most is how many at once at all.
const (
	look = 100
	most = 1000
)

// collect reads so many hits in the engine's order that the page asked for is among them, whatever our order makes of
// those that fit alike and are equally far in whole kilometres. It begins a little before where the page before ended;
// when it finds that things have moved it begins earlier. first is the first answer, with its counts.
func (a *asking) collect(ctx context.Context, r *meilisearch.SearchRequest) (list []found, first answer, err error) {
	start, size := 0, a.limit+2
	if a.after != nil {
		start = a.after.Skip
	}
	if a.q.Near != nil && a.sort != ByNewest {
		size = max(look, 3*size)
	}
	if a.ownOrder() {
		start, size = 0, most
	}
	for {
		part, err := a.search(ctx, r, size, start+len(list), first.Hits == nil)
		if err != nil {
			return nil, first, err
		}
		if first.Hits == nil {
			first = part
		}
		r.Facets = nil
		a.rank(part.Hits)
		if len(list) == 0 && start > 0 && !a.before(part.Hits) {
			start, size = max(0, start-2*size), min(4*size, most)
			continue
		}
		list = append(list, part.Hits...)
		if len(part.Hits) < size || a.complete(list) {
			return a.inOrder(list, start), first, nil
		}
		size = min(4*size, most)
	}
}

// search asks for the hits, and at first for what is found beside them.
func (a *asking) search(ctx context.Context, r *meilisearch.SearchRequest, limit, offset int, first bool) (answer, error) {
	if first && a.q.asksForParties() && len(a.terms) > 0 {
		return a.beside(ctx, r, limit, offset)
	}
	return a.m.search(ctx, r, limit, offset)
}

// ownOrder reports whether the engine cannot put the hits in our order: it can only order what fits equally well.
func (a *asking) ownOrder() bool { return len(a.terms) > 0 && a.sort != ByRelevance }

// finer reports whether the engine's order is finer than ours.
func (a *asking) finer() bool { return a.q.Near != nil && a.sort != ByNewest }

// before reports whether the first of these was surely seen on the page before.
func (a *asking) before(list []found) bool {
	if len(list) == 0 {
		return false
	}
	return list[0].rank > a.after.Rank || !a.finer() && !a.later(list[0])
}

// complete reports whether a page and one more are among the hits, and nothing that could stand before it is missing.
func (a *asking) complete(list []found) bool {
	if a.ownOrder() {
		return false
	}
	rest := slices.DeleteFunc(slices.Clone(list), func(f found) bool { return !a.later(f) })
	if len(rest) <= a.limit {
		return false
	}
	slices.SortFunc(rest, inOrder)
	return !a.finer() || list[len(list)-1].rank < rest[a.limit].rank
}

// later reports whether a hit comes after the page before.
func (a *asking) later(f found) bool {
	if a.after == nil {
		return true
	}
	return inOrder(f, found{rank: a.after.Rank, Opened: a.after.Opened, ID: a.after.ID}) > 0
}

// inOrder compares hits: the better first, then the newer.
func inOrder(a, b found) int {
	return cmp.Or(b.rank-a.rank, cmp.Compare(b.Opened, a.Opened), strings.Compare(string(b.ID), string(a.ID)))
}

// inOrder puts hits in our order; start is where they began in the engine's.
func (a *asking) inOrder(list []found, start int) []found {
	for i := range list {
		list[i].at = start + i
	}
	slices.SortStableFunc(list, inOrder)
	return slices.CompactFunc(list, func(x, y found) bool { return x.ID == y.ID })
}

// far stands for the distance of what has no place.
const far = 100_000

// rank puts hits in our order: by how well they fit and then by whole kilometres, or by those alone, or by nothing.
func (a *asking) rank(list []found) {
	for i := range list {
		f := &list[i]
		if a.q.Near != nil && f.Geo != nil {
			f.km = market.AboutKM(a.q.Near.KM(market.Point{Lat: f.Geo.Lat, Lng: f.Geo.Lng}))
		}
		switch a.sort {
		case ByRelevance:
			f.rank = int(math.Round(f.Score*1e9))*(far+1) + far - f.km
		case ByDistance:
			if f.rank = -f.km; f.Geo == nil {
				f.rank = -far
			}
		}
	}
}

// cut makes a page of what comes after the page before, and says whether there is more.
func (a *asking) cut(list []found) (page Page, more bool) {
	for _, f := range list {
		switch {
		case !a.later(f):
		case len(page.Hits) == a.limit:
			return page, true
		default:
			page.Hits = append(page.Hits, Hit{ID: f.ID, Score: int(math.Round(f.Score * 1000)), KM: f.km})
		}
	}
	return page, false
}

// next is the cursor after a page.
func (a *asking) next(page Page, list []found, relaxed uint) string {
	last := list[slices.IndexFunc(list, func(f found) bool { return f.ID == page.Hits[len(page.Hits)-1].ID })]
	skip := last.at
	for _, f := range list {
		if a.finer() && f.rank == last.rank {
			skip = min(skip, f.at-1)
		}
	}
	return a.m.seal.write(position{Shape: shape, Asked: a.q.hash(), At: a.q.Now.Unix(), Rank: last.rank, Opened: last.Opened, ID: last.ID,
		Relaxed: relaxed, Skip: max(0, skip), Counted: a.q.carried(page)})
}
