package search

import (
	"context"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"wherewithal/market"
)

// shape numbers what stands in the tables: their columns, and how a document becomes a row (words, stems, synonyms,
// calendar). It is raised with every change of these; a test remembers. Each shape has tables of its own, so that a
// release with a new shape fills its copy while the one before still answers from the old.
const shape = 4

// The live tables of this shape. A rebuild fills those with nextSuffix beside them.
var (
	listings   = shaped("search.listing_#")
	vocabulary = shaped("search.word_#")
)

const nextSuffix = "_next"

// shaped puts the shape's number in for each #.
func shaped(sql string) string { return strings.ReplaceAll(sql, "#", strconv.Itoa(shape)) }

// commonDDL is what all shapes share. state says of each shape whether it was ever filled from the truth, and whether a
// rebuild is under way, to which writers then write too.
const commonDDL = `
CREATE SCHEMA IF NOT EXISTS search;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE TABLE IF NOT EXISTS search.state (
	shape int PRIMARY KEY,
	filled boolean NOT NULL DEFAULT false,
	building boolean NOT NULL DEFAULT false
);`

// copyDDL makes the tables of one copy, with their indexes: LISTING and WORD stand for their names.
//
//   - words has everything that can be found, without weights or positions; subject and around have them for the order.
//   - networks are those whose people see it, and told those of them that may be asked for and counted.
//   - place is (longitude, latitude).
//   - WORD is every word as written, for typos.
//
// fastupdate is off: a list of changes that each question must read beside the index would make answers slow by turns.
const copyDDL = `
CREATE TABLE LISTING (
	id uuid PRIMARY KEY,
	version bigint NOT NULL,
	side text NOT NULL,
	kind text NOT NULL,
	terms text NOT NULL,
	circle text NOT NULL,
	group_id uuid NOT NULL,
	networks uuid[] NOT NULL,
	told uuid[] NOT NULL,
	borough text NOT NULL,
	region text NOT NULL,
	place point,
	tags text[] NOT NULL,
	features text[] NOT NULL,
	numbers jsonb NOT NULL,
	first_day date,
	last_day date,
	slots bit(336) NOT NULL,
	extra tsmultirange NOT NULL,
	taken tsmultirange NOT NULL,
	opened timestamptz NOT NULL,
	expires timestamptz,
	subject tsvector NOT NULL,
	around tsvector NOT NULL,
	words tsvector NOT NULL GENERATED ALWAYS AS (strip(subject) || strip(around)) STORED
);
CREATE INDEX ON LISTING USING gin (words) WITH (fastupdate = off);
CREATE INDEX ON LISTING USING gist (place);
CREATE INDEX ON LISTING USING gin (tags) WITH (fastupdate = off);
CREATE INDEX ON LISTING USING gin (told) WITH (fastupdate = off);
CREATE INDEX ON LISTING (opened DESC, id DESC);
CREATE TABLE WORD (
	word text COLLATE "C" PRIMARY KEY,
	stem text COLLATE "C" NOT NULL
);
CREATE INDEX ON WORD USING gin (word gin_trgm_ops) WITH (fastupdate = off);
CREATE INDEX ON WORD (stem);`

// shapeDDL is what a shape has once: the ids deleted during a rebuild, and the function that finds like words. It is a
// function so that the threshold, lower than the usual 0.3 for the sake of swapped letters ("chiars"), holds for it alone.
const shapeDDL = `
CREATE TABLE IF NOT EXISTS search.gone_# (id uuid PRIMARY KEY);
CREATE OR REPLACE FUNCTION search.alike_#(typed text) RETURNS TABLE (word text, stem text)
LANGUAGE sql STABLE SET pg_trgm.similarity_threshold = 0.2 AS '` + likeWords + `';`

// likeWords finds the words most like $1.
const likeWords = `SELECT w.word, w.stem FROM search.word_# w WHERE w.word % $1 ORDER BY similarity(w.word, $1) DESC, w.word LIMIT 40`

// alikeSQL finds like words for those of $1 (with their stems $2) that no listing has, or for all of them ($3).
var alikeSQL = shaped(`SELECT t.n, a.word, a.stem
	FROM unnest($1::text[], $2::text[]) WITH ORDINALITY t(word, stem, n), search.alike_#(t.word) a
	WHERE t.word <> '' AND ($3::boolean OR NOT EXISTS (SELECT FROM search.word_# k WHERE k.stem = t.stem)
		AND NOT EXISTS (SELECT FROM search.word_# k WHERE k.word >= t.word COLLATE "C" AND k.word < (t.word || U&'\+10FFFF') COLLATE "C"))`)

// frequencySQL counts the listings that fit each tsquery of $1, as far as it matters.
var frequencySQL = shaped(`SELECT (SELECT count(*) FROM (SELECT FROM search.listing_# l WHERE l.words @@ t.query LIMIT $2) few)
	FROM unnest($1::tsquery[]) WITH ORDINALITY t(query, n) ORDER BY t.n`)

// The locks, two integers each: the first is ours, the second says which.
const (
	lockSpace   = 0x5ea7c4 // "search"
	setupLock   = 1        // one process sets up
	writeLock   = 2        // shared by writers; alone by who changes which tables are written
	rebuildLock = 3        // one process rebuilds
)

func lock(ctx context.Context, tx pgx.Tx, how string, which int) error {
	_, err := tx.Exec(ctx, "SELECT "+how+"($1::int, $2::int)", lockSpace, which)
	return err
}

// Setup makes what is missing of schema, extension and this shape's tables. It may be repeated, and several processes
// may do it at once. A fresh index is empty: Filled says so.
func (p *Postgres) Setup(ctx context.Context) (err error) {
	defer market.Wrap(&err, "search.Setup")
	return pgx.BeginFunc(ctx, p.pool, func(tx pgx.Tx) error {
		if err := lock(ctx, tx, "pg_advisory_xact_lock", setupLock); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, commonDDL+partyDDL); err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, "INSERT INTO search.state (shape) VALUES ($1) ON CONFLICT DO NOTHING", shape)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		_, err = tx.Exec(ctx, ddl(copyDDL, "")+shaped(shapeDDL))
		return err
	})
}

// ddl names the tables of a copy: the live one, or the one with nextSuffix.
func ddl(sql, suffix string) string {
	return strings.NewReplacer("LISTING", listings+suffix, "WORD", vocabulary+suffix).Replace(sql)
}

// Filled reports whether this shape's index was ever rebuilt from the truth. One that was not is to be rebuilt before
// its answers are whole; it takes questions and changes meanwhile.
func (p *Postgres) Filled(ctx context.Context) (filled bool, err error) {
	defer market.Wrap(&err, "search.Filled")
	err = p.pool.QueryRow(ctx, "SELECT filled FROM search.state WHERE shape = $1", shape).Scan(&filled)
	return filled, err
}

// Count is how many listings the index has.
func (p *Postgres) Count(ctx context.Context) (n int, err error) {
	defer market.Wrap(&err, "search.Count")
	err = p.pool.QueryRow(ctx, "SELECT count(*) FROM "+listings).Scan(&n)
	return n, err
}
