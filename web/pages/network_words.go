package pages

import (
	"strings"

	"wherewithal/market"
	"wherewithal/web/pages/view"
)

func (s *Site) networkWords(c *Call) error {
	n, err := s.ownNetwork(c)
	if err != nil {
		return err
	}
	words, err := s.Store.NetworkWords(c.Ctx, n.ID)
	if err != nil {
		return err
	}
	var tags []string
	kinds := map[string]string{}
	for _, w := range words {
		if w.What == "kind" {
			kinds[w.Code] = w.Word
		} else {
			tags = append(tags, w.Code+" = "+w.Word)
		}
	}
	return s.showWords(c, n, kinds, strings.Join(tags, "\n"), c.Blank())
}

func (s *Site) showWords(c *Call, n market.Network, kinds map[string]string, tags string, form view.Form) error {
	p := view.NetworkWordsPage{Page: c.PageOf(c.T("network_words.heading", "Name", n.Name)), Form: form, Path: networkPath(n), Name: n.Name, Tags: tags}
	for _, k := range market.StandardKinds() {
		name := "kind_" + k.Code
		p.Kinds = append(p.Kinds, view.Field{Name: name, Label: c.T("network_words.kind", "Kind", c.T("kind."+k.Code)), Value: kinds[k.Code],
			Error: form.Error(name), MaxLength: 40})
	}
	return c.Show(form, view.NetworkWords(p))
}

func (s *Site) saveWords(c *Call) error {
	n, err := s.ownNetwork(c)
	if err != nil {
		return err
	}
	f, err := c.fields()
	if err != nil {
		return err
	}
	var words []market.NetworkWord
	kinds := map[string]string{}
	for _, k := range market.StandardKinds() {
		kinds[k.Code] = f.String("kind_" + k.Code)
		words = append(words, market.NetworkWord{What: "kind", Code: k.Code, Word: kinds[k.Code]})
	}
	tags := f.String("tags")
	for line := range strings.Lines(tags) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		tag, word, ok := strings.Cut(line, "=")
		if !ok || strings.TrimSpace(word) == "" {
			err = market.Refuse("tags", "words_line")
			break
		}
		words = append(words, market.NetworkWord{What: "tag", Code: tag, Word: word})
	}
	if err == nil {
		err = s.Networks.SetWords(c.Ctx, c.Viewer, n.ID, words, c.Now)
	}
	if again, ok := c.Again(err); ok {
		return s.showWords(c, n, kinds, tags, again)
	}
	return c.moved(networkPath(n), err, "done.network_saved")
}
