package pages

import (
	"math"
	"net/url"
	"slices"
	"strconv"
	"time"

	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/store"
)

// registerReferral is for directories of services that read Open Referral UK, which is HSDS 3.0 in its UK profile: offers are
// services there. Needs have no place in it.
func (s *Site) registerReferral() {
	s.open(referralPath, s.referral)
	s.open(referralPath+"/", s.referral)
	s.open(referralPath+"/services", s.services)
	s.open(referralPath+"/services/:id", s.service)
}

// Where Open Referral UK is here, and what it is.
const (
	referralPath    = "/open-referral"
	referralVersion = "HSDS-UK-3.0"
	referralProfile = "https://docs.openreferraluk.org/en/latest/"
	referralOpenAPI = "https://docs.openreferraluk.org/en/latest/openapi30.json"
)

func servicePath(id market.ID) string { return referralPath + "/services/" + string(id) }

// referral says of the whole what it is.
func (s *Site) referral(c *Call) (document, error) {
	if _, err := c.parameters(); err != nil {
		return document{}, err
	}
	return inJSON("application/json", map[string]string{"version": referralVersion, "profile": referralProfile, "openapi_url": referralOpenAPI})
}

// servicePage is the shape of every list in HSDS.
type servicePage struct {
	Total    int   `json:"total_items"`
	Pages    int   `json:"total_pages"`
	Number   int   `json:"page_number"`
	Size     int   `json:"size"` // of this page
	First    bool  `json:"first_page"`
	Last     bool  `json:"last_page"`
	Empty    bool  `json:"empty"`
	Contents []any `json:"contents"`
}

const (
	usualServices = 50
	mostServices  = 100
	lastService   = 1_000_000 // no page lies beyond
)

// asked is a page of services that somebody wants.
type askedServices struct {
	page, each    int
	of            store.OffersAsked
	words         string
	minimal, full bool
	none          bool // nothing here can be what is asked for
}

func (s *Site) services(c *Call) (document, error) {
	values, err := c.parameters("search", "page", "per_page", "modified_after", "organization_id", "taxonomy_term_id", "taxonomy_id", "minimal", "full", "format")
	if err != nil {
		return document{}, err
	}
	asked, err := servicesAsked(values)
	if err != nil {
		return document{}, err
	}
	asked.of.Now, asked.of.Invented = c.Now, s.here()
	ids, total, err := s.serviceIDs(c, asked)
	if err != nil {
		return document{}, err
	}
	entries, err := s.Store.EntriesFor(c.Ctx, market.Public, ids, c.Now)
	if err != nil {
		return document{}, err
	}
	pages := int(math.Ceil(float64(total) / float64(asked.each)))
	p := servicePage{Total: total, Pages: pages, Number: asked.page, First: asked.page == 1, Last: asked.page >= pages, Contents: []any{}}
	groups, err := s.groupsOf(c, entries)
	for _, e := range s.told(c, entries) {
		p.Contents = append(p.Contents, c.serviceAs(asked, e, groups[e.Listing.GroupID]))
	}
	p.Size, p.Empty = len(p.Contents), len(p.Contents) == 0
	if err != nil {
		return document{}, err
	}
	return inJSON("application/json", p)
}

func servicesAsked(values url.Values) (a askedServices, err error) {
	faults := &market.Invalid{}
	number := func(name string, usual, most int) int {
		if !values.Has(name) {
			return usual
		}
		n, err := strconv.Atoi(values.Get(name))
		if err != nil || n < 1 || n > most {
			faults.Add(name, "number_range", "Min", 1, "Max", most)
			return usual
		}
		return n
	}
	a.each = number("per_page", usualServices, mostServices)
	a.page = number("page", 1, lastService/a.each)
	if since := values.Get("modified_after"); since != "" {
		if a.of.Since, err = time.Parse(time.RFC3339, since); err != nil {
			a.of.Since, err = time.Parse(time.DateOnly, since)
		}
		if err != nil {
			faults.Add("modified_after", "date")
		}
	}
	yes := func(name string) bool {
		if v := values.Get(name); v != "" && v != "true" && v != "false" {
			faults.Add(name, "choice")
		}
		return values.Get(name) == "true"
	}
	a.minimal, a.full, a.words = yes("minimal"), yes("full"), values.Get("search")
	if f := values.Get("format"); f != "" && f != "json" {
		faults.Add("format", "choice")
	}
	a.filter(values)
	return a, faults.OrNil()
}

