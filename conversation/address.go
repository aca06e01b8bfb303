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

// hiddenOf are the addresses that no text of an introduction may hold: those of the accounts of both groups, and of a connector
// who speaks for one, also one that an account has left lately, but for those of the person who typed the text there themselves. By mail
// nobody types: their program puts the address in, so for mails that person is none.
func hiddenOf(ctx context.Context, tx *store.Tx, in market.Introduction, typedBy market.ID, now time.Time) ([]string, error) {
	var speakers []market.ID
	for _, side := range []market.Side{market.Offer, market.Need} {
		people, err := tx.Speakers(ctx, in, side, now)
		if err != nil {
			return nil, err
		}
		for _, p := range people {
			speakers = append(speakers, p.ID)
		}
	}
	list, err := tx.AddressesOf(ctx, []market.ID{in.OfferGroupID, in.NeedGroupID}, speakers, now)
	if err != nil {
		return nil, err
	}
	hidden := map[string]bool{}
	for _, a := range list {
		hidden[bare(a)] = true
	}
	if typedBy != "" {
		own, err := tx.AddressesOf(ctx, nil, []market.ID{typedBy}, now)
		if err != nil {
			return nil, err
		}
		for _, a := range own {
			delete(hidden, bare(a))
		}
	}
	return slices.Sorted(maps.Keys(hidden)), nil
}

// without takes the addresses that hiddenOf gave out of a text.
func without(text string, hidden []string) string {
	if !strings.ContainsAny(text, "@%([{") {
		return text
	}
	keep := func(address string) bool { return !slices.Contains(hidden, bare(address)) }
	mark := wording.Text(wording.Default, "mail.address_left_out", nil)
	return inbound.Hidden(inbound.Masked(text, mark, keep), mark, hidden)
}

var at, dot = regexp.MustCompile(`\s*[\[({]\s*at\s*[\])}]\s*`), regexp.MustCompile(`\s*(?:[\[({]\s*dot\s*[\])}]|\.)\s*`)

// bare is an address as all ways to write it come to: lower case, no tag behind a plus, "(at)" and "(dot)" as signs.
func bare(address string) string {
	address = dot.ReplaceAllString(at.ReplaceAllString(strings.ToLower(address), "@"), ".")
	local, domain, _ := strings.Cut(address, "@")
	local, _, _ = strings.Cut(local, "+")
	return local + "@" + domain
}
