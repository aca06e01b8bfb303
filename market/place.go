package market

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"time"
)

// Point is a position in degrees (WGS 84).
type Point struct {
	Lat float64 `json:"lat"`
	Lng float64 `json:"lng"`
}

// IsZero reports whether no position is known.
func (p Point) IsZero() bool { return p.Lat == 0 && p.Lng == 0 }

// earthKM is the mean radius of the Earth (IUGG).
const earthKM = 6371.0088

// KM is the great-circle distance to q in kilometres (haversine).
func (p Point) KM(q Point) float64 {
	rad := math.Pi / 180
	dLat, dLng := (q.Lat-p.Lat)*rad, (q.Lng-p.Lng)*rad
	a := math.Pow(math.Sin(dLat/2), 2) + math.Cos(p.Lat*rad)*math.Cos(q.Lat*rad)*math.Pow(math.Sin(dLng/2), 2)
	return 2 * earthKM * math.Asin(math.Min(1, math.Sqrt(a)))
}

// Valid reports whether p lies on the Earth.
func (p Point) Valid() bool {
	return p.Lat >= -90 && p.Lat <= 90 && p.Lng >= -180 && p.Lng <= 180 && p.Lat == p.Lat && p.Lng == p.Lng
}

// Precision is how exactly a place is known.
type Precision string

const (
	ByPoint    Precision = "point"
	ByPostcode Precision = "postcode"
	ByOutcode  Precision = "outcode"
)

// Place is where a group's things are. Exact, Label and Postcode are for people connected by an introduction;
// everybody and everything else knows Public, Outcode and Borough only.
type Place struct {
	ID        ID
	GroupID   ID
	Label     string // "The hall, Pennywort Row"
	Postcode  string // normalised, "SE10 9JF"; "" when only an outcode or a point is known
	Outcode   string // "SE10"
	Borough   string
	Region    string // the city region, "London"
	Precision Precision
	Exact     Point `gorm:"embedded;embeddedPrefix:exact_"`
	Public    Point `gorm:"embedded;embeddedPrefix:public_"`
	Zone      string
	CreatedAt time.Time
}

// blurGrid is the side of the squares, in degrees of latitude, to which an exact place is snapped before it is
// blurred: about 44 m, so that two entries of one hall's front and back door share one public point.
const blurGrid = 0.0004

// BlurCell names the square in which an exact point lies.
func BlurCell(exact Point) string {
	return fmt.Sprintf("%d:%d", int(math.Round(exact.Lat/blurGrid)), int(math.Round(exact.Lng/blurGrid)))
}

// Blur is the public point of an exact place: moved by 440 to 760 m in a direction and by a distance that only the
// holder of the secret can work out (uniform over the ring's area), so 400 to 800 m from any point of its square.
// The same place always gets the same point: choosing anew each time would average out.
func Blur(secret []byte, exact Point) Point {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("place:" + BlurCell(exact)))
	sum := mac.Sum(nil)
	angle := 2 * math.Pi * unit(sum[0:8])
	const lo, hi = 0.440, 0.760
	km := math.Sqrt(lo*lo + (hi*hi-lo*lo)*unit(sum[8:16]))
	lat := math.Round(exact.Lat/blurGrid) * blurGrid
	lng := math.Round(exact.Lng/blurGrid) * blurGrid
	perDegree := 2 * math.Pi * earthKM / 360
	return Point{
		Lat: round5(lat + km*math.Cos(angle)/perDegree),
		Lng: round5(lng + km*math.Sin(angle)/(perDegree*math.Cos(lat*math.Pi/180))),
	}
}

func unit(b []byte) float64 { return float64(binary.BigEndian.Uint64(b)>>11) / (1 << 53) }

func round5(x float64) float64 { return math.Round(x*1e5) / 1e5 }

// AboutKM is a distance as it may be said: whole kilometres, never less than 1.
func AboutKM(km float64) int { return max(1, int(math.Round(km))) }

// Validate checks the place's own words; whether the postcode exists is the geocoder's to say.
func (p Place) Validate() error {
	e := &Invalid{}
	checkText(e, "label", p.Label, 0, 120)
	checkNoContact(e, "label", p.Label)
	if p.Exact.IsZero() || !p.Exact.Valid() {
		e.Add("place", "place_unknown")
	}
	if _, err := time.LoadLocation(p.Zone); err != nil {
		e.Add("zone", "zone")
	}
	return e.OrNil()
}
