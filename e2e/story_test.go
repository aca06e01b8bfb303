package e2e

import (
	"os"
	"regexp"
	"slices"
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
	p.site.box().opens(p, address, "Your link to sign in", "/sign-in/")
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

// asks reads the sentence, sees who could help and why before anything is posted, and posts. It returns what was said of
// each who could help: title, group, reasons.
func (p person) asks(what string) []string {
	p.t.Helper()
	p.opens("/ask")
	p.fills("Say it as you would to a neighbour", what)
	before := p.site.query(posted)
	p.presses("Read it and show who could help")
	helpers := p.do(order{Do: "helpers"}).List
	for _, h := range helpers {
		lines := strings.Split(h, "\n")
		if len(lines) < 3 || !reason.MatchString(strings.Join(lines[2:], "\n")) {
			p.t.Errorf("who could help is shown without a group or without reasons:\n%s", h)
		}
	}
	if after := p.site.query(posted); len(helpers) == 0 || after != before {
		p.t.Errorf("before posting %d could help, and the database holds %s, before that %s", len(helpers), after, before)
	}
	p.presses("Post it")
	p.sees("Posted. We are looking for groups that fit.")
	return helpers
}

// posted counts what posting leaves.
const posted = `select (select count(*) from listings) || ' listings, ' || (select count(*) from events) || ' events'`

// reason is how at least one of the reasons begins or ends that speak for a group.
var reason = regexp.MustCompile(`apart|free on (all|\d+ of) your`)

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
func beginsTheStory(b *browser, at site, w way) person {
	b.t.Helper()
	ama := b.person("ama", at, w)
	ama.signsIn(amas, "Ama")
	ama.foundsGroup("Tuesday Lark Choir", "SE10")
	ama.asks(sentence)
	return ama
}

// saysYes is the need side reading its mail, which names nobody's address, and pressing its button.
func saysYes(ama person) {
	ama.t.Helper()
	began := time.Now()
	mail := ama.site.box().opens(ama, amas, "could help with", "/i/")
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
func endsTheStory(ama person, w way) {
	t, box := ama.t, ama.site.box()
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
	jo := ama.person("giver", ama.site, w)
	jo.signsIn(giver[0], "")
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
	others := without(without(address.FindAllString(text, -1), reader), "hello@wherewithal.example")
	return slices.DeleteFunc(others, func(a string) bool { return strings.HasSuffix(a, "@reply.town.test") }) // masked
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
	t.Parallel()
	h, b := firstHub(t), newBrowser(t)
	visitor := b.person("visitor", h, way{js: true})
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

func walk(b *browser, h *hub, w way) person {
	b.t.Helper()
	ama := beginsTheStory(b, h, w)
	saysYes(ama)
	endsTheStory(ama, w)
	return ama
}

func TestFromANeedToAnIntroductionWithoutJavaScript(t *testing.T) {
	t.Parallel()
	h, b := newHub(t, "LOG_LEVEL=debug"), newBrowser(t)
	ama := walk(b, h, way{js: false})
	ama.offers(horn)
	leavesNothing(ama, h)
}

func TestFromANeedToAnIntroductionByKeyboardOnly(t *testing.T) {
	t.Parallel()
	h, b := newHub(t), newBrowser(t)
	walk(b, h, way{js: true, keys: true})
}

func TestAKilledHubGoesOnFromWhereItWas(t *testing.T) {
	t.Parallel()
	h, b := newHub(t), newBrowser(t)
	ama := beginsTheStory(b, h, way{})
	h.kill()
	h.again()
	saysYes(ama)
	h.kill()
	h.again()
	endsTheStory(ama, way{})
}
