package intake_test

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wherewithal/docs"
	"wherewithal/intake"
	"wherewithal/market"
)

const head = "reference,groupReference,side,kind,title,where,terms"

// says is what came of a file, in a line for each row: its number, reference, and the columns that are at fault or were cut.
func says(read func(io.Reader, func(intake.Row) error) error, file string) (lines []string) {
	err := read(strings.NewReader(file), func(r intake.Row) error {
		line := fmt.Sprint(r.Number, " ", r.Supply.Reference)
		for _, f := range r.Faults {
			line += " " + f.Field + ":" + f.Code
		}
		for _, f := range r.Cut {
			line += " cut " + f.Field
		}
		if r.Closed {
			line += " closed"
		}
		lines = append(lines, line)
		return nil
	})
	var bad *market.Invalid
	if errors.As(err, &bad) {
		for _, f := range bad.Faults {
			lines = append(lines, fmt.Sprintf("%s:%s %v%v", f.Field, f.Code, f.Data["Name"], f.Data["Row"]))
		}
	} else if err != nil {
		lines = append(lines, err.Error())
	}
	return lines
}

func TestAFileIsReadAsItIsWritten(t *testing.T) {
	const row = "a,c1,offer,equipment,Chairs,collected,gift"
	for name, c := range map[string]struct {
		file string
		want []string
	}{
		"plain":             {head + "\n" + row + "\n", []string{"2 a"}},
		"BOM and CRLF":      {"\ufeff" + head + "\r\n" + row + "\r\n", []string{"2 a"}},
		"semicolons":        {strings.ReplaceAll(head+"\n"+row, ",", ";"), []string{"2 a"}},
		"tabs, other names": {"Reference\tGroup Reference\tSide\tKind\tTitle\tWhere\tTerms\n" + strings.ReplaceAll(row, ",", "\t"), []string{"2 a"}},
		"nothing":           {" \n", []string{"file:file_empty <nil><nil>"}},
		"UTF-16":            {"\xff\xfer\x00", []string{"file:file_text <nil><nil>"}},
		"a wrong column":    {head + ",colour\n", []string{"file:file_column colour<nil>"}},
		"a column twice":    {head + ",title\n", []string{"file:file_column_twice title<nil>"}},
		"missing columns":   {"reference,groupReference,side,kind,title\n", []string{"file:file_column_missing where<nil>", "file:file_column_missing terms<nil>"}},
		"broken UTF-8":      {head + "\n" + row + "\nb,c1,offer,equipment,Ch\xffirs,collected,gift\n", []string{"2 a", "3 b title:text_broken"}},
		"too many cells":    {head + "\n" + row + ",more\n" + row, []string{"2 a row:file_cells", "3 a"}},
		"cells in a wrong column": {"title,reference,groupReference,side,kind,where,terms\nBig, warm hall,a,c1,offer,room,online,gift\nHall,b,c1,offer,room,online,gift,,\n",
			[]string{"2  row:file_cells", "3  row:file_cells"}},
		"a comma that pushes an empty cell out": {"title,reference,groupReference,side,kind,where,terms,description\nBig, warm hall,a,c1,offer,room,online,gift,\nBig, warm, 6\" hall,a,c1,offer,room,online,gift\n",
			[]string{"2  row:file_cells", "3  row:file_row_quote"}},
		"blank rows":                         {head + "\n,,,,,,\n" + row + "\n, , ,\t,,,\n,,,,,,,,\n\xa0,,,,,,\n", []string{"3 a", "6  reference:text_broken"}},
		"a broken reference":                 {head + "\n\xff" + row + "\n", []string{"2  reference:text_broken"}},
		"too few cells":                      {head + "\na,c1\n", []string{"2 a"}},
		"a stray quote":                      {head + "\na,c1,offer,equipment,5\" pipe,collected,gift\n" + row, []string{"2 a row:file_row_quote", "3 a"}},
		"a stray quote before the reference": {"title,reference,groupReference,side,kind,where,terms\n5\" pipe,a,c1,offer,equipment,collected,gift\n", []string{"2  row:file_row_quote"}},
		"never closed":                       {head + "\n" + row + "\n\"b,c1,offer\n" + row + "\n" + row, []string{"2 a", "file:file_quote <nil>3"}},
		"a line in a cell":                   {head + ",description\n" + row + ",\"two\nlines\"\n" + row + ",x\n", []string{"2 a", "3 a"}},
		"contact details":                    {head + ",description\n" + row + ",\"Ring 020 7946 0018 or see https://hall.example, ama@hall.example\"\n", []string{"2 a cut description"}},
		"numbers and days":                   {head + ",quantity,days,from,closed\n" + row + ",many,noday,25:00,perhaps\n", []string{"2 a quantity:file_number days:file_days from:time closed:file_yes"}},
		"days that shrink":                   {head + ",days\n" + row + ",İ\nb" + row[1:] + ",\u212a\n", []string{"2 a days:file_days", "3 b days:file_days"}},
		"closed":                             {head + ",closed\n" + row + ",yes\n", []string{"2 a closed"}},
	} {
		if diff := cmp.Diff(c.want, says(intake.CSV, c.file)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
}

func TestACellSaysWhatItSays(t *testing.T) {
	file := head + ",quantity,unit,smallestPart,loanDays,tags,has,days,from,until,fact:seated,fact:kitchen,postcode,link\n" +
		"a,c1,Offer,Room,Hall,at_place,loan,2,halls,1,14,big; warm,step_free,tu;Thursday,18:00,22:00,80,yes,SE10 9JF,https://d.example/a\n"
	err := intake.CSV(strings.NewReader(file), func(r intake.Row) error {
		want := market.Supply{Reference: "a", Group: "c1", Postcode: "SE10 9JF", Link: "https://d.example/a", Listing: market.Listing{Side: market.Offer, Kind: market.Room, Title: "Hall",
			Where: market.AtPlace, Terms: market.Terms{Kind: market.Loan, LoanDays: 14}, Quantity: 2, Unit: "halls", Splittable: true, SmallestPart: 1, Language: "en-GB",
			Tags: []string{"big", "warm"}, Has: []market.Feature{market.StepFree}, Facts: market.Facts{"seated": 80.0, "kitchen": true},
			When: market.When{Windows: []market.Window{{Repeat: market.Weekly, Days: 2 | 8, Start: 18 * 60, End: 22 * 60}}}}}
		if diff := cmp.Diff(want, r.Supply); diff != "" || len(r.Faults) > 0 {
			t.Errorf("%v %s", r.Faults, diff)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// The mark before a formula, which our own tables have, is taken off; an apostrophe that somebody wrote is not.
func TestAnApostropheIsOfTheTextUnlessItMarksAFormula(t *testing.T) {
	for cell, want := range map[string]string{"'70s disco lights": "'70s disco lights", "'Tis the season": "'Tis the season", "'=Chairs": "=Chairs", " '-5 chairs ": "-5 chairs", "'@home": "@home",
		"'-5": "'-5", "''=Chairs": "''=Chairs", "=Chairs": "=Chairs", "'": "'"} {
		err := intake.CSV(strings.NewReader(head+"\na,c1,offer,equipment,"+cell+",collected,gift\n"), func(r intake.Row) error {
			if r.Supply.Listing.Title != want || len(r.Faults)+len(r.Cut) > 0 {
				t.Errorf("%q is %q, want %q: %v %v", cell, r.Supply.Listing.Title, want, r.Faults, r.Cut)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}

const aService = `{"id": "s1", "name": "Parish hall", "description": "See https://hall.example for more.", "status": "active", "organization": {"id": "o1"}, "extra": {"deep": [1, 2]},
	"cost_options": [{"amount": 12.5, "amount_description": "an hour"}], "attributes": [{"taxonomy_term": {"code": "room", "name": "Room"}}, {"taxonomy_term": {"name": "Hall"}}],
	"service_at_locations": [{"location": {"addresses": [{"postal_code": "SE10 9JF"}]}, "schedules": [{"freq": "WEEKLY", "byday": "TU,TH", "opens_at": "18:00:00", "closes_at": "22:00:00"}]}]}`

func TestServicesOfOpenReferralUKAreRead(t *testing.T) {
	for name, c := range map[string]struct {
		file string
		want []string
	}{
		"an array": {"[" + aService + "]", []string{"1 s1 cut description"}},
		"a page":   {`{"total_items": 1, "links": {"a": []}, "contents": [` + aService + `]}`, []string{"1 s1 cut description"}},
		"services": {`{"services": [` + aService + `, {"id": "s2", "name": 7}, {"id": "s3", "name": "Old", "status": "inactive"}]}`, []string{"1 s1 cut description", "2 s2 name:file_type", "3 s3 closed"}},
		"broken text": {"[" + strings.Replace(aService, "Parish", "Par\xffish", 1) + "," + strings.Replace(aService, "Parish", `\ud800`, 1) + "," + strings.Replace(aService, "Parish", `\ud83c\udfb9 \\u0000`, 1) +
			`, {"id": "s` + "\xff" + `4"}, {"id": "s4", "name": "\u0000", "url": 7}]`, []string{"1 s1 row:text_broken", "2 s1 row:text_broken", "3 s1 cut description", "4  row:text_broken", "5 s4 row:text_broken"}},
		"too long": {`[{"id": "s5", "name": "` + strings.Repeat("n", 121) + `", "description": "` + strings.Repeat("d", 4001) + `", "cost_options": [{"amount": 1, "amount_description": "` + strings.Repeat("f", 201) + `"}], "attributes": [` +
			fmt.Sprintf(strings.Repeat(`{"taxonomy_term": {"name": "t%d"}},`, 12), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11) + `{"taxonomy_term": {"name": "T1"}}, {"taxonomy_term": {"name": "one more"}}, {"taxonomy_term": {"name": "` + strings.Repeat("t", 41) + `"}}]}]`,
			[]string{"1 s5 cut tags cut tags cut title cut description cut termsFor"}},
		"cut off":        {`[` + aService + `, {"id": "s2"`, []string{"1 s1 cut description", "file:file_json <nil><nil>"}},
		"something else": {`{"organizations": []}`, []string{"file:file_services <nil><nil>"}},
		"no JSON":        {"reference,side", []string{"file:file_json <nil><nil>"}},
		"no end":         {strings.Repeat(" ", 2<<20), []string{"file:file_json <nil><nil>"}},
	} {
		if diff := cmp.Diff(c.want, says(intake.HSDS, c.file)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	_ = intake.HSDS(strings.NewReader("["+aService+"]"), func(r intake.Row) error {
		l := r.Supply.Listing
		if l.Kind != market.Room || l.Terms.Kind != market.AtCost || l.Terms.Pence != 1250 || l.Where != market.AtPlace || r.Supply.Group != "o1" || r.Supply.Postcode != "SE10 9JF" ||
			len(l.When.Windows) != 1 || l.When.Windows[0].Days != 2|8 || strings.Contains(l.Description, "http") {
			t.Errorf("%+v", r.Supply)
		}
		return nil
	})
}

// repeated is a file that begins with a heading and goes on with one row so many times.
type repeated struct {
	text string
	row  string
	left int
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.text == "" {
		if r.left == 0 {
			return 0, io.EOF
		}
		n := min(r.left, 100)
		r.text, r.left = strings.Repeat(r.row, n), r.left-n
	}
	n := copy(p, r.text)
	r.text = r.text[n:]
	return n, nil
}

func TestTheLargestFilesAreReadInLittleMemory(t *testing.T) {
	const row = "a,c1,offer,room,Hall,online,gift\n"
	kilobyte := strings.TrimSpace(row) + "," + strings.Repeat("w", 1024-len(row)-1) + "\n"
	first := head + ",description\n"
	first += kilobyte[:1024-len(first)-1] + "\n" // which has as much less in its last cell
	for name, c := range map[string]struct {
		file io.Reader
		rows int
		code string
	}{
		"a million rows":     {&repeated{head + "\n", row, 1_000_000}, 1_000_000, ""},
		"one row more":       {&repeated{head + "\n", row, 1_000_001}, 1_000_000, "file_rows"},
		"more than 50 MB":    {&repeated{head + ",description\n", strings.TrimSpace(row) + "," + strings.Repeat("long ", 700) + "\n", 20_000}, 14_000, "too big"},
		"50 MB":              {&repeated{first, kilobyte, 50<<10 - 1}, 50 << 10, ""},
		"50 MB and a byte":   {&repeated{first + "\n", kilobyte, 50<<10 - 1}, 50<<10 - 1, "too big"},
		"a quote, and 50 MB": {&repeated{head + "\na,c1,offer,room,\"", row, 1_000_000}, 0, "file_quote"},
	} {
		n, code, most, before := 0, "", uint64(0), heap()
		err := read(name, c.file, func() {
			if n++; n%100_000 == 1 {
				most = max(most, heap())
			}
		})
		var bad *market.Invalid
		if errors.As(err, &bad) {
			code = bad.Faults[0].Code
		} else if errors.Is(err, intake.ErrBig) {
			code = "too big"
		} else if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if code != c.code || n < c.rows || c.code == "" && n != c.rows {
			t.Errorf("%s: %d rows and %q, want %d and %q", name, n, code, c.rows, c.code)
		}
		if most > before+16<<20 {
			t.Errorf("%s: %d MB in use", name, (most-before)>>20)
		}
	}
}

func read(_ string, file io.Reader, each func()) error {
	return intake.CSV(file, func(intake.Row) error { each(); return nil })
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// Whoever writes a file reads in the handbook what it may hold.
func TestTheHandbookNamesEveryColumn(t *testing.T) {
	_, table, _ := strings.Cut(docs.Partners, "#### Columns of a CSV file")
	table, _, _ = strings.Cut(table, "#### ")
	for _, name := range intake.Columns() {
		if !strings.Contains(table, "`"+name+"`") {
			t.Errorf("it does not name %s", name)
		}
	}
}

// No cell, in whatever column, and no text of a service breaks the reading of its file, or costs the row of another.
func FuzzCells(f *testing.F) {
	for _, cell := range []string{"", "İ", "\u212a", "tu;Thursday", "'=1", "18:00", "1e999", "-", "a,b\"c\nd", "\xff", "\x00", "yes", "020 7946 0018", strings.Repeat("9", 400)} {
		f.Add(cell)
	}
	names := append(slices.Sorted(slices.Values(intake.Columns())), "fact:seated")
	f.Fuzz(func(t *testing.T, cell string) {
		var file strings.Builder
		out := csv.NewWriter(&file)
		rows := [][]string{names, slices.Repeat([]string{cell}, len(names)), slices.Repeat([]string{"tu"}, len(names))}
		if err := out.WriteAll(rows); err != nil {
			t.Fatal(err)
		}
		last(t, intake.CSV, file.String(), "tu")
		service := map[string]any{"id": cell, "name": cell, "attributes": []any{map[string]any{"taxonomy_term": map[string]string{"code": cell, "name": cell}}},
			"schedules": []any{map[string]string{"freq": "WEEKLY", "byday": cell, "opens_at": cell, "closes_at": cell}}}
		text, err := json.Marshal([]any{service, map[string]string{"id": "last"}})
		if err != nil {
			t.Fatal(err)
		}
		last(t, intake.HSDS, string(text), "last")
	})
}

// last wants the last row of a file to be the one with a reference, unless all of the file is refused.
func last(t *testing.T, read func(io.Reader, func(intake.Row) error) error, file, want string) {
	t.Helper()
	var got string
	err := read(strings.NewReader(file), func(r intake.Row) error { got = r.Supply.Reference; return nil })
	var refused *market.Invalid
	if err == nil && got != want || err != nil && !errors.As(err, &refused) {
		t.Errorf("the last row is %q, want %q: %v", got, want, err)
	}
}
