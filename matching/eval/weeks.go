package eval

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"wherewithal/matching/allot"
	"wherewithal/matching/flow"
)

// Weeks measures sharing out on the assignment weeks: who gave protective equipment, who asked for it, how far apart they
// are, and what was decided. Per week: the units moved, the miles of a unit, the shipments (pairs of giver and taker), how far
// from the best each plan may be, and the time it took.
func Weeks(data string, report Report) error {
	folders, err := filepath.Glob(filepath.Join(data, "assignment", "*"))
	if err != nil || len(folders) == 0 {
		return fmt.Errorf("assignment weeks: %w", os.ErrNotExist)
	}
	sums := map[string]Outcome{}
	for _, folder := range folders {
		w, err := ReadWeek(folder)
		if err != nil {
			return err
		}
		if err := w.measure(report, sums); err != nil {
			return err
		}
	}
	for _, method := range []string{"decided", "same units", "most units", "fewer trips"} {
		sums[method].report("all weeks", method, report)
	}
	return nil
}

// Week is one week's question.
type Week struct {
	Name    string
	Offers  []Lot
	Needs   []Lot
	Decided []Decision
	miles   map[[2]string]float64 // giver, taker
}

// Lot is so many of a kind, given or asked for.
type Lot struct {
	Who, Kind string
	Units     int64
}

// Decision is what went from whom to whom.
type Decision struct {
	From, To, Kind string
	Units          int64
}

// Outcome of a plan.
type Outcome struct {
	Units     int64
	Miles     float64 // units × miles
	Shipments int
	Gap       float64
	Took      time.Duration
}

// MilesAUnit is 0 where nothing moved.
func (o Outcome) MilesAUnit() float64 { return o.Miles / math.Max(1, float64(o.Units)) }

func (o Outcome) plus(p Outcome) Outcome {
	return Outcome{o.Units + p.Units, o.Miles + p.Miles, o.Shipments + p.Shipments, max(o.Gap, p.Gap), o.Took + p.Took}
}

func (o Outcome) report(set, method string, report Report) {
	published := map[string]string{"decided": "509 over ten weeks", "same units": "127 over ten weeks", "most units": "60,335 units at 210 over ten weeks"}
	report(Exact(set, method, "units", float64(o.Units), ""))
	report(Exact(set, method, "miles a unit", o.MilesAUnit(), published[method]))
	report(Exact(set, method, "shipments", float64(o.Shipments), ""))
	if method != "decided" {
		report(Exact(set, method, "gap", o.Gap, ""))
		report(Exact(set, method, "seconds", o.Took.Seconds(), ""))
	}
}

func (w *Week) measure(report Report, sums map[string]Outcome) error {
	same, err := w.Same()
	if err != nil {
		return err
	}
	most, err := w.Most(0, allot.Limits{Steps: 1})
	if err != nil {
		return err
	}
	start := time.Now()
	fewer, err := w.Most(fewerTrips, allot.Limits{Stop: func() bool { return time.Since(start) > weekBudget }})
	if err != nil {
		return err
	}
	for method, o := range map[string]Outcome{"decided": w.Taken(), "same units": same, "most units": most, "fewer trips": fewer} {
		sums[method] = sums[method].plus(o)
	}
	for _, m := range []struct {
		method string
		of     Outcome
	}{{"decided", w.Taken()}, {"same units", same}, {"most units", most}, {"fewer trips", fewer}} {
		m.of.report(w.Name, m.method, report)
	}
	return nil
}

// Taken is the outcome of what was decided, at the distances of the matrix: the column of distances beside the
// decisions belongs to other rows.
func (w *Week) Taken() (o Outcome) {
	pairs := map[[2]string]bool{}
	for _, d := range w.Decided {
		pair := [2]string{d.From, d.To}
		o.Units += d.Units
		o.Miles += float64(d.Units) * w.miles[pair]
		pairs[pair] = true
	}
	o.Shipments = len(pairs)
	return o
}

// links are the offers and needs of one kind whose distance is known.
func (w *Week) links() (links [][2]int) {
	byKind := map[string][]int{}
	for j, n := range w.Needs {
		byKind[n.Kind] = append(byKind[n.Kind], j)
	}
	for i, o := range w.Offers {
		for _, j := range byKind[o.Kind] {
			if _, known := w.miles[[2]string{o.Who, w.Needs[j].Who}]; known {
				links = append(links, [2]int{i, j})
			}
		}
	}
	return links
}

func (w *Week) between(link [2]int) float64 {
	return w.miles[[2]string{w.Offers[link[0]].Who, w.Needs[link[1]].Who}]
}

// weekBudget leaves a little of the second that a week may take for reading off the plan.
const weekBudget = 800 * time.Millisecond

// fewerTrips: a shipment is worth saving for this many miles.
const fewerTrips = 1000

