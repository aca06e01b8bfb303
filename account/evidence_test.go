package account_test

import (
	"errors"
	"testing"

	"wherewithal/market"
)

func TestEvidenceIsBoundedAndTheSameIsStatedOnce(t *testing.T) {
	h := open(t)
	group, people := h.owners("ama@choir.example")
	v := h.viewer(people[0])
	state := func(day market.Date) error {
		return h.accounts.StateEvidence(h.ctx, v, market.Evidence{GroupID: group, Kind: market.EvidenceKinds[0], Dated: day}, string(market.NewID()), h.now)
	}
	h.must(state("2026-01-01"))
	if err := state("2026-01-01"); !errors.Is(err, market.ErrRepeated) {
		t.Errorf("the same again: %v", err)
	}
	day := h.now.AddDate(0, 0, -100)
	for i := range 19 {
		h.must(state(market.DateOf(day.AddDate(0, 0, i))))
	}
	if err := state("2026-02-02"); !refused(err, "evidence_many") {
		t.Errorf("the twenty-first: %v", err)
	}
	h.must(h.accounts.StateChecks(h.ctx, v, group, market.BasicCheck, h.now))
	if err := h.accounts.StateChecks(h.ctx, v, group, market.BasicCheck, h.now); !errors.Is(err, market.ErrRepeated) {
		t.Errorf("the same checks again: %v", err)
	}
	h.must(h.accounts.StateChecks(h.ctx, v, group, market.EnhancedCheck, h.now))
	h.must(h.accounts.StateChecks(h.ctx, v, group, market.EnhancedCheck, h.now.AddDate(0, 0, 1)))
	h.must(h.accounts.StateChecks(h.ctx, v, group, market.NoCheck, h.now))
	if n := h.count(`select count(*) from check_statements`); n != 0 {
		t.Errorf("%d statements of none", n)
	}
}
