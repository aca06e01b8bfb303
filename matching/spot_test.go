package matching

import (
	"testing"

	"pgregory.net/rapid"

	"wherewithal/market"
)

// TestNobodyWithinReachIsAway: what a spot rules out is further than the reach, anywhere on Earth.
func TestNobodyWithinReachIsAway(t *testing.T) {
	ruledOut := 0
	rapid.Check(t, func(t *rapid.T) {
		at := func(name string, lat, lng, by float32) hot {
			return hot{lat: lat + rapid.Float32Range(-by, by).Draw(t, name+" lat"), lng: lng + rapid.Float32Range(-by, by).Draw(t, name+" lng"),
				reach: rapid.SampledFrom([]float32{0, 2, 5, 20, 100, 500}).Draw(t, name+" reach")}
		}
		lat, lng := rapid.Float32Range(-85, 85).Draw(t, "lat"), rapid.Float32Range(-180, 180).Draw(t, "lng")
		a, b := at("a", lat, lng, 1), at("b", lat, lng, rapid.SampledFrom([]float32{.05, .5, 3}).Draw(t, "by"))
		times := rapid.Float64Range(1, 2).Draw(t, "times")
		if !spotOf(&a).away(spotOf(&b), times) {
			return
		}
		ruledOut++
		p, q := market.Point{Lat: float64(a.lat), Lng: float64(a.lng)}, market.Point{Lat: float64(b.lat), Lng: float64(b.lng)}
		if km, reach := p.KM(q), times*float64(max(a.reach, b.reach)); km <= reach {
			t.Fatalf("%v and %v are %.2f km apart, with a reach of %.2f", p, q, km, reach)
		}
	})
	if ruledOut == 0 {
		t.Error("nothing was ruled out")
	}
}

func TestOnlineMeetsOnlineOnly(t *testing.T) {
	online, here := spotOf(&hot{stance: stance{way: wayOnline}}), spotOf(&hot{lat: 51, reach: 5})
	if online.away(online, 1) || !online.away(here, 1) || !here.away(online, 1) || here.away(here, 1) {
		t.Error("who meets whom is wrong")
	}
}
