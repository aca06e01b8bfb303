package search

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"wherewithal/market"
)

// partyDDL makes the table of parties. says is weighed: the name most, then the place, then its own words. name is the name's
// words alone, for slips. A row without a kind is the note that all were filled in.
var partyDDL = partyShaped(`
CREATE TABLE IF NOT EXISTS search.party_# (
	id uuid PRIMARY KEY,
	kind text NOT NULL,
	print bigint NOT NULL,
	sandbox boolean NOT NULL,
	networks uuid[] NOT NULL,
	name text NOT NULL,
	says tsvector NOT NULL,
	words tsvector NOT NULL GENERATED ALWAYS AS (strip(says)) STORED
);
CREATE INDEX IF NOT EXISTS party_#_words ON search.party_# USING gin (words) WITH (fastupdate = off);
CREATE INDEX IF NOT EXISTS party_#_name ON search.party_# USING gin (name gin_trgm_ops) WITH (fastupdate = off);
CREATE OR REPLACE FUNCTION search.party_alike_#(typed text) RETURNS TABLE (word text)
LANGUAGE sql STABLE SET pg_trgm.word_similarity_threshold = 0.3 AS '
	SELECT DISTINCT w FROM (SELECT name FROM search.party_# p WHERE p.name %> $1 AND p.kind <> '''' LIMIT 200) near, unnest(string_to_array(near.name, '' '')) w';`)

func partyShaped(sql string) string { return strings.ReplaceAll(sql, "#", strconv.Itoa(partyShape)) }

// filledParties is the id of that note.
const filledParties = noNetwork

// KeepParties has the index say of some groups and networks what the truth says, or forget them.
func (p *Postgres) KeepParties(ctx context.Context, ids []market.ID, load LoadParties) (err error) {
	defer market.Wrap(&err, "search.KeepParties")
	return keepParties(ctx, p, ids, load)
}

// ReconcileParties makes the index say of all groups and networks what the truth says, and fills it where it is new.
func (p *Postgres) ReconcileParties(ctx context.Context, each EachParty, load LoadParties) (m Mended, err error) {
	defer market.Wrap(&err, "search.ReconcileParties")
	return reconcileParties(ctx, p, each, load)
}

// PartiesFilled reports whether all groups and networks were ever put in.
func (p *Postgres) PartiesFilled(ctx context.Context) (filled bool, err error) {
	defer market.Wrap(&err, "search.PartiesFilled")
	err = p.pool.QueryRow(ctx, partyShaped("SELECT EXISTS (SELECT FROM search.party_# WHERE id = $1::uuid)"), string(filledParties)).Scan(&filled)
	return filled, err
}

func (p *Postgres) putParties(ctx context.Context, list []market.Party) error {
	put := &pgx.Batch{}
	for _, party := range list {
		v := vector{}
		v.add(party.Name, 'A')
		v.add(strings.Join(party.Boroughs, " "), 'B')
		v.add(party.Does, 'D')
		put.Queue(partyShaped(`INSERT INTO search.party_# AS old (id, kind, print, sandbox, networks, name, says) VALUES ($1, $2, $3, $4, $5, $6, $7::tsvector)
			ON CONFLICT (id) DO UPDATE SET (kind, print, sandbox, networks, name, says) =
				ROW (excluded.kind, excluded.print, excluded.sandbox, excluded.networks, excluded.name, excluded.says)`),
			string(party.ID), string(party.Kind), printOf(party), party.Sandbox, plain(party.Networks), strings.Join(words(party.Name), " "), v.String())
	}
	return p.pool.SendBatch(ctx, put).Close()
}

func (p *Postgres) dropParties(ctx context.Context, ids []market.ID) error {
	_, err := p.pool.Exec(ctx, partyShaped("DELETE FROM search.party_# WHERE id = ANY ($1::uuid[])"), plain(ids))
	return err
}

func (p *Postgres) partyPrints(ctx context.Context) (map[market.ID]int64, error) {
	rows, err := p.pool.Query(ctx, partyShaped("SELECT id::text, print FROM search.party_# WHERE kind <> ''"))
	if err != nil {
		return nil, err
	}
	have := map[market.ID]int64{}
	var id market.ID
	var print int64
	_, err = pgx.ForEachRow(rows, []any{&id, &print}, func() error { have[id] = print; return nil })
	return have, err
}

func (p *Postgres) partiesWhole(ctx context.Context) error {
	_, err := p.pool.Exec(ctx, partyShaped(`INSERT INTO search.party_# (id, kind, print, sandbox, networks, name, says)
		VALUES ($1, '', 0, false, '{}', '', '') ON CONFLICT DO NOTHING`), string(filledParties))
	return err
}

