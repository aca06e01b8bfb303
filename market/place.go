package market

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
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

// Said is the place in words, for people connected by an introduction: "The hall, Pennywort Row, SE10 9JF".
func (p Place) Said() string {
	code := p.Postcode
	if code == "" {
		code = p.Outcode
	}
	return strings.Trim(strings.Join([]string{p.Label, code}, ", "), ", ")
}

// BoroughsOf places, each once, in their order.
func BoroughsOf(places []Place) (boroughs []string) {
	for _, p := range places {
		if p.Borough != "" && !slices.Contains(boroughs, p.Borough) {
			boroughs = append(boroughs, p.Borough)
		}
	}
	return boroughs
}

// blurGrid is the side of the squares, in degrees of latitude, to which an exact place is snapped before it is
// blurred: about 44 m, so that two entries of one hall's front and back door share one public point.
const blurGrid = 0.0004

func cellMiddle(exact Point) Point {
	return Point{Lat: math.Round(exact.Lat/blurGrid) * blurGrid, Lng: math.Round(exact.Lng/blurGrid) * blurGrid}
}

// BlurCell names the square in which an exact point lies.
func BlurCell(exact Point) string {
	return fmt.Sprintf("%d:%d", int(math.Round(exact.Lat/blurGrid)), int(math.Round(exact.Lng/blurGrid)))
}

// publicGrid is how far apart public points lie, in degrees of latitude: about 400 m. Each of them stands for over a
// hundred squares scattered around it, so that whoever enters places of their own to see what they get, everywhere
// around a public point, learns no more of the place behind it than that it is 400 to 800 m away.
const publicGrid = 0.0036

// How far a public point is from the middle of the place's square: so 400 to 800 m from any point of it.
const blurFromKM, blurToKM = 0.440, 0.760

// Blur is the public point of an exact place: one of the points of a coarse grid that lie 440 to 760 m from the middle
// of its square; which of them, only the holder of the secret can work out.
// The same place always gets the same point: choosing anew each time would average out.
func Blur(secret []byte, exact Point) Point {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("place:" + BlurCell(exact)))
	around := publicPointsAround(cellMiddle(exact))
	return around[binary.BigEndian.Uint64(mac.Sum(nil))%uint64(len(around))]
}

// publicPointsAround are those that a place in the square with this middle may get, by latitude and longitude.
func publicPointsAround(middle Point) (all []Point) {
	const perDegree = 2 * math.Pi * earthKM / 360
	for row := math.Ceil((middle.Lat - blurToKM/perDegree) / publicGrid); row*publicGrid <= middle.Lat+blurToKM/perDegree; row++ {
		lat := row * publicGrid
		step := publicGrid / math.Max(math.Cos(lat*math.Pi/180), 0.01)
		reach := blurToKM / perDegree / publicGrid * step
		for column := math.Ceil((middle.Lng - reach) / step); column*step <= middle.Lng+reach; column++ {
			p := Point{Lat: round5(lat), Lng: round5(column * step)}
			if km := p.KM(middle); km >= blurFromKM && km <= blurToKM {
				all = append(all, p)
			}
		}
	}
	return all
}

// sameGroundKM is how far apart two entries of one group's place may lie and still be the same ground: a postcode and
// the pin set by hand beside it.
const sameGroundKM = 0.150

// Trace is a square in which a group has or had a place, and the public point that it was shown at.
type Trace struct {
	Cell   string
	Public Point `gorm:"embedded;embeddedPrefix:public_"`
}

// PublicAgain is the public point under which the group was already shown at this place, entered a little differently:
// two points of one place would tell where their rings cross. It is false where there is none, or where it would be
// nearer or farther than a public point may be.
func PublicAgain(exact Point, traces []Trace) (_ Point, ok bool) {
	here := cellMiddle(exact)
	for _, t := range traces {
		var lat, lng int
		if _, err := fmt.Sscanf(t.Cell, "%d:%d", &lat, &lng); err != nil {
			continue
		}
		there := Point{Lat: float64(lat) * blurGrid, Lng: float64(lng) * blurGrid}
		if km := here.KM(t.Public); here.KM(there) <= sameGroundKM && km >= blurFromKM && km <= blurToKM {
			return t.Public, true
		}
	}
	return Point{}, false
}

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
