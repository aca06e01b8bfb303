package pages

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"

	"wherewithal/market"
	"wherewithal/web/pages/view"
)

// wordsForm is what the form of a network's words says: of each kind, by its code, and of tags, one a line.
type wordsForm struct {
	kinds map[string]string
	tags  string
	seen  string // the key of the words that it was drawn over
}

func wordsFormOf(words market.NetworkWords) wordsForm {
	var tags []string
	f := wordsForm{kinds: map[string]string{}, seen: words.Key()}
	for _, w := range words {
		if w.What == "kind" {
			f.kinds[w.Code] = w.Word
		} else {
			tags = append(tags, w.Code+" = "+w.Word)
		}
	}
	f.tags = strings.Join(tags, "\n")
	return f
}

// lines are what is said of tags.
func (f wordsForm) lines() (lines []string) {
	for line := range strings.Lines(f.tags) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

func (f wordsForm) words() (words market.NetworkWords, err error) {
	for _, k := range market.StandardKinds() {
		words = append(words, market.NetworkWord{What: "kind", Code: k.Code, Word: f.kinds[k.Code]})
	}
	for _, line := range f.lines() {
		tag, word, ok := strings.Cut(line, "=")
		if !ok || strings.TrimSpace(word) == "" {
			return nil, market.Refuse("tags", "words_line")
		}
		words = append(words, market.NetworkWord{What: "tag", Code: tag, Word: word})
	}
	return words, nil
}

func (s *Site) networkWords(c *Call) error {
	n, err := s.ownNetwork(c)
	if err != nil {
		return err
	}
	words, err := s.Store.NetworkWords(c.Ctx, n.ID)
	if err != nil {
		return err
	}
	return c.Show(c.Blank(), view.NetworkWords(c.wordsPage(n, wordsFormOf(words), c.Blank())))
}

func (c *Call) wordsPage(n market.Network, f wordsForm, form view.Form) view.NetworkWordsPage {
	p := view.NetworkWordsPage{Page: c.PageOf(c.T("network_words.heading", "Name", n.Name)), Form: form, Path: networkPath(n), Name: n.Name, Tags: f.tags, Seen: f.seen}
	for _, k := range market.StandardKinds() {
		name := "kind_" + k.Code
		p.Kinds = append(p.Kinds, view.Field{Name: name, Label: c.wordFor(k.Code), Value: f.kinds[k.Code], Error: form.Error(name), MaxLength: 40})
	}
	return p
}

// wordFor is how the form asks for the word for a kind.
func (c *Call) wordFor(kind string) string {
	return c.T("network_words.kind", "Kind", c.T("kind."+kind))
}

func (s *Site) saveWords(c *Call) error {
	n, err := s.ownNetwork(c)
	if err != nil {
		return err
	}
	typed, err := c.fields()
	if err != nil {
		return err
	}
	was, err := s.Store.NetworkWords(c.Ctx, n.ID)
	if err != nil {
		return err
	}
	f := wordsForm{kinds: map[string]string{}, tags: typed.String("tags"), seen: c.asSeen(typed.String("seen"), market.NetworkWords(was), false)}
	for _, k := range market.StandardKinds() {
		f.kinds[k.Code] = typed.String("kind_" + k.Code)
	}
	words, err := f.words()
	if err == nil {
		err = s.Networks.SetWords(c.Ctx, c.Viewer, n.ID, words, f.seen, c.Now)
	}
	if errors.Is(err, market.ErrConflict) {
		return s.showStaleWords(c, n, f)
	}
	if again, ok := c.Again(err); ok {
		return c.Show(again, view.NetworkWords(c.wordsPage(n, f, again)))
	}
	return c.moved(networkPath(n), err, "done.network_saved")
}

// showStaleWords is showStaleGroup for what a network calls things.
func (s *Site) showStaleWords(c *Call, n market.Network, typed wordsForm) error {
	words, err := s.Store.NetworkWords(c.Ctx, n.ID)
	if err != nil {
		return err
	}
	now := wordsFormOf(words)
	typed.seen = now.seen
	p := c.wordsPage(n, typed, c.Blank())
	p.Stale = c.stale(otherwise(c.wordsSay(now), c.wordsSay(typed)), networkPath(n), "network.stale_link")
	return c.Render(http.StatusConflict, view.NetworkWords(p))
}

// wordsSay is all that the form says, a row a field.
func (c *Call) wordsSay(f wordsForm) (rows []view.Row) {
	for _, k := range market.StandardKinds() {
		rows = append(rows, view.Row{Term: c.wordFor(k.Code), Value: cmp.Or(market.Tidy(f.kinds[k.Code]), c.T("market.nothing_said"))})
	}
	return append(rows, c.saysRow("network_words.tags", strings.Join(slices.Sorted(slices.Values(f.lines())), ", ")))
}
