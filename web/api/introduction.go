package api

import (
	"cmp"
	"errors"
	"net/http"
	"time"

	"wherewithal/introduction"
	"wherewithal/market"
	"wherewithal/wording"
)

// registerIntroductions is for the members of the two groups; answering, for those who post for one of them. The same
// answer again changes nothing: whoever posts for both names the side for a second one.
func (a *API) registerIntroductions() {
	const tag = "introductions"
	register(a, operation{id: "list-introductions", method: http.MethodGet, path: "/introductions", for_: reads, tag: tag,
		summary: "My introductions", about: "Those of all groups of the token's person, newest first."}, a.listIntroductions)
	register(a, operation{id: "get-introduction", method: http.MethodGet, path: "/introductions/{id}", for_: reads, tag: tag,
		summary: "Read an introduction", errors: []int{http.StatusNotFound}}, a.getIntroduction)
	register(a, operation{id: "answer-introduction", method: http.MethodPost, path: "/introductions/{id}/answer", for_: writes, tag: tag,
		summary: "Say yes or no", about: "The second yes connects both. The same answer again changes nothing; who posts for both groups names the side for a second one. 409 with the code taken: somebody else got the last of it first. A yes becomes a no until a mail told the other side of it: then 409 with the code wrong_state, and the introduction is stopped on its page.",
		errors: []int{http.StatusNotFound, http.StatusConflict, http.StatusGone}}, a.answerIntroduction)
}

// ListingName is a listing in passing.
type ListingName struct {
	ID       string    `json:"id" format:"uuid"`
	Title    string    `json:"title"`
	Language string    `json:"language,omitempty" required:"false" doc:"Of the title, a tag of BCP 47; not there when nobody said it."`
	Group    GroupName `json:"group"`
}

// Contact is whom to talk to on the other side, told once both have said yes.
type Contact struct {
	Name  string `json:"name"`
	Group string `json:"group"`
}

// Introduction is a match put to both groups, as one side sees it.
type Introduction struct {
	ID          string      `json:"id" format:"uuid"`
	URL         string      `json:"url" format:"uri" doc:"Its page."`
	Side        string      `json:"side" enum:"offer,need" doc:"The side from which it is seen."`
	State       string      `json:"state" enum:"proposed,asked,connected,declined,lapsed,withdrawn"`
	Answer      string      `json:"answer,omitempty" enum:"yes,no" doc:"What this side said; missing before it did."`
	Waits       bool        `json:"waits" doc:"It waits for this side's answer."`
	Offer       ListingName `json:"offer"`
	Need        ListingName `json:"need"`
	Amount      int         `json:"amount" doc:"How much of the offer the need would take."`
	Reasons     []Reason    `json:"reasons" nullable:"false"`
	Slots       []Slot      `json:"slots" nullable:"false"`
	ProposedAt  time.Time   `json:"proposedAt"`
	DueAt       *time.Time  `json:"dueAt,omitempty" doc:"When it lapses, once its mail was handed over."`
	ConnectedAt *time.Time  `json:"connectedAt,omitempty"`
	Ended       string      `json:"ended,omitempty" enum:"stopped,blocked,removed,group_closed,closed,gone,filled,changed,not_agreed" doc:"Why it was withdrawn, as far as this side may know; not there when it was not, or before it was kept. stopped: one of the two did not go on. blocked: this side keeps the other apart. removed: moderation took this side's group away. closed: the listing of one of the two closed, or was paused. gone: the offer went to others. filled: the need found it elsewhere. changed: the two no longer fit. not_agreed: nobody agreed how much and when in time."`
	EndedBy     string      `json:"endedBy,omitempty" enum:"offer,need" doc:"Whose doing that was, where it was one side's."`
	Contact     *Contact    `json:"contact,omitempty" doc:"Once connected, and never before."`
}

type introductionsQuery struct {
	Page
	State string `query:"state" enum:"proposed,asked,connected,declined,lapsed,withdrawn"`
}

