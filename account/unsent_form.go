package account

import (
	"context"
	"encoding/json"
	"unicode/utf8"

	"time"
	"wherewithal/market"
	"wherewithal/store"
)

// KeepUnsent keeps the fields of a listing's form for a browser, over what it kept of that side. They wait for
// market.UnsentLasts. More than market.MaxUnsent bytes are market.Invalid, about the description.
func (a *Accounts) KeepUnsent(ctx context.Context, browser Secret, side market.Side, fields map[string][]string, now time.Time) (err error) {
	defer market.Wrap(&err, "KeepUnsent")
	text, err := fieldsText(fields)
	if err != nil {
		return err
	}
	f := market.UnsentForm{BrowserHash: hash(browser), Side: side, Fields: text, KeptAt: now}
	return a.store.InTx(ctx, func(tx *store.Tx) error { return tx.KeepUnsent(ctx, f) })
}

// fieldsText is a form as it is kept.
func fieldsText(fields map[string][]string) ([]byte, error) {
	text, err := json.Marshal(fields)
	if err == nil && len(text) > market.MaxUnsent {
		return nil, market.Refuse("description", "text_long", "Max", market.MaxDescription,
			"Over", max(1, utf8.RuneCountInString(first(fields["description"]))-market.MaxDescription))
	}
	return text, err
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// Unsent are the fields that wait for a browser. market.ErrNotFound: none do.
func (a *Accounts) Unsent(ctx context.Context, browser Secret, side market.Side, now time.Time) (fields map[string][]string, err error) {
	defer market.Wrap(&err, "Unsent")
	f, err := a.store.Unsent(ctx, hash(browser), side, now.Add(-market.UnsentLasts))
	if err != nil {
		return nil, err
	}
	return fields, json.Unmarshal(f.Fields, &fields)
}

// DropUnsent forgets what waits for a browser: the form of one side, or of both when side is "".
func (a *Accounts) DropUnsent(ctx context.Context, browser Secret, side market.Side) (err error) {
	defer market.Wrap(&err, "DropUnsent")
	return a.store.InTx(ctx, func(tx *store.Tx) error { return tx.DropUnsent(ctx, hash(browser), side) })
}
