// Package concepts knows which things are the same by another name and which are sorts of others: WordNet 3.1's nouns
// (Fellbaum 1998; Princeton's licence), read from its own files.
//
// It promises the same answer for the same words, and never changes once opened; safe for concurrent use. It knows
// English nouns only, and takes each for what it most often means. Its files are what `make model` fetches; without them
// Open returns ErrMissing.
package concepts

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strconv"
	"strings"
)

// ErrMissing says that WordNet is not on this machine. It comes with fs.ErrNotExist.
var ErrMissing = errors.New("WordNet is missing: `make model` fetches it")

// Net is nouns by their senses, and each sense's wider ones.
type Net struct {
	senses map[string][]int32 // of a noun, the most usual first
	wider  [][]int32          // of a sense
	depth  []uint8            // of a sense: steps from the top, the longest way
	given  []bool             // of a sense: it is something that one can give, do or be
}

// Open reads index.noun and data.noun in a folder.
func Open(dir fs.FS) (*Net, error) {
	data, err := read(dir, "data.noun")
	if err != nil {
		return nil, err
	}
	index, err := read(dir, "index.noun")
	if err != nil {
		return nil, err
	}
	n := &Net{senses: map[string][]int32{}}
	places, err := n.readData(data)
	if err == nil {
		err = n.readIndex(index, places)
	}
	if err != nil {
		return nil, err
	}
	n.depth = make([]uint8, len(n.wider))
	for s := range n.wider {
		n.sound(int32(s))
	}
	return n, nil
}

func read(dir fs.FS, name string) ([]byte, error) {
	raw, err := fs.ReadFile(dir, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(ErrMissing, err)
	}
	return raw, err
}

// readData reads the senses: a line each, beginning with its place in the file, by which others point to it.
func (n *Net) readData(raw []byte) (map[int]int32, error) {
	places := map[int]int32{}
	var pointed [][]int
	err := eachLine(raw, func(f []string) error {
		at, err := strconv.Atoi(f[0])
		if err != nil {
			return err
		}
		wider, single, err := pointers(f)
		if err != nil {
			return err
		}
		places[at] = int32(len(pointed))
		pointed = append(pointed, wider)
		n.given = append(n.given, givable[f[1]] && !single)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("data.noun: %w", err)
	}
	n.wider = make([][]int32, len(pointed))
	for s, list := range pointed {
		for _, at := range list {
			if to, ok := places[at]; ok {
				n.wider[s] = append(n.wider[s], to)
			}
		}
	}
	return places, nil
}

// givable are the files of WordNet (lexnames(5)) whose nouns can be offered: the tops of all sorts (food is one), acts, animals, artefacts, messages, food,
// groups of people, people by what they do, plants, possessions, substances. Places, times, events, states and feelings
// cannot.
var givable = map[string]bool{"03": true, "04": true, "05": true, "06": true, "10": true, "13": true, "14": true, "18": true,
	"20": true, "21": true, "27": true}

// pointers to wider senses in the fields of a line: place, file, sort, number of words in hexadecimal, the words each
// with a number, number of pointers, the pointers of four fields. What is single is no sort of thing but one of a kind, as
// London the town and London the writer are.
func pointers(f []string) (wider []int, single bool, err error) {
	if len(f) < 5 {
		return nil, false, errors.New("a line is cut short")
	}
	words, err := strconv.ParseInt(f[3], 16, 32)
	if err != nil || len(f) < int(4+2*words+1) {
		return nil, false, errors.New("a line is cut short")
	}
	for f = f[4+2*words+1:]; len(f) >= 4 && f[0] != "|"; f = f[4:] {
		if f[0] != "@" && f[0] != "@i" {
			continue
		}
		at, err := strconv.Atoi(f[1])
		if err != nil {
			return nil, false, err
		}
		wider, single = append(wider, at), single || f[0] == "@i"
	}
	return wider, single, nil
}

// readIndex reads the nouns: word, sort, senses, number of pointers, their signs, senses, how many were counted in
// texts, the places of the senses.
func (n *Net) readIndex(raw []byte, places map[int]int32) error {
	return eachLine(raw, func(f []string) error {
		if len(f) < 4 {
			return errors.New("index.noun: a line is cut short")
		}
		count, err := strconv.Atoi(f[2])
		if err != nil || count > len(f) {
			return fmt.Errorf("index.noun: %q has no number of senses", f[0])
		}
		for _, field := range f[len(f)-count:] {
			at, err := strconv.Atoi(field)
			if err != nil {
				return fmt.Errorf("index.noun: %w", err)
			}
			if s, ok := places[at]; ok {
				n.senses[f[0]] = append(n.senses[f[0]], s)
			}
		}
		return nil
	})
}

// eachLine but those of the licence, which begin with a space, in fields.
func eachLine(raw []byte, do func([]string) error) error {
	lines := bufio.NewScanner(bytes.NewReader(raw))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if text := lines.Text(); text != "" && text[0] != ' ' {
			if err := do(strings.Fields(text)); err != nil {
				return err
			}
		}
	}
	return lines.Err()
}

