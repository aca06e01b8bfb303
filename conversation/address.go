package conversation

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"wherewithal/mail/inbound"
	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/wording"
)

// withoutAddresses takes the addresses of the accounts of both groups, and of a connector who speaks for one, out of a text, but for that of the person who typed
// it there themselves. By mail nobody types: their program puts the address in, so for mails that person is none.
func withoutAddresses(ctx context.Context, tx *store.Tx, in market.Introduction, text string, typedBy market.ID, now time.Time) (string, error) {
	if !strings.ContainsAny(text, "@%([{") {
		return text, nil
	}
	list, err := tx.AddressesOf(ctx, []market.ID{in.OfferGroupID, in.NeedGroupID}, now)
	if err != nil {
		return "", err
	}
	for _, side := range []market.Side{market.Offer, market.Need} {
		people, err := tx.Speakers(ctx, in, side, now)
		if err != nil {
			return "", err
		}
		for _, p := range people {
			list = append(list, p.Address)
		}
	}
	typed := ""
	if typedBy != "" {
		p, err := tx.Person(ctx, typedBy)
		if err != nil {
			return "", err
		}
		typed = bare(p.Address)
	}
	list = slices.DeleteFunc(list, func(a string) bool { return bare(a) == typed })
	hidden := map[string]bool{}
	for _, a := range list {
		hidden[bare(a)] = true
	}
	keep := func(address string) bool { return !hidden[bare(address)] }
	mark := wording.Text(wording.Default, "mail.address_left_out", nil)
	return inbound.Hidden(inbound.Masked(text, mark, keep), mark, slices.Sorted(maps.Keys(hidden))), nil
}

var at, dot = regexp.MustCompile(`\s*[\[({]\s*at\s*[\])}]\s*`), regexp.MustCompile(`\s*(?:[\[({]\s*dot\s*[\])}]|\.)\s*`)

// bare is an address as all ways to write it come to: lower case, no tag behind a plus, "(at)" and "(dot)" as signs.
func bare(address string) string {
	address = dot.ReplaceAllString(at.ReplaceAllString(strings.ToLower(address), "@"), ".")
	local, domain, _ := strings.Cut(address, "@")
	local, _, _ = strings.Cut(local, "+")
	return local + "@" + domain
}
