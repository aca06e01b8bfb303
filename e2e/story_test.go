package e2e

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

const sentence = "Room for 25, weekly, Thursday evenings, step-free, within 3 km of SE10, from 1 February for 12 weeks"

// signsIn asks for a link, reads the mail and presses the button; who is new says a name.
func (p person) signsIn(box inbox, address, name string) {
	p.t.Helper()
	p.opens("/sign-in")
	p.fills("Your e-mail address", address)
	p.presses("Send me the link")
	p.sees("Look in your mail")
	box.opens(p, address, "Your link to sign in", "/sign-in/")
	p.presses("Sign me in")
	p.sees("You are signed in")
	if name != "" {
		p.fills("Your name", name)
		p.presses("Go on")
		p.sees("That is how we will introduce you")
	}
}

func (p person) foundsGroup(name, place string) {
	p.t.Helper()
	p.opens("/groups/new")
	p.fills("Name of the group", name)
	p.fills("What does it do?", "We meet on Thursdays.")
	p.fills("Postcode or place", place)
	p.presses("Save")
	if _, text := p.page(); strings.Contains(text, "Yes, it is in") {
		p.ticks("Yes, it is in")
		p.presses("Save")
	}
	p.sees("Your group is here")
}

// asks reads the sentence, sees who could help before anything is posted, and posts.
func (p person) asks(what string) {
	p.t.Helper()
	p.opens("/ask")
	p.fills("Say it as you would to a neighbour", what)
	p.presses("Read it and show who could help")
	p.sees("could help")
	p.presses("Post it")
	p.sees("Posted. We are looking for groups that fit.")
}

func (p person) offers(what string) {
	p.t.Helper()
	p.opens("/offer")
	p.fills("Say it as you would to a neighbour", what)
	p.presses("Read it and show who could use it")
	p.presses("Post it")
	p.sees("Posted. We are looking for groups that fit.")
}

var address = regexp.MustCompile(`[a-z0-9.'-]+@[a-z0-9.-]+\.(example|test)`)

// amas is the address of the one who needs.
const amas = "ama@choir.test"

// beginsTheStory goes as far as the need being posted.
func beginsTheStory(b *browser, base string, box inbox, w way) person {
	b.t.Helper()
	ama := b.person("ama", base, w)
	ama.signsIn(box, amas, "Ama")
	ama.foundsGroup("Tuesday Lark Choir", "SE10")
	ama.asks(sentence)
	return ama
}

// saysYes is the need side reading its mail, which names nobody's address, and pressing its button.
func saysYes(ama person, box inbox) {
	ama.t.Helper()
	began := time.Now()
	mail := box.opens(ama, amas, "could help with", "/i/")
	ama.t.Logf("the mail was read %v after the need was posted", time.Since(began).Round(time.Millisecond))
	if !strings.Contains(mail, "Why this fits") || !strings.Contains(mail, "Thursday") {
		ama.t.Errorf("the mail gives no reasons:\n%s", mail)
	}
	if others := strangers(mail, amas); len(others) > 0 {
		ama.t.Errorf("the mail to the need side holds the address of someone else: %v", others)
	}
	ama.presses("Yes, introduce us")
	ama.sees("We have told them that you would like this")
}

// endsTheStory has the offer side read its mail, and say yes; then both read theirs.
func endsTheStory(ama person, box inbox, w way) {
	t := ama.t
	t.Helper()
	const would = "Tuesday Lark Choir would like your"
	mail := box.reads(ama, "", would)
	if strings.Contains(mail, amas) {
		t.Errorf("the offer side learns the address of the need side:\n%s", mail)
	}
	giver := strangers(mail, amas)
	if len(giver) == 0 {
		t.Fatalf("the mail is to nobody:\n%s", mail)
	}
	jo := ama.person("giver", ama.base, w)
	jo.signsIn(box, giver[0], "")
	box.opens(jo, giver[0], would, "/i/")
	jo.presses("Yes, introduce us")
	jo.sees("You are connected")
	for _, to := range []string{amas, giver[0]} {
		if others := strangers(box.reads(jo, to, "You are introduced:"), to); len(others) > 0 {
			t.Errorf("the connected mail to %s holds %v", to, others)
		}
	}
}

