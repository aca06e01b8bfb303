// Package searchtest is what every implementation of search promises, as tests. An implementation's own test calls Run.
package searchtest

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/search"
)

// Engine is the contract.
type Engine interface {
	Put(context.Context, []search.Document) error
	Delete(context.Context, []market.ID) error
	Query(context.Context, market.Viewer, search.Query) (search.Page, error)
	Rebuild(context.Context, iter.Seq2[search.Document, error]) error
	Versions(context.Context) iter.Seq2[search.Version, error]
	Reconcile(context.Context, iter.Seq2[search.Version, error], search.Load) (search.Mended, error)
	KeepParties(context.Context, []market.ID, search.LoadParties) error
	ReconcileParties(context.Context, search.EachParty, search.LoadParties) (search.Mended, error)
}

// TestOfManyAtOnce is the one test whose questions come as they happen to: what an engine said to it cannot be recorded.
const TestOfManyAtOnce = "QuestionsDuringRebuild"

// Run plays all tests but those that are left out, each on an engine of its own, empty and ready, that open makes.
// Whatever Put, Delete and Rebuild have returned from, Query has to show.
func Run(t *testing.T, open func(testing.TB) Engine, without ...string) {
	for name, test := range map[string]func(*bench){
		"Relevance":                  relevanceScripts,
		"RelevanceBeside":            partyScripts,
		"PartiesForEachViewer":       partiesForEachViewer,
		"PartiesAreMendedBothWays":   partiesAreMendedBothWays,
		"PartiesInPages":             partiesInPages,
		"SideKindAndTags":            sideKindAndTags,
		"EachCircleForEachViewer":    eachCircleForEachViewer,
		"CountsObeyTheViewer":        countsObeyTheViewer,
		"EligibilityAndFacts":        eligibilityAndFacts,
		"NetworksTermsAndBoroughs":   networksTermsAndBoroughs,
		"NotOfSomeGroups":            notOfSomeGroups,
		"RadiusInWholeKilometres":    radiusInWholeKilometres,
		"OrderTellsNoMoreThanKM":     orderTellsNoMoreThanKM,
		"ThreeSorts":                 threeSorts,
		"FreeInTheWeek":              freeInTheWeek,
		"FreeOnDates":                freeOnDates,
		"LentIsNotFree":              lentIsNotFree,
		"ExpiryIsSeenAtOnce":         expiryIsSeenAtOnce,
		"FacetsCount":                facetsCount,
		"LaterPagesCountTheSame":     laterPagesCountTheSame,
		"TotalStopsCounting":         totalStopsCounting,
		"PagesHoldTogether":          pagesHoldTogether,
		"PagesOfARelaxedQuestion":    pagesOfARelaxedQuestion,
		"StrangeCursorsAreRefused":   strangeCursorsAreRefused,
		"BadInputIsRefused":          badInputIsRefused,
		"LongAndStrangeTexts":        longAndStrangeTexts,
		"PutReplacesAndDeleteTakes":  putReplacesAndDeleteTakes,
		"AnOlderVersionNeverWins":    anOlderVersionNeverWins,
		"RebuildForgetsWhatIsGone":   rebuildForgetsWhatIsGone,
		"RebuildLosesNoChange":       rebuildLosesNoChange,
		"RebuildThatFailsLeavesAll":  rebuildThatFailsLeavesAll,
		"QuestionsBetweenTheSteps":   questionsBetweenTheSteps,
		TestOfManyAtOnce:             questionsDuringRebuild,
		"ReconcileMendsBothWays":     reconcileMendsBothWays,
		"ReconcileLooksBeforeActing": reconcileLooksBeforeActing,
	} {
		if slices.Contains(without, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(&bench{T: t, engine: open(t)})
		})
	}
}

// now is when all tests play: Monday, 11 January 2027, 09:00 in London.
var now = time.Date(2027, 1, 11, 9, 0, 0, 0, time.UTC)

// greenwich is where the tests ask from.
var greenwich = market.Point{Lat: 51.48, Lng: 0}

// bench is a test at work on an engine.
type bench struct {
	*testing.T
	engine Engine
	made   int
	ids    int
}

// id is one that this test has not had: the same ones each time it is run, so that what an engine was asked and said can
// be recorded.
func (b *bench) id() market.ID {
	b.ids++
	return market.ID(fmt.Sprintf("00000001-0000-7000-8000-%012x", b.ids))
}

// entry is an open offer of a room for anyone, changed as each of changes says. Later ones were opened later.
func (b *bench) entry(changes ...func(*market.Entry)) market.Entry {
	b.made++
	opened := now.Add(-24*time.Hour + time.Duration(b.made)*time.Second)
	e := market.Entry{
		Listing: market.Listing{
			ID: b.id(), Version: 1, GroupID: b.id(), Side: market.Offer, Kind: market.Room,
			Title: "Something useful", Quantity: 1, Where: market.AtPlace, Terms: market.Terms{Kind: market.Gift},
			Circle: market.Anyone, Life: market.Open, Facts: market.Facts{}, OpenedAt: &opened, CreatedAt: opened,
		},
		Group: market.Standing{Name: "Plum Lane Friends", Active: true},
	}
	for _, change := range changes {
		change(&e)
	}
	return e
}

// put makes an entry and puts it into the engine.
func (b *bench) put(changes ...func(*market.Entry)) market.ID {
	b.Helper()
	e := b.entry(changes...)
	b.putAll(e)
	return e.Listing.ID
}

func (b *bench) putAll(entries ...market.Entry) {
	b.Helper()
	var docs []search.Document
	for _, e := range entries {
		docs = append(docs, search.From(e))
	}
	if err := b.engine.Put(b.Context(), docs); err != nil {
		b.Fatal(err)
	}
}

func titled(title string) func(*market.Entry) {
	return func(e *market.Entry) { e.Listing.Title = title }
}

func at(p market.Point) func(*market.Entry) {
	return func(e *market.Entry) { e.Point = p }
}

// ask asks for the public, now, unless the question says otherwise.
func (b *bench) ask(q search.Query) search.Page {
	b.Helper()
	return b.askAs(market.Public, q)
}

func (b *bench) askAs(v market.Viewer, q search.Query) search.Page {
	b.Helper()
	if q.Now.IsZero() {
		q.Now = now
	}
	page, err := b.engine.Query(b.Context(), v, q)
	if err != nil {
		b.Fatal(err)
	}
	return page
}

func idsOf(page search.Page) []market.ID {
	ids := []market.ID{}
	for _, h := range page.Hits {
		ids = append(ids, h.ID)
	}
	return ids
}
