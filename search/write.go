package search

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"wherewithal/market"
)

// batch is how many documents are written at once.
const batch = 200

// row is a document as its table has it; Postgres reads it from JSON by the columns' types.
type row struct {
	ID       market.ID          `json:"id"`
	Version  int64              `json:"version"`
	Side     market.Side        `json:"side"`
	Kind     string             `json:"kind"`
	Terms    market.TermsKind   `json:"terms"`
	Circle   market.Circle      `json:"circle"`
	Group    market.ID          `json:"group_id"`
	Networks []string           `json:"networks"`
	Told     []string           `json:"told"`
	Borough  string             `json:"borough"`
	Region   string             `json:"region"`
	Place    *string            `json:"place"`
	Tags     []string           `json:"tags"`
	Features []string           `json:"features"`
	Numbers  map[string]float64 `json:"numbers"`
	First    *market.Date       `json:"first_day"`
	Last     *market.Date       `json:"last_day"`
	Slots    string             `json:"slots"`
	Extra    string             `json:"extra"`
	Taken    string             `json:"taken"`
	Opened   time.Time          `json:"opened"`
	Expires  *time.Time         `json:"expires"`
	Subject  string             `json:"subject"`
	Around   string             `json:"around"`
}

// columns of a row, as above.
const columns = `id, version, side, kind, terms, circle, group_id, networks, told, borough, region, place, tags, features,
	numbers, first_day, last_day, slots, extra, taken, opened, expires, subject, around`

func (d Document) row() row {
	a := d.Audience
	return row{
		ID: d.ID, Version: d.Version, Side: d.Side, Kind: d.Kind, Terms: d.Terms, Circle: a.Circle, Group: a.GroupID,
		Networks: plain(a.Networks), Told: plain(d.Told), Borough: a.Borough, Region: a.Region, Place: d.place(), Tags: list(d.Tags),
		Features: plain(d.Features), Numbers: d.Numbers, First: day(d.Free.First), Last: day(d.Free.Last),
		Slots: bits(d.Free.Slots), Extra: multirange(d.Free.Extra), Taken: multirange(d.Free.Taken),
		Opened: d.OpenedAt, Expires: d.ExpiresAt, Subject: d.subject().String(), Around: d.around().String(),
	}
}

func (d Document) place() *string {
	if d.Point == nil {
		return nil
	}
	s := fmt.Sprintf("(%v,%v)", d.Point.Lng, d.Point.Lat)
	return &s
}

func day(d market.Date) *market.Date {
	if d == "" {
		return nil
	}
	return &d
}

func multirange(spans []Span) string {
	parts := make([]string, len(spans))
	for i, s := range spans {
		parts[i] = s.String()
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// Put writes documents, over what was there. Of two versions the newer stays, in whatever order they come; the same
// version is written again, because a group's name or networks may have changed. Repeating it does no harm.
func (p *Postgres) Put(ctx context.Context, docs []Document) (err error) {
	defer market.Wrap(&err, "search.Put")
	for part := range slices.Chunk(newest(docs), batch) {
		err := p.write(ctx, func(tx pgx.Tx, building bool) error {
			if err := put(ctx, tx, part, "", ">="); err != nil || !building {
				return err
			}
			if _, err := tx.Exec(ctx, shaped("DELETE FROM search.gone_# WHERE id = ANY ($1::uuid[])"), ids(part)); err != nil {
				return err
			}
			return put(ctx, tx, part, nextSuffix, ">=")
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// newest is each document once, by id: rows are then locked in the same order by everyone.
func newest(docs []Document) []Document {
	by := map[market.ID]Document{}
	for _, d := range docs {
		if old, ok := by[d.ID]; !ok || d.Version >= old.Version {
			by[d.ID] = d
		}
	}
	return slices.SortedFunc(maps.Values(by), func(a, b Document) int { return strings.Compare(string(a.ID), string(b.ID)) })
}

func ids(docs []Document) []string {
	out := make([]string, len(docs))
	for i, d := range docs {
		out[i] = string(d.ID)
	}
	return out
}

// write runs f in a transaction that knows whether a rebuild wants the change too. That cannot change under it.
func (p *Postgres) write(ctx context.Context, f func(tx pgx.Tx, building bool) error) error {
	return pgx.BeginFunc(ctx, p.pool, func(tx pgx.Tx) error {
		if err := lock(ctx, tx, "pg_advisory_xact_lock_shared", writeLock); err != nil {
			return err
		}
		var building bool
		if err := tx.QueryRow(ctx, "SELECT building FROM search.state WHERE shape = $1", shape).Scan(&building); err != nil {
			return err
		}
		return f(tx, building)
	})
}

// put writes rows and their words into one copy, where they are newer (">") or not older (">=") than what is there.
func put(ctx context.Context, tx pgx.Tx, docs []Document, suffix, newer string) error {
	rows := make([]row, len(docs))
	vocab := map[string]string{}
	for i, d := range docs {
		rows[i] = d.row()
		maps.Copy(vocab, d.vocabulary())
	}
	body, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, putSQL(suffix, newer), string(body)); err != nil {
		return err
	}
	return putWords(ctx, tx, vocab, suffix)
}

func putSQL(suffix, newer string) string {
	table := listings + suffix
	return fmt.Sprintf(`INSERT INTO %[1]s AS old (%[2]s) SELECT %[2]s FROM jsonb_populate_recordset(NULL::%[1]s, $1)
		ON CONFLICT (id) DO UPDATE SET (%[2]s) = ROW (%[3]s) WHERE excluded.version %[4]s old.version`,
		table, columns, "excluded."+strings.Join(strings.Fields(columns), " excluded."), newer)
}

// putWords adds new words, in order, so that two writers never wait for each other both ways.
func putWords(ctx context.Context, tx pgx.Tx, vocab map[string]string, suffix string) error {
	words := slices.Sorted(maps.Keys(vocab))
	stems := make([]string, len(words))
	for i, w := range words {
		stems[i] = vocab[w]
	}
	_, err := tx.Exec(ctx, "INSERT INTO "+vocabulary+suffix+
		" (word, stem) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING", words, stems)
	return err
}

// Delete takes listings out. Those that are not there are out already.
func (p *Postgres) Delete(ctx context.Context, listing []market.ID) (err error) {
	defer market.Wrap(&err, "search.Delete")
	gone := slices.Sorted(slices.Values(plain(listing)))
	return p.write(ctx, func(tx pgx.Tx, building bool) error {
		if err := remove(ctx, tx, listings, gone); err != nil || !building {
			return err
		}
		if _, err := tx.Exec(ctx, shaped("INSERT INTO search.gone_# SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING"), gone); err != nil {
			return err
		}
		return remove(ctx, tx, listings+nextSuffix, gone)
	})
}

func remove(ctx context.Context, tx pgx.Tx, table string, gone []string) error {
	_, err := tx.Exec(ctx, "DELETE FROM "+table+" WHERE id = ANY ($1::uuid[])", gone)
	return err
}

// list is never nil, which would be NULL in SQL.
func list(values []string) []string { return append([]string{}, values...) }
