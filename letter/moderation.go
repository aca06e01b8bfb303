package letter

import (
	"context"
	"errors"
	"time"

	"wherewithal/mail"
	"wherewithal/market"
	"wherewithal/wording"
)

// moderation tells whoever posted something what was decided about it; of what was taken back meanwhile the answer tells.
func (ls *Letters) moderation(ctx context.Context, l market.Letter) (mail.Kind, error) {
	d, err := ls.store.Decision(ctx, l.AboutID)
	if err != nil {
		return nil, err
	}
	if l.Kind == market.ModerationNotice && d.Outcome == market.Restored {
		return nil, errMoot
	}
	name, err := ls.decidedAbout(ctx, d)
	if err != nil {
		return nil, err
	}
	variant := d.Subject
	if d.Act == market.RefusedHeld {
		variant = "refused_" + d.Subject
	}
	n := mail.Notice{Kind: l.Kind, Variant: variant, Said: d.Words, Link: ls.PublicURL + "/decisions/" + string(d.ID),
		Data: map[string]any{"Group": name, "Title": "", "Reason": wording.Text(ls.lang, "report_reason."+d.Reason, nil)}}
	if listing := d.SubjectID; d.Subject == "listing" || d.Subject == "photo" {
		if d.Subject == "photo" {
			p, err := ls.store.Photo(ctx, d.SubjectID)
			if errors.Is(err, market.ErrNotFound) { // its group took it away before it was told
				return nil, errMoot
			}
			if err != nil {
				return nil, err
			}
			listing = p.ListingID
		}
		e, err := ls.store.Entries(ctx, []market.ID{listing}, d.CreatedAt)
		if err != nil || len(e) == 0 {
			return nil, errors.Join(err, errMoot)
		}
		ls.quote(e[0])
		n.Data["Title"] = e[0].Listing.Title
	}
	if l.Kind == market.AppealAnswered {
		n.Variant, n.Said = d.Came(), d.Answer
	}
	return n, nil
}

// decidedAbout is the name of the network that a decision is about, or of the group whose it was.
func (ls *Letters) decidedAbout(ctx context.Context, d market.Decision) (string, error) {
	if d.Subject == "network" {
		n, err := ls.store.NetworkByID(ctx, d.SubjectID)
		return n.Name, err
	}
	g, err := ls.store.Group(ctx, market.System, d.GroupID)
	return g.Name, err
}

// reportAnswered tells whoever reported something what came of it, and nothing of what it was; whoever complained reads the answer.
func (ls *Letters) reportAnswered(ctx context.Context, l market.Letter, now time.Time) (mail.Kind, error) {
	if l.PersonID == "" {
		if err := ls.welcome(ctx, l, now); err != nil {
			return nil, err
		}
	}
	r, err := ls.store.Report(ctx, l.AboutID)
	if err != nil {
		return nil, err
	}
	d, err := ls.store.DecidedOn(ctx, r)
	if err != nil {
		return nil, err
	}
	n := mail.Notice{Kind: l.Kind, Variant: string(d.Act), Link: ls.PublicURL + "/complaints", Facts: []mail.NoticeFact{{Label: "number", Value: r.Number()}},
		Data: map[string]any{"When": wording.DateTime(ls.lang, ls.local(r.CreatedAt))}}
	if r.Subject == "site" {
		n.Variant, n.Said = "site", d.Words
		if d.Words == "" {
			n.Variant = "site_wordless"
		}
	}
	return n, nil
}

// firstListing tells a connector that a new group's listing waits for a network's look, while any does and the look is theirs: what was
// posted beside the one that it is about has no letter of its own.
func (ls *Letters) firstListing(ctx context.Context, l market.Letter, now time.Time) (mail.Kind, error) {
	name, err := ls.store.OnceNameOf(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	network := market.ReadFirstListingName(name)
	if network == "" {
		return nil, errMoot
	}
	e, err := ls.store.Entries(ctx, []market.ID{l.AboutID}, l.CreatedAt)
	if err != nil || len(e) == 0 {
		return nil, errors.Join(err, errMoot)
	}
	if err := ls.looks(ctx, l.PersonID, network, e[0].Group.ID, now); err != nil {
		return nil, err
	}
	g, err := ls.store.Group(ctx, market.System, e[0].Group.ID)
	return mail.Notice{Kind: l.Kind, Link: ls.PublicURL + "/reports", Data: map[string]any{"Group": g.PublicName()}}, err
}

// looks is moot where nothing of a group waits for a network's look any more, or somebody has none of it.
func (ls *Letters) looks(ctx context.Context, person, network, group market.ID, now time.Time) error {
	_, err := ls.store.OldestHeld(ctx, network, group)
	if errors.Is(err, market.ErrNotFound) {
		return errMoot
	}
	if err != nil {
		return err
	}
	people, err := ls.store.ConnectorsOutside(ctx, network, group, now)
	if err == nil && !among(people, person) {
		err = errMoot
	}
	return err
}

// reportsWaiting says how many wait for its reader's look, while any do, and nothing of what or who it is about.
func (ls *Letters) reportsWaiting(ctx context.Context, l market.Letter, now time.Time) (mail.Kind, error) {
	n, err := ls.store.LooksWaiting(ctx, l.PersonID, now)
	if err == nil && n == 0 {
		err = errMoot
	}
	return mail.Notice{Kind: l.Kind, Link: ls.PublicURL + "/reports", Data: map[string]any{"Count": n}}, err
}
