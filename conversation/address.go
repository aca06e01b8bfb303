package conversation

import (
	"context"
	"regexp"
	"strings"
	"time"

	"wherewithal/mail/inbound"
	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/wording"
)

// withoutAddresses takes the addresses of the accounts of both groups out of a text, but for that of the person who typed
// it there themselves. By mail nobody types: their program puts the address in, so for mails that person is none.
func withoutAddresses(ctx context.Context, tx *store.Tx, in market.Introduction, text string, typedBy market.ID, now time.Time) (string, error) {
	if !strings.ContainsAny(text, "@([{") {
		return text, nil
	}
	list, err := tx.AddressesOf(ctx, []market.ID{in.OfferGroupID, in.NeedGroupID}, now)
	if err != nil {
		return "", err
	}
	hidden := map[string]bool{}
	for _, a := range list {
		hidden[bare(a)] = true
	}
	if typedBy != "" {
		p, err := tx.Person(ctx, typedBy)
		if err != nil {
			return "", err
		}
		delete(hidden, bare(p.Address))
	}
	keep := func(address string) bool { return !hidden[bare(address)] }
	return inbound.Masked(text, wording.Text(wording.Default, "mail.address_left_out", nil), keep), nil
}

var at, dot = regexp.MustCompile(`\s*[\[({]\s*at\s*[\])}]\s*`), regexp.MustCompile(`\s*(?:[\[({]\s*dot\s*[\])}]|\.)\s*`)

// bare is an address as all ways to write it come to: lower case, no tag behind a plus, "(at)" and "(dot)" as signs.
func bare(address string) string {
	address = dot.ReplaceAllString(at.ReplaceAllString(strings.ToLower(address), "@"), ".")
	local, domain, _ := strings.Cut(address, "@")
	local, _, _ = strings.Cut(local, "+")
	return local + "@" + domain
}
