package store_test

import (
	"errors"
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/store/storetest"
)

func TestTheNearestNetworkAboveAGroup(t *testing.T) {
	s, now := storetest.Open(t), time.Date(2027, 1, 11, 10, 0, 0, 0, time.UTC)
	street, borough, city, beside := market.NewID(), market.NewID(), market.NewID(), market.NewID()
	group := market.Group{ID: market.NewID(), Name: "Hall", LegalForm: "informal", CreatedAt: now}
	networks := []market.Network{}
	for i, id := range []market.ID{street, borough, city, beside} {
		networks = append(networks, market.Network{ID: id, Slug: string(rune('a' + i)), Name: string(rune('A' + i)), Level: market.Neighbourhood, CreatedAt: now})
	}
	err := s.InTx(t.Context(), func(tx *store.Tx) error {
		return errors.Join(tx.AddGroup(t.Context(), group), tx.Plant(t.Context(), &networks),
			tx.KeepMember(t.Context(), market.NetworkMember{NetworkID: street, GroupID: group.ID, AgreedAt: &now}),
			tx.Nest(t.Context(), market.NetworkParent{ChildID: street, ParentID: borough, AgreedAt: &now}),
			tx.Nest(t.Context(), market.NetworkParent{ChildID: borough, ParentID: city, AgreedAt: &now}),
			tx.Nest(t.Context(), market.NetworkParent{ChildID: street, ParentID: beside, AskedAt: &now})) // which is not agreed
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		of   []market.ID
		want market.ID
	}{{[]market.ID{city, borough, street}, street}, {[]market.ID{beside, city, borough}, borough}, {[]market.ID{city}, city}} {
		if got, err := s.NearestAbove(t.Context(), c.of, group.ID); err != nil || got != c.want {
			t.Errorf("of %v: %v (%v), want %v", c.of, got, err, c.want)
		}
	}
	for _, none := range [][]market.ID{{beside}, nil} {
		if _, err := s.NearestAbove(t.Context(), none, group.ID); !errors.Is(err, market.ErrNotFound) {
			t.Errorf("of %v: %v", none, err)
		}
	}
}
