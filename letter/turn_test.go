package letter_test

import (
	"testing"
	"time"

	"wherewithal/letter"
	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/store/storetest"
)

// After an outage over days every letter ends at once, however many there are.
func TestAllLettersThatAreTooOldEndInOneTurn(t *testing.T) {
	s, ctx := storetest.Open(t), t.Context()
	if _, err := s.Pool().Exec(ctx, `insert into letters (id, kind, about_id, message_id, state, created_at)
		select gen_random_uuid(), 'report_received', gen_random_uuid(), gen_random_uuid()::text, 'waiting', $1::timestamptz - i * interval '1 second'
		from generate_series(0, 450) i`, noon.Add(-market.LetterLasts)); err != nil {
		t.Fatal(err)
	}
	if err := letter.New(s, &bag{}, letter.Options{}).Turn(ctx, noon); err != nil {
		t.Fatal(err)
	}
	if waiting, err := s.WaitingLetters(ctx, 500); err != nil || len(waiting) != 0 {
		t.Errorf("%d letters still wait (%v)", len(waiting), err)
	}
}

// One that is being tried as its time is over is left alone: it may be handed over at that moment. It ends once that try has.
func TestALetterThatIsBeingTriedDoesNotEnd(t *testing.T) {
	s, ctx := storetest.Open(t), t.Context()
	letters := letter.New(s, &bag{}, letter.Options{})
	waits := func(want int) {
		t.Helper()
		if err := letters.Turn(ctx, noon.Add(market.LetterLasts)); err != nil {
			t.Fatal(err)
		}
		if waiting, err := s.WaitingLetters(ctx, 10); err != nil || len(waiting) != want {
			t.Errorf("%d letters wait (%v), want %d", len(waiting), err, want)
		}
	}
	if err := s.InTx(ctx, func(tx *store.Tx) error {
		_, err := tx.Send(ctx, market.Letter{Kind: market.ReportReceived, Address: "jo@street.example", AboutID: market.NewID()}, "", noon)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	tried, err := s.Claim(ctx, time.Now(), 10)
	if err != nil || len(tried) != 1 {
		t.Fatalf("%d jobs (%v)", len(tried), err)
	}
	waits(1)
	if err := s.GiveUp(ctx, tried[0].ID, tried[0].Attempt, time.Now(), "timeout"); err != nil {
		t.Fatal(err)
	}
	waits(0)
}