// filter narrows to a group, and to a kind, by the ids that they have in the services themselves. Of others, and of a taxonomy by id, of
// which there is none, nothing is found.
func (a *askedServices) filter(values url.Values) {
	if id := values.Get("organization_id"); id != "" {
		group, err := market.ParseID(id)
		a.of.Group, a.none = group, err != nil
	}
	if id := values.Get("taxonomy_term_id"); id != "" {
		for _, k := range market.StandardKinds() {
			if termOf(k.Code) == id {
				a.of.Kind = k.Code
			}
		}
		a.none = a.none || a.of.Kind == ""
	}
	a.none = a.none || values.Get("taxonomy_id") != ""
}

// serviceAs is a service with as much as is asked for.
func (c *Call) serviceAs(a askedServices, e market.Entry, g market.Group) any {
	switch one := c.serviceOf(e, g); {
	case a.minimal:
		return serviceKey{one.ID, one.Modified}
	case a.full:
		return c.wholeService(e, g)
	default:
		return one
	}
}

// serviceIDs are those of a page, and how many all pages have. The format counts pages, so that we count rows: with words as the
// index does, up to 1,000; without, and where a group or a day narrows what words find, all.
func (s *Site) serviceIDs(c *Call, a askedServices) (ids []market.ID, total int, err error) {
	skip := (a.page - 1) * a.each
	switch {
	case a.none:
		return nil, 0, nil
	case a.words == "":
		return s.Store.OpenOffers(c.Ctx, a.of, skip, a.each)
	case a.narrowed():
		return s.narrowedIDs(c, a, skip)
	}
	most := min(skip+a.each, search.MaxCount)
	if skip >= search.MaxCount {
		most = 1 // for the count alone
	}
	found, err := s.servicesFound(c, a, most)
	return found.ids[min(skip, len(found.ids)):min(skip+a.each, len(found.ids))], found.total, err
}

// narrowed reports whether something is asked that the index does not know.
func (a askedServices) narrowed() bool { return a.of.Group != "" || !a.of.Since.IsZero() }

// narrowedIDs are those of a page of all that words find and the store has as it is asked for.
func (s *Site) narrowedIDs(c *Call, a askedServices, skip int) (ids []market.ID, total int, err error) {
	found, err := s.servicesFound(c, a, math.MaxInt)
	if err != nil || len(found.ids) == 0 {
		return nil, 0, err
	}
	a.of.Among = found.ids
	asked, _, err := s.Store.OpenOffers(c.Ctx, a.of, 0, len(found.ids))
	fits := map[market.ID]bool{}
	for _, id := range asked {
		fits[id] = true
	}
	ids = slices.DeleteFunc(found.ids, func(id market.ID) bool { return !fits[id] })
	return ids[min(skip, len(ids)):min(skip+a.each, len(ids))], len(ids), err
}

// foundServices are the first that words find.
type foundServices struct {
	ids   []market.ID
	total int
}

// servicesFound reads so many, or as far as words go: each further hundred counts as a request of whoever asks, so that deep
// pages cost them what they cost us.
func (s *Site) servicesFound(c *Call, a askedServices, most int) (f foundServices, err error) {
	q := search.Query{Text: a.words, Sides: []market.Side{market.Offer}, Now: c.Now, Limit: search.MaxLimit, SkipFacets: true}
	if a.of.Kind != "" {
		q.Kinds = []string{a.of.Kind}
	}
	for {
		found, err := s.Search.Query(c.Ctx, market.Public, q)
		if err != nil {
			return f, err
		}
		for _, h := range found.Hits {
			f.ids = append(f.ids, h.ID)
		}
		f.total = found.Total
		if q.Cursor = found.Next; q.Cursor == "" || len(f.ids) >= most {
			return f, nil
		}
		if err := s.countOpen(c); err != nil {
			return f, err
		}
	}
}

func (s *Site) groupsOf(c *Call, entries []market.Entry) (map[market.ID]market.Group, error) {
	var ids []market.ID
	for _, e := range entries {
		ids = append(ids, e.Listing.GroupID)
	}
	groups, err := s.Store.Groups(c.Ctx, ids)
	byID := map[market.ID]market.Group{}
	for _, g := range groups {
		byID[g.ID] = g
	}
	return byID, err
}

// service is one with all that belongs to it.
func (s *Site) service(c *Call) (document, error) {
	if _, err := c.parameters(); err != nil {
		return document{}, err
	}
	e, err := s.toldOne(c)
	if err == nil && e.Listing.Side != market.Offer {
		err = market.ErrNotFound
	}
	if err != nil {
		return document{}, err
	}
	groups, err := s.groupsOf(c, []market.Entry{e})
	if err != nil {
		return document{}, err
	}
	return inJSON("application/json", c.wholeService(e, groups[e.Listing.GroupID]))
}
