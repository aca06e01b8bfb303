package e2e

import (
	"strings"
	"testing"
)

// A passkey is made and used in a real browser, whose authenticator alone is a virtual one.
func TestSigningInByAPasskey(t *testing.T) {
	t.Parallel()
	h, b := newHubByName(t), newBrowser(t)
	p := b.person("ama", h, way{js: true})
	p.signsIn(amas, "Ama")
	p.do(order{Do: "authenticator"})
	p.opens("/account/passkeys")
	p.sees("You have no passkey yet")
	p.fills("On which device?", "my laptop")
	p.presses("Make a passkey")
	p.sees("The passkey is added")
	p.sees("my laptop")
	p.looks()
	p.presses("Make a passkey") // without a name nothing is asked
	h.box().reads(p, amas, "A passkey was added")

	p.do(order{Do: "leaves"})
	p.opens("/sign-in?next=/account/passkeys")
	p.looks()
	p.presses("Sign in with a passkey")
	p.sees("You are signed in")
	p.sees("last used today")
	p.presses("Remove it")
	p.sees("That passkey is removed")
	h.box().reads(p, amas, "A passkey was removed")

	p.do(order{Do: "leaves"})
	p.opens("/sign-in")
	p.presses("Sign in with a passkey") // which the device still holds
	p.sees("This passkey is not known here")
	p.signsIn(amas, "") // nobody is locked out
	quiet(b)

	old := b.person("bea", h, way{})
	old.opens("/sign-in")
	if _, text := old.page(); strings.Contains(text, "passkey") {
		t.Errorf("without JavaScript the page speaks of passkeys:\n%s", text)
	}
	old.signsIn("bea@band.test", "Bea")
	old.opens("/account/passkeys")
	old.sees("Adding one needs JavaScript")
}
