package e2e

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"wherewithal/store/embedded/tether"
)

// order is what a test asks of the browser; see browser/driver.mjs.
type order struct {
	Do     string `json:"do"`
	Who    string `json:"who"`
	JS     bool   `json:"js"`
	Worker bool   `json:"worker,omitempty"`
	URL    string `json:"url,omitempty"`
	Label  string `json:"label,omitempty"`
	Value  string `json:"value,omitempty"`
	To     string `json:"to,omitempty"`

	Locale string `json:"locale,omitempty"`

	List []string `json:"list,omitempty"` // addresses to open

	Skip []string `json:"skip,omitempty"` // paths of mails that are not meant
}

type answer struct {
	Fault  string   `json:"fault"`
	Text   string   `json:"text"`
	URL    string   `json:"url"`
	List   []string `json:"list"`
	Status int      `json:"status"`
}

// browser is a real Chromium; each person has cookies of their own.
type browser struct {
	t   *testing.T
	in  io.WriteCloser
	out *bufio.Reader
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	cmd := exec.Command("node", "browser/driver.mjs")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	child, err := tether.Start(cmd, syscall.SIGKILL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close() // the driver closes its browser and ends
		<-child.Done()
	})
	return &browser{t, in, bufio.NewReader(out)}
}

func (b *browser) ask(o order) answer {
	b.t.Helper()
	if err := json.NewEncoder(b.in).Encode(o); err != nil {
		b.t.Fatal(err)
	}
	line, err := b.out.ReadBytes('\n')
	if err != nil {
		b.t.Fatalf("the browser ended: %v", err)
	}
	var a answer
	if err := json.Unmarshal(line, &a); err != nil {
		b.t.Fatal(err)
	}
	if a.Fault != "" {
		b.t.Fatalf("%s %s %q %q: %s", o.Who, o.Do, o.Label, o.Value, a.Fault)
	}
	return a
}

// site is a running Wherewithal: a hub or a town.
type site interface {
	at() string // its public address
	box() inbox
	query(sql string) string // what its database answers, as one text
}

// person is someone at a screen.
type person struct {
	*browser
	who  string
	site site
	keys bool // uses the keyboard alone
}

// way is how a story is walked.
type way struct {
	js, keys, worker bool
	locale           string // "" is British English
}

func (b *browser) person(who string, at site, w way) person {
	b.t.Helper()
	b.ask(order{Do: "open", Who: who, JS: w.js, Worker: w.worker, Locale: w.locale})
	return person{b, who, at, w.keys}
}

func (p person) do(o order) answer {
	p.t.Helper()
	o.Who = p.who
	return p.ask(o)
}

func (p person) opens(path string) int {
	p.t.Helper()
	return p.do(order{Do: "go", URL: p.site.at() + path}).Status
}

func (p person) fills(label, value string) {
	p.t.Helper()
	if !p.keys {
		p.do(order{Do: "fill", Label: label, Value: value})
		return
	}
	p.do(order{Do: "reach", Label: label})
	p.do(order{Do: "type", Value: value})
}

func (p person) ticks(label string) {
	p.t.Helper()
	p.acts(order{Do: "tick", Label: label}, "Space")
}

func (p person) presses(button string) {
	p.t.Helper()
	p.acts(order{Do: "press", Label: button}, "Enter")
}

// follows the first link of the page whose address holds href.
func (p person) follows(href string) {
	p.t.Helper()
	p.acts(order{Do: "follow", Value: href}, "Enter")
}

func (p person) acts(o order, key string) {
	p.t.Helper()
	if !p.keys {
		p.do(o)
		return
	}
	p.do(order{Do: "reach", Label: o.Label, Value: o.Value})
	p.do(order{Do: "key", Value: key})
}

func (p person) sees(text string) { p.t.Helper(); p.do(order{Do: "await", Value: text}) }

func (p person) page() (url, text string) {
	p.t.Helper()
	a := p.do(order{Do: "read"})
	return a.URL, a.Text
}
