// Package webhook tells other servers of something by one POST, signed as Standard Webhooks has it.
//
// It promises that nothing but the open internet is called, whatever a name leads to at that moment; that only https with a
// certificate that holds is spoken; that no redirect is followed and no proxy asked; and that a server which is slow, endless or
// hostile costs ten seconds and a few kilobytes at most. It does not know who is told what, or when to try again.
package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"wherewithal/market"
)

// SecretPrefix begins every secret as Standard Webhooks writes them.
const SecretPrefix = "whsec_"

// SecretText is a key as its receiver is shown it.
func SecretText(key []byte) string { return SecretPrefix + base64.StdEncoding.EncodeToString(key) }

// Body is what is sent about one thing: what happened to it, and which it is. Whoever wants more asks the API, which tells them
// what they may see by then.
func Body(d market.Delivery) []byte {
	body, err := json.Marshal(struct {
		Type      market.Announced `json:"type"`
		Timestamp time.Time        `json:"timestamp"`
		Data      struct {
			ID market.ID `json:"id"`
		} `json:"data"`
	}{Type: d.Type, Timestamp: d.At.UTC().Truncate(time.Second), Data: struct {
		ID market.ID `json:"id"`
	}{d.SubjectID}})
	if err != nil { // nothing in it can fail
		panic(err)
	}
	return body
}

// Sign is the header webhook-signature of a message: one signature for each key, by spaces.
func Sign(id string, at time.Time, body []byte, keys ...[]byte) string {
	var all []string
	for _, key := range keys {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(id + "." + strconv.FormatInt(at.Unix(), 10) + "."))
		mac.Write(body)
		all = append(all, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	return strings.Join(all, " ")
}
