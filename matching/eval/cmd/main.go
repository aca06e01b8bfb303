// Command cmd measures the engine on labelled data: one line a figure, with the set, what was measured, its value, the
// 95 % interval and what others published.
//
//	go run ./matching/eval/cmd -data ../shared/data
//	go run ./matching/eval/cmd -only text
package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"

	"wherewithal/matching/eval"
)

// sections in the order in which they are measured.
var sections = []eval.Section{
	{Name: "scripts", Run: eval.Scripts},
	{Name: "text", Run: eval.Texts},
	{Name: "rounded", Run: eval.RoundedTexts},
	{Name: "missed", Run: eval.Missed},
	{Name: "assignment", Run: eval.Weeks},
	{Name: "exchange", Run: eval.Exchange},
	{Name: "fairness", Run: eval.Fairness},
	{Name: "oracle", Run: eval.Oracle},
}

func main() {
	data := flag.String("data", "../shared/data", "folder of the labelled data")
	only := flag.String("only", "", "measure one section alone")
	flag.Parse()
	if !measure(*data, *only) {
		os.Exit(1)
	}
}

// measure reports whether every section asked for could be measured.
func measure(data, only string) bool {
	fine, any := true, false
	for _, s := range sections {
		if only != "" && only != s.Name {
			continue
		}
		any = true
		err := s.Run(data, eval.Lines(os.Stdout))
		if errors.Is(err, fs.ErrNotExist) {
			fmt.Printf("SKIPPING %s: %v\n", s.Name, err)
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", s.Name, err)
			fine = false
		}
	}
	if !any {
		fmt.Fprintf(os.Stderr, "there is no section %q\n", only)
	}
	return fine && any
}
