package main

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const printed = `goos: linux
pkg: wherewithal/matching
BenchmarkRank/1000000-2         	    3000	   3312004 ns/op	       992.0 B/listing	        59.51 build-s	         2.900 p50-ms	        15.00 p99-ms	  512000 B/op	    7500 allocs/op
BenchmarkRank/10000-2           	    3000	    412004 ns/op	         0.2000 p50-ms	         2.000 p99-ms
BenchmarkRank/100000            	    3000	   1512004 ns/op	         9.000 p50-ms	         9.000 p99-ms
BenchmarkRank/100000-2          	    3000	   1512004 ns/op	         1.300 p50-ms	         5.400 p99-ms
BenchmarkReaders/alone-2        	    2000	      1400 ns/op	         1.4 p50-ms	        91.0 p99-ms
PASS
`

var measured = []row{{10_000, .2, 2}, {100_000, 1.3, 5.4}, {1_000_000, 2.9, 15}}

func TestRowsAreReadAmongWhatABenchmarkPrints(t *testing.T) {
	got, err := read(strings.NewReader(printed))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(measured, got, cmp.AllowUnexported(row{})); diff != "" {
		t.Error(diff)
	}
	for _, text := range []string{"", "PASS", "BenchmarkRank/10000-2 3000 0.2 p50-ms 2 p99-ms", "BenchmarkRank/\n", "BenchmarkRank/many 1 2 p50-ms 3 p99-ms",
		"BenchmarkRank/10 1 0 p50-ms 3 p99-ms\nBenchmarkRank/20 1 2 p50-ms 3 p99-ms", "BenchmarkRank/10 1 2 p50-ms\nBenchmarkRank/20 1 2 p50-ms 3 p99-ms"} {
		if rows, err := read(strings.NewReader(text)); err == nil {
			t.Errorf("%q: %v", text, rows)
		}
	}
}

// The drawing is XML, says its figures in words, and has a point for each: the more listings the further right, the longer the higher up.
func TestTheDrawingShowsEveryFigure(t *testing.T) {
	svg := draw(measured)
	for dec := xml.NewDecoder(strings.NewReader(svg)); ; {
		if _, err := dec.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	for _, words := range []string{"10,000 listings: p50 0.2 ms, p99 2 ms", "1,000,000", "time, ms", "open listings", "p99, 15 ms",
		"100 times the listings take 14 times as long at p50, 7.5 times at p99", "prefers-color-scheme: dark"} {
		if !strings.Contains(svg, words) {
			t.Errorf("no %q", words)
		}
	}
	dots := regexp.MustCompile(`cx="([\d.]+)" cy="([\d.]+)"`).FindAllStringSubmatch(svg, -1)
	if len(dots) != 6 {
		t.Fatalf("%d points", len(dots))
	}
	at := func(i, coordinate int) float64 {
		v, err := strconv.ParseFloat(dots[i][coordinate], 64)
		if err != nil || v < fieldLeft && coordinate == 1 || v > fieldRight || v < fieldTop && coordinate == 2 {
			t.Fatalf("%s lies outside the field (%v)", dots[i][0], err)
		}
		return v
	}
	for i := range dots {
		if i%3 > 0 && !(at(i, 1) > at(i-1, 1) && at(i, 2) < at(i-1, 2)) {
			t.Errorf("%s comes after %s", dots[i][0], dots[i-1][0])
		}
	}
	for i := range 3 {
		if !(at(i, 1) == at(i+3, 1) && at(i, 2) > at(i+3, 2)) {
			t.Errorf("p50 at %s, p99 at %s", dots[i][0], dots[i+3][0])
		}
	}
}
