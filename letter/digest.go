package letter

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/wording"
)

// digest is worded from what there is now, in its reader's language and by their clock: what was answered since it was
// written is left out. A later one that waits, or has gone, says the same and more: that goes alone. What it was written to ask about
// comes before the questions that came since.
func (ls *Letters) digest(ctx context.Context, l market.Letter, about []market.ID, now time.Time) (mail.Kind, error) {
	if _, err := ls.store.DigestAfter(ctx, l); !errors.Is(err, market.ErrNotFound) {
		return nil, cmp.Or(err, errMoot)
	}
	p, err := ls.store.Person(ctx, l.PersonID)
	if err != nil {
		return nil, err
	}
	v, err := ls.store.ViewerFor(ctx, p, now)
	if err != nil {
		return nil, err
	}
	since, err := ls.store.DigestSince(ctx, l, p.DigestDays())
	if err != nil {
		return nil, err
	}
	d, err := ls.store.DigestOf(ctx, v, since, now)
	if err != nil {
		return nil, err
	}
	d.Questions = listedFirst(d.Questions, about)
	ls.says.shown = []market.ID{}
	for _, in := range shown(d.Questions) {
		ls.says.shown = append(ls.says.shown, in.ID)
	}
	w := digester{Letters: ls, ctx: ctx, reader: p, viewer: v, now: now}
	m := mail.Digest{Daily: p.DigestRhythm() == market.DailyDigest, Link: ls.PublicURL + "/introductions", Mine: ls.PublicURL + "/mine",
		Questions: w.introduced(d.Questions, w.question), ToConfirm: w.introduced(d.ToConfirm, w.confirm), ToTell: w.introduced(d.ToTell, w.tell),
		Ending: w.ending(d.Ending), Searches: w.searches(l), Manage: ls.PublicURL + "/account/searches"}
	m.Rings, m.More.Rings = w.rings(d.Rings)
	m.Matches, m.More.Matches = w.matches(d.Matches)
	m.More.Questions, m.More.ToConfirm = beyond(d.Questions), beyond(d.ToConfirm)
	m.More.ToTell, m.More.Ending = beyond(d.ToTell), beyond(d.Ending)
	if len(m.Searches) > 0 { // what the letter was not to tell waits still
		waiting, err := ls.store.WaitingAlerts(ctx, p.ID, now.Add(-market.AlertLasts))
		m.More.Searches, w.err = len(waiting), errors.Join(w.err, err)
	}
	if w.err == nil && len(m.Searches)+len(m.Questions)+len(m.Rings)+len(m.ToConfirm)+len(m.ToTell)+len(m.Matches)+len(m.Ending) == 0 {
		w.err = errMoot
	}
	return m, w.err
}

// listedFirst puts the questions that a digest was written to ask before those that came since.
func listedFirst(all []market.Introduction, listed []market.ID) []market.Introduction {
	since := func(in market.Introduction) bool { return !slices.Contains(listed, in.ID) }
	asked := func(in market.Introduction) bool { return !since(in) }
	return append(slices.DeleteFunc(slices.Clone(all), since), slices.DeleteFunc(slices.Clone(all), asked)...)
}

// unspoken takes back that a letter told of anything: nobody read it. What a later digest tells in place of one is that one's.
func unspoken(ctx context.Context, tx *store.Tx, l market.Letter) error {
	if l.Kind == market.DigestLetter {
		later, err := tx.DigestAfter(ctx, l)
		if err == nil {
			return tx.PassOnDigest(ctx, l.ID, later)
		}
		if !errors.Is(err, market.ErrNotFound) {
			return err
		}
	}
	if l.Kind == market.RingLetter || l.Kind == market.RingReminder {
		return tx.UnwriteOnce(ctx, l.ID)
	}
	return tx.Unspoken(ctx, l.ID) // if a mind changes back, another letter may say it
}

// shown is as much of a part as a digest shows, and beyond how much more there is.
func shown[T any](part []T) []T { return part[:min(len(part), market.DigestShown)] }

func beyond[T any](part []T) int { return len(part) - len(shown(part)) }

// digester words the lines of one digest; the first fault stays.
type digester struct {
	*Letters
	ctx    context.Context
	reader market.Person
	viewer market.Viewer
	now    time.Time
	err    error
}

// introduced are lines about introductions, each as the reader's side sees it.
func (w *digester) introduced(all []market.Introduction, line func(scene) mail.DigestLine) (lines []mail.DigestLine) {
	for _, in := range shown(all) {
		side := in.SideOfViewer(w.viewer)
		s, err := w.scene(w.ctx, in.ID, in.GroupOf(side), w.now)
		if err != nil {
			w.err = err
			return nil
		}
		lines = append(lines, line(s))
	}
	return lines
}

