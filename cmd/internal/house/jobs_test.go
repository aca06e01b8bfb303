package house

import (
	"testing"

	"wherewithal/config"
	"wherewithal/mail/catcher"
)

// Providers are spared; the hub's own mail server is none.
func TestMailsToOneDomainAreKeptApartWhereTheyLeaveTheMachine(t *testing.T) {
	for name, c := range map[string]struct {
		perDomain int
		mails     *catcher.Catcher
		paced     bool
	}{
		"as it comes":        {60, nil, true},
		"as many as go":      {0, nil, false},
		"the hub keeps them": {60, &catcher.Catcher{}, false},
	} {
		h := &House{Config: config.Config{MailsPerDomain: c.perDomain}, Mails: c.mails}
		if paced := h.pace() != nil; paced != c.paced {
			t.Errorf("%s: paced %v, want %v", name, paced, c.paced)
		}
	}
}
