package letter_test

import (
	"testing"

	"wherewithal/letter"
	"wherewithal/market"
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
