package search

import (
	"fmt"
	"slices"
	"strings"

	"wherewithal/market"
)

// question is a Query being made SQL: conditions with their arguments. ask is the only way to one and wants the
// viewer, so that no statement over listings can be written that forgets who asks.
type question struct {
	q     Query
	table string
	terms []term
	bound []market.ID // the viewer's Within
	where []string
	args  []any
}

// ask begins a statement: what the viewer may see, what has not expired, what the question's words and filters want.
func ask(table string, viewer market.Viewer, q Query, r reading) *question {
	s := &question{q: q, table: table, terms: r.terms, bound: viewer.Within}
	s.seenBy(viewer)
	s.add("(expires IS NULL OR expires > %s::timestamptz)", q.Now)
	if match := r.match(); match != "" {
		s.add("words @@ %s::tsquery", match)
	}
	s.filter()
	s.within()
	s.free()
	return s
}

// arg is the placeholder of a value.
func (s *question) arg(v any) string {
	s.args = append(s.args, v)
	return fmt.Sprintf("$%d", len(s.args))
}

// add puts a condition in; each %s of it is a value.
func (s *question) add(condition string, values ...any) {
	marks := make([]any, len(values))
	for i, v := range values {
		marks[i] = s.arg(v)
	}
	s.where = append(s.where, fmt.Sprintf(condition, marks...))
}

// seenBy is market.Viewer.Sees in SQL; a test holds the two together.
func (s *question) seenBy(v market.Viewer) {
	if v.System || v.Operator {
		return
	}
	ways := []string{"circle = 'anyone'"} // the rest only for whom it may open more: of 20,000 rows each way costs
	open := func(condition string, to []string) {
		if len(to) > 0 {
			ways = append(ways, fmt.Sprintf(condition, s.arg(to)))
		}
	}
	open("group_id = ANY (%s::uuid[])", plain(v.Groups()))
	open("networks && %s::uuid[]", plain(v.Networks))
	open("circle = 'borough' AND borough <> '' AND borough = ANY (%s::text[])", v.Boroughs)
	open("circle = 'city' AND region <> '' AND region = ANY (%s::text[])", v.Regions)
	s.where = append(s.where, "("+strings.Join(ways, " OR ")+")")
}

func (s *question) filter() {
	s.oneOf("side", plain(s.q.Sides))
	s.oneOf("kind", s.q.Kinds)
	s.oneOf("borough", s.q.Boroughs)
	s.oneOf("terms", plain(s.q.Terms))
	if len(s.q.Tags) > 0 {
		s.add("tags @> %s::text[]", tags(s.q.Tags))
	}
	if len(s.q.Requires) > 0 {
		s.add("features @> %s::text[]", plain(s.q.Requires))
	}
	if len(s.q.NotOf) > 0 {
		s.add("group_id <> ALL (%s::uuid[])", plain(s.q.NotOf))
	}
	if len(s.q.Networks) > 0 {
		s.add("told && %s::uuid[]", plain(s.q.Networks))
	}
	for key, least := range s.q.AtLeast {
		s.add("(numbers ->> %s)::float8 >= %s::float8", key, least)
	}
}

func (s *question) oneOf(column string, values []string) {
	if len(values) > 0 {
		s.add(column+" = ANY (%s::text[])", values)
	}
}

// within keeps what lies in the radius, in whole kilometres as they are said, with a box around it for the index.
func (s *question) within() {
	if s.q.Near == nil || s.q.RadiusKM == 0 {
		return
	}
	km := market.AboutKM(s.q.RadiusKM)
	box := around(*s.q.Near, float64(km)+0.5)
	s.add("(place IS NULL OR place <@ box(point(%s::float8, %s::float8), point(%s::float8, %s::float8)))",
		box[0].Lng, box[0].Lat, box[1].Lng, box[1].Lat)
	s.where = append(s.where, fmt.Sprintf("(place IS NULL OR %s <= %s::int)", s.km(), s.arg(km)))
}

// km is the distance from Near as it is said: whole, at least 1; NULL without a place. It is market.Point.KM.
func (s *question) km() string {
	if s.q.Near == nil {
		return "NULL::int"
	}
	lat, lng := s.arg(s.q.Near.Lat)+"::float8", s.arg(s.q.Near.Lng)+"::float8"
	return fmt.Sprintf(`CASE WHEN place IS NOT NULL THEN greatest(1, round(2 * 6371.0088 * asin(least(1, sqrt(
		power(sin(radians(place[1] - %[1]s) / 2), 2) + cos(radians(%[1]s)) * cos(radians(place[1]))
		* power(sin(radians(place[0] - %[2]s) / 2), 2))))))::int END`, lat, lng)
}

// Weights of the classes D, C, B, A. Those of subject: description, kind and facts, tags, title. Those of around: free
// at any time, the calendar's words, the place's, the group's name. A step down in class is a step down in rank
// whatever else is the same; a loose fit counts half, so that a synonym in the title stands above the word itself in a
// description, and a title with the word above both.
const (
	subjectWeights = "'{0.2,0.35,0.6,1}'"
	aroundWeights  = "'{0.02,0.05,0.08,0.12}'"
	looseCounts    = "0.5"
)

