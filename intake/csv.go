package intake

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"wherewithal/market"
)

var errLong = errors.New("a row that does not end")

// columns of a file, by their names in small letters without anything between, and what a cell does.
var columns = map[string]func(r *Row, cell string){
	"reference":      func(r *Row, cell string) { r.Supply.Reference = cell },
	"groupreference": func(r *Row, cell string) { r.Supply.Group = cell },
	"side":           func(r *Row, cell string) { r.Supply.Listing.Side = market.Side(strings.ToLower(cell)) },
	"kind":           func(r *Row, cell string) { r.Supply.Listing.Kind = strings.ToLower(cell) },
	"title":          func(r *Row, cell string) { r.Supply.Listing.Title = cell },
	"description":    func(r *Row, cell string) { r.Supply.Listing.Description = cell },
	"language":       func(r *Row, cell string) { r.Supply.Listing.Language = cell },
	"tags":           func(r *Row, cell string) { r.Supply.Listing.Tags = list(cell) },
	"quantity":       func(r *Row, cell string) { r.Supply.Listing.Quantity = r.whole("quantity", cell) },
	"unit":           func(r *Row, cell string) { r.Supply.Listing.Unit = cell },
	"smallestpart": func(r *Row, cell string) {
		r.Supply.Listing.Splittable, r.Supply.Listing.SmallestPart = true, r.whole("smallestPart", cell)
	},
	"where":    func(r *Row, cell string) { r.Supply.Listing.Where = market.Where(strings.ToLower(cell)) },
	"reachkm":  func(r *Row, cell string) { r.Supply.Listing.ReachKM = r.number("reachKm", cell) },
	"postcode": func(r *Row, cell string) { r.Supply.Postcode = cell },
	"terms":    func(r *Row, cell string) { r.Supply.Listing.Terms.Kind = market.TermsKind(strings.ToLower(cell)) },
	"loandays": func(r *Row, cell string) { r.Supply.Listing.Terms.LoanDays = r.whole("loanDays", cell) },
	"pence":    func(r *Row, cell string) { r.Supply.Listing.Terms.Pence = r.whole("pence", cell) },
	"per":      func(r *Row, cell string) { r.Supply.Listing.Terms.Per = strings.ToLower(cell) },
	"termsfor": func(r *Row, cell string) { r.Supply.Listing.Terms.For = cell },
	"circle":   func(r *Row, cell string) { r.Supply.Listing.Circle = market.Circle(strings.ToLower(cell)) },
	"has":      func(r *Row, cell string) { r.Supply.Listing.Has = typed[market.Feature](cell) },
	"requires": func(r *Row, cell string) { r.Supply.Listing.Requires = typed[market.Feature](cell) },
	"days":     func(r *Row, cell string) { r.window().Days = r.days(cell) },
	"from":     func(r *Row, cell string) { r.window().Start = r.clock("from", cell) },
	"until":    func(r *Row, cell string) { r.window().End = r.clock("until", cell) },
	"link":     func(r *Row, cell string) { r.Supply.Link = cell },
	"closed":   func(r *Row, cell string) { r.Closed = r.yes("closed", cell) },
	"urgent":   func(r *Row, cell string) { r.Supply.Listing.Urgent = r.yes("urgent", cell) },
}

// names of columns as they are documented, by their plain form.
var names = map[string]string{"groupreference": "groupReference", "smallestpart": "smallestPart", "reachkm": "reachKm", "loandays": "loanDays", "termsfor": "termsFor"}

// wanted are the columns without which nothing can be posted.
var wanted = []string{"reference", "groupreference", "side", "kind", "title", "where", "terms"}

// plain is a heading without capitals and what stands between words.
func plain(heading string) string {
	return strings.NewReplacer(" ", "", "_", "", "-", "").Replace(strings.ToLower(strings.TrimSpace(heading)))
}

func shown(column string) string {
	if name := names[column]; name != "" {
		return name
	}
	return column
}