// parties are the few that are found beside listings.
func (p *Postgres) parties(ctx context.Context, viewer market.Viewer, q Query) ([]market.ID, error) {
	if !q.asksForParties() {
		return nil, nil
	}
	found, _, err := p.partiesFrom(ctx, viewer, q, q.Parties, nil)
	return found, err
}

// seek is a page of groups and networks alone.
func (p *Postgres) seek(ctx context.Context, viewer market.Viewer, q Query) (page Page, err error) {
	after, err := p.seal.read(q)
	if err != nil {
		return page, err
	}
	limit := cmp.Or(q.Limit, usualLimit)
	found, mends, err := p.partiesFrom(ctx, viewer, q, limit+1, after)
	page.Parties = found
	page.turn(p.seal, q, limit, after, mends)
	return page, err
}

// partiesFrom finds groups and networks by all of the words; where none has them, by those that they may be slips of. Later pages read the
// words as the first did.
func (p *Postgres) partiesFrom(ctx context.Context, viewer market.Viewer, q Query, limit int, after *position) ([]market.ID, map[int][]string, error) {
	r := reading{terms: read(q.Text, nil)}
	if len(r.terms) == 0 {
		return nil, nil, nil
	}
	if after != nil {
		if len(after.Mends) > 0 {
			r = r.as(after.Mends, 0)
		}
		found, err := p.partiesBy(ctx, viewer, q, r, limit, after.Skip)
		return found, after.Mends, err
	}
	found, err := p.partiesBy(ctx, viewer, q, r, limit, 0)
	if err != nil || len(found) > 0 {
		return found, nil, err
	}
	mended, err := p.mendByNames(ctx, r.terms)
	if err != nil || len(mended) == 0 {
		return nil, nil, err
	}
	found, err = p.partiesBy(ctx, viewer, q, r.as(mended, 0), limit, 0)
	return found, mended, err
}

func (p *Postgres) partiesBy(ctx context.Context, viewer market.Viewer, q Query, r reading, limit, skip int) ([]market.ID, error) {
	s := &question{q: q, terms: r.terms}
	s.add("words @@ %s::tsquery", r.match())
	s.partySeenBy(viewer)
	if len(q.Seek) > 0 {
		s.add("kind = ANY (%s::text[])", plain(q.Seek))
	}
	sql := fmt.Sprintf("SELECT id::text FROM %s WHERE %s ORDER BY %s DESC, name, id LIMIT %s OFFSET %s", partyShaped("search.party_#"), s.conditions(), s.partyScore(),
		s.arg(limit), s.arg(skip))
	rows, err := p.ask(ctx, sql, s.args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[market.ID])
}

// partySeenBy keeps to what a viewer may be shown, as far as it does not depend on who blocks whom.
func (s *question) partySeenBy(v market.Viewer) {
	s.add("sandbox = %s", v.Sandbox)
	if v.Within != nil {
		s.add("networks && %s::uuid[]", plain(v.Within))
	}
}

// partyScore is how well the words fit, as for listings.
func (s *question) partyScore() string {
	var sum []string
	for _, t := range s.terms {
		ways := []string{fmt.Sprintf("ts_rank(%s, says, %s::tsquery)", subjectWeights, s.arg(quote(t.exact)))}
		for _, l := range t.loose {
			ways = append(ways, fmt.Sprintf("%s * ts_rank(%s, says, %s::tsquery)", looseCounts, subjectWeights, s.arg(l.tsquery())))
		}
		sum = append(sum, "greatest("+strings.Join(ways, ", ")+")")
	}
	return "(" + strings.Join(sum, " + ") + ")"
}

// mendByNames finds, for each word, the words of names that it may be a slip of.
func (p *Postgres) mendByNames(ctx context.Context, terms []term) (map[int][]string, error) {
	typed := make([]string, len(terms))
	for i, t := range terms {
		if !t.optional && allowedSlips(t.word) > 0 {
			typed[i] = t.word
		}
	}
	rows, err := p.pool.Query(ctx, partyShaped(`SELECT t.n, a.word FROM unnest($1::text[]) WITH ORDINALITY t(word, n), search.party_alike_#(t.word) a
		WHERE t.word <> '' ORDER BY 1, 2`), typed)
	if err != nil {
		return nil, err
	}
	alike := map[int][]known{}
	var n int
	var word string
	_, err = pgx.ForEachRow(rows, []any{&n, &word}, func() error {
		alike[n-1] = append(alike[n-1], known{word, stem(word)})
		return nil
	})
	mended := map[int][]string{}
	for i, list := range alike {
		if found := mends(typed[i], list); len(found) > 0 {
			mended[i] = found
		}
	}
	return mended, err
}
