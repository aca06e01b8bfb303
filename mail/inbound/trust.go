package inbound

import (
	"strings"

	"github.com/emersion/go-msgauth/authres"
)

// Trusted says whether the server named by by (an authserv-id of RFC 8601, such as "mx.example.org") found that the mail
// truly came from the domain its From names: DMARC passed, or DKIM or SPF passed for that very domain. Only that
// server's fields count, and of them only the topmost; whoever sends a mail can write others. An empty by trusts nobody.
func (m *Message) Trusted(by string) bool {
	if by == "" || len(m.From) != 1 {
		return false
	}
	_, domain, _ := strings.Cut(m.From[0], "@")
	for _, field := range m.Results {
		who, results, err := authres.Parse(field)
		if err != nil || !strings.EqualFold(who, by) {
			continue
		}
		return passes(results, domain)
	}
	return false
}

func passes(results []authres.Result, domain string) bool {
	pass := false
	for _, r := range results {
		switch r := r.(type) {
		case *authres.DMARCResult:
			if r.Value != authres.ResultNone {
				return r.Value == authres.ResultPass && within(domain, r.From)
			}
		case *authres.DKIMResult:
			pass = pass || r.Value == authres.ResultPass && strings.EqualFold(r.Domain, domain)
		case *authres.SPFResult:
			_, from, named := strings.Cut(r.From, "@")
			if !named {
				from = r.From
			}
			pass = pass || r.Value == authres.ResultPass && strings.EqualFold(from, domain)
		}
	}
	return pass
}

// within: servers name the From domain itself, or leave it out.
func within(domain, from string) bool { return from == "" || strings.EqualFold(domain, from) }
