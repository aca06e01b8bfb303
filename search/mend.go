package search

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"
)

// reading is how a question's words were understood.
type reading struct {
	terms   []term
	mends   map[int][]string // stems that were put beside a term, by its number in the text
	relaxed uint             // not 0: the terms, as bits, of which some are enough
	asked   Sort             // as it stood in the question
}

// match is the tsquery of the whole, "" without words.
func (r reading) match() string {
	if r.relaxed != 0 {
		return anyOf(r.terms)
	}
	return all(r.terms)
}

// read understands a question's words: as the page before did, or anew, with unknown words mended.
func (p *Postgres) read(ctx context.Context, q Query, after *position) (reading, error) {
	r := reading{terms: read(q.Text, calling(q.Words)), asked: q.Sort}
	if after != nil {
		return r.as(after.Mends, after.Relaxed), nil
	}
	mended, err := p.mend(ctx, r.terms, false)
	return r.as(mended, 0), err
}

// as puts mends beside the terms and keeps the terms that relaxed names, with what they are mended by.
func (r reading) as(mended map[int][]string, relaxed uint) reading {
	out := reading{mends: map[int][]string{}, relaxed: relaxed, asked: r.asked}
	for i, t := range r.terms {
		if relaxed != 0 && relaxed&(1<<i) == 0 {
			continue
		}
		for _, s := range mended[i] {
			t.loose = append(slices.Clip(t.loose), lexeme(s))
		}
		if len(mended[i]) > 0 {
			out.mends[i] = mended[i]
		}
		out.terms = append(out.terms, t)
	}
	return out
}

// mend finds, for the words that no listing has (or for all of them), those they may be slips of.
func (p *Postgres) mend(ctx context.Context, terms []term, everyWord bool) (map[int][]string, error) {
	var typed, stems []string
	for _, t := range terms {
		word := t.word
		if t.optional || len(t.instead) > 0 || allowedSlips(word) == 0 {
			word = ""
		}
		typed, stems = append(typed, word), append(stems, t.exact)
	}
	if len(typed) == 0 {
		return nil, nil
	}
	rows, err := p.pool.Query(ctx, alikeSQL, typed, stems, everyWord)
	if err != nil {
		return nil, err
	}
	candidates := map[int][]known{}
	var n int
	var k known
	_, err = pgx.ForEachRow(rows, []any{&n, &k.word, &k.stem}, func() error {
		candidates[n-1] = append(candidates[n-1], k)
		return nil
	})
	mended := map[int][]string{}
	for i, list := range candidates {
		if found := mends(typed[i], list); len(found) > 0 {
			mended[i] = found
		}
	}
	return carriable(mended), err
}

// carriable are as many mends as a cursor has room for, the closest of each word before the next of any.
func carriable(mended map[int][]string) map[int][]string {
	out, left := map[int][]string{}, mostMended
	for nth := range maxMends {
		for _, i := range slices.Sorted(maps.Keys(mended)) {
			if nth < len(mended[i]) && len(mended[i][nth]) <= left {
				out[i] = append(out[i], mended[i][nth])
				left -= len(mended[i][nth])
			}
		}
	}
	return out
}

// enough is how many listings a relaxed question may weigh: more would take too long and help nobody.
const enough = 1500

// relax reads a question that found nothing so that some of its words are enough: the rarest, which say most, up to
// enough listings. Every word is mended then. Without any terms left, nothing has any of the words.
func (p *Postgres) relax(ctx context.Context, q Query) (reading, error) {
	asked := reading{terms: read(q.Text, calling(q.Words)), asked: q.Sort}
	mended, err := p.mend(ctx, asked.terms, true)
	if err != nil {
		return reading{}, err
	}
	counts, err := p.frequencies(ctx, asked.as(mended, 0).terms)
	if err != nil {
		return reading{}, err
	}
	kept := rarest(counts)
	if kept == 0 {
		return reading{}, nil
	}
	return asked.as(mended, kept), nil
}

// rarest names, as bits, the terms with the fewest listings, at least one, until enough are to be weighed.
func rarest(counts map[int]int) uint {
	order := slices.SortedFunc(maps.Keys(counts), func(a, b int) int { return cmp.Or(counts[a]-counts[b], a-b) })
	var kept uint
	sum := 0
	for _, i := range order {
		if counts[i] == 0 {
			continue
		}
		if sum += counts[i]; kept != 0 && sum > enough {
			break
		}
		kept |= 1 << i
	}
	return kept
}

// frequencies counts, up to enough, the listings that fit each term that has to be there.
func (p *Postgres) frequencies(ctx context.Context, terms []term) (map[int]int, error) {
	var queries []string
	var numbers []int
	for i, t := range terms {
		if !t.optional {
			queries, numbers = append(queries, t.tsquery()), append(numbers, i)
		}
	}
	rows, err := p.pool.Query(ctx, frequencySQL, queries, enough)
	if err != nil {
		return nil, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[int])
	counts := map[int]int{}
	for k, n := range found {
		counts[numbers[k]] = n
	}
	return counts, err
}
