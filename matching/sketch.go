package matching

import (
	"encoding/binary"
	"math"
	"math/bits"

	"wherewithal/market"
)

// A sketch is a vector in half its size: each number in four bits, which lie apart by their worth, 48 bytes of units, of
// twos, of fours and of signs, so that two sketches are compared by counting bits. Before them stands one over its length.
// The numbers of a vector of length 127 spread by 6.5, of which sixteen steps of 2.25 reach nearly as far as they come:
// what is lost moves a cosine by .01 (TestSketchesAreAsNearAsTheirVectors).
const (
	sketchBits  = 4
	planeBytes  = market.VectorBytes / 8
	sketchBytes = 4 + sketchBits*planeBytes
	mostLevel   = 1<<(sketchBits-1) - 1
)

// levelOf a number is how many steps of 9/4 it is, and atLevel the number again; what comes back has the same level.
func levelOf(v int8) int {
	n := 8*int(v) + 9
	return max(-mostLevel, min(mostLevel, int(math.Floor(float64(n)/18))))
}

func atLevel(level int) int8 { return int8(math.Round(float64(level) * 9 / 4)) }

// appendSketch of a vector of signed bytes.
func appendSketch(into, vector []byte) []byte {
	var s [sketchBytes]byte
	size := 0
	for i, b := range vector[:market.VectorBytes] {
		level := levelOf(int8(b))
		size += level * level
		for p := range sketchBits {
			s[4+p*planeBytes+i/8] |= byte(level>>p&1) << (i % 8)
		}
	}
	binary.LittleEndian.PutUint32(s[:], math.Float32bits(float32(1/math.Sqrt(float64(max(1, size))))))
	return append(into, s[:]...)
}

// vectorOf a sketch, as near as it can tell.
func appendVector(into, sketch []byte) []byte {
	for i := range market.VectorBytes {
		level := 0
		for p := range sketchBits {
			level |= int(sketch[4+p*planeBytes+i/8]>>(i%8)&1) << p
		}
		if level > mostLevel {
			level -= 1 << sketchBits
		}
		into = append(into, byte(atLevel(level)))
	}
	return into
}

// cosine of two sketches: each plane against each, worth the product of what both are worth, signs counting less than
// nothing.
func cosine(a, b []byte) float64 {
	long := func(s []byte) float64 { return float64(math.Float32frombits(binary.LittleEndian.Uint32(s))) }
	scale := long(a) * long(b)
	a, b = a[4:sketchBytes], b[4:sketchBytes]
	sum := 0
	for at := 0; at < planeBytes; at += 8 {
		a1, a2, a4, a8 := word(a, at), word(a, at+planeBytes), word(a, at+2*planeBytes), word(a, at+3*planeBytes)
		b1, b2, b4, b8 := word(b, at), word(b, at+planeBytes), word(b, at+2*planeBytes), word(b, at+3*planeBytes)
		sum += both(a1, b1) + (both(a1, b2)+both(a2, b1))<<1 + (both(a1, b4)+both(a2, b2)+both(a4, b1))<<2
		sum += (both(a2, b4) + both(a4, b2) - both(a1, b8) - both(a8, b1)) << 3
		sum += (both(a4, b4) - both(a2, b8) - both(a8, b2)) << 4
		sum += (both(a8, b8)<<1 - both(a4, b8) - both(a8, b4)) << 5
	}
	return max(-1, min(1, float64(sum)*scale))
}

func word(s []byte, at int) uint64 { return binary.LittleEndian.Uint64(s[at : at+8]) }

func both(a, b uint64) int { return bits.OnesCount64(a & b) }