// sound the depth of a sense, and of those above it.
func (n *Net) sound(s int32) uint8 {
	if n.depth[s] == 0 {
		n.depth[s] = 1 // should a circle come back here
		deepest := uint8(0)
		for _, w := range n.wider[s] {
			deepest = max(deepest, n.sound(w))
		}
		n.depth[s] = deepest + 1
	}
	return n.depth[s]
}

// endings of plurals and what the singular has (WordNet's Morphy).
var endings = []struct{ from, to string }{
	{"", ""}, {"s", ""}, {"ses", "s"}, {"xes", "x"}, {"zes", "z"}, {"ches", "ch"}, {"shes", "sh"}, {"men", "man"}, {"ies", "y"},
}

// sensesOf a word in lower case, in the singular or the plural: the few it most often means.
func (n *Net) sensesOf(word string) []int32 {
	for _, e := range endings {
		if stem, ok := strings.CutSuffix(word, e.from); ok {
			if list := n.senses[stem+e.to]; len(list) > 0 {
				return list[:min(len(list), usual)]
			}
		}
	}
	return nil
}

// usual is how many senses of a noun are looked at: rarer ones mislead more than they find.
const usual = 3

// Noun reports whether a word, in lower case, can be a noun.
func (n *Net) Noun(word string) bool { return len(n.sensesOf(word)) > 0 }

// Thing reports whether a word, in lower case, usually means something that can be given, done or be, by any of the senses
// by which it is compared: medicine is most often what doctors study, and also what one takes.
func (n *Net) Thing(word string) bool {
	return slices.ContainsFunc(n.sensesOf(word), func(s int32) bool { return n.given[s] })
}

// step is what one step up to a wider sense leaves of the nearness.
const step = 0.8

// top is the depth above which senses are too wide to say anything: entity, object, artefact.
const top = 6

// Concept is a noun with all it is a sort of, to be compared with others.
type Concept struct {
	own   []int32
	wider map[int32]float64 // nearness of each wider sense and of its own
}

// Concept of a word in lower case; empty when it is no noun that WordNet has.
func (n *Net) Concept(word string) Concept {
	c := Concept{own: n.sensesOf(word), wider: map[int32]float64{}}
	for _, s := range c.own {
		n.climb(s, 1, c.wider)
	}
	return c
}

func (n *Net) climb(s int32, near float64, into map[int32]float64) {
	if near <= into[s] || n.depth[s] < top && near < 1 {
		return
	}
	into[s] = near
	for _, w := range n.wider[s] {
		n.climb(w, near*step, into)
	}
}

// Sense is one meaning of a noun, or a wider one that this is a sort of, so many steps up.
type Sense struct {
	ID    int32 // its number among the nouns of WordNet 3.1, in the order of data.noun
	Steps int
}

// Senses of a noun in lower case, of several words joined by "_": those it most often has, and the wider ones up to most
// steps above them, the nearest first. None when WordNet does not have it.
func (n *Net) Senses(noun string, most int) []Sense {
	var out []Sense
	for id, near := range n.Concept(noun).wider {
		if steps := int(math.Round(math.Log(near) / math.Log(step))); steps <= most {
			out = append(out, Sense{id, steps})
		}
	}
	slices.SortFunc(out, func(a, b Sense) int { return cmp.Or(cmp.Compare(a.Steps, b.Steps), cmp.Compare(a.ID, b.ID)) })
	return out
}

// Nearness of a wider sense so many steps up, as Answers counts it.
func Nearness(steps int) float64 { return math.Pow(step, float64(steps)) }

// Answers is how far what is given is the thing that is wanted, [0,1]: 1 for the same by any name, less by each step
// from a sort of it, and half of that where what is given is the wider thing.
func Answers(wanted, given Concept) float64 {
	best := 0.0
	for _, s := range wanted.own {
		best = max(best, given.wider[s])
	}
	for _, s := range given.own {
		best = max(best, wanted.wider[s]/2)
	}
	if slices.ContainsFunc(wanted.own, func(s int32) bool { return slices.Contains(given.own, s) }) {
		return 1
	}
	return best
}
