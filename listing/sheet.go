package listing

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"wherewithal/market"
	"wherewithal/store"
)

// MaxLines of a sheet.
const MaxLines = 300

// Line is one line of a sheet: the offer it makes, and what is wrong with it.
type Line struct {
	Row     int // as a spreadsheet counts them: the first below the heading is 2
	Listing market.Listing
	Faults  []market.Fault
}

// columns of a sheet, by the names people may give them, and what a cell does. Other columns are refused by name, so that
// nothing that was meant to be told is silently lost.
var columns = map[string]func(l *Line, cell string){
	"title":         func(l *Line, cell string) { l.Listing.Title = cell },
	"kind":          kindCell,
	"quantity":      quantityCell,
	"unit":          func(l *Line, cell string) { l.Listing.Unit = cell },
	"description":   func(l *Line, cell string) { l.Listing.Description = cell },
	"smallest part": partCell,
	"size":          func(l *Line, cell string) { l.fact("size", cell) },
	"condition":     func(l *Line, cell string) { l.fact("condition", strings.ToLower(cell)) },
	"weight kg":     weightCell,
	"tags":          tagsCell,
}

var otherNames = map[string]string{"item": "title", "what": "title", "name": "title", "amount": "quantity", "number": "quantity", "how many": "quantity",
	"details": "description", "notes": "description", "part": "smallest part", "dimensions": "size", "weight": "weight kg"}

// ReadSheet reads lines that a group gives away, from the text of a CSV file: a heading, then a line each, with commas,
// semicolons or tabs between. Each line is like the plain one but for what its cells say. What is wrong with one line stands
// beside it; *market.Invalid is what is wrong with the whole.
func ReadSheet(text []byte, plain market.Listing) ([]Line, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	switch {
	case bytes.HasPrefix(text, []byte{0xff, 0xfe}) || bytes.HasPrefix(text, []byte{0xfe, 0xff}):
		return nil, market.Refuse("lines", "sheet_text")
	case len(bytes.TrimSpace(text)) == 0:
		return nil, market.Refuse("lines", "sheet_empty")
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.TrimLeadingSpace = between(text), -1, true
	head, err := r.Read()
	if err != nil {
		return nil, unreadable(err)
	}
	cells, err := headings(head)
	if err != nil {
		return nil, err
	}
	return readLines(r, cells, plain)
}

// between is the sign that the heading uses most.
func between(text []byte) rune {
	head, _, _ := bytes.Cut(text, []byte("\n"))
	best, most := ',', 0
	for _, sign := range ",;\t" {
		if n := bytes.Count(head, []byte(string(sign))); n > most {
			best, most = sign, n
		}
	}
	return best
}

func unreadable(err error) error {
	var bad *csv.ParseError
	if errors.As(err, &bad) {
		return market.Refuse("lines", "sheet_quotes", "Row", bad.StartLine)
	}
	return market.Refuse("lines", "sheet_text")
}

// headings are what the columns do.
func headings(head []string) ([]func(*Line, string), error) {
	e, seen := &market.Invalid{}, map[string]bool{}
	var cells []func(*Line, string)
	for _, name := range head {
		key := strings.ToLower(strings.TrimSpace(strings.ReplaceAll(name, "_", " ")))
		if other := otherNames[key]; other != "" {
			key = other
		}
		cell, ok := columns[key]
		switch {
		case key == "":
			cell = func(l *Line, cell string) {
				if cell != "" {
					l.fault("lines", "sheet_cells")
				}
			}
		case !ok:
			e.Add("lines", "sheet_column", "Name", short(name))
		case seen[key]:
			e.Add("lines", "sheet_twice", "Name", short(name))
		}
		seen[key] = true
		cells = append(cells, cell)
	}
	if !seen["title"] {
		e.Add("lines", "sheet_title")
	}
	return cells, e.OrNil()
}

func short(s string) string {
	r := []rune(strings.ToValidUTF8(s, "�"))
	return string(r[:min(len(r), 40)])
}

func readLines(r *csv.Reader, cells []func(*Line, string), plain market.Listing) ([]Line, error) {
	var lines []Line
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, unreadable(err)
		}
		if strings.TrimSpace(strings.Join(row, "")) == "" {
			continue
		}
		if len(lines) == MaxLines {
			return nil, market.Refuse("lines", "sheet_many", "Max", MaxLines)
		}
		at, _ := r.FieldPos(0)
		lines = append(lines, readLine(at, row, cells, plain))
	}
	if len(lines) == 0 {
		return nil, market.Refuse("lines", "sheet_empty")
	}
	return lines, nil
}

func readLine(at int, row []string, cells []func(*Line, string), plain market.Listing) Line {
	l := Line{Row: at, Listing: plain}
	l.Listing.Facts = market.Facts{}
	for i, cell := range row {
		cell = strings.TrimSpace(cell)
		switch {
		case i >= len(cells):
			if cell != "" {
				l.fault("lines", "sheet_cells")
			}
		case !utf8.ValidString(cell):
			l.fault("lines", "text_broken")
		case formula(cell):
			l.fault("lines", "sheet_formula")
		default:
			cells[i](&l, cell)
		}
	}
	return l
}

