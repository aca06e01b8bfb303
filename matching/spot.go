package matching

import "math"

// spot is where a listing is and how far its own side travels, in 16 bytes that lie beside those of its neighbours on the
// shelf: of most listings that share a word it is all that is looked at.
type spot struct {
	lat, lng float32 // degrees
	reach    float32 // km; 0: its side does not travel
	at       uint32  // where in the list of its cell
}

// What stands in for a reach where there is no place.
const (
	online  = -1
	nowhere = -2 // nobody can come together with it
)

func spotOf(h *hot) spot {
	switch h.way {
	case wayOnline:
		return spot{reach: online}
	case wayNowhere:
		return spot{reach: nowhere}
	}
	return spot{lat: h.lat, lng: h.lng, reach: h.reach}
}

// away reports whether a listing is certainly further than some times the reach of who would travel.
func (from spot) away(to spot, times float64) bool {
	if from.reach < 0 || to.reach < 0 {
		return from.reach != online || to.reach != online
	}
	const (
		kmPerDegree = .99 * kmPerLat
		widest      = 3 // degrees of latitude from here to anything that counts
	)
	km := times * float64(max(from.reach, to.reach))
	if km > widest*kmPerDegree {
		return false
	}
	if math.Abs(float64(from.lat-to.lat))*kmPerDegree > km {
		return true
	}
	narrow := math.Cos(min(89, math.Abs(float64(from.lat))+widest) * math.Pi / 180)
	lng := math.Abs(float64(from.lng - to.lng))
	return lng < 180 && lng*kmPerDegree*narrow > km // those on both sides of the date line may be near
}
