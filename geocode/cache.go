package geocode

import (
	"container/list"
	"sync"
	"time"
)

// cache keeps the answers used last, each for a limited age of business time.
type cache struct {
	size int
	age  time.Duration

	mu    sync.Mutex
	order *list.List // the newest use in front
	byKey map[string]*list.Element
}

type cached struct {
	key    string
	answer Answer
	since  time.Time
}

func newCache(size int, age time.Duration) *cache {
	if size <= 0 {
		size = 4096 // about 1 MB
	}
	if age <= 0 {
		age = 30 * 24 * time.Hour
	}
	return &cache{size: size, age: age, order: list.New(), byKey: map[string]*list.Element{}}
}

func (c *cache) lookup(key string, now time.Time) (Answer, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byKey[key]
	if !ok {
		return Answer{}, false
	}
	entry := e.Value.(cached)
	if now.Sub(entry.since) > c.age {
		c.drop(e)
		return Answer{}, false
	}
	c.order.MoveToFront(e)
	return entry.answer, true
}

func (c *cache) keep(key string, a Answer, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.byKey[key]; ok {
		c.drop(e)
	}
	c.byKey[key] = c.order.PushFront(cached{key, a, now})
	if c.order.Len() > c.size {
		c.drop(c.order.Back())
	}
}

func (c *cache) drop(e *list.Element) {
	c.order.Remove(e)
	delete(c.byKey, e.Value.(cached).key)
}
