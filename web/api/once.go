package api

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"

	"wherewithal/market"
	"wherewithal/store"
	"wherewithal/telemetry"
)

// Keyed is what each request may carry that makes or sends something.
type Keyed struct {
	Key string `header:"Idempotency-Key" minLength:"8" maxLength:"64" pattern:"^[!-~]+$" doc:"Of your choice, without spaces, for this one request. The same request sent again with it does nothing more and gets the first answer, whatever became of what was made; of send-partner-listings rows that were done stay so while there is no first answer yet, and the rest are done. Any other request with it is a 409. What was refused may be sent again with it, mended. Kept for 7 days."`
}

func (k Keyed) key() string { return k.Key }

// repeatable is an input that says under which id it is asked, and what tells it from others under the same.
type repeatable interface {
	key() string
	once(c *call) (market.OnceOnly, error)
}

// revealed is an answer in which a secret stands as its id, for as long as the answer is kept.
type revealed interface{ reveal(a *API) }

// once has what is asked with a key be done once, and answered alike each time. That it is done once is the use case's: it keeps the id
// in the transaction that does it, so that whoever comes at the same time waits there; a batch of listings alone keeps it before its rows, each of which
// keeps one of its own in the transaction that does it: a repeat that finds no answer does the others. The answer is kept after it: where that was cut off,
// or two answer at once, everybody is told what was kept first. What failed is not kept.
func once[I repeatable, O any](a *API, do func(*call, *I, market.OnceOnly) (*O, error)) func(*call, *I) (*O, error) {
	return func(c *call, in *I) (*O, error) {
		id, err := (*in).once(c)
		if err != nil {
			return nil, err
		}
		if (*in).key() == "" {
			out, err := do(c, in, id)
			return shown(a, out), err
		}
		out, err := answeredBefore[O](a, c, id)
		if errors.Is(err, market.ErrNotFound) {
			if out, err = do(c, in, id); err == nil {
				out, err = keepAnswer(a, c, id, out)
			}
		}
		return shown(a, out), err
	}
}

// shown is an answer with its secret.
func shown[O any](a *API, out *O) *O {
	if r, ok := any(out).(revealed); ok && out != nil {
		r.reveal(a)
	}
	return out
}

// answeredBefore is the answer that is kept. market.ErrNotFound: there is none, or what is asked is not known yet, as of a file that is read
// as it comes. market.ErrReused: it is to something else.
func answeredBefore[O any](a *API, c *call, id market.OnceOnly) (*O, error) {
	if id.Digest == nil {
		return nil, market.ErrNotFound
	}
	was, err := a.Store.OnceOf(c.ctx, id.ID, c.person.ID)
	if err == nil && !same(was, id) {
		err = market.ErrReused
	}
	if err != nil {
		return nil, err
	}
	return firstAnswer[O](was)
}

// same reports whether the same is asked as was. What came in a file is compared by who reads it.
func same(was store.Once, id market.OnceOnly) bool {
	return id.Digest == nil || bytes.Equal(was.Digest, id.Digest)
}

// firstAnswer is what is kept of something. market.ErrNotFound: none is.
func firstAnswer[O any](was store.Once) (*O, error) {
	if len(was.Said) == 0 {
		return nil, market.ErrNotFound
	}
	return unpacked[O](was.Said)
}

// mostKept is the most bytes of an answer that are kept, packed: a batch of 500 listings of the longest texts is about as long. What is
// longer is answered anew each time, from what there is.
const mostKept = 1 << 20

// keepAnswer keeps an answer, and gives what is kept. The answer stands for what is done: it is kept even when nobody waits for it any more.
func keepAnswer[O any](a *API, c *call, id market.OnceOnly, out *O) (*O, error) {
	said, err := packed(out)
	if err != nil {
		return nil, err
	}
	if len(said) > mostKept {
		telemetry.Add(c.ctx, "unkept", len(said))
		return out, nil
	}
	kept, err := a.Store.KeepAnswer(context.WithoutCancel(c.ctx), store.Once{ID: id.ID, Person: c.person.ID, Partner: c.key.Partner.ID, Said: said})
	switch {
	case errors.Is(err, market.ErrNotFound): // erased meanwhile
		return out, nil
	case err == nil && !same(kept, id):
		err = market.ErrReused
	}
	if err != nil {
		return nil, err
	}
	if len(kept.Said) == 0 { // what it is about was
		return out, nil
	}
	return unpacked[O](kept.Said)
}

func packed(out any) ([]byte, error) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	err := errors.Join(json.NewEncoder(w).Encode(out), w.Close())
	return b.Bytes(), err
}

func unpacked[O any](said []byte) (*O, error) {
	r, err := gzip.NewReader(bytes.NewReader(said))
	if err != nil {
		return nil, err
	}
	out := new(O)
	return out, json.NewDecoder(r).Decode(out)
}

// onceOnly is a key of the program's with what it asked for; without one each request stands alone. The ids of one person, and of one partner,
// are one room for all operations but send-partner-listings: a key that comes with another operation has another digest.
func onceOnly(c *call, key string, asked any) (market.OnceOnly, error) {
	if key == "" {
		return market.OnceOnly{ID: string(market.NewID())}, nil
	}
	text, err := json.Marshal(asked)
	sum := sha256.Sum256(text)
	return market.OnceOnly{ID: "api:" + c.who() + ":" + key, Digest: sum[:]}, err
}
