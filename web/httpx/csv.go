package httpx

import (
	"encoding/csv"
	"io"
	"strings"

	"wherewithal/market"
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

// neutral is a cell that no spreadsheet takes for a formula.
func neutral(cell string) string {
	cell = strings.ReplaceAll(cell, "\x00", "")
	if market.Formula(cell) {
		return "'" + cell
	}
	return cell
}
