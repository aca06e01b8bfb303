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
func (p person) signsIn(address, name string) {
	p.t.Helper()
	p.opens("/sign-in")
	p.fills("Your e-mail address", address)
	p.presses("Send me the link")
	p.sees("Look in your mail")
	p.mail(address, "Your link to sign in")
	p.follows("/sign-in/")
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
	p.fills("What does it do?", "We sing together on Thursdays.")
	p.fills("Postcode or place", place)
	p.presses("Save")
	if _, text := p.page(); strings.Contains(text, "Yes, it is in") {
		p.do(order{Do: "tick", Label: "Yes, it is in"})
		p.presses("Save")
	}
	p.sees("Your group is here")
}

// posts reads the sentence, sees who could help before anything is posted, and posts.
func (p person) asks(what string) {
	p.t.Helper()
	p.opens("/ask")
	p.fills("Say it as you would to a neighbour", what)
	p.presses("Read it and show who could help")
	p.sees("could help")
	p.presses("Post it")
	p.sees("Posted. We are looking for groups that fit.")
}

var toLine = regexp.MustCompile(`[a-z0-9.'-]+@[a-z0-9.-]+\.example`)

// beginsTheStory goes as far as the need side's yes.
func beginsTheStory(b *browser, h *hub, js bool) person {
	b.t.Helper()
	ama := b.person("ama", h.base, js)
	ama.signsIn("ama@choir.example", "Ama")
	ama.foundsGroup("Tuesday Lark Choir", "SE10")
	ama.asks(sentence)
	began := time.Now()
	mail := ama.mail("ama@choir.example", "could help with")
	b.t.Logf("from posted to the mail read: %v", time.Since(began).Round(time.Millisecond))
	if !strings.Contains(mail, "Why this fits") || !strings.Contains(mail, "Thursday") {
		b.t.Errorf("the mail gives no reasons:\n%s", mail)
	}
	if others := only(toLine.FindAllString(mail, -1), "@"); len(without(others, "ama@choir.example")) > 0 {
		b.t.Errorf("the mail to the need side holds the address of someone else: %v", others)
	}
	ama.follows("/introductions/")
	ama.presses("Yes, introduce us")
	ama.sees("We have told them that you would like this")
	return ama
}

// endsTheStory has the offer side read its mail, and say yes.
func endsTheStory(b *browser, ama person, js bool) {
	b.t.Helper()
	mail := ama.mail("", "Tuesday Lark Choir would like your")
	if strings.Contains(mail, "ama@choir.example") {
		b.t.Errorf("the offer side learns the address of the need side:\n%s", mail)
	}
	found := without(toLine.FindAllString(mail, -1), "ama@choir.example")
	if len(found) == 0 {
		b.t.Fatalf("the mail is to nobody:\n%s", mail)
	}
	address := found[0]
	jo := b.person("jo", ama.base, js)
	jo.signsIn(address, "")
	jo.mail(address, "Tuesday Lark Choir would like your")
	jo.follows("/introductions/")
	jo.presses("Yes, introduce us")
	jo.sees("You are connected")
	for _, to := range []string{"ama@choir.example", address} {
		connected := jo.mail(to, "You are introduced:")
		other := strings.Replace(address, to, "", 1) // of the two, the one who is not the reader
		if other == "" {
			other = "ama@choir.example"
		}
		if strings.Contains(connected, other) {
			b.t.Errorf("the connected mail to %s holds %s", to, other)
		}
	}
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
	h := newHub(t)
	b := newBrowser(t)
	first := b.person("visitor", h.base, true)
	first.opens("/")
	if file := os.Getenv("PICTURE"); file != "" { // the picture of the README
		first.do(order{Do: "picture", Value: file})
	}
	first.opens("/find?q=hall+thursday+greenwich")
	first.follows("/listings/")
	first.sees("Roughly where")
	endsTheStory(b, beginsTheStory(b, h, true), true)
	quiet(b)
}

func TestFromANeedToAnIntroductionWithoutJavaScript(t *testing.T) {
	h := newHub(t)
	b := newBrowser(t)
	endsTheStory(b, beginsTheStory(b, h, false), false)
}

func TestAKilledHubGoesOnFromWhereItWas(t *testing.T) {
	h := newHub(t)
	b := newBrowser(t)
	ama := beginsTheStory(b, h, false)
	h.kill()
	took := h.again()
	t.Logf("ready again after %v", took.Round(time.Millisecond))
	if took > 10*time.Second {
		t.Errorf("ready again after %v", took)
	}
	endsTheStory(b, ama, false)
}

// Each page as a visitor, and as someone signed in, without a violation of axe's rules.
func TestPagesHaveNoFaultsThatAxeSees(t *testing.T) {
	h := newHub(t)
	b := newBrowser(t)
	p := b.person("ama", h.base, true)
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
	listing := only(p.do(order{Do: "links"}).List, "/listings/")[0]
	look(strings.TrimPrefix(listing, h.base))
	p.signsIn("ama@choir.example", "Ama")
	p.foundsGroup("Tuesday Lark Choir", "SE10")
	group, _ := p.page()
	group = strings.TrimPrefix(group, h.base)
	for _, path := range []string{group, group + "/edit", group + "/places", group + "/pause", "/groups/new", "/mine", "/introductions", "/blocks", "/account/sessions"} {
		look(path)
	}
	quiet(b)
}
