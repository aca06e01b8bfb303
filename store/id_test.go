package store_test

import (
	"testing"

	"wherewithal/market"
	"wherewithal/store/storetest"
)

func TestAnIDIsWrittenAsItIsReadWhereverItStands(t *testing.T) {
	s := storetest.Open(t)
	id := market.ID("0192f3a4-5b6c-7d8e-9f00-112233445566")
	var asUUID, asText, none market.ID
	var noText *string
	ask := func() error {
		return s.Pool().QueryRow(t.Context(), "select $1::uuid, $2::text, $3::uuid, $4::text", id, id, market.ID(""), market.ID("")).
			Scan(&asUUID, &asText, &none, &noText)
	}
	for range 2 { // the second by the plan of the first
		if err := ask(); err != nil || asUUID != id || asText != id || none != "" || noText != nil {
			t.Errorf("%q %q %q %v: %v", asUUID, asText, none, noText, err)
		}
	}
	id = "no id"
	if err := ask(); err == nil {
		t.Error("what is no ID was taken for one")
	}
	id = "0192f3a4-5b6c-7d8e-9f00-112233445567"
	if err := ask(); err != nil || asUUID != id {
		t.Errorf("%q: %v", asUUID, err)
	}
}

// BenchmarkIDs is a question with four of them.
func BenchmarkIDs(b *testing.B) {
	s, id := storetest.Open(b), market.NewID()
	b.ReportAllocs()
	for b.Loop() {
		var n int
		if err := s.Pool().QueryRow(b.Context(), "select 1 where $1::uuid = $2::uuid and $3::uuid = $4::uuid", id, id, id, id).Scan(&n); err != nil {
			b.Fatal(err)
		}
	}
}
