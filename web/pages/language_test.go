package pages

import (
	"bytes"
	"io/fs"
	"net/http"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/BurntSushi/toml"
	"golang.org/x/net/html"

	"wherewithal/market"
	"wherewithal/wording"
)

// accented is a language that nobody speaks and everybody can read (CLDR calls it en-XA): each Latin letter carries an
// accent, so that a plain one on a page did not come from the catalogue. It is longer by a third, as German is.
const accented = "en-XA"

var plain, marked = "aceilnorsuyzACEINORSUYZ", []rune("åçéíļñôŕšûýžÅÇÉÎÑÖŔŠÛÝŽ")

var template = regexp.MustCompile(`\{\{[^}]*\}\}`)

func accent(text string) string {
	var b strings.Builder
	at := 0
	write := func(s string) {
		for _, r := range s {
			if i := strings.IndexRune(plain, r); i >= 0 {
				r = marked[i]
			}
			b.WriteRune(r)
		}
	}
	for _, hole := range template.FindAllStringIndex(text, -1) {
		write(text[at:hole[0]])
		b.WriteString(text[hole[0]:hole[1]])
		at = hole[1]
	}
	write(text[at:])
	return b.String()
}

func accentAll(said map[string]any) {
	for key, value := range said {
		switch v := value.(type) {
		case string:
			said[key] = accent(v)
		case map[string]any:
			accentAll(v)
		}
	}
}

// pretend is the whole catalogue in another language.
func pretend(t *testing.T, lang string) fs.FS {
	t.Helper()
	fsys := fstest.MapFS{}
	from := os.DirFS("../../wording/" + wording.Default)
	names, err := fs.Glob(from, "*.toml")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		said := map[string]any{}
		if _, err := toml.DecodeFS(from, name, &said); err != nil {
			t.Fatal(err)
		}
		accentAll(said)
		var b bytes.Buffer
		if err := toml.NewEncoder(&b).Encode(said); err != nil {
			t.Fatal(err)
		}
		fsys[path.Join(lang, name)] = &fstest.MapFile{Data: b.Bytes()}
	}
	return fsys
}

// A word of plain letters that has one of those which are accented.
var unaccented = regexp.MustCompile(`[A-Za-z]*[aceilnorsuyzACEINORSUYZ][A-Za-z]*`)

var spoken = []string{"alt", "title", "placeholder", "aria-label", "aria-description", "data-hint", "data-none", "data-found", "data-done"}

// foreign are the words of a page that did not come from the catalogue, and that nobody typed.
func (p page) foreign(typed string) (words []string) {
	look := func(text string) {
		for _, w := range unaccented.FindAllString(text, -1) {
			if !strings.Contains(typed, w) && !slices.Contains(words, w) {
				words = append(words, w)
			}
		}
	}
	for n := range p.root.Descendants() {
		if elsewhere(n) {
			continue
		}
		if n.Type == html.TextNode && n.Parent.Data != "script" && n.Parent.Data != "textarea" && n.Parent.Data != "option" && n.Parent.Data != "code" {
			look(n.Data)
		}
		for _, a := range n.Attr {
			if slices.Contains(spoken, a.Key) {
				look(a.Val)
			}
		}
	}
	return words
}

// elsewhere reports whether the page itself says that a text is no part of its language: code, and the description of the API,
// which is English.
func elsewhere(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if attribute(n, "translate") == "no" || attribute(n, "lang") == "en" {
			return true
		}
	}
	return false
}

// typedWords is what people and places brought with them, and what every language writes alike.
const typedWords = `Maze Hill Rooms Creekside Choir Joan Ama Greenwich London Kent Blackheath Eltham Church hall for 80, step-free, Thursdays 6 to 10 pm
	host@hall.example guest@choir.example http://127.0.0.1:8080 English en-XA Firefox Android xyz ` + theNeed

// No page says a word of its own: a person who reads another language is spoken to in it alone.
func TestEveryWordOfEveryPageComesFromTheCatalogue(t *testing.T) {
	if err := wording.Add(pretend(t, accented)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = wording.Add(os.DirFS("../../wording")) })
	s := openStreet(t)
	s.worked(s.offer)
	s.worked(s.taker.says("/ask", theNeed))
	s.taker.get(s.letterLink(s.only().ID, "guest@choir.example"))
	if _, err := s.store.Pool().Exec(t.Context(), `update people set language = $1`, accented); err != nil {
		t.Fatal(err)
	}
	s.mailsSayNothingOfTheirOwn(market.PossibleMatch)
	said := s.browser().get("/widget/search.json?lang="+accented).want(200, `"lang":"`+accented+`"`)
	if own := regexp.MustCompile(`"words":\{.*\}`).FindString(said.text); own == "" || strings.Contains(own, "Search") {
		t.Errorf("the widget says of its own: %s", said.text)
	}
	for _, b := range []*browser{s.taker, s.giver, s.browser()} {
		b.languages = accented
		b.readsOn(t)
	}
}

var address = regexp.MustCompile(`https?://\S+`)

// mailsSayNothingOfTheirOwn is the same for the mails of a kind that wait.
func (s *street) mailsSayNothingOfTheirOwn(kind market.LetterKind) {
	s.t.Helper()
	mails := s.delivered(kind)
	if len(mails) == 0 {
		s.t.Fatalf("no mail of the kind %s", kind)
	}
	for _, m := range mails {
		for _, w := range unaccented.FindAllString(address.ReplaceAllString(m.Subject+"\n"+m.Text, ""), -1) {
			if !strings.Contains(typedWords, w) {
				s.t.Errorf("a mail of the kind %s says %q of its own:\n%s", kind, w, m.Text)
			}
		}
	}
}

// readsOn follows links from the first page, at most three of a route, and looks at every page it comes to.
func (b *browser) readsOn(t *testing.T) {
	t.Helper()
	seen, of, pages := map[string]bool{}, map[string]int{}, 0
	queue := []string{"/", "/find?q=xyz", "/mine", "/introductions", "/account/name", "/account/tokens", "/nowhere", "/listings/x", "/offline"}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		route := regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}|\?.*`).ReplaceAllString(at, ":")
		if seen[at] || of[route] >= 3 || strings.HasPrefix(at, "/dev/") || strings.HasPrefix(at, "/calendar/") {
			continue
		}
		seen[at], pages = true, pages+1
		of[route]++
		p := b.get(at)
		if !strings.HasPrefix(p.header.Get("Content-Type"), "text/html") || p.status >= http.StatusInternalServerError {
			continue
		}
		if words := p.foreign(typedWords); len(words) > 0 {
			t.Errorf("%s says of its own: %s", at, strings.Join(words, " "))
		}
		for n := range p.root.Descendants() {
			if href := attribute(n, "href"); n.Data == "a" && strings.HasPrefix(href, "/") {
				href, _, _ = strings.Cut(href, "#")
				queue = append(queue, href)
			}
		}
	}
	if pages < 10 {
		t.Errorf("only %d pages", pages)
	}
}
