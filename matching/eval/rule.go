package eval

import (
	"fmt"
	"math"
	"regexp"
	"strings"
)

// rules give tags to texts: by a pattern that must be found and one that must not.
type rules []rule

type rule struct {
	tag             string
	finds, excludes *regexp.Regexp
}

// readRules of a table of tags with their patterns. Tags without a pattern have no rule.
func readRules(name string) (rules, error) {
	rows, err := readTable(name, "Code", "Regular expression", "Exclude regular expression")
	if err != nil {
		return nil, err
	}
	var out rules
	for _, r := range rows {
		if strings.TrimSpace(r[1]) == "" {
			continue
		}
		one := rule{tag: r[0]}
		if one.finds, err = pattern(r[1]); err == nil && strings.TrimSpace(r[2]) != "" {
			one.excludes, err = pattern(r[2])
		}
		if err != nil {
			return nil, fmt.Errorf("%s, tag %s: %w", name, r[0], err)
		}
		out = append(out, one)
	}
	return out, nil
}

// pattern of whatever case. Other dialects escape signs that need none, such as ’.
func pattern(text string) (*regexp.Regexp, error) {
	return regexp.Compile("(?i)" + needless.ReplaceAllString(text, "$1"))
}

var needless = regexp.MustCompile(`\\([^\x00-\x7f])`)

// tagAll texts.
func (list rules) tagAll(texts []string) [][]string {
	out := make([][]string, len(texts))
	inParallel(len(texts), func(i int) {
		for _, r := range list {
			if r.finds.MatchString(texts[i]) && (r.excludes == nil || !r.excludes.MatchString(texts[i])) {
				out[i] = append(out[i], r.tag)
			}
		}
	})
	return out
}

// likeRules is how like the tags by rule of every text are to a query's: the cosine of their tags' rarities.
func likeRules(tags [][]string) func(query int) []float64 {
	holders, rare := holdersOf(tags)
	square := func(t string) float64 { return rare(t) * rare(t) }
	size := make([]float64, len(tags))
	for i, list := range tags {
		for _, t := range list {
			size[i] += square(t)
		}
	}
	return func(query int) []float64 {
		out := make([]float64, len(tags))
		for _, t := range tags[query] {
			for _, other := range holders[t] {
				out[other] += square(t) / math.Sqrt(size[query]*size[other])
			}
		}
		return out
	}
}
