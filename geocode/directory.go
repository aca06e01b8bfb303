package geocode

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf8"

	"wherewithal/market"
)

// Row is one postcode of a directory file.
type Row struct {
	Line     int
	Postcode Postcode
	Point    market.Point
	Borough  string // or the district's name outside London; empty when the file does not say
}

// RowError is a line that could not be used; the reader goes on after it.
type RowError struct {
	Line int
	Err  error
}

func (e *RowError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }
func (e *RowError) Unwrap() error { return e.Err }

const lineLimit = 64 << 10 // bytes; the longest real line is under 1 kB

// ReadDirectory reads a file of postcodes, GeoNames (tabs, no heading) or ONS (CSV with a heading), whichever it
// is. It yields a row or an error: a *RowError for one bad line, any other error when the file as a whole cannot be
// read, which ends it. Postcodes that are no longer in use are left out.
func ReadDirectory(r io.Reader) iter.Seq2[Row, error] {
	b := bufio.NewReaderSize(r, lineLimit)
	first, err := b.Peek(512)
	if len(first) == 0 {
		return failed(fmt.Errorf("the file is empty or unreadable: %w", err))
	}
	line, _, _ := strings.Cut(string(first), "\n")
	if strings.Count(line, "\t") >= 9 {
		return ReadGeoNames(b)
	}
	return ReadONS(b)
}

func failed(err error) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) { yield(Row{}, err) }
}

// ReadGeoNames reads GB_full.txt: twelve columns between tabs.
func ReadGeoNames(r io.Reader) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		lines := bufio.NewScanner(r)
		lines.Buffer(make([]byte, 0, 4096), lineLimit)
		n := 0
		for lines.Scan() {
			n++
			row, err := geoNamesRow(lines.Text())
			if !yield(at(n, row, err)) {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield(Row{}, fmt.Errorf("after line %d: %w", n, err))
		}
	}
}

// at puts the line number on a row or on its error.
func at(line int, row Row, err error) (Row, error) {
	row.Line = line
	if err != nil {
		return Row{Line: line}, &RowError{Line: line, Err: err}
	}
	return row, nil
}

// The columns of GeoNames that are used, from 0.
const (
	geoPostcode = 1
	geoCounty   = 5
	geoDistrict = 7
	geoLat      = 9
	geoLng      = 10
)

func geoNamesRow(line string) (Row, error) {
	f := strings.Split(strings.TrimPrefix(line, "\ufeff"), "\t")
	if len(f) <= geoLng {
		return Row{}, fmt.Errorf("%d columns, 12 expected", len(f))
	}
	district := f[geoDistrict]
	if district == "" {
		district = f[geoCounty]
	}
	return directoryRow(f[geoPostcode], f[geoLat], f[geoLng], boroughName(district))
}

func directoryRow(postcode, lat, lng, borough string) (Row, error) {
	pc, err := ParsePostcode(postcode)
	if err != nil {
		return Row{}, fmt.Errorf("%q is not a full postcode", clip(postcode))
	}
	p, err := point(number(lat), number(lng))
	if err != nil {
		return Row{}, fmt.Errorf("%s has no usable point (%s, %s)", pc, clip(lat), clip(lng))
	}
	if !utf8.ValidString(borough) || strings.ContainsRune(borough, 0) {
		return Row{}, fmt.Errorf("the district of %s is not readable text", pc)
	}
	return Row{Postcode: pc, Point: p, Borough: borough}, nil
}

// clip keeps a broken line from filling the screen.
func clip(s string) string {
	if r := []rune(s); len(r) > 20 {
		return string(r[:20]) + "…"
	}
	return s
}

// ReadONS reads a postcode directory of the Office for National Statistics. Columns are found by their headings,
// which differ a little between editions.
func ReadONS(r io.Reader) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		c := csv.NewReader(r)
		c.ReuseRecord, c.FieldsPerRecord = true, -1
		heading, err := c.Read()
		if err != nil {
			yield(Row{}, fmt.Errorf("reading the heading: %w", err))
			return
		}
		cols, err := onsColumns(heading)
		if err != nil {
			yield(Row{}, err)
			return
		}
		cols.rows(c, yield)
	}
}

// onsLayout is where the columns stand; -1 for one that is missing.
type onsLayout struct{ postcode, lat, lng, district, ended int }

func onsColumns(heading []string) (onsLayout, error) {
	at := map[string]int{}
	for i, name := range heading {
		at[strings.ToLower(strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))] = i
	}
	l := onsLayout{
		postcode: firstOf(at, "pcds", "pcd2", "pcd8", "pcd", "pcd7", "postcode"),
		lat:      firstOf(at, "lat", "latitude"),
		lng:      firstOf(at, "long", "lng", "longitude"),
		district: firstOf(at, "oslaua", "laua", "lad", "lad25cd", "lad24cd", "lad23cd"),
		ended:    firstOf(at, "doterm"),
	}
	if l.postcode < 0 || l.lat < 0 || l.lng < 0 {
		return l, errors.New("this is neither a GeoNames file (columns between tabs) nor an ONS postcode directory " +
			"(a heading with pcds, lat and long)")
	}
	return l, nil
}

func firstOf(at map[string]int, names ...string) int {
	for _, name := range names {
		if i, ok := at[name]; ok {
			return i
		}
	}
	return -1
}

func (l onsLayout) rows(c *csv.Reader, yield func(Row, error) bool) {
	for {
		record, err := c.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		line := lineOf(c, err)
		var broken *csv.ParseError
		if err != nil && !errors.As(err, &broken) {
			yield(Row{}, fmt.Errorf("after line %d: %w", line, err))
			return
		}
		if err == nil && l.cell(record, l.ended) != "" {
			continue // no longer in use
		}
		if !yield(l.read(line, record, err)) {
			return
		}
	}
}

func lineOf(c *csv.Reader, err error) int {
	var broken *csv.ParseError
	if errors.As(err, &broken) {
		return broken.StartLine
	}
	if err != nil {
		return 0
	}
	line, _ := c.FieldPos(0)
	return line
}

func (l onsLayout) read(line int, record []string, err error) (Row, error) {
	if err != nil {
		return at(line, Row{}, err)
	}
	borough := ""
	if b, ok := boroughCoded(l.cell(record, l.district)); ok {
		borough = b.Name
	}
	row, err := directoryRow(l.cell(record, l.postcode), l.cell(record, l.lat), l.cell(record, l.lng), borough)
	return at(line, row, err)
}

// cell is one column of a record, empty when the record is too short for it.
func (l onsLayout) cell(record []string, i int) string {
	if i < 0 || i >= len(record) {
		return ""
	}
	return strings.TrimSpace(record[i])
}
