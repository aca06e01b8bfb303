package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestTheSiteInOtherCircumstances(t *testing.T) {
	t.Parallel()
	words := openDir(t)
	if err := os.Mkdir(filepath.Join(words, "ar"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(words, "ar", "site.toml"), []byte("[site]\nfind = \"بحث\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := openDir(t)
	if err := os.Mkdir(filepath.Join(broken, "cy"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(broken, "cy", "site.toml"), []byte("[site"), 0o600); err != nil {
		t.Fatal(err)
	}
	for dir, says := range map[string]string{broken: "cy/site.toml", filepath.Join(broken, "none"): "cy/pages.toml"} {
		wants(t, refused(t, program(t, "hub"), append(alone(freeAddr(t), openDir(t)), "WORDING_DIR="+dir)...), "WORDING_DIR", says)
	}
	h, b := newHub(t, "WORDING_DIR="+words), newBrowser(t)
	slow := dribbles(h)
	t.Run("a language of the operator's, from right to left", func(t *testing.T) { readsLeftwards(b, h) })
	t.Run("as an application", func(t *testing.T) { isAnApplication(b, h) })
	t.Run("on paper", func(t *testing.T) { printsAPoster(b, h) })
	t.Run("a group on paper", func(t *testing.T) { printsAGroup(b, h) })
	t.Run("ten thousand that send slowly leave room", func(t *testing.T) { leavesRoom(t, h) })
	t.Run("a body that never ends is ended", func(t *testing.T) { isEnded(t, slow) })
	t.Run("what was typed without a network is kept", func(t *testing.T) { keepsWhatWasTyped(b, h) })
	t.Run("what a form held without a network is kept", func(t *testing.T) { keepsWhatAFormHeld(b, h) })
}

// readsLeftwards looks at pages from right to left, as a visitor whose browser asks for that language, and as somebody who chose it
// and who has posted and is to answer.
func readsLeftwards(b *browser, h *hub) {
	b.t.Helper()
	visitor := b.person("reader", h, way{js: true, locale: "ar"})
	listing := h.query(`select id::text from listings where circle = 'anyone' and life = 'open' order by id limit 1`)
	for _, path := range []string{"/", "/find", "/ask", "/listings/" + listing, "/help"} {
		visitor.readsLeftwards(path)
	}
	ama := beginsTheStory(b, h, way{js: true})
	posted := ama.path()
	h.box().opens(ama, amas, "could help with", "/i/")
	asked := ama.path()
	h.query(`update people set language = 'ar' where address = '` + amas + `' returning id::text`)
	for _, path := range []string{"/mine", posted + "/edit", asked, "/account"} {
		ama.readsLeftwards(path)
	}
	quiet(b)
}

func (p person) readsLeftwards(path string) {
	p.t.Helper()
	if got := p.opens(path); got != http.StatusOK {
		p.t.Errorf("%s: status %d", path, got)
	}
	p.sees("بحث")
	if got := p.do(order{Do: "sides"}).List; !slices.Equal(got, []string{"nav", "a"}) {
		p.t.Errorf("%s: from left to right %v", path, got)
	}
	p.looks()
}

// isAnApplication has a browser read the site's manifest, as it does before it offers to keep the site on a home screen.
func isAnApplication(b *browser, h *hub) {
	t := b.t
	t.Helper()
	p := b.person("phone", h, way{js: true})
	p.opens("/")
	read := p.do(order{Do: "manifest"})
	if read.URL != h.at()+"/manifest.webmanifest" || !strings.Contains(read.Text, `"start_url":"/"`) || len(read.List) > 0 {
		t.Errorf("read from %q, with the faults %q:\n%s", read.URL, read.List, read.Text)
	}
	quiet(b)
}

// What was typed while the network went away waits on the device, and goes on when it is back. Pages lead to it meanwhile, and other
// words leave it there.
func keepsWhatWasTyped(b *browser, h *hub) {
	t := b.t
	t.Helper()
	p := b.person("ama", h, way{js: true, worker: true})
	const say, label = "Say it as you would to a neighbour", "What do you need, or what can you offer?"
	const here, waits = "What you had written is here", "Something you wrote"
	p.opens("/ask")
	p.offline(false) // ready
	p.offline(true)
	p.opens("/find")
	p.sees("You are not connected")
	if _, text := p.page(); strings.Contains(text, here) || len(p.kept()) > 0 {
		t.Errorf("a page that nobody had written on, with %q on the device:\n%s", p.kept(), text)
	}
	p.offline(false)
	p.opens("/ask")
	p.fills(say, sentence)
	p.offline(true)
	p.presses("Read it and show who could help")
	p.sees("You are not connected")
	p.sees(here)
	if got := p.holds(label, sentence); got != sentence {
		t.Errorf("kept %q", got)
	}
	p.opens("/find")
	p.sees("You are not connected")
	p.looks()
	p.offline(false)
	p.opens("/ask?text=A+ladder+for+a+day")
	p.sees(waits)
	p.looks()
	p.presses("Read it and show who could help") // the ladder
	p.sees("We read this")
	p.opens("/ask")
	p.follows("/offline")
	p.sees(here)
	if _, text := p.page(); !strings.Contains(text, "Kept on this device") {
		t.Errorf("with a network the page still says that there is none:\n%s", text)
	}
	if got := p.holds(label, sentence); got != sentence {
		t.Errorf("after other words keeps %q", got)
	}
	p.presses("Ask for this")
	if got := p.holds(say, sentence); got != sentence {
		t.Errorf("went on with %q", got)
	}
	p.presses("Read it and show who could help")
	p.sees("We read this")
	p.opens("/offline")
	if got := p.holds(label, ""); got != "" {
		t.Errorf("still keeps %q", got)
	}
	b.ask(order{Do: "faults"}) // are not: a browser complains of each page it cannot fetch
}

// What any other form held that could not be sent waits on the device to be copied, but for addresses, until it is sent.
func keepsWhatAFormHeld(b *browser, h *hub) {
	t := b.t
	t.Helper()
	p := b.person("lee", h, way{js: true, worker: true})
	listing := h.query(`select id::text from listings where circle = 'anyone' and life = 'open' order by id limit 1`)
	report := "/report?about=listing:" + listing
	const label, words = "Tell us more", "It is a garage, and no hall."
	p.opens(report)
	p.offline(false) // ready
	p.fills(label, words)
	p.fills("Your e-mail address, if you want an answer", "lee@else.example")
	p.ticks("It is not true")
	p.offline(true)
	p.presses("Send the report")
	p.sees("What was not sent")
	if got := p.holds(label, words); got != words {
		t.Errorf("kept %q", got)
	}
	if held := p.kept(); len(held) != 1 || strings.Contains(held[0], "lee@else.example") || strings.Contains(held[0], listing) {
		t.Errorf("on the device: %q", held)
	}
	p.looks()
	p.offline(false)
	p.opens("/find")
	p.sees("Something you wrote")
	for _, sent := range []struct {
		words string
		left  int
	}{{"It is a cellar, and no hall.", 1}, {words, 0}} {
		p.opens(report)
		p.fills(label, sent.words)
		p.ticks("It is not true")
		p.presses("Send the report")
		p.sees("Thank you")
		if held := p.kept(); len(held) != sent.left {
			t.Errorf("once %q was sent, on the device: %q", sent.words, held)
		}
	}
	p.keepsWhatAnEndedSessionSent()
	b.ask(order{Do: "faults"}) // as above
}

// keepsWhatAnEndedSessionSent sends a form in vain, without a network and then signed out. It comes to the page for signing in, and what was
// written is still there.
func (p person) keepsWhatAnEndedSessionSent() {
	p.t.Helper()
	const about, words = "What does it do?", "We mend bicycles on Mondays."
	p.signsIn("lee@else.example", "Lee")
	saves := func(comes string, before func()) {
		p.t.Helper()
		p.opens("/groups/new")
		p.offline(false) // ready
		p.fills("Name of the group", "Monday Menders")
		p.fills(about, words)
		p.fills("Postcode or place", "SE10 9NN")
		before()
		p.presses("Save")
		p.sees(comes)
	}
	saves("What was not sent", func() { p.offline(true) })
	p.offline(false)
	saves("Send me the link", func() {
		p.site.query(`update sessions set ended_at = now() where person_id in (select id from people where address = 'lee@else.example') returning id::text`)
	})
	if held := p.kept(); len(held) != 1 || !strings.Contains(held[0], words) || strings.Contains(held[0], "SE10") {
		p.t.Errorf("on the device: %q", held)
	}
}

// kept is what the site keeps on this device of what was written without a network.
func (p person) kept() []string {
	p.t.Helper()
	return p.do(order{Do: "drafts"}).List
}

// offline takes the network away from a browser, or gives it back.
func (p person) offline(away bool) {
	p.t.Helper()
	p.do(order{Do: "offline", JS: away})
}

// holds is what a field holds, once it is that.
func (p person) holds(label, want string) string {
	p.t.Helper()
	return p.do(order{Do: "value", Label: label, Value: want}).Text
}
