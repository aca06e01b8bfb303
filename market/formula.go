package market

import "regexp"

// formula is what some spreadsheet takes a cell for that begins so, after blanks or not; the wide forms are those of East Asian
// keyboards. A plain number may have a sign.
var (
	formula = regexp.MustCompile("^[\\s\u00a0]*[=+\\-@＝＋－＠]|^[\t\r\n]")
	amount  = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)
)

// Formula reports whether some spreadsheet takes a cell for a formula. Tables of ours have ' before such a cell.
func Formula(cell string) bool { return formula.MatchString(cell) && !amount.MatchString(cell) }
