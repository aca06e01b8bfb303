package search

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/meilisearch/meilisearch-go"

	"wherewithal/market"
)

// Meili is the index in a Meilisearch server, the second implementation of the contract. It is safe for concurrent use,
// by many processes at once when they share their Turns.
//
// The engine holds two indexes at most: the live one, and while one is being built the next beside it. What a listing
// says is in them in order to be found and never comes out again: answers are ids, with what their order needs.
type Meili struct {
	server meilisearch.ServiceManager
	live   string // the index's name
	next   string // that of the one being built
	seal   seal
	turns  Turns
	wait   time.Duration

	settings    func() *meilisearch.Settings // of an index that is built
	meaner      Meaner                       // nil: words alone
	meantWithin time.Duration
}

// MeiliOptions say where the server is and how to speak with it.
type MeiliOptions struct {
	URL       string
	Key       string            // one that may search; to write, one that may read, write and swap too
	Index     string            // the index's name: "listings" when it is empty
	Secret    []byte            // seals cursors; the same in every process
	Transport http.RoundTripper // nil: the usual one, with short waits for a connection
	Turns     Turns             // nil: of this process alone
	Wait      time.Duration     // for the engine to have done what it was told to; 0 means half a minute

	Meaner      Meaner        // reads what questions mean; nil: words alone
	MeantWithin time.Duration // that a page may wait for what it is filled up with, beyond what words took; 0 means 120 ms
}

// answerWithin bounds one request to the engine; a question's own deadline is much shorter.
const answerWithin = 20 * time.Second

// NewMeili is the index in the server at an address. Nothing is asked of the server yet.
func NewMeili(o MeiliOptions) *Meili {
	if o.Index == "" {
		o.Index = "listings"
	}
	if o.Turns == nil {
		o.Turns = &ownTurns{}
	}
	if o.Wait == 0 {
		o.Wait = 30 * time.Second
	}
	if o.MeantWithin == 0 {
		o.MeantWithin = 120 * time.Millisecond
	}
	if o.Transport == nil {
		o.Transport = &http.Transport{DialContext: (&net.Dialer{Timeout: 2 * time.Second}).DialContext,
			MaxIdleConns: 64, MaxIdleConnsPerHost: 64, IdleConnTimeout: 90 * time.Second, ResponseHeaderTimeout: answerWithin}
	}
	server := meilisearch.New(strings.TrimSuffix(o.URL, "/"), meilisearch.WithAPIKey(o.Key), meilisearch.DisableRetries(),
		meilisearch.WithCustomClient(&http.Client{Transport: o.Transport, Timeout: answerWithin}))
	return &Meili{server: server, live: o.Index, next: o.Index + "_next", turns: o.Turns, wait: o.Wait,
		seal: seal(append([]byte("meilisearch:"), o.Secret...)), settings: settings, meaner: o.Meaner, meantWithin: o.MeantWithin}
}

// engineError is what the engine said, in short: its own words may hold what somebody searched for.
type engineError struct {
	doing  string
	status int
	code   string
}

func (e *engineError) Error() string {
	return fmt.Sprintf("meilisearch: %s: %d %s", e.doing, e.status, e.code)
}

// code is the engine's code of an error: "index_not_found"; "" when it is not one of the engine's.
func code(err error) string {
	var e *engineError
	if errors.As(err, &e) {
		return e.code
	}
	return ""
}

// told makes an error of the client library one of ours. What may mend by waiting is market.ErrUnavailable; a caller who
// went away is told so.
func told(ctx context.Context, err error) error {
	var e *meilisearch.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(context.Cause(ctx), context.Canceled):
		return ctx.Err()
	case ctx.Err() != nil:
		return fmt.Errorf("%w: meilisearch: %w", market.ErrUnavailable, context.Cause(ctx))
	case !errors.As(err, &e):
		return fmt.Errorf("%w: meilisearch: %w", market.ErrUnavailable, err)
	}
	said := &engineError{e.Method + " " + e.Endpoint, e.StatusCode, e.MeilisearchApiError.Code}
	if e.StatusCode == http.StatusBadRequest || e.StatusCode == http.StatusRequestEntityTooLarge {
		return said
	}
	return fmt.Errorf("%w: %w", market.ErrUnavailable, said)
}

// await waits until the engine has done a task, and says when it has failed.
func (m *Meili) await(ctx context.Context, task *meilisearch.TaskInfo, err error) error {
	return m.awaitWithin(ctx, task, err, m.wait)
}

func (m *Meili) awaitWithin(ctx context.Context, task *meilisearch.TaskInfo, err error, wait time.Duration) error {
	if err != nil {
		return told(ctx, err)
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, 200*time.Millisecond) {
		t, err := m.server.GetTaskWithContext(ctx, task.TaskUID)
		if err != nil {
			return told(ctx, err)
		}
		switch t.Status {
		case meilisearch.TaskStatusSucceeded:
			return nil
		case meilisearch.TaskStatusFailed, meilisearch.TaskStatusCanceled:
			return &engineError{string(t.Type), http.StatusOK, t.Error.Code}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: meilisearch: task %d is not done: %w", market.ErrUnavailable, task.TaskUID, ctx.Err())
		case <-time.After(pause):
		}
	}
}