// CSV reads a file with a heading and a row for each listing, with commas, semicolons or tabs between, and calls do with each.
// market.Invalid about "file" is what is wrong with all of it; errors of do come back as they are.
func CSV(file io.Reader, do func(Row) error) error {
	in := &bounded{from: file, left: MaxBytes, here: maxRow}
	b := bufio.NewReaderSize(in, 16<<10)
	start, err := b.Peek(8 << 10)
	if err != nil && !errors.Is(err, io.EOF) && len(start) == 0 {
		return unread(err)
	}
	switch {
	case bytes.HasPrefix(start, []byte{0xff, 0xfe}), bytes.HasPrefix(start, []byte{0xfe, 0xff}), bytes.IndexByte(start, 0) >= 0:
		return market.Refuse("file", "file_text")
	case len(bytes.TrimSpace(bytes.TrimPrefix(start, []byte("\ufeff")))) == 0:
		return market.Refuse("file", "file_empty")
	case bytes.HasPrefix(start, []byte("\ufeff")):
		_, _ = b.Discard(3) // which were peeked at
		start = start[3:]
	}
	r := csv.NewReader(b)
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = between(start), -1, true
	head, err := r.Read()
	if err != nil {
		return unread(err)
	}
	order, err := headings(head)
	if err != nil {
		return err
	}
	return rows(r, in, order, do)
}

func rows(r *csv.Reader, in *bounded, order []string, do func(Row) error) error {
	for n := 2; ; n++ {
		in.here = maxRow
		cells, err := r.Read()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case n-1 > MaxRows:
			return market.Refuse("file", "file_rows", "Max", MaxRows)
		}
		row := Row{Number: n}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			if errors.Is(bad.Err, csv.ErrQuote) && bad.Line != bad.StartLine {
				return market.Refuse("file", "file_quote", "Row", n, "Line", bad.StartLine)
			}
			row.named(order, cells)
			row.fault("row", "file_row_quote", "Column", bad.Column)
		} else if errors.Is(err, errLong) {
			return market.Refuse("file", "file_quote", "Row", n, "Line", n)
		} else if err != nil {
			return unread(err)
		} else if blank(cells) {
			continue
		} else {
			row.read(order, cells)
		}
		if err := do(row); err != nil {
			return err
		}
	}
}

// unread is what the file itself is refused with.
func unread(err error) error {
	var refused *market.Invalid
	var bad *csv.ParseError
	switch {
	case errors.As(err, &refused):
		return err
	case errors.As(err, &bad), errors.Is(err, errLong):
		return market.Refuse("file", "file_quote", "Row", 1, "Line", 1)
	}
	return err
}

// between is the sign that the heading uses most.
func between(start []byte) rune {
	head, _, _ := bytes.Cut(start, []byte("\n"))
	best, most := ',', 0
	for _, sign := range ",;\t" {
		if n := bytes.Count(head, []byte(string(sign))); n > most {
			best, most = sign, n
		}
	}
	return best
}

// headings are the columns in their order. What is no column of ours is refused by name, so that nothing that was meant to be
// told is silently lost; so is a column that stands twice, and a file without one that is wanted.
func headings(head []string) ([]string, error) {
	e := &market.Invalid{}
	var order []string
	for i, cell := range head {
		name := plain(cell)
		_, known := columns[name]
		fact := strings.HasPrefix(name, "fact:") && len(name) > 5
		switch {
		case !utf8.ValidString(cell):
			e.Add("file", "file_column", "Name", "?", "Number", i+1)
		case !known && !fact:
			e.Add("file", "file_column", "Name", short(cell), "Number", i+1)
		case slices.Contains(order, name):
			e.Add("file", "file_column_twice", "Name", short(cell))
		}
		if fact {
			name = "fact:" + strings.TrimSpace(cell[strings.Index(cell, ":")+1:])
		}
		order = append(order, name)
	}
	for _, name := range wanted {
		if !slices.Contains(order, name) {
			e.Add("file", "file_column_missing", "Name", shown(name))
		}
	}
	return order, e.OrNil()
}

// short is as much of a heading as an answer repeats.
func short(s string) string {
	if r := []rune(market.Plain(s)); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return market.Plain(s)
}

