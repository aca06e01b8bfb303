package speed

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"testing"
	"time"

	"wherewithal/market"
	"wherewithal/partner"
	"wherewithal/store"
)

// directory is a partner site: it asks the API with a key, as often as it likes.
type directory struct {
	api    *process
	client *http.Client
	key    string
}

// partnerOf is one that asks an api, over so many connections at once.
func (w *world) partnerOf(b *testing.B, api *process, connections int) directory {
	b.Helper()
	return directory{api, &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}, w.key(b)}
}

// ask the API, and read the answer to its end.
func (d directory) ask(b *testing.B, path string) (string, time.Duration) {
	return getWith(b, d.client, d.api.base+"/api/v1"+path, "Authorization", "Bearer "+d.key)
}

// key is a new one that may search all of the site. Its limits are those of no partner: it is not they that are measured.
func (w *world) key(b *testing.B) string {
	b.Helper()
	ctx, now, text := context.Background(), time.Now().UTC(), partner.NewKey(false)
	var person market.ID
	if err := w.Pool().QueryRow(ctx, `select id::text from people limit 1`).Scan(&person); err != nil {
		b.Fatal(err)
	}
	hash := sha256.Sum256([]byte(text))
	p := market.Partner{ID: market.NewID(), PersonID: person, Name: "A directory", Site: "https://directory.test", Purpose: "To be measured.", CreatedAt: now}
	g := market.Grant{ID: market.NewID(), PartnerID: p.ID, Scopes: []market.Scope{market.MaySearch}, PerMinute: 10_000_000, PerDay: 100_000_000,
		State: market.GrantGiven, AskedAt: now}
	t := market.Token{ID: market.NewID(), PersonID: person, PartnerID: p.ID, Name: p.Name, Hash: hash[:], Prefix: text[:12], CreatedAt: now, ExpiresAt: now.AddDate(1, 0, 0)}
	err := w.InTx(ctx, func(tx *store.Tx) error {
		return errors.Join(tx.AddPartner(ctx, p), tx.AddGrant(ctx, g), tx.KeepToken(ctx, t))
	})
	if err != nil {
		b.Fatal(err)
	}
	return text
}
