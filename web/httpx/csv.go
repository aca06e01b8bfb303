package httpx

import "strings"

// Neutral is a cell that no spreadsheet takes for a formula.
func Neutral(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
