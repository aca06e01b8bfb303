package geocode

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"wherewithal/market"
)

const (
	answerLimit = 256 << 10        // bytes; a postcode's answer is 1 kB, ten places with addresses under 20 kB
	askTimeout  = 3 * time.Second  // a person is waiting with a form half filled in
	restAfter   = 30 * time.Second // how long a service that failed is left alone, so that an outage costs one wait, not one a form
)

// fetcher asks one outside service for JSON.
type fetcher struct {
	base   *url.URL
	agent  string
	client *http.Client

	mu    sync.Mutex
	until time.Time // business time before which it is not asked again
	cause error
}

func newFetcher(base, agent string, client *http.Client) (*fetcher, error) {
	u, err := url.Parse(strings.TrimSuffix(base, "/"))
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("%q is not an address like https://host", base)
	}
	if client == nil {
		client = &http.Client{Timeout: askTimeout, CheckRedirect: refuseRedirect}
	}
	if agent == "" {
		agent = "Wherewithal"
	}
	return &fetcher{base: u, agent: agent, client: client}, nil
}

// refuseRedirect keeps the question, which may hold somebody's address, with the service the operator chose.
func refuseRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// into asks for a path and decodes the answer. 404 is market.ErrNotFound; anything else that is not 200 with JSON of a
// sensible size is a failure, after which the service rests.
func (f *fetcher) into(ctx context.Context, now time.Time, out any, query url.Values, path ...string) error {
	if err := f.resting(now); err != nil {
		return err
	}
	if err := mayAsk(ctx); err != nil {
		return err
	}
	err := f.ask(ctx, out, query, path)
	if err != nil && !errors.Is(err, market.ErrNotFound) {
		err = fmt.Errorf("%s: %w", f.base.Host, err)
		if ctx.Err() == nil {
			f.rest(now, err)
		}
	}
	return err
}

func (f *fetcher) ask(ctx context.Context, out any, query url.Values, path []string) error {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	u := f.base.JoinPath(path...)
	u.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return err
	}
	req.Header.Set("User-Agent", f.agent)
	req.Header.Set("Accept", "application/json")
	res, err := f.client.Do(req)
	if err != nil {
		return bare(err)
	}
	defer res.Body.Close()
	return decode(res, out)
}

// bare drops the address from a client's error: it holds what a person typed, and errors are logged.
func bare(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

func decode(res *http.Response, out any) error {
	if res.StatusCode == http.StatusNotFound {
		return market.ErrNotFound
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("answered %d", res.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, answerLimit+1))
	if err != nil {
		return fmt.Errorf("reading the answer: %w", err)
	}
	if len(body) > answerLimit {
		return fmt.Errorf("answered more than %d bytes", answerLimit)
	}
	if err := json.Unmarshal(body, out); err != nil {
		return errors.New("answered something that is not the JSON expected")
	}
	return nil
}

func (f *fetcher) resting(now time.Time) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if now.Before(f.until) {
		return fmt.Errorf("left alone after: %w", f.cause)
	}
	return nil
}

func (f *fetcher) rest(now time.Time, cause error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.until, f.cause = now.Add(restAfter), cause
}
