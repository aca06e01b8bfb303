package listing

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wherewithal/market"
)

var plainGift = market.Listing{GroupID: "g", Side: market.Offer, Kind: market.Equipment, Quantity: 1, Where: market.Collected, Terms: market.Terms{Kind: market.Gift},
	Circle: market.InCity, PlaceID: "p"}

func TestASheetIsReadLineByLine(t *testing.T) {
	for name, text := range map[string]string{
		"commas":     "Title,Quantity,Unit,Size,Weight kg,Tags,Smallest part,Description\n\"Chairs, stacking\",\"1,200\",chairs,45 cm,3.5,school; chairs,10,\"Blue.\nSome worn.\"\nPiano\n",
		"semicolons": "\ufefftitle;how many;unit;dimensions;weight;tags;part;notes\r\nChairs, stacking;1200;chairs;45 cm;3.5;school| chairs;10;\"Blue.\nSome worn.\"\r\n\r\nPiano;;;;;;;\r\n",
		"tabs":       "Item\tAmount\tunit\tsize\tweight_kg\ttags\tsmallest_part\tdetails\nChairs, stacking\t1200\tchairs\t45 cm\t3.5\tschool;chairs\t10\t\"Blue.\nSome worn.\"\nPiano",
	} {
		lines, err := ReadSheet([]byte(text), plainGift)
		if err != nil || len(lines) != 2 {
			t.Errorf("%s: %d lines, %v", name, len(lines), err)
			continue
		}
		chairs := plainGift
		chairs.Title, chairs.Quantity, chairs.Unit, chairs.Tags, chairs.Description = "Chairs, stacking", 1200, "chairs", []string{"school", "chairs"}, "Blue.\nSome worn."
		chairs.Splittable, chairs.SmallestPart, chairs.Facts = true, 10, market.Facts{"size": "45 cm", "weight_kg": 3.5}
		if diff := cmp.Diff(Line{Row: 2, Listing: chairs}, lines[0]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if lines[1].Listing.Title != "Piano" || len(lines[1].Faults) > 0 || len(lines[1].Listing.Facts) > 0 {
			t.Errorf("%s: %+v", name, lines[1])
		}
	}
}

func TestAWholeSheetThatCannotBeReadSaysWhy(t *testing.T) {
	many := "title\n" + strings.Repeat("Chair\n", MaxLines+1)
	for text, code := range map[string]string{
		"": "sheet_empty", " \n\n": "sheet_empty", "title,unit\n": "sheet_empty", "title\n,\n": "sheet_empty",
		"\xff\xfet\x00i\x00": "sheet_text", "what is it,colour\nChair,red\n": "sheet_column", "title,Title\nChair,Chair": "sheet_twice",
		"quantity\n3\n": "sheet_title", "title\n\"Chair\n": "sheet_quotes", "title\nCha\"ir\n": "sheet_quotes", many: "sheet_many",
		"PK\x03\x04\x14\x00\x06": "sheet_column", // a workbook, not a CSV
	} {
		_, err := ReadSheet([]byte(text), plainGift)
		var bad *market.Invalid
		if !errors.As(err, &bad) || bad.Faults[0].Code != code && bad.Faults[len(bad.Faults)-1].Code != code {
			t.Errorf("%.30q: %v, want %s", text, err, code)
		}
	}
}

func TestWhatIsWrongWithALineStandsBesideIt(t *testing.T) {
	for cells, want := range map[string]string{
		"=HYPERLINK(A1),1,,": "lines sheet_formula", "@SUM(A1),1,,": "lines sheet_formula", "Chair,1,+cmd|' /C calc'!A0,": "lines sheet_formula",
		"-2+3+cmd|x!A0,1,,": "lines sheet_formula", "Chair \xff,1,,": "lines text_broken", "Chair,few,,": "quantity number",
		"Chair,1,,,more": "lines sheet_cells", "Chair,1,,heavy": "weight_kg number", "- 3 chairs,3,,": "",
	} {
		lines, err := ReadSheet([]byte("title,quantity,unit,weight kg\nPiano,1,,\n"+cells+"\n"), plainGift)
		if err != nil || len(lines) != 2 {
			t.Errorf("%q: %v", cells, err)
			continue
		}
		got := ""
		for _, f := range lines[1].Faults {
			got = strings.TrimSpace(fmt.Sprintf("%s %s %s", got, f.Field, f.Code))
		}
		if got != want || len(lines[0].Faults) > 0 || lines[1].Row != 3 {
			t.Errorf("%q: %q in line %d, want %q", cells, got, lines[1].Row, want)
		}
	}
}

func FuzzReadSheet(f *testing.F) {
	for _, text := range []string{"title,quantity\nChair,3\n", "title;part\n\"a\nb\";2", "\ufefftitle\t\n=1\t", "title\n\"", "\xff\xfe", "title,,\na,b,c,d"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		lines, err := ReadSheet(text, plainGift)
		if (err == nil) != (len(lines) > 0) || len(lines) > MaxLines {
			t.Errorf("%d lines, %v", len(lines), err)
		}
		for _, l := range lines {
			if l.Row < 2 || l.Listing.GroupID != "g" || l.Listing.Terms.Kind != market.Gift || l.Listing.Kind != market.Equipment {
				t.Errorf("%+v", l)
			}
		}
	})
}
