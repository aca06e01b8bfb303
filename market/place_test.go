package market_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"wherewithal/market"
)

// anywhere is a point of a region as wide as London.
func anywhere(r *rand.Rand, lat float64) market.Point {
	return market.Point{Lat: lat + r.Float64()*0.3, Lng: -0.5 + r.Float64()*0.8}
}

func TestAPublicPointIs400To800MetresFromItsPlace(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, lat := range []float64{-33.9, 0, 51.4, 60.1, 69.6} {
		for range 2000 {
			exact := anywhere(r, lat)
			if km := market.Blur([]byte("a secret"), exact).KM(exact); km < 0.4 || km > 0.8 {
				t.Fatalf("%v is shown %.3f km away", exact, km)
			}
		}
	}
}

// An attacker enters a place of their own in every square around a public point and keeps those that get that very
// point: the place is in one of them. It helps nothing as long as they are many and lie all around.
func TestWhoTriesAllPlacesOutLearnsNoMoreThanTheBlur(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	secret := []byte("a secret")
	var near, all float64
	for range 15 {
		exact := anywhere(r, 51.4)
		public := market.Blur(secret, exact)
		var could []market.Point
		for lat := -22; lat <= 22; lat++ {
			for lng := -35; lng <= 35; lng++ {
				p := market.Point{Lat: public.Lat + float64(lat)*0.0004, Lng: public.Lng + float64(lng)*0.0004}
				if market.Blur(secret, p) == public {
					could = append(could, p)
				}
			}
		}
		if len(could) < 60 {
			t.Errorf("%v can only be one of %d squares", exact, len(could))
		}
		var mean market.Point
		for _, p := range could {
			mean.Lat, mean.Lng = mean.Lat+p.Lat/float64(len(could)), mean.Lng+p.Lng/float64(len(could))
		}
		if km := mean.KM(exact); km < 0.3 {
			t.Errorf("the middle of all squares that it could be is %.0f m from the place", km*1000)
		}
		// The best guess of the place itself is the square with most others beside it: how many are within 200 m of it?
		most := 0
		for _, p := range could {
			n := 0
			for _, q := range could {
				if p.KM(q) < 0.2 {
					n++
				}
			}
			most = max(most, n)
		}
		near, all = near+float64(most), all+float64(len(could))
	}
	// A disc of 200 m covers 12 % of the ring that is known anyway.
	if share := near / all; share > 0.25 {
		t.Errorf("the best guess is within 200 m of the place in %.0f of 100 cases", 100*share)
	}
}

func TestAPlaceEnteredALittleBesideIsShownWhereItWas(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	secret := []byte("a secret")
	moved, kept := 0, 0
	for range 500 {
		exact := anywhere(r, 51.4)
		public := market.Blur(secret, exact)
		traces := []market.Trace{{Cell: "not a square"}, {Cell: market.BlurCell(exact), Public: public}}
		angle, km := 2*math.Pi*r.Float64(), 0.1*r.Float64()
		beside := market.Point{Lat: exact.Lat + km/111.2*math.Cos(angle), Lng: exact.Lng + km/69.2*math.Sin(angle)}
		got, again := market.PublicAgain(beside, traces)
		if again && got != public {
			t.Fatalf("shown at %v, want %v", got, public)
		}
		if again && (got.KM(beside) < 0.4 || got.KM(beside) > 0.8) {
			t.Fatalf("shown %.3f km away", got.KM(beside))
		}
		if moved++; again {
			kept++
		}
		if _, again := market.PublicAgain(market.Point{Lat: exact.Lat + 0.01, Lng: exact.Lng}, traces); again {
			t.Fatal("a place more than a kilometre away counts as the same")
		}
	}
	if share := float64(kept) / float64(moved); share < 0.7 {
		t.Errorf("of 100 places entered up to 100 m beside only %.0f are shown where they were", 100*share)
	}
}
