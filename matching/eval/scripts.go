package eval

import (
	"wherewithal/matching"
	"wherewithal/matching/script"
)

// scriptsFolder lies in the project itself, seen from its root.
const scriptsFolder = "matching/testdata/scripts"

// Scripts tells the readable stories to the engine: 1 for each that it tells right, 0 with the reason for each that it
// does not, and how many in all.
func Scripts(_ string, report Report) error {
	stories, err := script.ReadAll(scriptsFolder)
	if err != nil {
		return err
	}
	right := 0
	for _, s := range stories {
		value := 1.0
		if len(s.Tell(matching.Options{}, nil)) > 0 {
			value = 0
		} else {
			right++
		}
		report(Exact("scripts", s.Name, "told right", value, s.NotYet))
	}
	report(Exact("scripts", "all", "told right", float64(right), ""))
	report(Exact("scripts", "all", "stories", float64(len(stories)), ""))
	return nil
}
