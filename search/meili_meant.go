package search

import (
	"context"
	"strings"
	"unicode"

	"github.com/meilisearch/meilisearch-go"

	"wherewithal/market"
)

// Where words find less than a page, the engine is asked once more: for what means nearly the same. What it adds comes
// after all that words found, however near it is, so that no exact hit has to give way to a likely one.

// Meaner reads what questions mean. It is safe for concurrent use.
type Meaner interface {
	// Question is what a text means, in one vector at least. It waits no longer than the context lasts.
	// market.ErrUnavailable: there is no model here, or too much waits for it.
	Question(ctx context.Context, text string) (market.Meaning, error)
}

// ours is the engine's name for the vectors that we bring along.
const ours = "ours"

// vectors of a document, by the engine's name: two at most, of all that its text says and of what it says it is. nil says that
// it has none; the engine refuses a document that says nothing of them. Their lengths do not matter to it, so that bytes do.
type vectors struct {
	Ours [][]int8 `json:"ours"`
}

const mostVectors = 2

// vectorsOf a listing as a model read it; nil when none has.
func vectorsOf(m market.Meaning) (out vectors) {
	for rest := m.Vectors; m.Known() && len(rest) >= market.VectorBytes && len(out.Ours) < mostVectors; rest = rest[market.VectorBytes:] {
		one := make([]int8, market.VectorBytes)
		for i := range one {
			one[i] = int8(rest[i])
		}
		out.Ours = append(out.Ours, one)
	}
	return out
}

// embedders say that the engine makes no vectors itself.
var embedders = map[string]meilisearch.Embedder{ours: {Source: meilisearch.UserProvidedEmbedderSource, Dimensions: market.VectorBytes}}

// nearEnough is the cosine from which a listing is taken to mean what was asked for. docs/evaluation.md has what it finds and
// what it costs, on sets that nobody here wrote.
const nearEnough = .4

// mostMeant bounds what a page is filled up with: further down it is guesses.
const mostMeant = 20

// How the second question ended, for the metrics; "" where there was none.
const (
	meantFound   = "found"
	meantNothing = "nothing"
	meantUnread  = "unread" // what it means was not known in time
	meantFault   = "fault"  // of the engine, or it took too long
)

// wantsMeant reports whether a page is to be filled up with what means nearly the same: the first of some words, when these found
// less than a page; and of several words only when nothing has all of them. A vector knows nothing of places and times: where some
// hall is in Greenwich, and free on a Thursday, nobody who asked for one wants to be shown halls elsewhere.
func (a *asking) wantsMeant(page Page) bool {
	must, _ := a.required()
	if !a.q.Meant || a.m.meaner == nil || a.after != nil || a.sort != ByRelevance || len(page.Hits) >= min(a.limit, mostMeant) || !readable(a.q.Text) {
		return false
	}
	return len(must) == 1 || len(must) > 1 && (page.Relaxed || len(page.Hits) == 0)
}

// readable reports whether a text is in the letters of English: the model knows no others, to which all words in them are alike.
func readable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) })
}

// fillUp is a page with what means nearly the same behind what words found, all in all no more than mostMeant. It is the only
// page then. Whatever goes wrong, or takes too long, the page of words is good as it is.
func (a *asking) fillUp(ctx context.Context, page Page) Page {
	ctx, cancel := context.WithTimeout(ctx, a.m.meantWithin)
	defer cancel()
	means, err := a.m.meaner.Question(ctx, inShort(a.q.Text))
	if err != nil || !means.Known() {
		page.meant = meantUnread
		return page
	}
	filled, err := a.meaning(ctx, page, means)
	if err != nil {
		page.meant = meantFault
		return page
	}
	return filled
}

// mostRead bounds what is read of a question, in letters: beyond it nobody asks for one thing.
const mostRead = 200

func inShort(text string) string {
	if letters := []rune(text); len(letters) > mostRead {
		text = string(letters[:mostRead])
	}
	return strings.Join(strings.Fields(text), " ")
}

// meaning asks for what is near to a meaning, and counts it together with what words found.
func (a *asking) meaning(ctx context.Context, page Page, means market.Meaning) (Page, error) {
	said, err := a.m.search(ctx, a.nearTo(means, page.Hits), min(a.limit, mostMeant)-len(page.Hits), 0)
	if err != nil {
		return page, err
	}
	if len(said.Hits) == 0 {
		page.meant = meantNothing
		return page, nil
	}
	a.rank(said.Hits)
	all := make([]found, 0, len(page.Hits)+len(said.Hits))
	for _, h := range page.Hits {
		all = append(all, found{ID: h.ID})
	}
	hits := page.Hits[:len(page.Hits):len(page.Hits)]
	for _, f := range a.inOrder(said.Hits, 0) {
		all, hits = append(all, f), append(hits, Hit{ID: f.ID, KM: f.km, Meant: true})
	}
	counts, err := a.countThese(ctx, all)
	if err != nil {
		return page, err
	}
	a.counts(&page, counts)
	page.Hits, page.meant = hits, meantFound
	return page, nil
}

// nearTo is the question for what is near to a meaning, within the scope, read by the same model, and not found already.
func (a *asking) nearTo(means market.Meaning, but []Hit) *meilisearch.SearchRequest {
	s := a.scope.and("model = %s", quoted(means.Model))
	ids := make([]string, len(but))
	for i, h := range but {
		ids[i] = string(h.ID)
	}
	for _, some := range anyOfThese("id", ids) {
		s = s.and("NOT %s", some)
	}
	r := s.request("")
	r.Hybrid = &meilisearch.SearchRequestHybrid{Embedder: ours, SemanticRatio: 1}
	r.Vector = make([]float32, market.VectorBytes)
	for i := range r.Vector {
		r.Vector[i] = float32(int8(means.Vectors[i]))
	}
	r.ShowRankingScore, r.RankingScoreThreshold = true, (1+nearEnough)/2 // the engine's score is half of the cosine and a half
	return r
}
