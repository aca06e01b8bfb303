package intake

// Columns are the names of all columns, as they are documented.
func Columns() (names []string) {
	for name := range columns {
		names = append(names, shown(name))
	}
	return names
}