// formula reports whether a spreadsheet would calculate a cell instead of showing it.
func formula(cell string) bool {
	return cell != "" && strings.ContainsRune("=@+", rune(cell[0])) || len(cell) > 1 && cell[0] == '-' && strings.ContainsAny(cell, "(!|")
}

func (l *Line) fault(field, code string, data ...any) {
	e := &market.Invalid{}
	e.Add(field, code, data...)
	if !slices.ContainsFunc(l.Faults, func(f market.Fault) bool { return f.Field == field && f.Code == code }) {
		l.Faults = append(l.Faults, e.Faults...)
	}
}

func (l *Line) fact(key string, v any) {
	if v != "" {
		l.Listing.Facts[key] = v
	}
}

func kindCell(l *Line, cell string) {
	if cell != "" && !strings.EqualFold(cell, market.Equipment) {
		l.fault("kind", "sheet_kind")
	}
}

func quantityCell(l *Line, cell string) {
	if n, ok := number(cell); ok {
		l.Listing.Quantity = n
	} else if cell != "" {
		l.fault("quantity", "number")
	}
}

func partCell(l *Line, cell string) {
	if n, ok := number(cell); ok {
		l.Listing.Splittable, l.Listing.SmallestPart = true, n
	} else if cell != "" {
		l.fault("smallest_part", "number")
	}
}

// number is a whole one; "1,200" is one as well.
func number(cell string) (int, bool) {
	n, err := strconv.Atoi(strings.ReplaceAll(cell, ",", ""))
	return n, err == nil
}

func weightCell(l *Line, cell string) {
	n, err := strconv.ParseFloat(cell, 64)
	switch {
	case cell == "":
	case err != nil:
		l.fault("weight_kg", "number")
	default:
		l.Listing.Facts["weight_kg"] = n
	}
}

func tagsCell(l *Line, cell string) {
	for _, t := range strings.FieldsFunc(cell, func(r rune) bool { return r == ';' || r == '|' }) {
		if t = strings.TrimSpace(t); t != "" {
			l.Listing.Tags = append(slices.Clip(l.Listing.Tags), t)
		}
	}
}

// CheckSheet adds to each line what the market would refuse, and reports whether all can be posted. It keeps nothing.
func (ls *Listings) CheckSheet(ctx context.Context, lines []Line) (fine bool, err error) {
	defer market.Wrap(&err, "CheckSheet")
	fine = true
	for i := range lines {
		l := &lines[i]
		if l.Listing.Quantity > 1 && !l.Listing.Splittable { // many things are useful one by one unless it says otherwise
			l.Listing.Splittable, l.Listing.SmallestPart = true, 1
		}
		var bad *market.Invalid
		if err := ls.Check(ctx, l.Listing); errors.As(err, &bad) {
			for _, f := range bad.Faults {
				if !slices.ContainsFunc(l.Faults, func(have market.Fault) bool { return have.Field == f.Field || have.Field == "lines" }) {
					l.Faults = append(l.Faults, f)
				}
			}
		} else if err != nil {
			return false, err
		}
		fine = fine && len(l.Faults) == 0
	}
	return fine, nil
}

// PublishSheet posts all lines for one group, or none. They are indexed, and found by needs from then on; which needs are
// asked about them first is left to the plan of the clearance. Those of a group whose first listings are looked at wait, as
// one would. once makes it safe to repeat: market.ErrRepeated.
func (ls *Listings) PublishSheet(ctx context.Context, v market.Viewer, group market.ID, lines []Line, once string, now time.Time) (err error) {
	defer market.Wrap(&err, "PublishSheet(%s, %d)", group, len(lines))
	if err := v.MustPost(group); err != nil {
		return err
	}
	return ls.store.InTx(ctx, func(tx *store.Tx) error {
		if err := tx.Remember(ctx, store.Once{ID: once, Person: v.Person, Answer: string(group), At: now}); err != nil {
			return err
		}
		if err := tx.KeepOpen(ctx, group); err != nil {
			return err
		}
		var work []market.Job
		for _, line := range lines {
			l := line.Listing
			l.GroupID = group
			prepare(&l, v, now)
			if held(v, group) {
				if err := addHeld(ctx, tx, v, &l, now); err != nil {
					return err
				}
				continue
			}
			if err := check(ctx, tx, v, l); err != nil {
				return err
			}
			if err := errors.Join(tx.AddListing(ctx, l), note(ctx, tx, v, l, "listing.published", now)); err != nil {
				return err
			}
			work = append(work, market.Job{Kind: market.IndexJob, Subject: l.ID}, read(l))
		}
		return tx.Enqueue(ctx, time.Now(), work...)
	})
}
