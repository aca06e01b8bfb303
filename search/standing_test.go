package search_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unique"

	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/search/reverse"
)

// said are words as people put them into listings and searches: forms, synonyms, phrases, compounds, accents, slips of the
// keyboard that are words of their own, times, numbers, little words.
var said = strings.Fields(`hall halls room rooms community-centre minibus mini-bus book-keeper bookkeeping accounts café cafe côr
	piano pianos marquee gazebo speakers pa-system step-free loud louder evening evenings thursday Thurs friday morning weekend
	running runner painted decorator 40 60 SE10 greenwich plum kitchens kitchen's for with women’s Şişli gardening garden wheelchair`)

// phrases are words that mean one thing together.
var phrases = []string{"mini bus", "community centre", "thursday evening", "friday mornings", "pa system", "first aid", "young people", "step free"}

func sentence(r *rand.Rand, most int) string {
	var words []string
	for range r.IntN(most + 1) {
		if r.IntN(5) == 0 {
			words = append(words, pick(r, phrases))
		} else {
			words = append(words, pick(r, said))
		}
	}
	return strings.Join(words, " ")
}

func some[T any](r *rand.Rand, odds int, list []T) []T {
	var out []T
	for _, one := range list {
		if r.IntN(odds) == 0 {
			out = append(out, one)
		}
	}
	return out
}

// neighbour is a listing that has much in common with others, in every field that a question can ask about.
func neighbour(r *rand.Rand, i int) market.Entry {
	e := citizen(r, i)
	l := &e.Listing
	l.Title, l.Description, l.Tags = "A "+sentence(r, 4), sentence(r, 8), some(r, 4, []string{"Music", "café", "youth work"})
	l.Has, l.Requires = some(r, 2, market.Features), some(r, 2, market.Features)
	l.Facts = market.Facts{"seated": float64(r.IntN(4) * 20), "kitchen": r.IntN(2) == 0}
	l.Splittable = r.IntN(2) == 0
	if r.IntN(6) == 0 {
		l.Where = market.Online
	}
	if r.IntN(8) == 0 {
		gone := now.Add(time.Duration(r.IntN(3)-1) * time.Hour)
		l.ExpiresAt = &gone
	}
	if r.IntN(6) == 0 {
		e.Borough = ""
	}
	l.When = odd(r)
	e.Group.Name, e.Group.Alias = "Plum "+pick(r, said), i%7 == 0
	for range r.IntN(4) {
		from := now.Add(time.Duration(r.IntN(24*21)) * time.Hour)
		until := from.Add(time.Duration(1+r.IntN(48)) * time.Hour)
		e.Lent = append(e.Lent, market.Allocation{Amount: 1 + r.IntN(l.Quantity), From: from, Until: &until})
	}
	if r.IntN(9) == 0 {
		e.Lent = append(e.Lent, market.Allocation{Amount: l.Quantity, From: now.AddDate(0, 1, 0)}) // given away
	}
	return e
}

// odd times: windows of every repeat, terms, days out, hours that are no half hours.
func odd(r *rand.Rand) market.When {
	w := market.When{TurnRound: r.IntN(3) * 30}
	for range r.IntN(3) {
		start := market.Minute(r.IntN(20) * 60)
		win := market.Window{Repeat: pick(r, []market.Repeat{market.Once, market.Daily, market.Weekly, market.Weekly, market.Monthly}),
			Days: market.Weekdays(1 + r.IntN(127)), Nth: pick(r, []int{1, 2, -1}), On: day(r, 40), Start: start, End: min(start+market.Minute(r.IntN(8)*45+45), 1440)}
		w.Windows = append(w.Windows, win)
	}
	if r.IntN(3) == 0 {
		w.From = day(r, 30)
	}
	if r.IntN(3) == 0 {
		w.Until = max(w.From, day(r, 60))
	}
	for range r.IntN(3) {
		w.Exceptions = append(w.Exceptions, day(r, 20))
	}
	return w
}

func day(r *rand.Rand, within int) market.Date { return market.DateOf(now).AddDays(r.IntN(within)) }

// asked is a question with some of everything.
func asked(r *rand.Rand) search.Query {
	q := search.Query{Now: now, Text: sentence(r, 3), Limit: search.MaxLimit, SkipFacets: true,
		Sides: some(r, 3, []market.Side{market.Offer, market.Need}), Kinds: some(r, 3, []string{market.Room, market.Skill, market.Equipment}),
		Requires: some(r, 12, market.Features), Terms: some(r, 9, market.TermsKinds), Tags: some(r, 9, []string{"music", "CAFE"})}
	if r.IntN(5) == 0 {
		q.Boroughs = some(r, 2, boroughs)
	}
	if r.IntN(6) == 0 {
		q.Networks = []market.ID{numbered(3, r.IntN(40)), numbered(3, r.IntN(40)), numbered(3, r.IntN(40))}
	}
	if r.IntN(3) == 0 {
		q.Near, q.RadiusKM = &market.Point{Lat: 51.40 + r.Float64()*0.2, Lng: -0.2 + r.Float64()*0.3}, 0.5+r.Float64()*12
	}
	if r.IntN(5) == 0 {
		q.AtLeast = map[string]float64{pick(r, []string{"seated", "quantity", "floor_area"}): float64(r.IntN(4) * 15)}
	}
	when(r, &q)
	return q
}

func when(r *rand.Rand, q *search.Query) {
	switch r.IntN(5) {
	case 0:
		q.FreeFrom = day(r, 20)
	case 1:
		q.FreeFrom = day(r, 20)
		q.FreeUntil = q.FreeFrom.AddDays(r.IntN(14))
	case 2:
		q.FreeUntil = day(r, 20)
	}
	if r.IntN(3) == 0 {
		start := market.Minute(r.IntN(20) * 60)
		q.Weekly = &search.Weekly{Days: market.Weekdays(1 + r.IntN(127)), Start: start, End: min(1440, start+market.Minute(30+r.IntN(6)*30)), Some: r.IntN(3) == 0}
	}
}

