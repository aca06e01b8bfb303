package pages

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/web/pages/view"
	"wherewithal/wording"
)

// registerNearly is for those who post for a listing's group: what would make it fit another. Looking changes nothing; the
// button changes the listing as it said, or, when either side changed meanwhile or the two were introduced before, nothing. Pressing twice changes it once.
func (s *Site) registerNearly() {
	s.get("/listings/:id/nearly/:other", s.nearly)
	s.post("/listings/:id/nearly/:other", s.mend)
}

func nearlyPath(own, other market.ID) string { return listingPath(own) + "/nearly/" + string(other) }

// facing are a listing of one's own and another that the viewer may see, as they are now.
type facing struct {
	own, other market.Entry
	met        *market.Introduction // for which the two are not introduced again; nil: they may be
}

func (s *Site) facing(c *Call) (f facing, err error) {
	l, err := s.ownListing(c)
	if err != nil {
		return f, err
	}
	other, err := c.Param("other")
	if err != nil {
		return f, err
	}
	if f.own, err = s.Store.EntryFor(c.Ctx, c.Viewer, l.ID, c.Now); err != nil {
		return f, err
	}
	if f.other, err = s.Store.EntryFor(c.Ctx, c.Viewer, other, c.Now); err != nil {
		return f, err
	}
	past, err := s.Store.IntroductionsFor(c.Ctx, l.ID)
	for _, in := range past {
		if (in.NeedID == other || in.OfferID == other) && !in.Undecided() {
			f.met = &in
		}
	}
	return f, err
}

// known reports whether the viewer knows of the introduction that the two had: what another's group said before it was put to them
// is not told.
func (f facing) known(c *Call) bool { return f.met != nil && f.met.KnownTo(c.Viewer) }

// sides are the two in the engine's order.
func (f facing) sides() (offer, need market.Entry) {
	if f.own.Listing.Side == market.Need {
		return f.other, f.own
	}
	return f.own, f.other
}

// matching is the match of the two, if it is one.
func (f facing) match(c *Call) (market.Match, bool) {
	offer, need := f.sides()
	v := matching.Explain(offer, need, c.Now, matching.Options{})
	return v.Match, v.Fits
}

// mended is what would do, where that leads to an introduction; ours reports whether a button of the viewer's can do it.
func (f facing) mended(c *Call) (m matching.Mended, ours, ok bool) {
	if f.met != nil {
		return m, false, false
	}
	offer, need := f.sides()
	m, ok = matching.Mend(offer, need, f.own.Listing.Side, c.Now, matching.Options{})
	return m, ok && m.Miss.By == f.own.Listing.Side && m.Miss.OfListing(), ok
}

// nearly shows what would have to change, or, once they fit, what the listing now says and why they do.
func (s *Site) nearly(c *Call) error {
	f, err := s.facing(c)
	if err != nil {
		return err
	}
	p := view.NearlyPage{Page: c.Page("nearly.heading"), Own: f.own.Listing.Title, OwnLang: f.own.Listing.Language, OwnHref: listingPath(f.own.Listing.ID), Side: view.Side(f.own.Listing.Side),
		Other: f.other.Listing.Title, OtherLang: f.other.Listing.Language, OtherHref: listingPath(f.other.Listing.ID), Group: f.other.Group.Name,
		MineHref: minePath(f.own.Listing.ID), Week: weekOfBoth(f.own.Listing, f.other.Listing)}
	switch {
	case f.known(c):
		p.Met, p.MetHref = c.T("nearly.met"), introPath(f.met.ID)
	case f.met != nil:
		p.Met = c.T("nearly.met_unsaid")
	}
	m, ours, ok := f.mended(c)
	match, fits := f.match(c)
	switch {
	case fits:
		p.Fits, p.Reasons = true, c.reasons(f.own.Listing.Side, match.Reasons)
		p.Rows = c.rowsOf(changedBy(c.Gin.Query("was")), f.own.Listing)
	case ok:
		p.Would = wording.NearMiss(c.Lang, m.Miss)
		p.Theirs = c.theirs(m.Miss, f.own.Listing.Side)
		if !m.Miss.OfListing() && f.own.Listing.Side == market.Need {
			p.ShowHref = groupPath(f.own.Listing.GroupID) + "/evidence"
		}
		if ours {
			p.Button = c.button(f.own.Listing, m.Miss)
			p.Rows = c.rowsFromTo(m.Miss.Rule, f.own.Listing, m.Listing)
		}
	}
	return c.Render(http.StatusOK, view.Nearly(p))
}

// button makes the change of a near miss to a listing of the viewer's.
func (c *Call) button(own market.Listing, m market.NearMiss) *view.NearButton {
	return &view.NearButton{Action: nearlyPath(own.ID, far(own, m.OfferID, m.NeedID)), Once: c.Blank().Once,
		Version: strconv.FormatInt(own.Version, 10), Change: changeKey(m), Text: wording.NearMissDo(c.Lang, m)}
}

// changeKey tells one change from another: a button that was drawn for something else does nothing.
func changeKey(m market.NearMiss) string {
	said, _ := json.Marshal(struct {
		Rule   string
		By     market.Side
		Change market.Reason
	}{m.Rule, m.By, m.Change}) // strings and numbers only
	sum := sha256.Sum256(said)
	return hex.EncodeToString(sum[:8])
}

