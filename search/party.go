package search

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"slices"
	"strings"

	"wherewithal/market"
)

// Groups and networks are found beside listings, by the words alone. Of them an index has what anybody may read, in order that
// it is found; what is shown of them, to whom, is read from the truth, and so is whether the words are there at all (Why):
// a copy that lags finds no name that is hidden by now.

// MaxParties is how many a Query may ask for: a few, beside what was looked for.
const MaxParties = 10

// partyShape numbers what stands in both copies of a party. It is raised with every change of these; a test remembers.
const partyShape = 2

// LoadParties reads those of some parties that others may read of, as the truth has them now.
type LoadParties func(ctx context.Context, ids []market.ID) ([]market.Party, error)

// EachParty calls do with all there are, a batch at a time.
type EachParty func(ctx context.Context, do func([]market.Party) error) error

// Why is what of a party has the words that were asked for.
type Why string

const (
	ByName  Why = "name"
	ByDoes  Why = "does"  // some stand in what it says of itself
	ByPlace Why = "place" // some are where it is
)

// WhyFound says why a party is found by a text, as it stands now; false: it is not.
func WhyFound(text string, p market.Party) (why Why, found bool) {
	said := []string{p.Name, p.Does, strings.Join(p.Boroughs, " ")}
	most := -1
	for _, t := range read(text, nil) {
		if t.optional {
			continue
		}
		at := slices.IndexFunc(said, t.in)
		if at < 0 {
			return "", false
		}
		most = max(most, at)
	}
	if most < 0 {
		return "", false
	}
	return []Why{ByName, ByDoes, ByPlace}[most], true
}

// in reports whether a text has the term, in one of its ways or with a slip.
func (t term) in(text string) bool {
	v := vector{}
	v.add(text, 'A')
	for _, w := range t.ways() {
		if v.has(w) {
			return true
		}
	}
	return slices.ContainsFunc(words(text), func(w string) bool {
		return slips(t.word, w) <= allowedSlips(t.word)
	})
}

// has reports whether a vector has a way.
func (v vector) has(w way) bool {
	if w.begins {
		for l := range v {
			if strings.HasPrefix(l, w.all[0]) {
				return true
			}
		}
		return false
	}
	return !slices.ContainsFunc(w.all, func(l string) bool { return v[l] == "" })
}

// asksForParties reports whether parties are to be found: with the first page of some words.
func (q Query) asksForParties() bool { return q.Parties > 0 && q.Text != "" && q.Cursor == "" }

// skip is how many stand before a page of parties.
func (p *position) skip() int {
	if p == nil {
		return 0
	}
	return p.Skip
}

// turn cuts a page of parties, of which one too many was asked for, and has it lead to the next. mends is how its words were read.
func (page *Page) turn(s seal, q Query, limit int, after *position, mends map[int][]string) {
	if len(page.Parties) <= limit {
		return
	}
	page.Parties = page.Parties[:limit]
	page.Next = s.write(position{Shape: shape, Asked: q.hash(), At: q.Now.Unix(), Skip: after.skip() + limit, Mends: mends})
}

// printOf tells a party from what it was and from what another release made of it, exact as a floating point number.
func printOf(p market.Party) int64 {
	body, err := json.Marshal([]any{partyShape, p})
	if err != nil { // texts always marshal
		panic(err)
	}
	h := fnv.New64a()
	h.Write(body)
	return int64(h.Sum64() >> 12)
}

// partyCopy is a copy of the parties that can be compared with the truth and mended.
type partyCopy interface {
	putParties(context.Context, []market.Party) error
	dropParties(context.Context, []market.ID) error
	partyPrints(context.Context) (map[market.ID]int64, error)
	partiesWhole(context.Context) error // notes that all are in
}

// keepTries is how often a party is written again because it changed meanwhile.
const keepTries = 5

// keepParties makes a copy say of some parties what the truth says. It is read again after it was written: of two that do this
// at once, the one that writes last has seen the last change, or writes again.
func keepParties(ctx context.Context, c partyCopy, ids []market.ID, load LoadParties) error {
	now, err := load(ctx, ids)
	for range keepTries {
		if err != nil {
			return err
		}
		gone := slices.DeleteFunc(slices.Clone(ids), func(id market.ID) bool {
			return slices.ContainsFunc(now, func(p market.Party) bool { return p.ID == id })
		})
		if err := c.dropParties(ctx, gone); err != nil {
			return err
		}
		if err := c.putParties(ctx, now); err != nil {
			return err
		}
		was := prints(now)
		if now, err = load(ctx, ids); err == nil && slices.Equal(was, prints(now)) {
			return nil
		}
	}
	return market.ErrConflict
}

func prints(list []market.Party) []int64 {
	out := make([]int64, len(list))
	for i, p := range list {
		out[i] = printOf(p)
	}
	return out
}

// reconcileParties mends a copy in both directions.
func reconcileParties(ctx context.Context, c partyCopy, each EachParty, load LoadParties) (m Mended, err error) {
	have, err := c.partyPrints(ctx)
	if err != nil {
		return m, err
	}
	var differ []market.ID
	err = each(ctx, func(batch []market.Party) error {
		for _, p := range batch {
			if print, ok := have[p.ID]; !ok || print != printOf(p) {
				differ = append(differ, p.ID)
			}
			delete(have, p.ID)
		}
		return nil
	})
	if err != nil {
		return m, err
	}
	m.Put, m.Deleted = len(differ), len(have)
	for id := range have {
		differ = append(differ, id)
	}
	slices.Sort(differ)
	for part := range slices.Chunk(differ, batch) {
		if err := keepParties(ctx, c, part, load); err != nil {
			return m, err
		}
	}
	return m, c.partiesWhole(ctx)
}
