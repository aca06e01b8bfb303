package matching

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"wherewithal/market"
)

// TestPackingKeepsEveryField fills every field there is, whatever market adds later.
func TestPackingKeepsEveryField(t *testing.T) {
	var (
		e  market.Entry
		in shared
	)
	r := rand.New(rand.NewPCG(1, 2))
	fill(reflect.ValueOf(&e).Elem(), r)
	e.Listing.Facts = market.Facts{"seated": 40.0, "kitchen": true, "what": "a hall", "n": 3, "no": false}
	if diff := cmp.Diff(e, unpack(pack(e, &in), &in)); diff != "" {
		t.Error(diff)
	}
	for _, e := range append(crowd(50, 1), market.Entry{}) {
		if diff := cmp.Diff(e, unpack(pack(e, &in), &in), cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	}
}

// TestPackingKeepsStrangeValues that no listing should have, and some that it may.
func TestPackingKeepsStrangeValues(t *testing.T) {
	var in shared
	long := strings.Repeat("a long name ", 20)
	for _, f := range []float64{0, math.Copysign(0, -1), 1, -1, -40, .5, 1 << 40, 1<<40 - 1, -1 << 41, math.Inf(1), math.NaN()} {
		e := market.Entry{Listing: market.Listing{ReachKM: f, Facts: market.Facts{"seated": f, "what": long}, Unit: long, Tags: []string{"", long, "tea"}}}
		got := unpack(pack(e, &in), &in)
		same := math.Signbit(f) == math.Signbit(got.Listing.Facts.Number("seated"))
		if diff := cmp.Diff(e, got, cmpopts.EquateNaNs()); diff != "" || !same {
			t.Errorf("%v: %s", f, diff)
		}
	}
	for _, d := range []market.Date{"1999-12-31", "2000-01-01", "2100-12-31", "2101-01-01", "1969-07-20", "tomorrow", "2027-2-4"} {
		e := market.Entry{Listing: market.Listing{When: market.When{From: d}}}
		if got := unpack(pack(e, &in), &in); got.Listing.When.From != d {
			t.Errorf("%q came back as %q", d, got.Listing.When.From)
		}
	}
	if n := in.names.known(long); n != noName {
		t.Errorf("what only one listing says is kept for good, as %d", n)
	}
}

// TestAFoundListingLacksOnlyWhatNoMatchAsks.
func TestAFoundListingLacksOnlyWhatNoMatchAsks(t *testing.T) {
	x, list := New(Options{}), crowd(60, 4)
	now := time.Date(2027, 1, 2, 3, 4, 5, 6, time.UTC)
	for i := range list {
		l := &list[i].Listing
		l.PostedBy, l.PlaceID, l.CreatedAt, l.UpdatedAt = market.NewID(), market.NewID(), now, now
		x.Put(list[i])
	}
	found := 0
	for _, subject := range list {
		for _, f := range x.Rank(subject, benchNow, 0).Matches {
			want := list[slices.IndexFunc(list, func(e market.Entry) bool { return e.Listing.ID == f.Other.Listing.ID })]
			want.Listing.PostedBy, want.Listing.PlaceID, want.Listing.CreatedAt, want.Listing.UpdatedAt = "", "", time.Time{}, time.Time{}
			found++
			if diff := cmp.Diff(want, f.Other, cmpopts.EquateEmpty()); diff != "" {
				t.Fatal(diff)
			}
		}
	}
	if found == 0 {
		t.Error("nothing was found")
	}
}

func fill(v reflect.Value, r *rand.Rand) {
	switch v.Kind() {
	case reflect.String:
		if v.Type() == idType && r.IntN(2) == 0 {
			v.SetString(string(market.NewID()))
			return
		}
		v.SetString(string(rune('a' + r.IntN(26))))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(r.IntN(1000) - 500))
	case reflect.Uint8:
		v.SetUint(uint64(1 + r.IntN(100)))
	case reflect.Float64:
		v.SetFloat(r.NormFloat64())
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), r)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), r)
		fill(v.Index(1), r)
	case reflect.Struct:
		if v.Type() == timeType {
			v.Set(reflect.ValueOf(time.Unix(r.Int64N(1<<32), 12345).UTC()))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), r)
		}
	}
}

// TestIDsThatListingsShareComeBack, whatever they look like.
func TestIDsThatListingsShareComeBack(t *testing.T) {
	var in shared
	for _, id := range []market.ID{market.NewID(), "group-0001", "", market.NewID()} {
		n := in.ids.number(id)
		if again := in.ids.number(id); again != n || in.ids.known(id) != n || in.ids.id(n) != id {
			t.Errorf("%q is %d and %d, and that is %q", id, n, again, in.ids.id(n))
		}
		e := market.Entry{Group: market.Standing{ID: id}}
		if got := unpack(pack(e, &in), &in).Group.ID; got != id {
			t.Errorf("%q came back as %q", id, got)
		}
	}
	if n := in.ids.known("another"); n != noName {
		t.Errorf("an id that nobody has is %d", n)
	}
}