// theirs says, when no button of the viewer's can do it, whose change it is; "" when one can.
func (c *Call) theirs(m market.NearMiss, own market.Side) string {
	switch {
	case m.OfListing() && m.By == own:
		return ""
	case m.OfListing():
		return c.T("nearly.theirs")
	case own == market.Need:
		return c.T("nearly.group")
	}
	return c.T("nearly.their_group")
}

// mend makes the change that the button said, over the version it was drawn from.
func (s *Site) mend(c *Call) error {
	f, err := s.facing(c)
	if err != nil {
		return err
	}
	var in struct {
		Version string `form:"version"`
		Change  string `form:"change"`
	}
	if err := c.Form(&in); err != nil {
		return err
	}
	path := nearlyPath(f.own.Listing.ID, f.other.Listing.ID)
	if _, err := s.Store.AnswerOf(c.Ctx, c.Once, c.Viewer.Person); err == nil {
		return c.Done(path, "note.done_before")
	}
	switch {
	case f.known(c):
		return c.Done(path, "note.near_met")
	case f.met != nil:
		return c.Done(path, "note.not_now")
	}
	m, ours, _ := f.mended(c)
	if !ours || in.Version != strconv.FormatInt(f.own.Listing.Version, 10) || in.Change != changeKey(m.Miss) {
		return c.Done(path, "note.near_changed")
	}
	err = s.Listings.Edit(c.Ctx, c.Viewer, m.Listing, c.Once, c.Now)
	switch {
	case errors.Is(err, market.ErrRepeated):
		return c.Done(path, "note.done_before")
	case errors.Is(err, market.ErrConflict):
		return c.Done(path, "note.near_changed")
	case err != nil:
		return err
	}
	return c.Done(path+"?was="+m.Miss.Rule, "done.near_changed")
}

// changedBy is the rule that a page was led to from, "" for what is none.
func changedBy(rule string) string {
	switch rule {
	case market.MissTime, market.MissDistance, market.MissQuantity, market.MissTerms, market.MissEligibility, market.MissKind:
		return rule
	}
	return ""
}

// rowsOf is what a listing says about the thing that a rule is about.
func (c *Call) rowsOf(rule string, l market.Listing) []view.Row {
	side := string(l.Side)
	switch rule {
	case market.MissTime:
		return []view.Row{{Term: c.T("post.when"), Value: strings.Join(c.when(l), " · ")}}
	case market.MissDistance:
		return []view.Row{{Term: c.T("post.where"), Value: c.T("market.within", "Km", l.Reach())}}
	case market.MissTerms:
		return []view.Row{{Term: c.T("post.terms"), Value: c.terms(l.Terms)}}
	case market.MissKind:
		return append([]view.Row{{Term: c.T("post.kind"), Value: c.T("kind." + l.Kind)}}, c.kindFacts(l)...) // another kind asks for other facts
	case market.MissQuantity:
		return c.sizes(l)
	case market.MissEligibility:
		said := func(list []string) string { return or(wording.List(c.Lang, list), c.T("market.nothing_said")) }
		rows := []view.Row{{Term: c.T("post.features_" + side), Value: said(c.each("feature", l.Has, l.Requires))},
			{Term: c.T("post.uses_" + side), Value: said(eachUse(c, l.Welcomes, l.Involves))}}
		if l.Side == market.Offer {
			rows = append(rows, view.Row{Term: c.T("post.not_allowed"), Value: said(eachUse(c, l.NotAllowed))})
		}
		return append(rows, c.kindFacts(l)...)
	}
	return nil
}

// sizes are the numbers of a listing, one wanted or given too.
func (c *Call) sizes(l market.Listing) []view.Row {
	rows := c.kindFacts(l)
	if l.Quantity <= 1 {
		rows = append([]view.Row{{Term: c.T("market.quantity"), Value: wording.Number(c.Lang, l.Quantity)}}, rows...)
	}
	return rows
}

// rowsFromTo are the rows that a change would alter, "Thursdays 19:00 to 21:00 → Wednesdays 19:00 to 21:00".
func (c *Call) rowsFromTo(rule string, was, next market.Listing) []view.Row {
	after := map[string]string{}
	for _, row := range c.rowsOf(rule, next) {
		after[row.Term] = row.Value
	}
	var out []view.Row
	for _, row := range c.rowsOf(rule, was) {
		if then := or(after[row.Term], c.T("market.nothing_said")); then != row.Value {
			out = append(out, view.Row{Term: row.Term, Value: c.T("nearly.from_to", "From", row.Value, "To", then)})
		}
	}
	return out
}

// weekOfBoth is the strip of what is free and what is wanted; nil when either says no weekly times.
func weekOfBoth(a, b market.Listing) *view.Week {
	one, two := week(a), week(b)
	if one == nil || two == nil {
		return nil
	}
	both := view.Week{Key: true}
	for day := range both.Times {
		for part := range both.Times[day] {
			x, y := one.Times[day][part], two.Times[day][part]
			switch {
			case x != view.Nothing && y != view.Nothing:
				both.Times[day][part] = view.Both
			default:
				both.Times[day][part] = max(x, y)
			}
		}
	}
	return &both
}