// strangers are the addresses of people in a text, but for the reader's and our own.
func strangers(text, reader string) []string {
	return without(without(address.FindAllString(text, -1), reader), "hello@wherewithal.example")
}

func without(list []string, one string) (out []string) {
	for _, l := range list {
		if l != one {
			out = append(out, l)
		}
	}
	return out
}

func quiet(b *browser) {
	b.t.Helper()
	if faults := b.ask(order{Do: "faults"}).List; len(faults) > 0 {
		b.t.Errorf("pages complained:\n%s", strings.Join(faults, "\n"))
	}
}

func TestFromANeedToAnIntroduction(t *testing.T) {
	h, b := newHub(t), newBrowser(t)
	visitor := b.person("visitor", h.base, way{js: true})
	visitor.opens("/")
	if file := os.Getenv("PICTURE"); file != "" { // the picture of the README
		visitor.do(order{Do: "picture", Value: file})
	}
	visitor.opens("/find?q=hall+thursday+greenwich")
	visitor.follows("/listings/")
	visitor.sees("Roughly where")
	walk(b, h, way{js: true})
	quiet(b)
}

func walk(b *browser, h *hub, w way) {
	b.t.Helper()
	ama := beginsTheStory(b, h.base, devMail{}, w)
	saysYes(ama, devMail{})
	endsTheStory(ama, devMail{}, w)
}

func TestFromANeedToAnIntroductionWithoutJavaScript(t *testing.T) {
	h, b := newHub(t), newBrowser(t)
	walk(b, h, way{js: false})
}

func TestFromANeedToAnIntroductionByKeyboardOnly(t *testing.T) {
	h, b := newHub(t), newBrowser(t)
	walk(b, h, way{js: true, keys: true})
}

func TestAKilledHubGoesOnFromWhereItWas(t *testing.T) {
	h, b := newHub(t), newBrowser(t)
	ama := beginsTheStory(b, h.base, devMail{}, way{})
	h.kill()
	took := h.again()
	t.Logf("ready again after %v", took.Round(time.Millisecond))
	if took > 10*time.Second {
		t.Errorf("ready again after %v", took)
	}
	saysYes(ama, devMail{})
	h.kill()
	h.again()
	endsTheStory(ama, devMail{}, way{})
}

// Each page as a visitor, and as someone signed in, without a violation of axe's rules.
func TestPagesHaveNoFaultsThatAxeSees(t *testing.T) {
	h, b := newHub(t), newBrowser(t)
	p := b.person("ama", h.base, way{js: true})
	look := func(path string) {
		t.Helper()
		if status := p.opens(path); status != 200 && path != "/nothing-here" {
			t.Errorf("%s: status %d", path, status)
		}
		for _, v := range p.do(order{Do: "axe"}).List {
			t.Errorf("%s: %s", path, v)
		}
	}
	for _, path := range []string{"/", "/find", "/find?q=hall", "/sign-in", "/ask", "/offer", "/dev/mail", "/dev/mail/templates", "/nothing-here"} {
		look(path)
	}
	p.opens("/find?q=hall")
	look(strings.TrimPrefix(only(p.do(order{Do: "links"}).List, "/listings/")[0], h.base))
	p.signsIn(devMail{}, amas, "Ama")
	p.foundsGroup("Tuesday Lark Choir", "SE10")
	group, _ := p.page()
	group = strings.TrimPrefix(group, h.base)
	p.asks(sentence)
	devMail{}.opens(p, amas, "could help with", "/i/")
	introduction, _ := p.page()
	for _, path := range []string{group, group + "/edit", group + "/places", group + "/pause", "/groups/new", "/mine", "/introductions",
		strings.TrimPrefix(introduction, h.base), "/ask", "/blocks", "/account/sessions"} {
		look(path)
	}
	quiet(b)
}
