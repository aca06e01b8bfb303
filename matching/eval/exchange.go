package eval

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"wherewithal/matching/ring"
)

// Exchange measures rings and swap days on exchanges that others published: how many can trade, how far that may be from
// the best, and the time it took.
func Exchange(data string, report Report) error {
	dir := filepath.Join(data, "exchange")
	if _, err := os.Stat(dir); err != nil {
		return err
	}
	if err := swapDays(dir, report); err != nil {
		return err
	}
	return rings(dir, report)
}

var knownSwaps = map[string]string{"ask": "exact 197", "xmas": "exact 356", "onewant": "exact 336"}

func swapDays(dir string, report Report) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		return err
	}
	for _, file := range files {
		items, err := ReadSwapDay(file)
		if err != nil {
			return err
		}
		start := time.Now()
		_, swapped, err := ring.SwapDay(items)
		if err != nil {
			return err
		}
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		report(Exact(name, "swap day", "items traded", float64(swapped), knownSwaps[name]))
		report(Exact(name, "swap day", "seconds", time.Since(start).Seconds(), ""))
	}
	return nil
}

var knownRings = map[string]string{"100/2": "exact 20", "100/3": "exact 29", "MD-00001-00000100/2": "exact 32", "MD-00001-00000100/3": "exact 37"}

// longestChain is how many groups a chain gives to at most.
const longestChain = 3

func rings(dir string, report Report) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.input"))
	if err != nil {
		return err
	}
	for _, file := range files {
		for longest := 2; longest <= 4; longest++ {
			for _, altruists := range []bool{false, true} {
				if err := oneExchange(strings.TrimSuffix(file, ".input"), longest, altruists, report); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func oneExchange(file string, longest int, altruists bool, report Report) error {
	groups, gifts, err := ReadGifts(file+".input", 0)
	if err != nil {
		return err
	}
	first, method, o := groups, fmt.Sprintf("rings of %d", longest), ring.Options{Longest: longest}
	if altruists {
		more, theirs, err := ReadGifts(file+".ndds", groups)
		if os.IsNotExist(err) {
			return nil
		}
		if err != nil {
			return err
		}
		groups, gifts, o.Chain = groups+more, append(gifts, theirs...), longestChain
		method += fmt.Sprintf(", chains of %d", o.Chain)
	}
	start := time.Now()
	plan, err := ring.Find(groups, gifts, func(v int) bool { return v >= first }, o)
	if err != nil {
		return err
	}
	name, known := filepath.Base(file), ""
	if !altruists {
		known = knownRings[fmt.Sprintf("%s/%d", name, longest)]
	}
	report(Exact(name, method, "groups given", float64(plan.Given), known))
	report(Exact(name, method, "worth", plan.Value, ""))
	report(Exact(name, method, "gap", plan.Gap(), ""))
	report(Exact(name, method, "seconds", time.Since(start).Seconds(), ""))
	return nil
}

// ReadGifts reads a graph in the format of Trimble's kidney solver: how many groups and gifts, then a gift a line, giver,
// taker, worth. The givers' numbers are raised by shift, for altruists, who are numbered for themselves.
func ReadGifts(file string, shift int) (groups int, gifts []ring.Gift, err error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, nil, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Scan()
	var n int
	if _, err := fmt.Sscan(lines.Text(), &groups, &n); err != nil {
		return 0, nil, fmt.Errorf("%s: %w", file, err)
	}
	for len(gifts) < n && lines.Scan() {
		var g ring.Gift
		if _, err := fmt.Sscan(lines.Text(), &g.From, &g.To, &g.Worth); err != nil {
			return 0, nil, fmt.Errorf("%s: %w", file, err)
		}
		g.From += shift
		gifts = append(gifts, g)
	}
	return groups, gifts, lines.Err()
}

// ReadSwapDay reads wants in the format of TradeMaximizer: an item a line, by whom it is brought in brackets where names are
// asked for, a colon where those are, then what is wanted for it. Names with % stand in for a wish and are the
// person's own. Capitals make no difference.
func ReadSwapDay(file string) ([]ring.Item, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	number := map[string]int{}
	var items []ring.Item
	var wants [][]string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, list := want(line)
		if _, twice := number[name]; twice {
			return nil, fmt.Errorf("%s: %s comes twice", file, name)
		}
		number[name] = len(items)
		items = append(items, ring.Item{StandIn: strings.Contains(name, "%")})
		wants = append(wants, list)
	}
	for i, list := range wants {
		for _, name := range list {
			if j, brought := number[name]; brought {
				items[i].Wants = append(items[i].Wants, j)
			}
		}
	}
	return items, nil
}

// want is one line's item and what is wanted for it; what is never brought is left to the reader.
func want(line string) (name string, wants []string) {
	person := ""
	if end := strings.Index(line, ")"); strings.HasPrefix(line, "(") && end > 0 {
		person, line = line[:end+1], line[end+1:]
	}
	words := strings.Fields(strings.ToUpper(strings.ReplaceAll(line, ":", " ")))
	for i, w := range words {
		if strings.HasPrefix(w, "%") {
			words[i] = person + w
		}
	}
	return words[0], words[1:]
}
