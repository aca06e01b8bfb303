package letter

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"time"

	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/search"
	"wherewithal/wording"
)

// savedSearch is what is new in one saved search, as far as it still is when the letter goes.
func (ls *Letters) savedSearch(ctx context.Context, l market.Letter, now time.Time) (mail.Kind, error) {
	fresh, err := ls.fresh(ctx, l, now)
	if err != nil {
		return nil, err
	}
	if len(fresh) == 0 {
		return nil, errMoot
	}
	f := fresh[0]
	m := mail.SavedSearch{Search: f.Name, Fresh: f.Fresh, More: f.More, Link: ls.PublicURL + "/find?" + f.said}
	if f.named {
		m.Asks = f.asks
	}
	return m, nil
}

// freshSearch is a saved search with what a letter tells of it.
type freshSearch struct {
	mail.DigestSearch
	asks  string // in words
	named bool   // by its person
	said  string // parameters of the search page
}

// fresh are the saved searches that a letter tells of, with what is still so of what was found: open, seen by its reader, fitting
// the search, which is neither paused nor deleted.
func (ls *Letters) fresh(ctx context.Context, l market.Letter, now time.Time) (all []freshSearch, err error) {
	alerts, err := ls.store.AlertsOf(ctx, l.ID)
	if err != nil || len(alerts) == 0 {
		return nil, err
	}
	p, err := ls.store.Person(ctx, l.PersonID)
	if err != nil {
		return nil, err
	}
	v, err := ls.store.ViewerFor(ctx, p, now)
	if err != nil {
		return nil, err
	}
	for len(alerts) > 0 {
		n := 1
		for n < len(alerts) && alerts[n].SearchID == alerts[0].SearchID {
			n++
		}
		f, err := ls.freshOf(ctx, v, alerts[:n], now)
		if err != nil {
			return nil, err
		}
		if len(f.Fresh) > 0 {
			all = append(all, f)
		}
		alerts = alerts[n:]
	}
	return all, nil
}

func (ls *Letters) freshOf(ctx context.Context, v market.Viewer, alerts []market.Alert, now time.Time) (f freshSearch, err error) {
	s, err := ls.store.SavedSearch(ctx, v.Person, alerts[0].SearchID)
	if errors.Is(err, market.ErrNotFound) { // deleted meanwhile: the others of a digest are told all the same
		return f, nil
	}
	if err != nil || s.PausedAt != nil {
		return f, err
	}
	ids := make([]market.ID, len(alerts))
	for i, a := range alerts {
		ids[i] = a.ListingID
	}
	entries, err := ls.store.EntriesFor(ctx, v, ids, now)
	if err != nil {
		return f, err
	}
	f = freshSearch{asks: wording.Search(ls.lang, s.Question), named: s.Name != "", said: searchPage(s.Question)}
	f.Name, f.Stop = wording.SearchName(ls.lang, s), ls.stopSearch(s.ID, v.Person)
	var own []market.NetworkWord
	if len(s.Question.Networks) > 0 {
		if own, err = ls.store.NetworkWords(ctx, s.Question.Networks...); err != nil {
			return f, err
		}
	}
	stands, missed := search.StandSaved(s.Question, own), ids
	for _, e := range entries {
		if !search.Wanted(e, now) || v.In(e.Listing.GroupID) || !stands.Fits(search.CandidateOf(search.From(e), now)) {
			continue
		}
		missed = slices.DeleteFunc(missed, func(id market.ID) bool { return id == e.Listing.ID })
		if len(f.Fresh) == market.AlertsShown {
			f.More++
			continue
		}
		ls.quote(e)
		f.Fresh = append(f.Fresh, mail.DigestLine{Offer: e.Listing.Side == market.Offer, Title: e.Listing.Title, By: e.Group.Name,
			Reasons: wording.Fits(ls.lang, s.Question, e), Link: ls.listingLink(e.Listing.ID)})
	}
	return f, ls.store.ForgetAlerts(ctx, alerts[0].LetterID, s.ID, missed) // what is paused or hidden today is new when it is back
}

// stopSearch is where the alerts of one search are ended, signed out too.
func (ls *Letters) stopSearch(search, person market.ID) string {
	if ls.PurposeLink == nil {
		return ""
	}
	return ls.PublicURL + "/s/" + ls.PurposeLink(market.StopSearch, search, person)
}

// searchPage are the parameters under which the search page asks what a saved search asks, as far as it can.
func searchPage(q market.Question) string {
	if q.Said != "" {
		return q.Said
	}
	values := url.Values{"q": {q.Words}, "sort": {"newest"}}
	for _, side := range q.Sides {
		values.Add("side", string(side))
	}
	for _, kind := range q.Kinds {
		values.Add("kind", kind)
	}
	for _, f := range q.Requires {
		values.Add("features", string(f))
	}
	for _, t := range q.Tags {
		values.Add("tags", t)
	}
	if q.Place != "" {
		values.Set("near", q.Place)
	}
	return values.Encode()
}

// searches are what is new in the reader's saved searches.
func (w *digester) searches(l market.Letter) (all []mail.DigestSearch) {
	fresh, err := w.fresh(w.ctx, l, w.now)
	if err != nil {
		w.err = err
	}
	for _, f := range fresh {
		f.More += beyond(f.Fresh)
		f.Fresh = shown(f.Fresh)
		all = append(all, f.DigestSearch)
	}
	return all
}