func (w *digester) theirs(s scene) mail.DigestLine {
	return mail.DigestLine{Offer: s.other.Listing.Side == market.Offer, Title: s.other.Listing.Title, By: s.other.Group.Name, Link: w.link(s.in.ID, w.reader.ID)}
}

func (w *digester) question(s scene) mail.DigestLine {
	line := w.theirs(s)
	line.Reasons = wording.Reasons(w.reader.Language, s.mine.Listing.Side, s.in.Reasons)
	if w.saysWilling(s.in) {
		line.Note = wording.Text(w.reader.Language, "mail.willing", nil)
	}
	return line
}

// rings are lines about rings, one for each group of the reader's that is waited for: what it would get, and what it would give;
// and how many more there are.
func (w *digester) rings(all []market.Ring) (lines []mail.DigestLine, more int) {
	for _, r := range all {
		for _, m := range r.Members {
			if !r.WaitsFor(m.GroupID) || !w.viewer.Roles[m.GroupID].CanPost() {
				continue
			}
			if len(lines) == market.DigestShown {
				more++
				continue
			}
			ring, err := w.ringOf(w.ctx, r, m.GroupID, w.reader.ID, w.now)
			if errors.Is(err, errMoot) {
				continue
			}
			if err != nil {
				w.err = err
				return nil, 0
			}
			note := wording.Text(w.reader.Language, "mail.digest.ring_note", map[string]any{"Gives": ring.Gives, "To": ring.To, "Count": ring.Groups})
			lines = append(lines, mail.DigestLine{Offer: true, Title: ring.Gets.Title, By: ring.Gets.Name, Reasons: ring.Gets.Reasons, Note: note, Link: ring.Link})
		}
	}
	return lines, more
}

// met is a line about two who are connected: true names, and when it is.
func (w *digester) met(s scene) mail.DigestLine {
	ex, err := w.store.Exchange(w.ctx, s.in.ID)
	if err == nil {
		_, err = w.asItWas(w.ctx, &s, w.now)
	}
	line := w.theirs(s)
	line.Note = wording.Slots(w.reader.Language, ex.Slots, s.zone())
	if err == nil {
		_, line.By, err = w.groups(w.ctx, s)
	}
	if err != nil {
		w.err = err
	}
	return line
}

func (w *digester) confirm(s scene) mail.DigestLine { return w.met(s) }

func (w *digester) tell(s scene) mail.DigestLine {
	line := w.met(s)
	line.Link = w.PublicURL + "/o/" + w.OutcomeLink(s.in.ID, w.reader.ID)
	return line
}

// matches are the other sides of new matches, as far as the reader may see them, and how many more there are.
func (w *digester) matches(all []market.Match) (lines []mail.DigestLine, more int) {
	var ids []market.ID
	for _, m := range all {
		ids = append(ids, m.OfferID, m.NeedID)
	}
	entries, err := w.store.EntriesFor(w.ctx, w.viewer, ids, w.now)
	if err != nil {
		w.err = err
		return nil, 0
	}
	seen := map[market.ID]market.Entry{}
	for _, e := range entries {
		seen[e.Listing.ID] = e
	}
	for _, m := range all {
		far, offered := seen[m.OfferID]
		mine, needed := seen[m.NeedID]
		if !offered || !needed {
			continue
		}
		if len(lines) == market.DigestShown {
			more++
			continue
		}
		if w.viewer.Roles[far.Listing.GroupID].CanPost() {
			far, mine = mine, far
		}
		w.quote(far)
		lines = append(lines, mail.DigestLine{Offer: far.Listing.Side == market.Offer, Title: far.Listing.Title, By: far.Group.Name,
			Reasons: wording.Reasons(w.reader.Language, mine.Listing.Side, m.Reasons), Link: w.listingLink(far.Listing.ID)})
	}
	return lines, more
}

func (w *digester) ending(all []market.Listing) (lines []mail.DigestLine) {
	for _, l := range shown(all) {
		w.quote(market.Entry{Listing: l})
		until := wording.Date(w.reader.Language, l.ExpiresAt.In(w.reader.Location()))
		lines = append(lines, mail.DigestLine{Offer: l.Side == market.Offer, Title: l.Title, Link: w.PublicURL + "/r/" + w.RenewLink(l.ID, w.reader.ID, *l.ExpiresAt),
			Note: wording.Text(w.reader.Language, "mail.digest.ends", map[string]any{"Date": until})})
	}
	return lines
}
