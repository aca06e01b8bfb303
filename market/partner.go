package market

import (
	"net/url"
	"strings"
	"time"
)

// Partner is an outside site that shows what is in the pool: who looks after it, and what it is for.
type Partner struct {
	ID        ID
	PersonID  ID
	Name      string
	Site      string   // its address, https
	Purpose   string   // what it does with what it gets, in its own words
	Origins   []string `gorm:"serializer:json"` // whose pages may call with a key of its: "https://directory.example"
	CreatedAt time.Time
	EndedAt   *time.Time
	FedAt     *time.Time // when it last sent something for a group
	WarnedAt  *time.Time // told that nothing came any more
	StoppedAt *time.Time // what it posts was paused for that
}

// The scopes of a partner's key.
const (
	MaySearch Scope = "search"         // search and read what is for anyone
	MayPost   Scope = "listings:write" // post for groups that said yes
)

// PartnerScopes in the order in which a form shows them.
var PartnerScopes = []Scope{MaySearch, MayPost, MayHear}

// GrantState is how far a partner's wish has come.
type GrantState string

const (
	GrantAsked   GrantState = "asked"
	GrantGiven   GrantState = "granted"
	GrantRefused GrantState = "refused"
	GrantEnded   GrantState = "ended"
)

// Grant is what a partner may do in one network, or wishes to.
type Grant struct {
	ID        ID
	PartnerID ID
	NetworkID ID      // none: in all of the site
	Scopes    []Scope `gorm:"serializer:json"`
	PerMinute int     // requests, of all keys of the partner together
	PerDay    int
	State     GrantState
	Reason    string // of the decision, in the words of whoever decided
	AskedAt   time.Time
	DecidedAt *time.Time
	DecidedBy ID
}

// The limits of partners.
const (
	MaxPartners   = 5  // that one person looks after
	MaxOrigins    = 10 // of one partner
	MaxGrants     = 20 // networks of one partner
	LiveKeys      = 2  // that count at once, of each sort: the old and the new while one is put in the other's place
	UsualMinute   = 60
	UsualDay      = 10_000
	MostPerMinute = 1_200
	MostPerDay    = 1_000_000
	TestPerMinute = 60 // a test key needs nobody's yes, so its limits are nobody's choice
	TestPerDay    = 2_000
)

// ChangesKept is how long a partner may stay away and still go on from where its copy was: a fortnight's holiday.
const ChangesKept = 14 * 24 * time.Hour

// Validate checks what a person enters about a partner.
func (p Partner) Validate() error {
	e := &Invalid{}
	checkText(e, "name", p.Name, 2, 80)
	checkNoContact(e, "name", p.Name)
	checkText(e, "purpose", p.Purpose, 10, 1000)
	checkText(e, "site", p.Site, 1, 200)
	if u, err := url.Parse(p.Site); p.Site != "" && (err != nil || !web(u)) {
		e.Add("site", "partner_site")
	}
	if len(p.Origins) > MaxOrigins {
		e.Add("origins", "values_many", "Max", MaxOrigins)
	}
	for _, o := range p.Origins {
		if !Origin(o) {
			e.Add("origins", "partner_origin")
			break
		}
	}
	return e.OrNil()
}

func web(u *url.URL) bool { return u.Scheme == "https" && u.Hostname() != "" && u.User == nil }

// Origin reports whether a text is an origin as browsers send it: https and a host, in small letters, nothing behind. A
// page on one's own machine may come by http.
func Origin(s string) bool {
	u, err := url.Parse(s)
	if err != nil || len(s) > 200 || s != strings.ToLower(s) || u.User != nil || u.Host == "" || s != u.Scheme+"://"+u.Host {
		return false
	}
	return web(u) || u.Scheme == "http" && (u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1")
}

// Validate checks what is asked for, or given.
func (g Grant) Validate() error {
	e := &Invalid{}
	if len(g.Scopes) == 0 || !subset(g.Scopes, PartnerScopes) {
		e.Add("scopes", "choice")
	}
	if g.PerMinute < 1 || g.PerMinute > MostPerMinute {
		e.Add("per_minute", "number_range", "Min", 1, "Max", MostPerMinute)
	}
	if g.PerDay < 1 || g.PerDay > MostPerDay {
		e.Add("per_day", "number_range", "Min", 1, "Max", MostPerDay)
	}
	checkText(e, "reason", g.Reason, 0, 500)
	return e.OrNil()
}

// MayDecide reports whether the viewer may say yes or no to a wish: a connector of its network, or an operator.
func (v Viewer) MayDecide(g Grant) bool {
	return v.Operator || g.NetworkID != "" && v.Looks(g.NetworkID)
}

// Reach is what the grants of a partner come to.
type Reach struct {
	Scopes    []Scope
	Networks  map[Scope][]ID // where each scope is good; a scope that is missing here is good in all of the site
	PerMinute int
	PerDay    int
}

// ReachOf is what those that were granted come to together: a scope is good in every network that gave it, and of the
// limits the largest counts.
func ReachOf(grants []Grant) Reach {
	r := Reach{Networks: map[Scope][]ID{}}
	everywhere := map[Scope]bool{}
	for _, g := range grants {
		if g.State != GrantGiven {
			continue
		}
		r.PerMinute, r.PerDay = max(r.PerMinute, g.PerMinute), max(r.PerDay, g.PerDay)
		for _, s := range g.Scopes {
			if !contains(r.Scopes, s) {
				r.Scopes = append(r.Scopes, s)
			}
			if g.NetworkID == "" {
				everywhere[s] = true
			} else {
				r.Networks[s] = append(r.Networks[s], g.NetworkID)
			}
		}
	}
	for s := range everywhere {
		delete(r.Networks, s)
	}
	return r
}
