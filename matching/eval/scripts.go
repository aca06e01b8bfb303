package eval

import (
	"fmt"
	"os"

	"wherewithal/market"
	"wherewithal/matching"
	"wherewithal/matching/meaning"
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
	report(Exact("scripts", "all", "stories", float64(len(stories)), ""))
	tell(stories, "told right", nil, report)
	reader, err := meaning.Open(os.DirFS(modelFolder))
	if err != nil {
		fmt.Fprintln(os.Stderr, "SKIPPING stories by meaning:", err)
		return nil
	}
	tell(stories, "told right by meaning", func(e *market.Entry) { e.Meaning = reader.Read(e.Listing) }, report)
	return nil
}

func tell(stories []script.Story, measure string, with func(*market.Entry), report Report) {
	right := 0
	for _, s := range stories {
		value := 1.0
		if len(s.Tell(matching.Options{}, with)) > 0 {
			value = 0
		} else {
			right++
		}
		report(Exact("scripts", s.Name, measure, value, s.NotYet))
	}
	report(Exact("scripts", "all", measure, float64(right), ""))
}