// score is how well the words fit: for each term the best of its ways to fit, as a whole number, so that equals are
// equal and what is nearer or newer decides.
func (s *question) score() string {
	if len(s.terms) == 0 {
		return "0"
	}
	var sum []string
	for _, t := range s.terms {
		exact := s.arg(quote(t.exact)) + "::tsquery"
		ways := []string{
			fmt.Sprintf("ts_rank(%s, subject, %s)", subjectWeights, exact),
			fmt.Sprintf("ts_rank(%s, around, %s)", aroundWeights, exact),
		}
		for _, l := range t.loose {
			ways = append(ways, fmt.Sprintf("%s * ts_rank(%s, subject, %s::tsquery)", looseCounts, subjectWeights, s.arg(l.tsquery())))
		}
		sum = append(sum, "greatest("+strings.Join(ways, ", ")+")")
	}
	return "(1000 * (" + strings.Join(sum, " + ") + "))::int"
}

// rank is what the hits are ordered by, descending, before opened and id.
func (s *question) rank() string {
	switch {
	case s.q.Sort == ByDistance:
		return "-coalesce(km, 100000)"
	case s.q.Near != nil: // at equal words the nearer comes first; a title far away still beats a description next door
		return "score + greatest(0, 50 - 2 * coalesce(km, 0))"
	}
	return "score"
}

// hits is the statement for a page: id, score, km, rank, opened.
func (s *question) hits(after *position, limit int) (string, []any) {
	score, km := s.score(), s.km()
	if s.q.Sort == ByNewest {
		return s.newest(score, km, after, limit)
	}
	keep := ""
	if after != nil {
		keep = fmt.Sprintf("WHERE (rank, opened, id) < (%s::int, %s::timestamptz, %s::uuid)",
			s.arg(after.Rank), s.arg(after.opened()), s.arg(string(after.ID)))
	}
	// OFFSET 0 keeps the planner from working the score out twice
	return fmt.Sprintf(`SELECT id::text, score, km, rank, opened FROM (
		SELECT *, %s AS rank FROM (
			SELECT id, opened, %s AS score, %s AS km FROM %s WHERE %s OFFSET 0) scored) ranked
		%s ORDER BY rank DESC, opened DESC, ranked.id DESC LIMIT %s`,
		s.rank(), score, km, s.table, s.conditions(), keep, s.arg(limit)), s.args
}

func (s *question) newest(score, km string, after *position, limit int) (string, []any) {
	if after != nil {
		s.add("(opened, id) < (%s::timestamptz, %s::uuid)", after.opened(), string(after.ID))
	}
	return fmt.Sprintf(`SELECT id::text, %s AS score, %s AS km, 0 AS rank, opened FROM %s l WHERE %s
		ORDER BY opened DESC, l.id DESC LIMIT %s`, score, km, s.table, s.conditions(), s.arg(limit)), s.args
}

// count is the statement for the total, as far as it is counted.
func (s *question) count() (string, []any) {
	return fmt.Sprintf("SELECT count(*) FROM (SELECT FROM %s WHERE %s LIMIT %d) counted",
		s.table, s.conditions(), MaxCount+1), s.args
}

// facets is the statement for the counts: rows of side, kind, terms and borough together, of features together, of tags,
// and of networks. What is not asked for is not looked at, but for the side: its rows give the total. All is counted from
// the listings put together that are alike, of 20,000 some forty rows.
func (s *question) facets() (string, []any) {
	asked := s.q.counts()
	column := func(name string, f Facet) string {
		if slices.Contains(asked, f) {
			return name
		}
		return "'' AS " + name
	}
	kind, terms, borough := column("kind", CountKinds), column("terms", CountTerms), column("borough", CountBoroughs)
	columns := []string{"side", kind, terms, borough}
	parts := []string{`SELECT side, kind, terms, borough, NULL::text[], NULL, NULL, sum(n)::bigint FROM found GROUP BY side, kind, terms, borough`}
	if slices.Contains(asked, CountFeatures) {
		columns = append(columns, "features")
		parts = append(parts, `SELECT NULL, NULL, NULL, NULL, features, NULL, NULL, sum(n)::bigint FROM found WHERE features <> '{}' GROUP BY features`)
	}
	if slices.Contains(asked, CountTags) {
		columns = append(columns, "tags")
		parts = append(parts, fmt.Sprintf(`(SELECT NULL, NULL, NULL, NULL, NULL, tag, NULL, sum(n)::bigint FROM found, unnest(tags) tag
			GROUP BY tag ORDER BY sum(n) DESC, tag LIMIT %d)`, MaxFacetTags))
	}
	if slices.Contains(asked, CountNetworks) {
		columns = append(columns, "told")
		reached := ""
		if s.bound != nil {
			reached = "WHERE network = ANY (" + s.arg(plain(s.bound)) + "::uuid[])"
		}
		parts = append(parts, fmt.Sprintf(`(SELECT NULL, NULL, NULL, NULL, NULL, NULL, network::text, sum(n)::bigint FROM found, unnest(told) network %s
			GROUP BY network ORDER BY sum(n) DESC, network LIMIT %d)`, reached, MaxFacetNetworks))
	}
	n, grouped := ", count(*) AS n", " GROUP BY "+strings.Join([]string{"1", "2", "3", "4", "5", "6", "7"}[:len(columns)], ", ")
	if slices.Contains(asked, CountTags) { // of which hardly two listings have the same
		n, grouped = ", 1 AS n", ""
	}
	return fmt.Sprintf("WITH found AS MATERIALIZED (SELECT %s FROM %s WHERE %s%s) %s", strings.Join(columns, ", ")+n, s.table,
		s.conditions(), grouped, strings.Join(parts, " UNION ALL ")), s.args
}

func (s *question) conditions() string { return strings.Join(s.where, " AND ") }
