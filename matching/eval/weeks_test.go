package eval

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"wherewithal/matching/allot"
	"wherewithal/matching/flow"
)

// A made-up week: g gives 10 masks and 4 gowns, h 10 masks; near and far ask for masks, far for gowns too.
var madeUp = map[string]string{
	"donors.csv":          ",don_id,ppe,date,qty\n0,g,masks,2020,10.0\n1,g,gowns,2020,4.0\n2,h,masks,2020,10.0\n",
	"recipients.csv":      ",rec_id,ppe,date,qty\n0,near,masks,2020,12.0\n1,far,masks,2020,6.0\n2,far,gowns,2020,9.0\n3,odd,hats,2020,5.0\n",
	"distance_matrix.csv": ",don_id,rec_id,distance\n0,g,near,1\n1,g,far,100\n2,h,near,2\n3,h,far,50.5\n4,g,near,1\n",
	"decisions.csv":       ",don_id,rec_id,ppe,qty,date,distance\n0,g,far,masks,5.0,2020,7\n1,h,near,masks,5.0,2020,7\n2,g,far,gowns,1.0,2020,7\n",
}

func TestWeekIsSharedOutAtItsBest(t *testing.T) {
	folder := t.TempDir()
	for name, text := range madeUp {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w, err := ReadWeek(folder)
	if err != nil {
		t.Fatal(err)
	}
	same, err := w.Same()
	if err != nil {
		t.Fatal(err)
	}
	most, err := w.Most(0, allot.Limits{Steps: 1})
	if err != nil {
		t.Fatal(err)
	}
	same.Took, most.Took = 0, 0
	want := []Outcome{
		{Units: 11, Miles: 610, Shipments: 2},                   // at the matrix's distances
		{Units: 11, Miles: 10*1 + 100, Shipments: 2},            // ten masks g to near, a gown g to far
		{Units: 22, Miles: 10 + 4 + 6*50.5 + 400, Shipments: 4}, // masks: 10 g near, 2 h near, 6 h far; gowns: 4 g far
	}
	if diff := cmp.Diff(want, []Outcome{w.Taken(), same, most}); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// On the real weeks, as far as they are here: as many units as can be, at the fewest miles, both found another way.
func TestWeeksReachTheOptimum(t *testing.T) {
	folders, _ := filepath.Glob("../../../shared/data/assignment/*")
	if len(folders) == 0 {
		t.Log("SKIPPING: the assignment weeks are not on this machine")
	}
	for _, folder := range folders {
		w, err := ReadWeek(folder)
		if err != nil {
			t.Fatal(err)
		}
		got, err := w.Most(0, allot.Limits{Steps: 1})
		if err != nil {
			t.Fatal(err)
		}
		units, miles := lexicographic(t, w)
		if got.Units != units || math.Abs(got.Miles-miles) > 1e-6*miles || got.Gap > 1e-6 {
			t.Errorf("%s: %d units, %f miles, gap %g; the optimum is %d units, %f miles", w.Name, got.Units, got.Miles, got.Gap, units, miles)
		}
		same, err := w.Same()
		if err != nil {
			t.Fatal(err)
		}
		if taken := w.Taken(); same.Units != taken.Units || same.Miles > taken.Miles+1e-6 {
			t.Errorf("%s: %+v is no better than what was decided, %+v", w.Name, same, taken)
		}
	}
}

// lexicographic moves all that can be (one flow), then exactly that at the fewest miles (another).
func lexicographic(t *testing.T, w *Week) (units int64, miles float64) {
	t.Helper()
	links, offers := w.links(), len(w.Offers)
	home := int32(offers + len(w.Needs))
	n := flow.Network{Supply: make([]int64, home+2)}
	source := home + 1
	for _, l := range links {
		n.Arcs = append(n.Arcs, flow.Arc{From: int32(l[0]), To: int32(offers + l[1]), Cap: w.Offers[l[0]].Units, Cost: -1})
	}
	for i, o := range w.Offers {
		n.Arcs = append(n.Arcs, flow.Arc{From: source, To: int32(i), Cap: o.Units})
		n.Supply[source] += o.Units
	}
	for j, need := range w.Needs {
		n.Arcs = append(n.Arcs, flow.Arc{From: int32(offers + j), To: home, Cap: need.Units})
	}
	n.Supply[home] = -n.Supply[source]
	stay := len(n.Arcs)
	n.Arcs = append(n.Arcs, flow.Arc{From: source, To: home, Cap: n.Supply[source]})
	first, err := flow.Solve(n)
	if err != nil {
		t.Fatal(err)
	}
	n.Arcs[stay].Cap = first.Flow[stay]
	for i, l := range links {
		n.Arcs[i].Cost = int64(math.Round(w.between(l) * perMile))
	}
	second, err := flow.Solve(n)
	if err != nil {
		t.Fatal(err)
	}
	return -first.Cost, float64(second.Cost) / perMile
}
