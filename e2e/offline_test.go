package e2e

import "testing"

// What was typed while the network went away waits on the device, and goes on when it is back.
func TestWhatWasTypedWithoutANetworkIsKept(t *testing.T) {
	t.Parallel()
	h, b := newHub(t), newBrowser(t)
	p := b.person("ama", h, way{js: true, worker: true})
	p.opens("/ask")
	p.offline(false) // ready
	p.fills("Say it as you would to a neighbour", sentence)
	p.offline(true)
	p.presses("Read it and show who could help")
	p.sees("You are not connected")
	const label = "What do you need, or what can you offer?"
	if got := p.holds(label, sentence); got != sentence {
		t.Errorf("kept %q", got)
	}
	p.opens("/find")
	p.sees("You are not connected")
	p.looks()
	p.offline(false)
	p.presses("Ask for this")
	if got := p.holds("Say it as you would to a neighbour", sentence); got != sentence {
		t.Errorf("went on with %q", got)
	}
	p.presses("Read it and show who could help")
	p.sees("We read this")
	p.opens("/offline")
	if got := p.holds(label, ""); got != "" {
		t.Errorf("still keeps %q", got)
	}
	b.ask(order{Do: "faults"}) // a browser complains of each page it cannot fetch
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