func (r *Row) read(order, cells []string) {
	if len(cells) > len(order) {
		r.named(order, cells)
		r.fault("row", "file_cells", "Has", len(cells), "Columns", len(order))
		return
	}
	r.Supply.Listing.Language, r.Supply.Listing.Quantity = "en-GB", 1
	for i, cell := range cells {
		cell, whole := content(cell)
		if !whole {
			r.fault(shown(order[i]), "text_broken")
		}
		if !whole || cell == "" {
			continue
		}
		if key, fact := strings.CutPrefix(order[i], "fact:"); fact {
			r.fact(key, strings.Clone(cell))
			continue
		}
		columns[order[i]](r, strings.Clone(cell)) // the reader uses its memory again
	}
	r.trim()
}

// named reads no more of a row than its reference, and that only where it comes first: behind a comma or a quotation mark that was not meant
// no cell is known to stand in its column.
func (r *Row) named(order, cells []string) {
	if order[0] != "reference" || len(cells) == 0 {
		return
	}
	if cell, whole := content(cells[0]); whole {
		r.Supply.Reference = strings.Clone(cell)
	}
}

// blank is a row in which nothing stands, as spreadsheets end files.
func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(cell string) bool { return strings.TrimSpace(cell) != "" })
}

// content is what a cell says; false: its text is broken. The mark before what would be a formula, which our own tables have, is none of it.
func content(cell string) (string, bool) {
	if !utf8.ValidString(cell) || strings.ContainsRune(cell, 0) {
		return "", false
	}
	cell = strings.TrimSpace(cell)
	if text, marked := strings.CutPrefix(cell, "'"); marked && market.Formula(text) {
		return text, true
	}
	return cell, true
}

func (r *Row) fact(key, cell string) {
	if r.Supply.Listing.Facts == nil {
		r.Supply.Listing.Facts = market.Facts{}
	}
	var value any = cell
	if n, err := strconv.ParseFloat(cell, 64); err == nil && !math.IsInf(n, 0) && !math.IsNaN(n) {
		value = n
	} else if yes, known := words[strings.ToLower(cell)]; known {
		value = yes
	}
	r.Supply.Listing.Facts[key] = value
}

// words that say yes or no.
var words = map[string]bool{"yes": true, "true": true, "y": true, "no": false, "false": false, "n": false}

func (r *Row) yes(column, cell string) bool {
	yes, known := words[strings.ToLower(cell)]
	if !known {
		r.fault(column, "file_yes")
	}
	return yes
}

func (r *Row) whole(column, cell string) int {
	n, err := strconv.Atoi(cell)
	if err != nil {
		r.fault(column, "file_number")
	}
	return n
}

func (r *Row) number(column, cell string) float64 {
	n, err := strconv.ParseFloat(cell, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		r.fault(column, "file_number")
		return 0
	}
	return n
}

func list(cell string) (all []string) {
	for _, part := range strings.FieldsFunc(cell, func(c rune) bool { return c == ';' || c == ',' || c == '|' }) {
		if part = strings.TrimSpace(part); part != "" {
			all = append(all, part)
		}
	}
	return all
}

func typed[T ~string](cell string) (all []T) {
	for _, part := range list(cell) {
		all = append(all, T(strings.ToLower(part)))
	}
	return all
}

// window is the one stretch of a week that a row has.
func (r *Row) window() *market.Window {
	w := &r.Supply.Listing.When
	if len(w.Windows) == 0 {
		w.Windows = []market.Window{{Repeat: market.Weekly, Start: 9 * 60, End: 22 * 60}}
	}
	return &w.Windows[0]
}

var weekdays = []string{"mo", "tu", "we", "th", "fr", "sa", "su"}

func (r *Row) days(cell string) (set market.Weekdays) {
	for _, day := range list(cell) {
		day = strings.ToLower(day) // which may be shorter
		i := slices.Index(weekdays, day[:min(2, len(day))])
		if i < 0 {
			r.fault("days", "file_days")
			return 0
		}
		set |= 1 << i
	}
	return set
}

func (r *Row) clock(column, cell string) market.Minute {
	m, err := market.ParseMinute(cell)
	if err != nil {
		r.fault(column, "time")
	}
	return m
}
