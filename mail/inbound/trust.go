package inbound

import (
	"slices"
	"strings"

	"github.com/emersion/go-msgauth/authres"
)

// Trusted says whether the server named by by (an authserv-id of RFC 8601, such as "mx.example.org") found that the mail
// truly came from the domain its From names: DMARC passed, or DKIM or SPF passed for that very domain. Only that
// server's fields count, and of them only the topmost; whoever sends a mail can write others. An empty by trusts nobody.
// A field also repeats what the sender chose, such as the address of the envelope: one that could be read in two ways (it
// holds a quoted string, an open comment, a fault, two findings of DMARC) is trusted in none.
func (m *Message) Trusted(by string) bool {
	if by == "" || len(m.From) != 1 {
		return false
	}
	_, domain, _ := strings.Cut(m.From[0], "@")
	for _, field := range m.Results {
		bare, whole := uncommented(field)
		who, results, err := authres.Parse(bare)
		switch {
		case strings.Contains(field, `"`):
			return false
		case (err != nil || !whole) && claims(field, by):
			return false
		case err == nil && whole && strings.EqualFold(who, by):
			return passes(results, domain)
		}
	}
	return false
}

// claims says whether a field that cannot be read may be the trusted server's.
func claims(field, by string) bool {
	return strings.Contains(strings.ToLower(field), strings.ToLower(by))
}

// uncommented is a field without its comments, which nest; whole is false when one is open or one ends that never began.
func uncommented(field string) (bare string, whole bool) {
	var out strings.Builder
	deep, escaped := 0, false
	for _, r := range field {
		switch {
		case escaped:
			escaped = false
		case deep > 0 && r == '\\':
			escaped = true
		case r == '(':
			deep++
		case r == ')' && deep == 0:
			return "", false
		case r == ')':
			deep--
			out.WriteByte(' ')
		case deep == 0:
			out.WriteRune(r)
		}
	}
	return out.String(), deep == 0 && !escaped
}

func passes(results []authres.Result, domain string) bool {
	pass, judged := false, func(r authres.Result) bool { _, is := r.(*authres.DMARCResult); return is }
	if i := slices.IndexFunc(results, judged); i >= 0 && slices.ContainsFunc(results[i+1:], judged) {
		return false
	}
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
