package eval

import (
	"fmt"
	"testing"
)

// Turned up, the knob spreads what there is more evenly and lets nobody wait long; turned down, it gives the better fit.
func TestKnobTradesFitForFairness(t *testing.T) {
	figures := map[string]float64{}
	if err := Fairness("", func(f Figure) { figures[f.Set+" "+f.Method+" "+f.Metric] = f.Value }); err != nil {
		t.Fatal(err)
	}
	for _, metric := range []string{"too little %s Gini", "too little %s mean fit", "enough %s longest wait", "enough %s mean fit"} {
		now, fair := figures[fmt.Sprintf(metric, "knob 0.00")], figures[fmt.Sprintf(metric, "knob 4.00")]
		if fair >= now {
			t.Errorf(metric+": %g, and %g with the knob at 0", "knob 4.00", fair, now)
		}
	}
}