// Most moves as many units as can be and, of those plans, takes the one with the fewest miles; a shipment counts as so many
// miles more.
func (w *Week) Most(tripMiles float64, limits allot.Limits) (Outcome, error) {
	start := time.Now()
	offers, needs, links := make([]allot.Offer, len(w.Offers)), make([]allot.Need, len(w.Needs)), w.links()
	for i, o := range w.Offers {
		offers[i].Left = []int64{o.Units}
	}
	for j, n := range w.Needs {
		needs[j] = allot.Need{Amount: n.Units, Worth: float64(n.Units)}
	}
	pairs, farthest := make([]allot.Pair, len(links)), 1.0
	for i, l := range links {
		pairs[i] = allot.Pair{Offer: l[0], Need: l[1], Fit: 1, KM: w.between(l)}
		farthest = max(farthest, pairs[i].KM)
	}
	// A unit more is worth every detour that could make room for it: one there and back for each offer, all at the farthest.
	mile := 1 / (farthest + tripMiles) / float64(2*len(offers)+1)
	plan, err := allot.Share(offers, needs, pairs, allot.Weights{Fit: 1, Distance: mile, Trip: mile * tripMiles}, limits)
	o := Outcome{Units: plan.Units, Miles: plan.KM, Took: time.Since(start)}
	if plan.Value > 0 { // the gap in miles, not in what units are worth
		o.Gap = (plan.Bound - plan.Value) / mile / math.Max(1, plan.KM)
	}
	used := map[[2]string]bool{}
	for _, p := range plan.Parts {
		l := links[p.Pair]
		used[[2]string{w.Offers[l[0]].Who, w.Needs[l[1]].Who}] = true
	}
	o.Shipments = len(used)
	return o, err
}

// perMile is how finely miles are told apart in exact sums; the data has half ten-thousandths.
const perMile = 20_000

// Same moves as many units of each kind as were decided, the fewest miles.
func (w *Week) Same() (Outcome, error) {
	start := time.Now()
	n, links := w.sameNetwork()
	r, err := flow.Solve(n)
	if err != nil {
		return Outcome{}, err
	}
	o, used := Outcome{Took: time.Since(start)}, map[[2]string]bool{}
	for i, l := range links {
		if f := r.Flow[i]; f > 0 {
			o.Units += f
			o.Miles += float64(f) * w.between(l)
			used[[2]string{w.Offers[l[0]].Who, w.Needs[l[1]].Who}] = true
		}
	}
	o.Shipments = len(used)
	return o, nil
}

// sameNetwork is from a source for each kind, with what was decided of it, over offers and needs home. The links come first.
func (w *Week) sameNetwork() (flow.Network, [][2]int) {
	offers, needs, links := len(w.Offers), len(w.Needs), w.links()
	home, stay := int32(offers+needs), int64(1)
	n := flow.Network{Supply: make([]int64, home+1)}
	for _, l := range links {
		n.Arcs = append(n.Arcs, flow.Arc{From: int32(l[0]), To: int32(offers + l[1]), Cap: w.Offers[l[0]].Units,
			Cost: int64(math.Round(w.between(l) * perMile))})
		stay = max(stay, n.Arcs[len(n.Arcs)-1].Cost)
	}
	source := map[string]int32{}
	for _, d := range w.Decided {
		if _, there := source[d.Kind]; !there {
			source[d.Kind] = int32(len(n.Supply))
			n.Supply = append(n.Supply, 0)
		}
		n.Supply[source[d.Kind]] += d.Units
		n.Supply[home] -= d.Units
	}
	// What cannot be moved stays, dearer than every detour.
	for _, s := range source {
		n.Arcs = append(n.Arcs, flow.Arc{From: s, To: home, Cap: n.Supply[s], Cost: stay * int64(2*offers+1)})
	}
	for i, o := range w.Offers {
		if s, there := source[o.Kind]; there {
			n.Arcs = append(n.Arcs, flow.Arc{From: s, To: int32(i), Cap: o.Units})
		}
	}
	for j, need := range w.Needs {
		n.Arcs = append(n.Arcs, flow.Arc{From: int32(offers + j), To: home, Cap: need.Units})
	}
	return n, links
}

// ReadWeek reads the four tables of a week.
func ReadWeek(folder string) (*Week, error) {
	w := &Week{Name: filepath.Base(folder), miles: map[[2]string]float64{}}
	for _, table := range []struct {
		file, who string
		into      *[]Lot
	}{{"donors.csv", "don_id", &w.Offers}, {"recipients.csv", "rec_id", &w.Needs}} {
		err := eachRow(filepath.Join(folder, table.file), func(row map[string]string) error {
			units, err := whole(row["qty"])
			*table.into = append(*table.into, Lot{row[table.who], row["ppe"], units})
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	err := eachRow(filepath.Join(folder, "decisions.csv"), func(row map[string]string) error {
		units, err := whole(row["qty"])
		w.Decided = append(w.Decided, Decision{row["don_id"], row["rec_id"], row["ppe"], units})
		return err
	})
	if err != nil {
		return nil, err
	}
	return w, eachRow(filepath.Join(folder, "distance_matrix.csv"), func(row map[string]string) error {
		miles, err := strconv.ParseFloat(row["distance"], 64)
		w.miles[[2]string{row["don_id"], row["rec_id"]}] = miles
		return err
	})
}

// whole reads an amount written as "30.0"; half a thing is left where it is.
func whole(s string) (int64, error) {
	x, err := strconv.ParseFloat(s, 64)
	return int64(max(0, x)), err
}

// eachRow gives the rows of a table by the names in its first line.
func eachRow(file string, do func(row map[string]string) error) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	r := csv.NewReader(f)
	names, err := r.Read()
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	for {
		values, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		row := make(map[string]string, len(names))
		for i, name := range names {
			row[name] = values[i]
		}
		if err := do(row); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
}
