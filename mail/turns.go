package mail

import (
	"context"
	"sync"
	"time"
)

// Take counts so many more mails to a domain, all or none, and says after how long they may go; 0: now, and only then they counted.
type Take func(ctx context.Context, domain string, mails int) time.Duration

// turnLasts is how long a turn is good for that was taken ahead.
const turnLasts = time.Second

// turnsAtMost bounds how many are taken at once: what asking costs is shared by so many, and more would gain little.
const turnsAtMost = 16

// InTurns is a Pace by an allowance that workers share, so many at once, where each takes turns ahead: a sixteenth as many
// questions where many mails go to a domain. A turn counts when it is taken and is good for a second, so that never more go than
// the allowance, and what it gains in one second: in any minute, and however many workers take. At most a tenth of those at once
// are taken ahead, and lost where no mail comes for them; where fewer than that are left, each is taken alone.
func InTurns(take Take, atOnce int) Pace {
	ahead := min(atOnce/10, turnsAtMost)
	if ahead < 2 {
		return func(ctx context.Context, domain string) time.Duration { return take(ctx, domain, 1) }
	}
	t := &turns{take: take, ahead: ahead, of: map[string]held{}}
	return t.next
}

// turns are those of domains that were taken and not used. Safe for concurrent use.
type turns struct {
	take  Take
	ahead int

	mu sync.Mutex
	of map[string]held
}

// held are turns of a domain; none of them: until then each is taken alone.
type held struct {
	left  int
	until time.Time
}

func (t *turns) next(ctx context.Context, domain string) time.Duration {
	used, scarce := t.use(domain, time.Now())
	if used {
		return 0
	}
	if !scarce {
		asked := time.Now()
		after := t.take(ctx, domain, t.ahead)
		t.hold(domain, asked, after)
		if after <= 0 {
			return 0
		}
		if used, _ := t.use(domain, time.Now()); used { // others took them ahead meanwhile
			return 0
		}
	}
	return t.take(ctx, domain, 1)
}

// use takes one of those held. Scarce: there were too few lately to take any ahead.
func (t *turns) use(domain string, now time.Time) (used, scarce bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	h, ok := t.of[domain]
	switch {
	case !ok:
		return false, false
	case !now.Before(h.until):
		delete(t.of, domain)
		return false, false
	case h.left == 0:
		return false, true
	}
	if h.left--; h.left == 0 {
		delete(t.of, domain)
	} else {
		t.of[domain] = h
	}
	return true, false
}

// hold keeps what was asked for at a time, but for the one turn of whoever asked. Where another mail to the domain asked meanwhile,
// all that is held ends with the older.
func (t *turns) hold(domain string, asked time.Time, after time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.forget(asked)
	h := t.of[domain]
	if h.until.IsZero() || asked.Add(turnLasts).Before(h.until) {
		h.until = asked.Add(turnLasts)
	}
	if after <= 0 {
		h.left += t.ahead - 1
	}
	t.of[domain] = h
}

// mostHeld bounds the memory: beyond it what has ended is dropped.
const mostHeld = 1000

func (t *turns) forget(now time.Time) {
	if len(t.of) < mostHeld {
		return
	}
	for domain, h := range t.of {
		if !now.Before(h.until) {
			delete(t.of, domain)
		}
	}
}
