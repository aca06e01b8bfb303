package eval

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"wherewithal/matching/ring"
)

func TestSwapDaysReachKnownOptima(t *testing.T) {
	for name, want := range map[string]int{"ask": 197, "xmas": 356, "onewant": 336} {
		items, err := ReadSwapDay("../../../shared/data/exchange/" + name + ".txt")
		if os.IsNotExist(err) {
			t.Log("SKIPPING: the exchange instances are not on this machine")
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, swapped, err := ring.SwapDay(items); err != nil || swapped != want {
			t.Errorf("%s: %d items traded, error %v; the optimum is %d", name, swapped, err, want)
		}
	}
}

func TestReadSwapDay(t *testing.T) {
	file := filepath.Join(t.TempDir(), "day.txt")
	text := "#! ALLOW-DUMMIES REQUIRE-COLONS\n\n(ann) A : %X gone\n(ann) %X : B C\n(bea) B : A\n(bea) %X : a\nC A B\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := ReadSwapDay(file)
	if err != nil {
		t.Fatal(err)
	}
	want := []ring.Item{{Wants: []int{1}}, {Wants: []int{2, 4}, StandIn: true}, {Wants: []int{0}}, {Wants: []int{0}, StandIn: true}, {Wants: []int{0, 2}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
