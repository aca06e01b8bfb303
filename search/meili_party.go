package search

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/meilisearch/meilisearch-go"

	"wherewithal/market"
)

// Parties stand in the index of the listings, so that they are built, swapped and opened by a key together with them. They have
// no expiry, and so are in no scope of listings; and no listing is of their sides.

// The sides and circles of parties.
const (
	inSandbox = "sandbox"
	beyondIt  = "public"
)

// meiliParty is a party as the engine has it. Only ID and Version ever come out again.
type meiliParty struct {
	ID       string           `json:"id"`
	Version  int64            `json:"version"` // its print
	Side     market.PartyKind `json:"side"`
	Circle   string           `json:"circle"`
	Networks []string         `json:"networks"`
	Vectors  vectors          `json:"_vectors"` // none
	texts
}

// partyMarker is the note that all of them are in, of this shape. It is nobody's to find.
var partyMarker = fmt.Sprintf("parties_%d", partyShape)

func meiliPartyOf(p market.Party) meiliParty {
	written := func(list []string) string { return strings.Join(list, " ") }
	out := meiliParty{ID: string(p.ID), Version: printOf(p), Side: p.Kind, Circle: beyondIt, Networks: plain(p.Networks), texts: texts{
		Title: written(forms(p.Name)), TitleToo: written(also(p.Name)), Labels: written(forms(strings.Join(p.Boroughs, " "))),
		Says: written(forms(p.Does)), SaysToo: written(also(p.Does))}}
	if p.Sandbox {
		out.Circle = inSandbox
	}
	return out
}

// partyScopeOf is what of the parties a viewer may be shown, as far as it does not depend on who blocks whom.
func partyScopeOf(v market.Viewer) scope {
	s, circle := scope{}.oneOf("side", []string{string(market.AGroup), string(market.ANetwork)}), beyondIt
	if v.Sandbox {
		circle = inSandbox
	}
	s = s.and("circle = %s", quoted(circle))
	if v.Within != nil {
		s = s.oneOf("networks", plain(v.Within))
	}
	return s
}

// beside asks a question and, in the same request, for parties by its words, and whether all of those are in. It is no
// federated search: that makes one list of both, in which places are won by scores of unlike things, and has neither counts
// nor pages of the listings alone.
func (a *asking) beside(ctx context.Context, r *meilisearch.SearchRequest, limit, offset int) (out answer, err error) {
	must, _ := a.required()
	text, _ := sentence(must)
	parties, whole := partyScopeOf(a.viewer).request(text), scope{}.and("id = %s", partyMarker).request("")
	listings := *r
	listings.Limit, listings.Offset, parties.Limit, whole.Limit = int64(limit), int64(offset), int64(a.q.Parties), 1
	all := &meilisearch.MultiSearchRequest{Queries: []*meilisearch.SearchRequest{&listings, parties, whole}}
	said, err := a.m.multi(ctx, all)
	if err != nil {
		return out, err
	}
	if out, err = answerOf(said.Results[0]); err != nil {
		return out, err
	}
	found, err := answerOf(said.Results[1])
	for _, f := range found.Hits {
		a.parties = append(a.parties, f.ID)
	}
	a.partiesKnown = len(said.Results[2].Hits) == 1
	return out, err
}

// seek is a page of groups and networks alone, for which the engine has to have all of them.
func (a *asking) seek(ctx context.Context) (page Page, err error) {
	must, _ := a.required()
	if len(must) == 0 {
		return Page{partiesKnown: true}, nil
	}
	text, _ := sentence(must)
	parties, whole := partyScopeOf(a.viewer).oneOf("side", plain(a.q.Seek)).request(text), scope{}.and("id = %s", partyMarker).request("")
	parties.Limit, parties.Offset, whole.Limit = int64(a.limit+1), int64(a.after.skip()), 1
	said, err := a.m.multi(ctx, &meilisearch.MultiSearchRequest{Queries: []*meilisearch.SearchRequest{parties, whole}})
	if err != nil {
		return page, err
	}
	found, err := answerOf(said.Results[0])
	for _, f := range found.Hits {
		page.Parties = append(page.Parties, f.ID)
	}
	page.partiesKnown = len(said.Results[1].Hits) == 1
	page.turn(a.m.seal, a.q, a.limit, a.after, nil)
	return page, err
}

// multi asks the live index several questions in one request.
func (m *Meili) multi(ctx context.Context, all *meilisearch.MultiSearchRequest) (*meilisearch.MultiSearchResponse, error) {
	for _, one := range all.Queries {
		one.IndexUID = m.live
	}
	said, err := m.server.MultiSearchWithContext(ctx, all)
	if err != nil {
		return nil, told(ctx, err)
	}
	if len(said.Results) != len(all.Queries) {
		return nil, fmt.Errorf("%w: meilisearch: %d answers to %d questions", market.ErrUnavailable, len(said.Results), len(all.Queries))
	}
	return said, nil
}

// KeepParties has the index say of some groups and networks what the truth says, or forget them.
func (m *Meili) KeepParties(ctx context.Context, ids []market.ID, load LoadParties) (err error) {
	defer market.Wrap(&err, "search.KeepParties")
	return keepParties(ctx, m, ids, load)
}

// ReconcileParties makes the live index say of all groups and networks what the truth says. A new index has none.
func (m *Meili) ReconcileParties(ctx context.Context, each EachParty, load LoadParties) (n Mended, err error) {
	defer market.Wrap(&err, "search.ReconcileParties")
	return reconcileParties(ctx, m, each, load)
}

func (m *Meili) putParties(ctx context.Context, list []market.Party) error {
	docs, ids := make([]any, len(list)), make([]string, len(list))
	for i, p := range list {
		docs[i], ids[i] = meiliPartyOf(p), string(p.ID)
	}
	return m.changeParties(ctx, ids, func(ctx context.Context) error { return m.send(ctx, m.live, docs) })
}

func (m *Meili) dropParties(ctx context.Context, ids []market.ID) error {
	return m.changeParties(ctx, plain(ids), func(ctx context.Context) error { return m.take(ctx, m.live, ids) })
}

func (m *Meili) partiesWhole(ctx context.Context) error {
	return m.changeParties(ctx, []string{partyMarker}, func(ctx context.Context) error { return m.send(ctx, m.live, []any{kept{ID: partyMarker}}) })
}

// changeParties writes to the live index, between two swaps, unless it is of another release. That which is being built gets
// them when it is live: they are few.
func (m *Meili) changeParties(ctx context.Context, ids []string, do func(context.Context) error) error {
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	return m.turns.Together(ctx, ids, func(ctx context.Context) error {
		in, err := m.have(ctx, m.live, []string{marker})
		if err != nil && !unbuilt(err) {
			return err
		}
		if in[marker].Shape != meiliShape {
			return fmt.Errorf("%w: meilisearch: %w", market.ErrUnavailable, errOtherShape)
		}
		return do(ctx)
	})
}

func (m *Meili) partyPrints(ctx context.Context) (map[market.ID]int64, error) {
	have, last := map[market.ID]int64{}, ""
	for {
		part, err := m.documents(ctx, m.live, &meilisearch.DocumentsQuery{Limit: versionsAtOnce, Fields: []string{"id", "version"},
			Filter: []string{"side IN [group, network]", "id > " + quoted(last)}, Sort: []string{"id:asc"}})
		if err != nil {
			return nil, err
		}
		for _, k := range part {
			have[market.ID(k.ID)] = k.Version
		}
		if len(part) < versionsAtOnce {
			return have, nil
		}
		last = part[len(part)-1].ID
	}
}
