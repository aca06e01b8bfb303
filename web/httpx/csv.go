package httpx

import (
	"encoding/csv"
	"io"
	"regexp"
	"strings"
)

// Table writes rows for a spreadsheet as RFC 4180 has them. No cell of it is taken for a formula, whoever typed what stands in
// it: it is the one way in which this house writes tables.
type Table struct{ w *csv.Writer }

// NewTable begins one.
func NewTable(out io.Writer) Table {
	w := csv.NewWriter(out)
	w.UseCRLF = true
	return Table{w}
}

// Row adds a line. What fails is told by Close.
func (t Table) Row(cells ...string) {
	for i := range cells {
		cells[i] = neutral(cells[i])
	}
	_ = t.w.Write(cells)
}

// Close writes what is left, and tells what failed.
func (t Table) Close() error {
	t.w.Flush()
	return t.w.Error()
}

// formula is what some spreadsheet takes a cell for that begins so, after blanks or not; the wide forms are those of East Asian
// keyboards. A plain number may have a sign.
var (
	formula = regexp.MustCompile("^[\\s\u00a0]*[=+\\-@＝＋－＠]|^[\t\r\n]")
	amount  = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)
)

// neutral is a cell that no spreadsheet takes for a formula.
func neutral(cell string) string {
	cell = strings.ReplaceAll(cell, "\x00", "")
	if formula.MatchString(cell) && !amount.MatchString(cell) {
		return "'" + cell
	}
	return cell
}
