package eval

import (
	"fmt"
	"io"
	"math"
)

// Figure is one thing measured.
type Figure struct {
	Set       string // the data, as its folder is called
	Method    string // what was measured on it: "bm25", "blend"
	Metric    string
	Value     float64
	Low, High float64 // its 95 % interval; both the value itself where nothing was drawn from a larger whole
	Published string  // what others reached, in words; "" where nothing is published
}

// Exact is a figure without an interval: an optimum, a count, a time.
func Exact(set, method, metric string, value float64, published string) Figure {
	return Figure{set, method, metric, value, value, value, published}
}

// Report is where figures go, as they are found.
type Report func(Figure)

// Section is one part of the evaluation: it measures what lies in the folder data and reports it. A section whose data
// is not there returns an error that wraps fs.ErrNotExist; the others are measured all the same.
type Section struct {
	Name string
	Run  func(data string, report Report) error
}

// Lines is a Report that writes one line a figure.
func Lines(out io.Writer) Report {
	return func(f Figure) {
		between := ""
		if f.Low != f.High {
			between = fmt.Sprintf("[%s, %s]", short(f.Low), short(f.High))
		}
		fmt.Fprintf(out, "%-14s %-22s %-14s %9s %-16s %s\n", f.Set, f.Method, f.Metric, short(f.Value), between, f.Published)
	}
}

// short is three places after the point for shares, fewer for large numbers.
func short(v float64) string {
	if math.Abs(v) >= 100 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.3f", v)
}
