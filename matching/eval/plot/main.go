// Command plot draws how long a ranking takes by how many listings are open, from what BenchmarkRank prints:
//
//	go test -run - -bench 'Rank/' -benchtime 3000x ./matching | go run ./matching/eval/plot > docs/figures/rank.svg
package main

import (
	"fmt"
	"os"
)

func main() {
	rows, err := read(os.Stdin)
	if err == nil {
		_, err = os.Stdout.WriteString(draw(rows))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "plot:", err)
		os.Exit(1)
	}
}
