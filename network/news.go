package network

import (
	"context"
	"errors"
	"time"

	"wherewithal/market"
	"wherewithal/store"
)

// tellNews writes to who looks after a network what a group or another network answered it, or ended; not to whoever did that.
// from is that network, or group.
func tellNews(ctx context.Context, tx *store.Tx, v market.Viewer, l market.Letter, what market.News, to, from market.ID, now time.Time) error {
	people, err := tx.Connectors(ctx, to, now)
	for _, p := range people {
		if p.ID == v.Person {
			continue
		}
		l.PersonID = p.ID
		_, wrote := tx.Send(ctx, l, market.NewsName(l.Kind, what, to, from, now), now)
		err = errors.Join(err, wrote)
	}
	return err
}

func tellTie(ctx context.Context, tx *store.Tx, v market.Viewer, what market.News, to, from market.ID, now time.Time) error {
	return tellNews(ctx, tx, v, market.Letter{Kind: market.TieAnswered, AboutID: from}, what, to, from, now)
}

func tellInvited(ctx context.Context, tx *store.Tx, v market.Viewer, what market.News, m market.NetworkMember, now time.Time) error {
	return tellNews(ctx, tx, v, market.Letter{Kind: market.InvitationAnswered, GroupID: m.GroupID, AboutID: m.NetworkID}, what, m.NetworkID, m.GroupID, now)
}
