package api

import (
	"net/http"
	"time"

	"wherewithal/market"
	"wherewithal/web/httpx"
)

// registerMandates is for partners that post for groups. Naming a group again changes nothing, or mends what is said of it
// while nobody has answered.
func (a *API) registerMandates() {
	const tag = "posting for groups"
	register(a, operation{id: "put-partner-group", method: http.MethodPut, path: "/partner/groups/{reference}", for_: posts, tag: tag, errors: []int{http.StatusConflict}, handbook: "1-name-the-group-and-wait-for-its-yes",
		summary: "Name a group to post for, and have it asked",
		about: "The group is asked by a mail to contact, once, or, where groupId names a group that is here, to its owners. It says yes or no on a page; what is posted " +
			"for it meanwhile waits, for 30 days at most. Named again, it is not asked again, unless contact is another, the question has lapsed, or its no is 30 days old. " +
			"Once it has said yes, what it says of itself is its own. With a test key it is a group of the sandbox that has said yes, and goes after 7 days."}, a.putMandate)
	register(a, operation{id: "get-partner-group", method: http.MethodGet, path: "/partner/groups/{reference}", for_: posts, tag: tag,
		summary: "How a group stands", errors: []int{http.StatusNotFound}}, a.getMandate)
	register(a, operation{id: "list-partner-groups", method: http.MethodGet, path: "/partner/groups", for_: posts, tag: tag,
		summary: "The groups that were named", about: "By their references."}, a.listMandates)
}

// ByReference is what an operation on something of a partner's own is asked with.
type ByReference struct {
	Reference string `path:"reference" pattern:"^[A-Za-z0-9._~:-]{1,100}$" doc:"The partner's own name for it: letters, digits and . _ ~ : -"`
}

// NamedGroup is what a partner says of a group.
type NamedGroup struct {
	GroupID   string   `json:"groupId,omitempty" required:"false" format:"uuid" doc:"A group that is here already. Nothing else is wanted then."`
	Contact   string   `json:"contact,omitempty" required:"false" maxLength:"254" doc:"The mail address of whoever is to be asked. Shown to nobody. A test key needs none, and none is written to."`
	Name      string   `json:"name,omitempty" required:"false" maxLength:"80"`
	Does      string   `json:"does,omitempty" required:"false" maxLength:"1000" doc:"What it does: plain text, without links, addresses and phone numbers."`
	LegalForm string   `json:"legalForm,omitempty" required:"false" enum:"informal,constituted,cic,charity" doc:"Left out: informal."`
	Size      int      `json:"size,omitempty" required:"false" minimum:"0" maximum:"1000000" doc:"People in it, roughly."`
	Link      string   `json:"link,omitempty" required:"false" maxLength:"300" doc:"Its one web address."`
	Languages []string `json:"languages,omitempty" required:"false" nullable:"false" maxItems:"8"`
	Postcode  string   `json:"postcode,omitempty" required:"false" maxLength:"60" doc:"Where it is: a postcode or the first half of one. Others see a public point 400 to 800 m off."`
}

// Mandate is how a group stands to being posted for.
type Mandate struct {
	Reference   string     `json:"reference"`
	State       string     `json:"state" enum:"asked,given,refused,withdrawn,lapsed"`
	GroupID     string     `json:"groupId,omitempty" format:"uuid" doc:"Of the group as it is here; missing before it has said yes."`
	URL         string     `json:"url,omitempty" format:"uri" doc:"Its page."`
	AskedAt     time.Time  `json:"askedAt"`
	Undelivered bool       `json:"undelivered,omitempty" doc:"While it is asked: the mail that asks did not arrive. Name the group again with another contact."`
	LapsesAt    *time.Time `json:"lapsesAt,omitempty" doc:"While it is asked: when the question, and what waits for its answer, goes."`
	AnsweredAt  *time.Time `json:"answeredAt,omitempty"`
	EndedAt     *time.Time `json:"endedAt,omitempty" doc:"When it took its yes back, or the question lapsed."`
}

func (a *API) mandate(m market.Mandate) Mandate {
	out := Mandate{Reference: m.Reference, State: string(m.State), AskedAt: m.AskedAt.UTC(), AnsweredAt: utc(m.AnsweredAt), EndedAt: utc(m.EndedAt)}
	if m.State == market.MandateAsked {
		out.LapsesAt, out.Undelivered = utc(&m.LapsesAt), m.Undelivered
	}
	if m.GroupID != "" {
		out.GroupID, out.URL = string(m.GroupID), a.Config.Link("/groups/"+string(m.GroupID))
	}
	return out
}

type puttingMandate struct {
	ByReference
	Body NamedGroup
}

// How many may be asked: of one partner in a day, and at one address, whoever asks, as for invitations.
var (
	askingGroups = httpx.Rule{Name: "mandates", Day: market.MandatesPerDay}
	askedAddress = httpx.Rule{Name: "invited", Day: 3}
)

func (a *API) putMandate(c *call, in *puttingMandate) (*body[Mandate], error) {
	b := in.Body
	m := market.Mandate{Reference: in.Reference, Address: b.Contact, About: market.GroupAbout{Name: market.Tidy(b.Name), Does: market.Tidy(b.Does),
		LegalForm: market.LegalForm(b.LegalForm), Size: b.Size, Link: market.Tidy(b.Link), Languages: b.Languages}}
	if b.GroupID != "" {
		id, err := market.ParseID(b.GroupID)
		if err != nil {
			return nil, renamed(market.Refuse("group", "mandate_group"), mandateNames)
		}
		m.GroupID, m.Address, m.About = id, "", market.GroupAbout{}
	}
	if b.Postcode != "" && m.GroupID == "" {
		at, err := a.Partners.Where(c.ctx, b.Postcode, c.now)
		if err != nil {
			return nil, err
		}
		m.About.Place = &at
	}
	may := func(address string) error {
		if err := a.Limits.Allow(c.ctx, askingGroups, string(c.key.Partner.ID)); err != nil {
			return err
		}
		return a.Limits.Allow(c.ctx, askedAddress, address)
	}
	kept, err := a.Partners.AskGroup(c.ctx, c.key, m, may, c.now)
	return &body[Mandate]{Body: a.mandate(kept)}, renamed(err, mandateNames)
}

// mandateNames lead to where a group's fields stand in a body.
var mandateNames = map[string]string{"group": inBody + "/groupId", "address": inBody + "/contact", "languages": inBody + "/languages"}

func (a *API) getMandate(c *call, in *ByReference) (*body[Mandate], error) {
	m, err := a.Store.MandateOf(c.ctx, c.key.Partner.ID, c.key.Key.Test, in.Reference)
	if err != nil {
		return nil, err
	}
	all, err := a.Store.Reached(c.ctx, m)
	return &body[Mandate]{Body: a.mandate(all[0])}, err
}

func (a *API) listMandates(c *call, in *LongestPage) (*paged[Mandate], error) {
	after, err := behind[string](a, c, in.Cursor)
	if err != nil {
		return nil, err
	}
	all, err := a.Store.MandatesAfter(c.ctx, c.key.Partner.ID, c.key.Key.Test, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	if all, err = a.Store.Reached(c.ctx, all...); err != nil {
		return nil, err
	}
	all, out, err := turned[Mandate](a, c, all, in.Limit, func(m market.Mandate) string { return m.Reference })
	for _, m := range all {
		out.Body.Items = append(out.Body.Items, a.mandate(m))
	}
	return out, err
}
