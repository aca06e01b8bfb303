package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// row is how long rankings against so many listings took.
type row struct {
	listings int
	p50, p99 float64 // ms
}

// read the rows of BenchmarkRank among whatever else a benchmark prints, the smallest number of listings first; of two with the same
// number the later counts. One size alone shows no growth and is an error, and so is a time that is not above 0, which has no place on
// a logarithmic axis.
func read(in io.Reader) (rows []row, err error) {
	byListings := map[int]row{}
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		name, ok := strings.CutPrefix(lines.Text(), "BenchmarkRank/")
		if !ok {
			continue
		}
		r, err := readRow(strings.Fields(name))
		if err != nil {
			return nil, fmt.Errorf("%q: %w", lines.Text(), err)
		}
		byListings[r.listings] = r
	}
	for _, r := range byListings {
		rows = append(rows, r)
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(a.listings, b.listings) })
	if len(rows) < 2 && lines.Err() == nil {
		return nil, errors.New("wants lines of BenchmarkRank, of two sizes at least")
	}
	return rows, lines.Err()
}

// readRow reads such as "10000-2 3000 412000 ns/op 0.2 p50-ms 2.0 p99-ms".
func readRow(fields []string) (r row, err error) {
	if len(fields) == 0 {
		return r, errors.New("no size")
	}
	size, _, _ := strings.Cut(fields[0], "-") // behind it the number of cores
	if r.listings, err = strconv.Atoi(size); err != nil {
		return r, err
	}
	for i := 2; i+1 < len(fields); i += 2 {
		into := map[string]*float64{"p50-ms": &r.p50, "p99-ms": &r.p99}[fields[i+1]]
		if into == nil {
			continue
		}
		if *into, err = strconv.ParseFloat(fields[i], 64); err != nil {
			return r, err
		}
	}
	if r.listings <= 0 || !(r.p50 > 0) || !(r.p99 > 0) {
		return r, errors.New("wants a size, p50-ms and p99-ms above 0")
	}
	return r, nil
}
