package script

import (
	"strings"

	"wherewithal/market"
)

// groupSetters are lines about the group of a listing.
var groupSetters = map[string]func(e *market.Entry, value string) error{
	"group": func(e *market.Entry, v string) error {
		e.Listing.GroupID, e.Group.ID = market.ID(v), market.ID(v)
		return nil
	},
	"form":      func(e *market.Entry, v string) error { e.Group.LegalForm = market.LegalForm(v); return nil },
	"active":    func(e *market.Entry, v string) error { e.Group.Active = v == "yes"; return nil },
	"languages": func(e *market.Entry, v string) error { e.Group.Languages = split(v); return nil },
	"blocks":    func(e *market.Entry, v string) error { e.Group.Blocked = list[market.ID](v); return nil },
	"joined": func(e *market.Entry, v string) error {
		e.Group.Joined = list[market.ID](v)
		e.Networks = e.Group.Joined
		return nil
	},
	"helped": number(func(e *market.Entry, n int) { e.Group.Helped = n }),
	"kept":   number(func(e *market.Entry, n int) { e.Group.Kept = n }),
	"broken": number(func(e *market.Entry, n int) { e.Group.Broken = n }),
	"asked":  number(func(e *market.Entry, n int) { e.Asked = n }),

	"checked":          func(e *market.Entry, v string) error { e.Group.Checked = market.CheckLevel(v); return nil },
	"insured until":    func(e *market.Entry, v string) error { return evidence(e, market.Insurance, "", v) },
	"policy":           policy,
	"asks constituted": func(e *market.Entry, v string) error { e.Listing.Asks.Constituted = v == "yes"; return nil },
	"asks insurance":   func(e *market.Entry, v string) error { e.Listing.Asks.Insurance = v == "yes"; return nil },
	"asks safeguarding": func(e *market.Entry, v string) error {
		e.Listing.Asks.Safeguarding = v == "yes"
		return nil
	},
	"asks checked": func(e *market.Entry, v string) error { e.Listing.Asks.Checked = market.CheckLevel(v); return nil },
}

func evidence(e *market.Entry, kind market.EvidenceKind, from, until string) error {
	e.Group.Evidence = append(e.Group.Evidence, market.Evidence{Kind: kind, Dated: market.Date(from), Expires: market.Date(until)})
	return nil
}

// policy reads "2026-02-01 to 2027-02-01".
func policy(e *market.Entry, value string) error {
	from, until, _ := strings.Cut(value, " to ")
	return evidence(e, market.Safeguarding, from, until)
}
