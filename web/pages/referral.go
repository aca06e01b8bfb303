package pages

import (
	"math"
	"net/url"
	"strconv"
	"time"

	"wherewithal/market"
	"wherewithal/search"
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
	Total    int       `json:"total_items"`
	Pages    int       `json:"total_pages"`
	Number   int       `json:"page_number"`
	Size     int       `json:"size"` // of this page
	First    bool      `json:"first_page"`
	Last     bool      `json:"last_page"`
	Empty    bool      `json:"empty"`
	Contents []service `json:"contents"`
}

const (
	usualServices = 50
	mostServices  = 100
	lastService   = 1_000_000 // no page lies beyond
)

// asked is a page of services that somebody wants.
type askedServices struct {
	page, each int
	since      time.Time
	words      string
}

func (s *Site) services(c *Call) (document, error) {
	values, err := c.parameters("search", "page", "per_page", "modified_after")
	if err != nil {
		return document{}, err
	}
	asked, err := servicesAsked(values)
	if err != nil {
		return document{}, err
	}
	ids, total, err := s.serviceIDs(c, asked)
	if err != nil {
		return document{}, err
	}
	entries, err := s.Store.EntriesFor(c.Ctx, market.Public, ids, c.Now)
	if err != nil {
		return document{}, err
	}
	pages := int(math.Ceil(float64(total) / float64(asked.each)))
	p := servicePage{Total: total, Pages: pages, Number: asked.page, First: asked.page == 1, Last: asked.page >= pages, Contents: []service{}}
	groups, err := s.groupsOf(c, entries)
	for _, e := range s.told(c, entries) {
		p.Contents = append(p.Contents, c.serviceOf(e, groups[e.Listing.GroupID]))
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
		if a.since, err = time.Parse(time.RFC3339, since); err != nil {
			a.since, err = time.Parse(time.DateOnly, since)
		}
		if err != nil {
			faults.Add("modified_after", "date")
		}
	}
	a.words = values.Get("search")
	return a, faults.OrNil()
}

// serviceIDs are those of a page, and how many all pages have. The format counts pages, so that we count rows: with words as the
// index does, up to 1,000; without, all.
func (s *Site) serviceIDs(c *Call, a askedServices) (ids []market.ID, total int, err error) {
	skip := (a.page - 1) * a.each
	if a.words == "" {
		return s.Store.OpenOffers(c.Ctx, c.Now, a.since, s.here(), skip, a.each)
	}
	q := search.Query{Text: a.words, Sides: []market.Side{market.Offer}, Now: c.Now, Limit: search.MaxLimit, SkipFacets: true}
	for at := 0; ; {
		found, err := s.Search.Query(c.Ctx, market.Public, q)
		if err != nil {
			return nil, 0, err
		}
		for _, h := range found.Hits {
			if at >= skip && at < skip+a.each {
				ids = append(ids, h.ID)
			}
			at++
		}
		if q.Cursor = found.Next; q.Cursor == "" || at >= min(skip+a.each, search.MaxCount) {
			return ids, found.Total, nil
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
