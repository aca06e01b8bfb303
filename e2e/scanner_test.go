package e2e

import (
	"net/http"
	"strings"
	"testing"
)

// Mail scanners open every link of a mail before its reader does: programs that fetch it, and browsers that run its scripts.
func TestNoLinkOfAMailChangesAnything(t *testing.T) {
	t.Parallel()
	w, b := newTown(t), newBrowser(t)
	w.withAHall(b)
	ama := beginsTheStory(b, w, way{})
	w.box().reads(ama, amas, "could help with")
	bea := b.person("bea", w, way{})
	bea.opens("/sign-in")
	bea.fills("Your e-mail address", "bea@band.test")
	bea.presses("Send me the link")
	bea.sees("Look in your mail")
	w.box().reads(bea, "bea@band.test", "Your link to sign in") // and leaves it unused
	before := w.settled()
	seen := map[string]int{}
	for _, m := range w.mails.Log() {
		for _, address := range link.FindAllString(m.Text, -1) {
			for _, method := range []string{http.MethodHead, http.MethodGet} {
				follow(t, method, address)
			}
			if status := ama.do(order{Do: "scan", URL: address}).Status; status >= 500 {
				t.Errorf("%s: status %d", address, status)
			}
			ama.do(order{Do: "go", URL: address})
			for _, kind := range []string{"/sign-in/", "/i/"} {
				if strings.Contains(address, kind) {
					seen[kind]++
				}
			}
		}
	}
	if seen["/sign-in/"] < 3 || seen["/i/"] < 1 {
		t.Errorf("only these links were followed: %v", seen)
	}
	if after := w.settled(); after != before {
		t.Errorf("following links changed the tables:\n%s", changes(before, after))
	}
	saysYes(ama)
	w.box().opens(bea, "bea@band.test", "Your link to sign in", "/sign-in/")
	bea.presses("Sign me in")
	bea.sees("You are signed in")
}

func follow(t *testing.T, method, address string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
}

func changes(before, after string) string {
	had := map[string]bool{}
	for _, line := range strings.Split(before, "\n") {
		had[line] = true
	}
	var out []string
	for _, line := range strings.Split(after, "\n") {
		if !had[line] {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}
