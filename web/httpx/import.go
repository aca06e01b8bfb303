package httpx

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"wherewithal/market"
)

// Imports of one partner, those on its page and those of its programs together: each is worth some seconds of work.
var Imports = Rule{Name: "imports", Hour: 60}

// RowWord is a sentence about a cell.
type RowWord struct {
	Column string `json:"column"`
	Detail string `json:"detail"`
}

// rowColumns are what a file calls the fields of the market.
var rowColumns = map[string]string{"group_reference": "groupReference", "reach": "reachKm", "smallest_part": "smallestPart", "place": "postcode", "when": "days", "pounds": "pence",
	"loan_days": "loanDays", "terms_for": "termsFor"}

// RowWords says what is wrong with a row of a file, or what is to be known of it, by the columns of the file.
func RowWords(lang string, faults []market.Fault) (all []RowWord) {
	for _, f := range faults {
		column := f.Field
		if to := rowColumns[column]; to != "" {
			column = to
		}
		all = append(all, RowWord{Column: column, Detail: Sentence(lang, f)})
	}
	return all
}

// importAtOnce is how many rows of a file are read at once for its report.
const importAtOnce = 500

// SendImport answers with what every row of a file would do, and did, as a table. There may be a million rows, so it is written as it is
// read: rows reads at most so many from after a position on. Where they cannot be read to the end, the connection is broken off, and
// nobody takes a part for the whole. Its route is Lengthy.
func (e *Engine) SendImport(c *gin.Context, lang string, rows func(after, most int) ([]market.ImportRow, error)) {
	TakeTime(c)
	c.Header("Content-Type", "text/csv; charset=utf-8; header=present")
	err := writeImport(NewTable(c.Writer), lang, rows)
	if err == nil {
		return
	}
	begun := c.Writer.Written()
	if !begun {
		c.Writer.Header().Del("Content-Disposition")
	}
	e.Fail(c, err)
	if begun {
		panic(http.ErrAbortHandler)
	}
}

// writeImport some rows at a time.
func writeImport(t Table, lang string, rows func(after, most int) ([]market.ImportRow, error)) error {
	t.Row("row", "reference", "act", "result", "faults", "cut", "notes")
	for after := 0; ; {
		some, err := rows(after, importAtOnce)
		if err != nil {
			return err
		}
		for _, r := range some {
			after = r.Position
			t.Row(rowNumber(r), r.Reference, plainAct(r.Act), r.Result, spoken(lang, r.Faults), spoken(lang, r.Cut), spoken(lang, r.Notes))
		}
		if len(some) == 0 {
			return t.Close()
		}
	}
}

// rowNumber is none for what is not in the file.
func rowNumber(r market.ImportRow) string {
	if r.Position > market.PositionAbsent {
		return ""
	}
	return strconv.Itoa(r.Position)
}

// plainAct is what a row does, for whom it is all the same that a listing is kept open.
func plainAct(act string) string {
	if act == market.RowKeeps {
		return market.RowUnchanged
	}
	return act
}

func spoken(lang string, faults []market.Fault) string {
	words := RowWords(lang, faults)
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = w.Column + ": " + w.Detail
	}
	return strings.Join(all, " ")
}
