package e2e

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"testing"
)

// order is what a test asks of the browser; see browser/driver.mjs.
type order struct {
	Do    string `json:"do"`
	Who   string `json:"who"`
	JS    bool   `json:"js,omitempty"`
	URL   string `json:"url,omitempty"`
	Label string `json:"label,omitempty"`
	Value string `json:"value,omitempty"`
	To    string `json:"to,omitempty"`
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
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close() // the driver closes its browser and ends
		_ = cmd.Wait()
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

// person is someone at a screen.
type person struct {
	*browser
	who  string
	base string
}

func (b *browser) person(who, base string, js bool) person {
	b.t.Helper()
	b.ask(order{Do: "open", Who: who, JS: js})
	return person{b, who, base}
}

func (p person) do(o order) answer {
	p.t.Helper()
	o.Who = p.who
	return p.ask(o)
}

func (p person) opens(path string) int {
	p.t.Helper()
	return p.do(order{Do: "go", URL: p.base + path}).Status
}
func (p person) fills(label, value string) {
	p.t.Helper()
	p.do(order{Do: "fill", Label: label, Value: value})
}
func (p person) presses(button string) { p.t.Helper(); p.do(order{Do: "press", Label: button}) }
func (p person) follows(href string)   { p.t.Helper(); p.do(order{Do: "follow", Value: href}) }
func (p person) sees(text string)      { p.t.Helper(); p.do(order{Do: "await", Value: text}) }
func (p person) page() (url, text string) {
	p.t.Helper()
	a := p.do(order{Do: "read"})
	return a.URL, a.Text
}

// mail waits for one in the hub's box, opens it and returns its text. An empty address stands for anyone's.
func (p person) mail(to, subject string) string {
	p.t.Helper()
	return p.do(order{Do: "mail", URL: p.base + "/dev/mail", To: to, Value: subject}).Text
}
