package partner

import (
	"context"
	"errors"
	"time"

	"wherewithal/market"
	"wherewithal/sample"
	"wherewithal/store"
)

// sandbox makes the network of invented listings that test keys see, where nobody has made a test key before.
func (ps *Partners) sandbox(ctx context.Context, tx *store.Tx, now time.Time) error {
	if err := tx.LockSandbox(ctx); err != nil {
		return err
	}
	if _, err := tx.Sandbox(ctx); !errors.Is(err, market.ErrNotFound) {
		return err
	}
	w, blocks := sample.Sandbox(now)
	if err := tx.PlantGroups(ctx, w.Groups); err != nil {
		return err
	}
	for _, p := range w.Places {
		if _, err := tx.AddPlace(ctx, p, market.Blur(ps.PlaceSecret, p.Exact)); err != nil {
			return err
		}
	}
	for _, rows := range []any{&w.Networks, &w.NetworkMembers, &blocks, &w.Listings} {
		if err := tx.Plant(ctx, rows); err != nil {
			return err
		}
	}
	var jobs []market.Job
	for _, l := range w.Listings {
		jobs = append(jobs, market.Job{Kind: market.IndexJob, Subject: l.ID})
	}
	for _, n := range w.Networks {
		jobs = append(jobs, market.Job{Kind: market.PartyJob, Subject: n.ID})
	}
	for _, g := range w.Groups {
		jobs = append(jobs, market.Job{Kind: market.PartyJob, Subject: g.ID})
	}
	return tx.Enqueue(ctx, time.Now(), jobs...)
}

// askBox makes a group of the sandbox that has said yes, or changes nothing where it is there. It goes after a week.
func (ps *Partners) askBox(ctx context.Context, m market.Mandate, now time.Time) (_ market.Mandate, err error) {
	m.GroupID, m.Address = "", ""
	if err := m.Validate(); err != nil {
		return m, err
	}
	err = ps.store.InTx(ctx, func(tx *store.Tx) error {
		if _, err := tx.LockedPartner(ctx, m.PartnerID); err != nil {
			return err
		}
		was, err := tx.MandateOf(ctx, m.PartnerID, true, m.Reference)
		if !errors.Is(err, market.ErrNotFound) {
			m = was
			return err
		}
		n, err := tx.CountMandates(ctx, m.PartnerID, true)
		if err == nil && n >= market.TestMandates {
			err = market.Refuse("reference", "mandates_many", "Max", market.TestMandates)
		}
		if err != nil {
			return err
		}
		return ps.boxed(ctx, tx, &m, now)
	})
	return m, err
}

func (ps *Partners) boxed(ctx context.Context, tx *store.Tx, m *market.Mandate, now time.Time) error {
	box, err := tx.Sandbox(ctx)
	if err != nil {
		return err
	}
	g := m.About.Group()
	g.ID, g.Name, g.Sample, g.CreatedAt = market.NewID(), g.Name+" (sandbox)", true, now
	if err := tx.PlantGroups(ctx, []market.Group{g}); err != nil {
		return err
	}
	if p := m.About.Place; p != nil {
		at := *p
		at.ID, at.GroupID, at.CreatedAt = market.NewID(), g.ID, now
		if _, err := tx.AddPlace(ctx, at, market.Blur(ps.PlaceSecret, at.Exact)); err != nil {
			return err
		}
	}
	m.GroupID, m.State, m.AnsweredAt, m.About = g.ID, market.MandateGiven, &now, market.GroupAbout{}
	return errors.Join(tx.Boxed(ctx, box.ID, g.ID, now), tx.AddMandate(ctx, *m))
}
