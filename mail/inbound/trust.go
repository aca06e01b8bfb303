package inbound

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/emersion/go-msgauth/authres"
)

// Trusted says whether the server named by by (an authserv-id of RFC 8601, such as "mx.example.org") found that the mail
// truly came from the domain its From names: DMARC passed, or DKIM or SPF passed for that very domain. Only that
// server's fields count, and of them only the topmost; whoever sends a mail can write others. An empty by trusts nobody.
// A field also repeats what the sender chose, such as the address of the envelope: one that could be read in two ways (an open
// comment or quote, a quote with a result in it, a fault, two findings of DMARC) is trusted in none.
func (m *Message) Trusted(by string) bool {
	if by == "" || len(m.From) != 1 {
		return false
	}
	_, domain, _ := strings.Cut(m.From[0], "@")
	for _, field := range m.Results {
		bare, whole := plain(field)
		who, results, err := authres.Parse(bare)
		switch {
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

// plain is a field without its comments and quotes (RFC 8601, 2.2), which authres takes for words: what a quoted string holds
// stands for itself, and each sign of it that could end or begin something is "_". whole is false when one is open or
// misplaced, or holds what another reader could take for a result.
func plain(field string) (bare string, whole bool) {
	var out strings.Builder
	for field != "" {
		switch c := field[0]; c {
		case '(', '"':
			n, held := enclosed(field)
			if n == 0 || c == '(' && strings.Count(held, `"`)%2 > 0 || c == '"' && (ambiguous(held) || !quotable(out.String(), field[n:])) {
				return "", false
			}
			if c == '(' {
				held = " "
			} else {
				held = strings.Map(harmless, held)
			}
			out.WriteString(held)
			field = field[n:]
		case ')', '\\':
			return "", false
		default:
			out.WriteByte(c)
			field = field[1:]
		}
	}
	return equals.ReplaceAllString(out.String(), "=$1$2"), true
}

// enclosed is how long the comment or the quoted string is that begins a field, and what is in it; 0: it has no end. Comments nest.
func enclosed(field string) (n int, held string) {
	var in strings.Builder
	comment := field[0] == '('
	for i, deep := 1, 1; i < len(field); i++ {
		c := field[i]
		switch {
		case c == '\\' && i+1 < len(field):
			i++
			c = field[i]
		case comment && c == '(':
			deep++
		case comment && c == ')' || !comment && c == '"':
			if deep--; deep == 0 {
				return i + 1, in.String()
			}
		}
		in.WriteByte(c)
	}
	return 0, ""
}

var (
	// Space may stand around "=".
	equals = regexp.MustCompile(`\s*=\s*([^\s=;]*)([\s;]|$)`)
	// A reason and a property may be quoted, no method and no result.
	before  = regexp.MustCompile(`(?i)(?:^|[\s;])(?:reason|[a-z][a-z0-9-]*\.[a-z0-9-]+)\s*=\s*$`)
	encoded = regexp.MustCompile(`^[A-Za-z0-9+/]*={0,2}$`)
)

// ambiguous says whether a quoted string holds "=", as results do: where a server did not quote a sender's quotes, what is
// within and what is without change places. A signature (header.b) may end with it.
func ambiguous(held string) bool { return strings.Contains(held, "=") && !encoded.MatchString(held) }

// quotable says whether a quoted string may stand between the two: as the server's name, a reason or a property, whole or
// before "@".
func quotable(left, right string) bool {
	const longest = 100 // of the names of properties, with space
	return (strings.TrimSpace(left) == "" || before.MatchString(left[max(0, len(left)-longest):])) &&
		(right == "" || strings.ContainsRune(" \t;(@", rune(right[0])))
}

// harmless is a sign of a quoted string that neither ends a word nor begins one.
func harmless(r rune) rune {
	if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._@+-/:", r) {
		return r
	}
	return '_'
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
