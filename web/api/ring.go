package api

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"wherewithal/market"
)

// registerRings is for the members of a ring's groups; answering, for those who post for one of them. The same answer again
// changes nothing.
func (a *API) registerRings() {
	const tag = "introductions"
	register(a, operation{id: "list-rings", method: http.MethodGet, path: "/rings", for_: reads, tag: tag,
		summary: "My rings", about: "In a ring of 2 to 4 groups each gives to the next, and it comes about only if all say yes. Those of all groups of the token's person, newest first."}, a.listRings)
	register(a, operation{id: "get-ring", method: http.MethodGet, path: "/rings/{id}", for_: reads, tag: tag,
		summary: "Read a ring", errors: []int{http.StatusNotFound}}, a.getRing)
	register(a, operation{id: "answer-ring", method: http.MethodPost, path: "/rings/{id}/answer", for_: writes, tag: tag,
		summary: "Say yes or no to a ring", about: "The last yes connects each group with the one it gives to. 409 with the code taken: something of it has just gone to others, and the ring ends.",
		errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusGone}}, a.answerRing)
}

// Ring is 2 to 4 groups of which each gives to the next, as one of them sees it.
type Ring struct {
	ID          string     `json:"id" format:"uuid"`
	URL         string     `json:"url" format:"uri" doc:"Its page."`
	Group       GroupName  `json:"group" doc:"The group from which it is seen: one that is waited for before others."`
	State       string     `json:"state" enum:"proposed,connected,declined,lapsed,withdrawn"`
	Answer      string     `json:"answer,omitempty" enum:"yes,no" doc:"What this group said; missing before it did."`
	Waits       bool       `json:"waits" doc:"It waits for this group's answer."`
	Groups      int        `json:"groups" doc:"How many there are; all must say yes."`
	Yeses       int        `json:"yeses" doc:"How many said yes so far. Which of the others did is told to nobody."`
	Gets        RingGift   `json:"gets" doc:"What this group would be given, and for which need of its own."`
	Gives       RingGift   `json:"gives" doc:"What it would give, and for which need of the next."`
	ProposedAt  time.Time  `json:"proposedAt"`
	DueAt       *time.Time `json:"dueAt,omitempty" doc:"When it lapses, once a mail about it was handed over."`
	ConnectedAt *time.Time `json:"connectedAt,omitempty"`
}

// RingGift is what one group of a ring gives to the next.
type RingGift struct {
	Offer        ListingName `json:"offer"`
	Need         ListingName `json:"need"`
	Amount       int         `json:"amount" doc:"How much of the offer the need would take."`
	Reasons      []Reason    `json:"reasons" nullable:"false"`
	Slots        []Slot      `json:"slots" nullable:"false"`
	Introduction string      `json:"introduction,omitempty" format:"uuid" doc:"That it became, once all said yes: it names whom to talk to."`
}

type ringsQuery struct {
	Page
	State string `query:"state" enum:"proposed,connected,declined,lapsed,withdrawn"`
}

func (a *API) listRings(c *call, in *ringsQuery) (*paged[Ring], error) {
	after, err := behind[market.ID](a, c, in.Cursor)
	if err != nil {
		return nil, err
	}
	all, err := a.Store.RingsAfter(c.ctx, c.viewer, market.State(in.State), after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	all, out, err := turned[Ring](a, c, all, in.Limit, func(r market.Ring) market.ID { return r.ID })
	if err != nil {
		return nil, err
	}
	out.Body.Items, err = a.rings(c, all)
	return out, err
}

// rings as the viewer's groups see them. The listings of the groups beside theirs may be read whoever may find them elsewhere.
func (a *API) rings(c *call, all []market.Ring) ([]Ring, error) {
	var ids []market.ID
	for _, r := range all {
		ids = append(ids, r.Listings()...)
	}
	slices.Sort(ids)
	found, err := a.Store.Entries(c.ctx, slices.Compact(ids), c.now)
	entries := map[market.ID]market.Entry{}
	for _, e := range found {
		entries[e.Listing.ID] = e
	}
	out := make([]Ring, 0, len(all))
	for _, r := range all {
		out = append(out, a.ringOf(c, r, entries))
	}
	return out, err
}

func (a *API) ringOf(c *call, r market.Ring, entries map[market.ID]market.Entry) Ring {
	i := r.PlaceOf(c.viewer)
	mine, giver := r.Members[i], r.Members[r.Before(i)]
	wire := Ring{ID: string(r.ID), URL: a.Config.Link("/introductions/rings/" + string(r.ID)), Group: listingName(entries[mine.OfferID]).Group,
		State: string(r.State), Answer: string(mine.Answer), Waits: r.WaitsFor(mine.GroupID), Groups: len(r.Members), Yeses: r.Yeses(),
		Gets:       giftOf(c, market.Need, giver, entries[giver.OfferID], entries[mine.NeedID]),
		Gives:      giftOf(c, market.Offer, mine, entries[mine.OfferID], entries[r.Members[r.After(i)].NeedID]),
		ProposedAt: r.ProposedAt.UTC(), ConnectedAt: utc(r.ConnectedAt)}
	if due, running := r.DueAt(); running {
		wire.DueAt = utc(&due)
	}
	return wire
}

func giftOf(c *call, reader market.Side, m market.RingMember, offer, need market.Entry) RingGift {
	return RingGift{Offer: listingName(offer), Need: listingName(need), Amount: m.Amount, Reasons: reasonsOf(c, reader, m.Reasons), Slots: slotsOf(m.Slots),
		Introduction: string(m.IntroductionID)}
}

func (a *API) getRing(c *call, in *ByID) (*body[Ring], error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	return a.ringAt(c, id)
}

func (a *API) ringAt(c *call, id market.ID) (*body[Ring], error) {
	r, err := a.Store.Ring(c.ctx, c.viewer, id)
	if err != nil {
		return nil, err
	}
	wire, err := a.rings(c, []market.Ring{r})
	if err != nil {
		return nil, err
	}
	return &body[Ring]{Body: wire[0]}, nil
}

type answeringRing struct {
	ByID
	Body struct {
		Group  string `json:"group" format:"uuid" doc:"The group of the ring that answers, one that the token's person posts for."`
		Answer string `json:"answer" enum:"yes,no"`
	}
}

func (a *API) answerRing(c *call, in *answeringRing) (*body[Ring], error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	group, err := market.ParseID(in.Body.Group)
	if err != nil {
		return nil, err
	}
	_, err = a.Introductions.AnswerRing(c.ctx, c.viewer, id, group, market.Answer(in.Body.Answer), c.now)
	if err != nil && !errors.Is(err, market.ErrRepeated) {
		return nil, err
	}
	return a.ringAt(c, id)
}
