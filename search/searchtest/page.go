package searchtest

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"wherewithal/market"
	"wherewithal/search"
)

// Pages are turned while listings come, go and change: whatever stayed as it was is seen exactly once.
func pagesHoldTogether(b *bench) {
	for _, q := range []search.Query{
		{Sort: search.ByNewest},
		{Sort: search.ByRelevance, Text: "shelf"},
		{Sort: search.ByDistance, Near: &greenwich},
	} {
		var stay, leave []market.ID
		var shelves []market.Entry
		for i := range 30 {
			e := b.entry(titled("Shelf"), at(east(float64(i%4))))
			shelves = append(shelves, e)
			if i%5 == 0 {
				leave = append(leave, e.Listing.ID)
			} else {
				stay = append(stay, e.Listing.ID)
			}
		}
		b.putAll(shelves...)
		seen := b.walkWhileChanging(q, leave)
		for _, id := range stay {
			if seen[id] != 1 {
				b.Errorf("by %s: %s was seen %d times", q.Sort, id, seen[id])
			}
		}
		if err := b.engine.Delete(b.Context(), slices.Concat(stay, leave)); err != nil {
			b.Fatal(err)
		}
	}
}

func (b *bench) walkWhileChanging(q search.Query, leaving []market.ID) map[market.ID]int {
	b.Helper()
	q.Limit = 4
	seen := map[market.ID]int{}
	for range 60 {
		page := b.ask(q)
		for _, id := range idsOf(page) {
			seen[id]++
		}
		if page.Next == "" {
			return seen
		}
		q.Cursor = page.Next
		b.put(titled("Shelf"), at(east(0)))
		if len(leaving) > 0 {
			if err := b.engine.Delete(b.Context(), leaving[:1]); err != nil {
				b.Fatal(err)
			}
			leaving = leaving[1:]
		}
	}
	b.Fatal("the pages do not end")
	return nil
}

// A question that was relaxed, or mended, goes on as it began, whatever words come meanwhile.
func pagesOfARelaxedQuestion(b *bench) {
	var want []market.ID
	for range 5 {
		want = append(want, b.put(titled("Brass gazebo")))
	}
	for _, q := range []search.Query{{Text: "gazbo"}, {Text: "gazbo underwater"}} {
		q.Limit = 2
		page := b.ask(q)
		got := idsOf(page)
		if relaxed := strings.Contains(q.Text, "underwater"); page.Relaxed != relaxed {
			b.Errorf("%q: relaxed %v", q.Text, page.Relaxed)
		}
		b.put(titled("Gazbo, a clown"), func(e *market.Entry) { e.Listing.Circle = market.MyNetworks })
		for page.Next != "" && len(got) < 10 {
			q.Cursor = page.Next
			page = b.ask(q)
			got = append(got, idsOf(page)...)
		}
		slices.Sort(got)
		if slices.Sort(want); !slices.Equal(got, want) {
			b.Errorf("%q: %v, want %v", q.Text, got, want)
		}
	}
}

func strangeCursorsAreRefused(b *bench) {
	for range 3 {
		b.put()
	}
	q := search.Query{Text: "useful", Limit: 1, Now: now}
	good := b.ask(q).Next
	raw, err := base64.RawURLEncoding.DecodeString(good)
	if err != nil || len(raw) == 0 {
		b.Fatalf("the cursor %q: %v", good, err)
	}
	raw[len(raw)/2] ^= 1
	late := q
	late.Now = now.Add(25 * time.Hour)
	other := q
	other.Text = "something"
	for name, c := range map[string]struct {
		q      search.Query
		cursor string
	}{
		"changed":     {q, base64.RawURLEncoding.EncodeToString(raw)},
		"cut short":   {q, good[:len(good)/2]},
		"nonsense":    {q, "!"},
		"old":         {late, good},
		"not of this": {other, good},
	} {
		c.q.Cursor = c.cursor
		if _, err := b.engine.Query(b.Context(), market.Public, c.q); !errors.Is(err, search.ErrCursor) {
			b.Errorf("%s: error %v", name, err)
		}
	}
	q.Cursor, q.Limit = good, 2
	if page := b.ask(q); len(page.Hits) != 2 {
		b.Errorf("the good one, on a longer page: %d hits", len(page.Hits))
	}
}

func badInputIsRefused(b *bench) {
	b.put()
	nowhere := market.Point{Lat: 91}
	many := slices.Repeat([]string{"x"}, search.MaxValues+1)
	for field, q := range map[string]search.Query{
		"q":          {Text: "hall\x00"},
		"q ":         {Text: "hall \xff"},
		"q  ":        {Text: strings.Repeat("é", search.MaxText+1)},
		"tag":        {Tags: []string{"\x00"}},
		"kind":       {Kinds: many},
		"network":    {Networks: []market.ID{"everyone"}},
		"near":       {Near: &nowhere},
		"near ":      {Sort: search.ByDistance},
		"radius":     {Near: &greenwich, RadiusKM: 101},
		"radius ":    {Near: &greenwich, RadiusKM: -1},
		"free_from":  {FreeFrom: "soon"},
		"free_until": {FreeFrom: "2027-02-02", FreeUntil: "2027-02-01"},
		"weekly":     {Weekly: &search.Weekly{Start: 60, End: 120}},
		"limit":      {Limit: search.MaxLimit + 1},
		"sort":       {Sort: "nicest"},
	} {
		q.Now = now
		_, err := b.engine.Query(b.Context(), market.Public, q)
		var invalid *market.Invalid
		if !errors.As(err, &invalid) || invalid.Faults[0].Field != strings.TrimSpace(field) {
			b.Errorf("%s: error %v", field, err)
		}
	}
}

// Whatever is typed, there is an answer.
func longAndStrangeTexts(b *bench) {
	id := b.put(titled("Trestle table"))
	var distinct strings.Builder
	for i := range 600 {
		fmt.Fprintf(&distinct, "w%dx ", i)
	}
	for _, text := range []string{
		strings.Repeat("table ", 660), strings.Repeat("x", search.MaxText), distinct.String(), "' & | ! ( ) :* <-> \\ %_",
		"table & !trestle", "table:*", "🎪🎪", "شولة", "the of and", "--- - -", "a-b-c-d-e-f-g", "''''", "１２３", "\u202etable", "table\n\t\rtable",
		strings.Repeat("a-", 1999), "(((((", "İstanbul ŞİŞLİ", strings.Repeat("ﷺ", 600),
	} {
		page := b.ask(search.Query{Text: text})
		if strings.HasPrefix(text, "table table") && !slices.Contains(idsOf(page), id) {
			b.Errorf("%.20q found %v", text, idsOf(page))
		}
	}
}
