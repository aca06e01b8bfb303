package store_test

import (
	"syscall"
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/store"
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

// BenchmarkLetter reads a letter as its sender does; cpu-us/letter is this process's processor time, without that of Postgres.
func BenchmarkLetter(b *testing.B) {
	s := storetest.Open(b)
	l := market.Letter{ID: market.NewID(), Kind: market.ReportReceived, Address: "p@reader.test", AboutID: market.NewID(), State: market.Waiting, CreatedAt: noon}
	l.MessageID = string(l.ID)
	if err := s.InTx(b.Context(), func(tx *store.Tx) error { return tx.Write(b.Context(), l) }); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	was := processorTime(b)
	for range b.N {
		if _, _, err := s.Letter(b.Context(), l.ID); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((processorTime(b)-was).Nanoseconds())/1000/float64(b.N), "cpu-us/letter")
}

func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