func (a *API) listIntroductions(c *call, in *introductionsQuery) (*paged[Introduction], error) {
	after, err := behind[market.ID](a, c, in.Cursor)
	if err != nil {
		return nil, err
	}
	all, err := a.Store.IntroductionsAfter(c.ctx, c.viewer, market.State(in.State), after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	all, out, err := turned[Introduction](a, c, all, in.Limit, func(in market.Introduction) market.ID { return in.ID })
	if err != nil {
		return nil, err
	}
	out.Body.Items, err = a.introductions(c, all)
	return out, err
}

// introductions as the viewer's sides see them. The listings of both sides may be read whoever may find them elsewhere.
func (a *API) introductions(c *call, all []market.Introduction) ([]Introduction, error) {
	var ids []market.ID
	for _, in := range all {
		ids = append(ids, in.OfferID, in.NeedID)
	}
	found, err := a.Store.Entries(c.ctx, ids, c.now)
	if err != nil {
		return nil, err
	}
	entries := map[market.ID]market.Entry{}
	for _, e := range found {
		entries[e.Listing.ID] = e
	}
	titles, err := a.keptTitles(c, all, entries)
	if err != nil {
		return nil, err
	}
	contacts, err := a.contacts(c, all)
	if err != nil {
		return nil, err
	}
	out := make([]Introduction, 0, len(all))
	for _, in := range all {
		wire := introductionOf(c, a.Config.Link("/introductions/"+string(in.ID)), in, entries[in.OfferID], entries[in.NeedID])
		wire.Contact = contacts[in.ID]
		if title, past := titles[in.ID]; past && wire.Side == string(market.Offer) {
			wire.Need.Title = title
		} else if past {
			wire.Offer.Title = title
		}
		out = append(out, wire)
	}
	return out, nil
}

// keptTitles are what the other's listing was called in what is past, by introduction, as its page says.
func (a *API) keptTitles(c *call, all []market.Introduction, entries map[market.ID]market.Entry) (map[market.ID]string, error) {
	var ids []market.ID
	for _, in := range all {
		ids = append(ids, in.ID)
	}
	dealings, err := a.Store.DealingsOf(c.ctx, ids)
	kept := map[market.ID]string{}
	for _, in := range all {
		far := in.OfferID
		if in.SideOfViewer(c.viewer) == market.Offer {
			far = in.NeedID
		}
		if title, past := dealings[in.ID].TitleTold(in, entries[far].Listing, c.now); past {
			kept[in.ID] = cmp.Or(title, wording.Text(c.lang, "introduction.title_gone", nil))
		}
	}
	return kept, err
}

func introductionOf(c *call, url string, in market.Introduction, offer, need market.Entry) Introduction {
	side := in.SideOfViewer(c.viewer)
	wire := Introduction{ID: string(in.ID), URL: url, Side: string(side), State: string(in.State), Answer: string(in.AnswerOf(side)),
		Waits: in.WaitsFor(side), Offer: listingName(offer), Need: listingName(need), Amount: in.Amount,
		Reasons: reasonsOf(c, side, in.Reasons), Slots: slotsOf(in.Slots), ProposedAt: in.ProposedAt.UTC(), ConnectedAt: utc(in.ConnectedAt)}
	if due, running := in.DueAt(); running {
		wire.DueAt = utc(&due)
	}
	end := in.EndSeen(side)
	wire.Ended, wire.EndedBy = string(end.Cause), string(end.Side)
	return wire
}

func listingName(e market.Entry) ListingName {
	return ListingName{ID: string(e.Listing.ID), Title: e.Listing.Title, Language: e.Listing.Language, Group: GroupName{ID: string(e.Listing.GroupID), Name: e.Group.Name}}
}

// contacts are whom to talk to on the other side of those that are connected, by introduction.
func (a *API) contacts(c *call, all []market.Introduction) (map[market.ID]*Contact, error) {
	var people, groups []market.ID
	for _, in := range all {
		if in.State == market.Connected {
			person, group := across(c, in)
			people, groups = append(people, person), append(groups, group)
		}
	}
	out := map[market.ID]*Contact{}
	if len(people) == 0 {
		return out, nil
	}
	names, err := a.Store.PersonNames(c.ctx, people)
	if err != nil {
		return nil, err
	}
	found, err := a.Store.Groups(c.ctx, groups)
	groupNames := map[market.ID]string{}
	for _, g := range found {
		groupNames[g.ID] = g.Name
	}
	for _, in := range all {
		if in.State == market.Connected {
			person, group := across(c, in)
			out[in.ID] = &Contact{Name: cmp.Or(names[person], groupNames[group]), Group: groupNames[group]}
		}
	}
	return out, err
}

// across is the person to talk to on the other side, and their group.
func across(c *call, in market.Introduction) (person, group market.ID) {
	far := in.SideOfViewer(c.viewer).Other()
	if far == market.Need {
		return in.ContactOf(far), in.NeedGroupID
	}
	return in.ContactOf(far), in.OfferGroupID
}

func (a *API) getIntroduction(c *call, in *ByID) (*body[Introduction], error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	return a.introductionAt(c, id)
}

// known is an introduction that the viewer may know of.
func (a *API) known(c *call, id market.ID) (market.Introduction, error) {
	in, err := a.Store.Introduction(c.ctx, c.viewer, id)
	if err == nil && !in.KnownTo(c.viewer) {
		err = market.ErrNotFound
	}
	return in, err
}

func (a *API) introductionAt(c *call, id market.ID) (*body[Introduction], error) {
	in, err := a.known(c, id)
	if err != nil {
		return nil, err
	}
	wire, err := a.introductions(c, []market.Introduction{in})
	if err != nil {
		return nil, err
	}
	return &body[Introduction]{Body: wire[0]}, nil
}

type answering struct {
	ByID
	Body struct {
		Answer string `json:"answer" enum:"yes,no"`
		Side   string `json:"side,omitempty" required:"false" enum:"offer,need" doc:"For which side, where the token's person posts for both groups; left out, for the one whose turn it is."`
		Reason string `json:"reason,omitempty" required:"false" enum:"not_now,not_suitable,too_far,already_sorted,rather_not" doc:"Why not; never shown to the other side."`
	}
}

func (a *API) answerIntroduction(c *call, in *answering) (*body[Introduction], error) {
	id, err := in.id()
	if err != nil {
		return nil, err
	}
	if _, err := a.known(c, id); err != nil {
		return nil, err
	}
	reason := in.Body.Reason
	if in.Body.Answer == string(market.Yes) {
		reason = ""
	}
	_, err = a.Introductions.AnswerTo(c.ctx, c.viewer, id, introduction.Seen{Side: market.Side(in.Body.Side)}, market.Answer(in.Body.Answer), reason, c.now)
	if err != nil && !errors.Is(err, market.ErrRepeated) {
		return nil, err
	}
	return a.introductionAt(c, id)
}
