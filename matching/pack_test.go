package matching

import (
	"math/rand/v2"
	"reflect"
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
