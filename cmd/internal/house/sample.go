package house

import (
	"context"
	"errors"
	"fmt"

	"wherewithal/config"
	"wherewithal/listing"
	"wherewithal/market"
	"wherewithal/sample"
	"wherewithal/store"
)

// SampleSeed is the number from which the hub's London is invented.
const SampleSeed = 1

// Seed fills an empty database with the invented London. It refuses a site that others can reach, and a database that
// holds anything.
func (h *House) Seed(ctx context.Context, seed uint64) error {
	if !config.Loopback(hostOf(h.Config.PublicURL)) {
		return fmt.Errorf("the sample is for trying things out: PUBLIC_URL %s is not this machine", h.Config.PublicURL)
	}
	empty, err := h.Store.Empty(ctx)
	if err != nil {
		return err
	}
	if !empty {
		return errors.New("the database is not empty: the sample is planted into an empty one only")
	}
	world := sample.London(seed, h.Clock.Now())
	if err := h.Store.InTx(ctx, func(tx *store.Tx) error { return h.plant(ctx, tx, world) }); err != nil {
		return err
	}
	return listing.NewMirror(h.Store, h.steady).Rebuild(ctx, h.Clock.Now()) // Meilisearch is filled by the schedule
}

func (h *House) plant(ctx context.Context, tx *store.Tx, w sample.World) error {
	if err := tx.Plant(ctx, &w.Persons); err != nil {
		return err
	}
	if err := errors.Join(tx.PlantGroups(ctx, w.Groups), tx.PlantNetworks(ctx, w.Networks)); err != nil {
		return err
	}
	for _, rows := range []any{&w.Memberships, &w.Evidence, &w.CheckStatements, &w.NetworkParents,
		&w.NetworkPeers, &w.NetworkMembers, &w.Connectors} {
		if err := tx.Plant(ctx, rows); err != nil {
			return fmt.Errorf("%T: %w", rows, err)
		}
	}
	for _, p := range w.Places {
		if _, err := tx.AddPlace(ctx, p, market.Blur([]byte(h.Config.PlaceSecret), p.Exact)); err != nil {
			return err
		}
	}
	for _, rows := range []any{&w.Listings, &w.Matches, &w.Introductions, &w.Allocations, &w.Exchanges, &w.Events} {
		if err := tx.Plant(ctx, rows); err != nil {
			return fmt.Errorf("%T: %w", rows, err)
		}
	}
	return nil
}
