package pages

import (
	"net/http"

	"wherewithal/store"
	"wherewithal/web/pages/view"
)

// privacy is for everybody: what is kept of people, as the store has decided it.
func (s *Site) privacy(c *Call) error {
	p := view.PrivacyPage{Page: c.Public(c.Page("privacy.heading"), c.T("privacy.intro")),
		Intro: []string{c.T("privacy.intro"), c.T("privacy.promise"), c.T("privacy.rights")}}
	for _, part := range store.Privacy {
		drawn := view.PrivacyPart{ID: part.Key, Title: c.T("privacy.part_" + part.Key)}
		for _, e := range part.Entries {
			key := "privacy." + e.Key
			drawn.Entries = append(drawn.Entries, view.PrivacyEntry{What: c.T(key + ".what"), Rows: []view.Row{
				{Term: c.T("privacy.why"), Value: c.T(key + ".why")},
				{Term: c.T("privacy.basis"), Value: c.T("privacy.basis_" + string(e.Basis))},
				{Term: c.T("privacy.kept"), Value: c.T(key+".kept", "Days", e.Days, "Hours", e.Hours)}}})
		}
		p.Parts = append(p.Parts, drawn)
	}
	return c.Render(http.StatusOK, view.Privacy(p))
}
