package matching

import (
	"encoding/binary"
	"math"
	"math/bits"

	"wherewithal/market"
)

// A sketch is a vector in less than half its size: each number in three bits, which lie apart by their worth, 48 bytes of
// units, of twos and of signs, so that two sketches are compared by counting bits. Before them stand the
// sum of the squares of what it stands for and the sum of its levels. The numbers of a vector of length 127 spread by 6.5, of which eight steps of 3.5 reach nearly as far
// as they come: what is lost moves a cosine by .015 (TestSketchesAreAsNearAsTheirVectors).
const (
	sketchBits  = 3
	planeBytes  = market.VectorBytes / 8
	sketchHead  = 2 + 2
	sketchBytes = sketchHead + sketchBits*planeBytes
	lowest      = -1 << (sketchBits - 1)
	highest     = -lowest - 1
)

// levelOf a number is the step it lies on, of 7/2 each, and atLevel the middle of that step, which lies on it again.
func levelOf(v int8) int { return max(lowest, min(highest, int(math.Floor(float64(v)*2/7)))) }

func atLevel(level int) int8 { return int8(math.Round(float64(2*level+1) * 7 / 4)) }

// appendSketch of a vector of signed bytes.
func appendSketch(into, vector []byte) []byte {
	var s [sketchBytes]byte
	size, sum := 0, 0
	for i, b := range vector[:market.VectorBytes] {
		level := levelOf(int8(b))
		size += (2*level + 1) * (2*level + 1)
		sum += level
		for p := range sketchBits {
			s[sketchHead+p*planeBytes+i/8] |= byte(level>>p&1) << (i % 8)
		}
	}
	binary.LittleEndian.PutUint16(s[:], uint16(size)) // at most 384 times 7 squared
	binary.LittleEndian.PutUint16(s[2:], uint16(int16(sum)))
	return append(into, s[:]...)
}

// Rounded is a vector of signed bytes as sketches compare it, in halves of a step.
func Rounded(vector []byte) []int8 {
	out := make([]int8, len(vector))
	for i, b := range vector {
		out[i] = int8(2*levelOf(int8(b)) + 1)
	}
	return out
}

// appendVector of a sketch, as near as it can tell.
func appendVector(into, sketch []byte) []byte {
	for i := range market.VectorBytes {
		level := 0
		for p := range sketchBits {
			level |= int(sketch[sketchHead+p*planeBytes+i/8]>>(i%8)&1) << p
		}
		if level > highest {
			level -= 1 << sketchBits
		}
		into = append(into, byte(atLevel(level)))
	}
	return into
}

// cosine of two sketches: each plane against each, worth the product of what both are worth, signs counting less than
// nothing. A level l stands for 2l+1 halves of a step.
func cosine(a, b []byte) float64 {
	sizes, sums := sizeOf(a)*sizeOf(b), sumOf(a)+sumOf(b)
	a, b = a[sketchHead:sketchBytes], b[sketchHead:sketchBytes]
	ab := 0
	for at := 0; at < planeBytes; at += 8 {
		a1, a2, a4 := word(a, at), word(a, at+planeBytes), word(a, at+2*planeBytes)
		b1, b2, b4 := word(b, at), word(b, at+planeBytes), word(b, at+2*planeBytes)
		ab += both(a1, b1) + (both(a1, b2)+both(a2, b1))<<1 + (both(a2, b2)-both(a1, b4)-both(a4, b1))<<2
		ab += (both(a4, b4)<<1 - both(a2, b4) - both(a4, b2)) << 3
	}
	return unrounded(float64(4*ab+2*sums+market.VectorBytes) / math.Sqrt(float64(sizes)))
}

func sizeOf(s []byte) int { return int(binary.LittleEndian.Uint16(s)) }

func sumOf(s []byte) int { return int(int16(binary.LittleEndian.Uint16(s[2:]))) }

// unrounded is the cosine of what was sketched: rounding turns two vectors a little apart, but not two that are the same.
// The share was fitted to made vectors; TestSketchesAreAsNearAsTheirVectors holds what is left, and fails without it.
func unrounded(c float64) float64 { return max(-1, min(1, c*(1+.095*(1-math.Abs(c))))) }

func word(s []byte, at int) uint64 { return binary.LittleEndian.Uint64(s[at : at+8]) }

func both(a, b uint64) int { return bits.OnesCount64(a & b) }