// What standing questions say of one listing is what Postgres finds among all, whoever may see everything. One listing has
// every word, so that none is unknown and mended.
func TestStandingQuestionsFindWhatSearchFinds(t *testing.T) {
	p, index := open(t), reverse.New()
	r := rand.New(rand.NewPCG(5, 5))
	var docs []search.Document
	for i := range 250 {
		docs = append(docs, search.From(neighbour(r, i)))
	}
	every := neighbour(r, 250)
	every.Listing.Description, every.Listing.ExpiresAt = strings.Join(append(said, phrases...), " "), nil
	docs = append(docs, search.From(every))
	if err := p.Put(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
	questions, want := map[market.ID]search.Query{}, map[market.ID]map[market.ID]bool{}
	for i := range 240 {
		q, id := asked(r), numbered(9, i)
		found, all := ask(t, p, q)
		if !all {
			continue // some of its words were enough, which no standing question allows itself
		}
		questions[id] = q
		index.Put(id, search.Stand(q))
		for _, listing := range found {
			if want[listing] == nil {
				want[listing] = map[market.ID]bool{}
			}
			want[listing][id] = true
		}
	}
	hits := 0
	for _, d := range docs {
		got := map[market.ID]bool{}
		for _, id := range index.Match(search.CandidateOf(d, now)) {
			if got[id] {
				t.Errorf("%s twice", id)
			}
			got[id] = true
		}
		hits += len(got)
		for id, q := range questions {
			if got[id] != want[d.ID][id] {
				t.Fatalf("search says %v, the standing question %v of\n%+v\nasked as %s", want[d.ID][id], got[id], d, put(q))
			}
		}
	}
	if hits < 1000 || len(questions) < 150 {
		t.Errorf("%d questions with %d hits prove little", len(questions), hits)
	}
}

func put(q search.Query) string {
	s := fmt.Sprintf("%+v", q)
	if q.Weekly != nil {
		s += fmt.Sprintf(" weekly %+v", *q.Weekly)
	}
	return s
}

// ask is all that a question finds, of those who may see everything; false: only by some of its words.
func ask(t *testing.T, p *search.Postgres, q search.Query) (ids []market.ID, all bool) {
	t.Helper()
	for {
		page, err := p.Query(t.Context(), market.System, q)
		if err != nil {
			t.Fatal(err)
		}
		if page.Relaxed {
			return nil, false
		}
		for _, h := range page.Hits {
			ids = append(ids, h.ID)
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return ids, true
		}
	}
}

// A listing that fits has a key of every group, or it would be passed by.
func TestWhatFitsHasAKeyOfEachGroup(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	var all []*search.Candidate
	for i := range 150 {
		all = append(all, search.CandidateOf(search.From(neighbour(r, i)), now))
	}
	fit := 0
	for range 2000 {
		q := asked(r)
		s := search.Stand(q)
		for _, c := range all {
			if !s.Fits(c) {
				continue
			}
			fit++
			for _, g := range s.Groups() {
				if !slices.ContainsFunc(g.Keys, func(k unique.Handle[string]) bool { return c.Has(k.Value()) }) {
					t.Fatalf("%v has no key for %s", g, put(q))
				}
			}
		}
	}
	if fit < 1000 {
		t.Errorf("%d that fit prove little", fit)
	}
}

// Some time on a day of the week is some time on any such day that the question asks about.
func TestSomeTimeOnADayOfTheWeekIsAnySuchDay(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	fit := 0
	for i := range 400 {
		e := neighbour(r, i)
		e.Listing.When.From, e.Listing.When.Until = "", "" // dates of a month outside of a term are free all the same, if any other day asked for lies in it
		c := search.CandidateOf(search.From(e), now)
		days := market.Weekdays(1 << r.IntN(7))
		got, want := search.Stand(search.Query{Now: now, Weekly: search.SomeTimeOn(days)}).Fits(c), false
		for d := market.DateOf(now); d <= market.DateOf(now).AddDays(182); d = d.AddDays(1) {
			want = want || days.Has(d.Weekday()) && search.Stand(search.Query{FreeFrom: d, FreeUntil: d}).Fits(c)
		}
		if got != want {
			t.Fatalf("fits %v, one day at a time %v: %d of %+v", got, want, days, e.Listing.When)
		}
		if got {
			fit++
		}
	}
	if fit < 100 || fit > 380 {
		t.Errorf("%d that fit prove little", fit)
	}
}

func TestWhatIsStricterThanSearch(t *testing.T) {
	hall := market.Entry{Listing: market.Listing{ID: market.NewID(), Side: market.Offer, Kind: market.Room, Title: "A bright hall", Life: market.Open, Quantity: 1}}
	for what, tc := range map[string]struct {
		q    search.Query
		want bool
	}{
		"the word":             {search.Query{Text: "hall"}, true},
		"a slip":               {search.Query{Text: "halll"}, false},
		"some of the words":    {search.Query{Text: "hall accordion"}, false},
		"days that are over":   {search.Query{FreeFrom: "2027-01-01", FreeUntil: "2027-01-10"}, false},
		"days that are not":    {search.Query{FreeFrom: "2027-01-01", FreeUntil: "2027-01-11"}, true},
		"nothing but a number": {search.Query{Text: "40"}, false},
		"no word at all":       {search.Query{Text: "🎪"}, true},
	} {
		if got := search.Stand(tc.q).Fits(search.CandidateOf(search.From(hall), now)); got != tc.want {
			t.Errorf("%s: %v", what, got)
		}
	}
}
