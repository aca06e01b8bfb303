package search_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"wherewithal/market"
	"wherewithal/search"
)

// The shapes of question that people ask must be answered through an index, so that the price grows with what is
// found and not with what there is.
func TestPlansUseTheirIndexes(t *testing.T) {
	const listings = 6000
	p := filled(t, listings)
	greenwich := &market.Point{Lat: 51.48, Lng: 0}
	londoner := market.Viewer{Person: market.NewID(), Networks: []market.ID{numbered(3, 7)}, Boroughs: []string{"Greenwich"}, Regions: []string{"London"}}
	for name, c := range map[string]struct {
		q    search.Query
		want string
	}{
		"a rare word":      {search.Query{Text: "wexotuna"}, "Index Cond: (words @@"},
		"three words":      {search.Query{Text: "accordion friday greenwich"}, "Index Cond: (words @@"},
		"near":             {search.Query{Near: greenwich, RadiusKM: 2}, "Index Cond: (place <@"},
		"words and near":   {search.Query{Text: "accordion", Near: greenwich, RadiusKM: 1}, "Index Cond: "},
		"a rare tag":       {search.Query{Tags: []string{"loom", "faith"}}, "Index Cond: (tags @>"},
		"a network's":      {search.Query{Networks: []market.ID{numbered(3, 7)}}, "Index Cond: (told &&"},
		"the newest":       {search.Query{}, "Index Scan using"},
		"words, free then": {search.Query{Text: "kiln", FreeFrom: "2027-02-04", Weekly: &search.Weekly{Days: 8, Start: 1080, End: 1200}}, "Index Cond: (words @@"},
	} {
		for who, viewer := range map[string]market.Viewer{"the public": market.Public, "a Londoner": londoner} {
			c.q.Now = now
			statement := c.q.Statements(viewer)["hits"]
			plan := explain(t, p, statement.SQL, statement.Args...)
			if !strings.Contains(plan, c.want) || strings.Contains(plan, "Seq Scan on listing") {
				t.Errorf("%s, for %s: no %q in\n%s", name, who, c.want, plan)
			}
		}
	}
}

func TestTyposAreFoundThroughAnIndex(t *testing.T) {
	p := filled(t, 6000)
	plan := explain(t, p, search.LikeWords(), "accordoin")
	if !strings.Contains(plan, "Bitmap Index Scan on") || !strings.Contains(plan, "Index Cond: (word %") {
		t.Errorf("like words are looked for one by one:\n%s", plan)
	}
}

func explain(t *testing.T, p *search.Postgres, sql string, args ...any) string {
	t.Helper()
	rows, err := p.Pool().Query(t.Context(), "EXPLAIN "+sql, append([]any{pgx.QueryExecModeCacheDescribe}, args...)...)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}
