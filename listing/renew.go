package listing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// toRenew is what a link of a letter about the end of a listing is for.
const toRenew = "renew"

// Links make and read the secret part of links that renew a listing, and do nothing else.
type Links struct{ Secret []byte }

// renewLinkLasts is how long a link to renew is good after the end that its letter speaks of: time enough for a long
// absence, and no key to a listing for ever.
const renewLinkLasts = 90 * 24 * time.Hour

// RenewToken for a person's page to renew a listing that ends, or has ended, at a time.
func (ls Links) RenewToken(listing, person market.ID, ends time.Time) string {
	return market.LinkTokenUntil(ls.Secret, toRenew, listing, person, ends.Add(renewLinkLasts))
}

// ByRenewLink is who stands behind a link to renew: a viewer with the role that person has now in the listing's group and
// no other, and the listing. It works signed out. market.ErrNotFound: it is not one of ours, or the person has left.
// market.ErrGone: it is 90 days past the end that its letter spoke of.
func (ls *Listings) ByRenewLink(ctx context.Context, links Links, token string, now time.Time) (_ market.Listing, _ market.Viewer, err error) {
	defer market.Wrap(&err, "ByRenewLink")
	id, person, err := market.ReadLinkTokenUntil(links.Secret, toRenew, token, now)
	if err != nil {
		return market.Listing{}, market.Viewer{}, err
	}
	p, err := ls.store.Person(ctx, person)
	if err != nil {
		return market.Listing{}, market.Viewer{}, err
	}
	full, err := ls.store.ViewerFor(ctx, p, now)
	if err != nil {
		return market.Listing{}, market.Viewer{}, err
	}
	e, err := ls.store.EntryFor(ctx, market.System, id, now)
	if err != nil {
		return market.Listing{}, market.Viewer{}, err
	}
	role, in := full.Roles[e.Listing.GroupID]
	if !in {
		return market.Listing{}, market.Viewer{}, market.ErrNotFound
	}
	return e.Listing, market.Viewer{Person: p.ID, Roles: map[market.ID]market.Role{e.Listing.GroupID: role}}, nil
}

// Renewable reports whether a listing can be renewed: it is open and near its end, or has expired.
func Renewable(l market.Listing, now time.Time) bool {
	near := l.ExpiresAt != nil && l.ExpiresAt.Sub(now) <= market.TellExpiring[0]
	return l.Life == market.Expired || (l.Life == market.Open || l.Life == market.Paused) && near
}

// Renew keeps an open listing open for another 90 days, or opens one again that has expired. market.ErrRepeated: it was
// renewed already. market.ErrWrongState: it was closed otherwise.
func (ls *Listings) Renew(ctx context.Context, v market.Viewer, id market.ID, now time.Time) (err error) {
	defer market.Wrap(&err, "Renew(%s)", id)
	return ls.change(ctx, v, id, "listing.renewed", now, func(_ *store.Tx, l *market.Listing) error {
		switch {
		case l.Life == market.Expired:
			return move(l, market.Open, nil, now)
		case l.Life != market.Open && l.Life != market.Paused:
			return market.ErrWrongState
		case !Renewable(*l, now):
			return market.ErrRepeated
		}
		expires := now.Add(market.OpenFor)
		l.ExpiresAt = &expires
		return nil
	})
}

// tellExpiring writes to the groups of open listings whose end is near: 14 and 3 days before. Who was away is told of the
// nearer only.
func (ls *Listings) tellExpiring(ctx context.Context, now time.Time) error {
	var err error
	for i, before := range market.TellExpiring {
		after := now
		if i+1 < len(market.TellExpiring) {
			after = now.Add(market.TellExpiring[i+1])
		}
		ids, found := ls.store.Expiring(ctx, after, now.Add(before), expiringName(i), turnBatch)
		err = errors.Join(err, found)
		for _, id := range ids {
			err = errors.Join(err, ls.store.InTx(ctx, func(tx *store.Tx) error {
				l, err := tx.Listing(ctx, id)
				if err != nil || l.Life != market.Open || l.ExpiresAt == nil || l.ExpiresAt.After(now.Add(before)) {
					return err
				}
				return tell(ctx, tx, l, market.ExpiringLetter, expiringName(i), now)
			}))
		}
	}
	return err
}

func expiringName(i int) string {
	return fmt.Sprintf("%s_%d", market.ExpiringLetter, int(market.TellExpiring[i].Hours()/24))
}

// tell writes about the end of a listing to who posted it, or, when that person acts for the group no more or mail about it does not
// reach them, to those who act for it; once for each end. In a group that closed nobody does.
func tell(ctx context.Context, tx *store.Tx, l market.Listing, kind market.LetterKind, name string, now time.Time) error {
	g, err := tx.Group(ctx, market.System, l.GroupID)
	if err != nil || g.ClosedAt != nil {
		return err
	}
	people, err := tx.Answerers(ctx, l.GroupID, now)
	if err == nil {
		people, err = tx.Readers(ctx, people, l.PostedBy, kind)
	}
	if err != nil {
		return err
	}
	for _, p := range people {
		letter := market.Letter{ID: market.NewID(), Kind: kind, PersonID: p.ID, GroupID: l.GroupID, AboutID: l.ID, State: market.Waiting, CreatedAt: now}
		letter.MessageID = string(letter.ID)
		wrote, err := tx.WriteOnce(ctx, letter, fmt.Sprintf("%s:%s:%d", name, l.ID, l.ExpiresAt.Unix()))
		if err != nil {
			return err
		}
		if !wrote {
			continue
		}
		if err := tx.Enqueue(ctx, time.Now(), market.Job{Kind: market.LetterJob, Subject: letter.ID}); err != nil {
			return err
		}
	}
	return nil
}
