package search

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"wherewithal/market"
)

// How long visitors are told the same counts, and of how many questions. An index is as late by itself: what is posted or
// closed reaches it by a job.
const (
	tallyLasts  = 3 * time.Second
	mostTallies = 500
)

// counting does without the time and the work of counting again for a moment what all visitors ask, such as everything that
// is offered. Only numbers are kept, never which listings they are of: what was hidden or closed is gone from the hits at
// once. A question is told apart by its whole statement and all its values, but for the seconds of its time.
type counting struct {
	mu   sync.Mutex
	kept map[string]tally
	now  singleflight.Group
}

// tally is what was counted for a page, and when.
type tally struct {
	page Page // its counts alone
	at   time.Time
}

// mayKeep reports whether a viewer sees what every visitor sees, and no more and no less.
func mayKeep(v market.Viewer) bool {
	return !v.SignedIn() && !v.System && !v.Operator && v.Partner == "" && v.Within == nil && len(v.Roles) == 0
}

// of is what count says of a question, or said a moment ago. Whoever asks meanwhile waits for the same answer.
func (c *counting) of(ctx context.Context, s *question, count func(context.Context, *Page) error) (Page, error) {
	key := s.key()
	if page, ok := c.known(key); ok {
		return page, nil
	}
	said, err, _ := c.now.Do(key, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second) // one who leaves takes nobody along
		defer cancel()
		var page Page
		err := count(ctx, &page)
		if err == nil {
			c.keep(key, page)
		}
		return page, err
	})
	return said.(Page), err
}

func (c *counting) known(key string) (Page, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t, ok := c.kept[key]
	return t.page, ok && time.Since(t.at) < tallyLasts
}

func (c *counting) keep(key string, page Page) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.kept) >= mostTallies {
		maps.DeleteFunc(c.kept, func(_ string, t tally) bool { return time.Since(t.at) >= tallyLasts })
	}
	if len(c.kept) >= mostTallies || c.kept == nil {
		c.kept = map[string]tally{}
	}
	c.kept[key] = tally{page, time.Now()}
}

// key tells the statement's questions apart.
func (s *question) key() string {
	var b strings.Builder
	fmt.Fprint(&b, s.q.SkipFacets, s.q.counts(), s.table, s.conditions())
	for _, arg := range s.args {
		if t, is := arg.(time.Time); is {
			arg = t.Truncate(time.Minute)
		}
		fmt.Fprintf(&b, "\x00%v", arg)
	}
	return b.String()
}

// counted puts counts into a page, as maps of its own.
func (page *Page) counted(c Page) {
	page.Total, page.More = c.Total, c.More
	page.Facets = Facets{Sides: maps.Clone(c.Facets.Sides), Kinds: maps.Clone(c.Facets.Kinds), Tags: maps.Clone(c.Facets.Tags),
		Boroughs: maps.Clone(c.Facets.Boroughs), Features: maps.Clone(c.Facets.Features), Terms: maps.Clone(c.Facets.Terms), Networks: maps.Clone(c.Facets.Networks)}
}
