package httpx

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-redis/redis_rate/v10"
	"github.com/redis/go-redis/v9"
	"golang.org/x/time/rate"

	"wherewithal/market"
	"wherewithal/telemetry"
)

// Rule bounds how often something may be done by one person or from one address.
type Rule struct {
	Name   string
	Minute int // times a minute
	Hour   int // times an hour instead, when Minute is 0
	Day    int // times a day of UTC instead, when Hour is 0 too; see day.go
	Burst  int // so many of them may come at once; all of them when 0, and of a day always
}

// times are those that come back within the time.
func (r Rule) times() (times int, within time.Duration) {
	switch {
	case r.Minute > 0:
		return r.Minute, time.Minute
	case r.Hour > 0:
		return r.Hour, time.Hour
	}
	return r.Day, 24 * time.Hour
}

func (r Rule) burst() int {
	if r.Burst > 0 && !r.daily() {
		return r.Burst
	}
	times, _ := r.times()
	return times
}

// Limited is market.ErrTooMany with the time after which another try may work.
type Limited struct {
	Rule  string
	After time.Duration
}

func (e *Limited) Error() string { return "limit of " + e.Rule + " reached" }
func (e *Limited) Unwrap() error { return market.ErrTooMany }

// Limiter counts in Redis, for all processes together; while Redis is away each process counts for itself. It goes by
// the machine's time. Safe for concurrent use.
type Limiter struct {
	secret []byte
	redis  *redis.Client       // nil: never
	shared *redis_rate.Limiter // what comes back evenly, in redis
	now    func() time.Time
	away   atomic.Int64 // until when Redis is not asked, in Unix nanoseconds
	own    ownLimits
}

// NewLimiter makes a limiter; secret keys the hashes under which it counts. redis may be nil.
func NewLimiter(r *redis.Client, secret []byte) *Limiter {
	l := &Limiter{secret: secret, redis: r, now: time.Now}
	if r != nil {
		l.shared = redis_rate.NewLimiter(r)
	}
	return l
}

const (
	redisWithin = 150 * time.Millisecond // nobody waits longer for a limit
	restAfter   = 5 * time.Second        // after Redis failed it is left alone for so long
)

// Left is what an allowance has left.
type Left struct {
	Rule   Rule
	Left   int           // of those that may come at once
	Full   time.Duration // until all of it is back, if nothing more is taken; of a day, until it ends
	Refuse time.Duration // over 0: what was asked for is not there; after so long it may be
}

// Allow counts one more, or gives *Limited. who is an address, a person's id, whatever tells one from another: only
// its keyed hash is kept.
func (l *Limiter) Allow(ctx context.Context, rule Rule, who string) error {
	_, err := l.Take(ctx, rule, who, 1)
	return err
}

// Take counts so many more, all or none of them, and says what is left; *Limited when that is not enough. More at once than
// may come at once counts as that.
func (l *Limiter) Take(ctx context.Context, rule Rule, who string, n int) (Left, error) {
	n = min(n, rule.burst())
	key := rule.Name + ":" + l.hash(who)
	now := l.now()
	left, known := l.ask(ctx, rule, key, n, now)
	if !known {
		left = l.own.ask(rule, key, n, now)
	}
	left.Rule = rule
	if left.Refuse > 0 {
		return left, &Limited{Rule: rule.Name, After: left.Refuse}
	}
	return left, nil
}

func (l *Limiter) hash(who string) string {
	mac := hmac.New(sha256.New, l.secret)
	mac.Write([]byte("limit:" + who))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// ask Redis; not known when it does not answer.
func (l *Limiter) ask(ctx context.Context, rule Rule, key string, n int, now time.Time) (left Left, known bool) {
	if l.redis == nil || time.Now().UnixNano() < l.away.Load() {
		return left, false
	}
	within, cancel := context.WithTimeout(ctx, redisWithin)
	defer cancel()
	count := l.sharedPace
	if rule.daily() {
		count = l.sharedDay
	}
	left, err := count(within, rule, key, n, now)
	if err != nil && ctx.Err() != nil {
		return left, false // the browser went away, not Redis
	}
	if err != nil {
		l.away.Store(time.Now().Add(restAfter).UnixNano())
		telemetry.Add(ctx, "limits", "own")
		return left, false
	}
	return left, true
}

// sharedPace counts in Redis what comes back evenly, by GCRA.
func (l *Limiter) sharedPace(ctx context.Context, rule Rule, key string, n int, _ time.Time) (left Left, err error) {
	times, period := rule.times()
	res, err := l.shared.AllowN(ctx, key, redis_rate.Limit{Rate: times, Burst: rule.burst(), Period: period}, n)
	if err != nil {
		return left, err
	}
	left = Left{Left: res.Remaining, Full: res.ResetAfter}
	if n > 0 && res.Allowed == 0 {
		left.Refuse = max(res.RetryAfter, time.Second)
	}
	return left, nil
}

// ownLimits are those of one process.
type ownLimits struct {
	mu     sync.Mutex
	counts map[string]*rate.Limiter
	days   map[string]dayCount
}

// mostOwn bounds the memory: about 10 MB. When it is reached, those who have their full allowance again are dropped,
// and if that is nobody, all are: better a limit forgotten than a site that stops.
const mostOwn = 50_000

func (o *ownLimits) ask(rule Rule, key string, n int, now time.Time) Left {
	o.mu.Lock()
	defer o.mu.Unlock()
	if rule.daily() {
		return o.askDay(rule, key, n, now)
	}
	if o.counts == nil {
		o.counts = map[string]*rate.Limiter{}
	}
	times, period := rule.times()
	count, ok := o.counts[key]
	if !ok {
		o.makeRoom(now)
		count = rate.NewLimiter(rate.Limit(float64(times)/period.Seconds()), rule.burst())
		o.counts[key] = count
	}
	if count.Burst() != rule.burst() { // it was changed meanwhile
		count.SetLimitAt(now, rate.Limit(float64(times)/period.Seconds()))
		count.SetBurstAt(now, rule.burst())
	}
	res := count.ReserveN(now, n)
	after := res.DelayFrom(now)
	if after > 0 {
		res.CancelAt(now)
	}
	have := max(0, count.TokensAt(now))
	return Left{Left: int(have), Refuse: after, Full: time.Duration((float64(rule.burst()) - have) / float64(times) * float64(period))}
}

func (o *ownLimits) makeRoom(now time.Time) {
	if len(o.counts) < mostOwn {
		return
	}
	for key, count := range o.counts {
		if count.TokensAt(now) >= float64(count.Burst()) {
			delete(o.counts, key)
		}
	}
	if len(o.counts) >= mostOwn {
		clear(o.counts)
	}
}

// Network is the part of a visitor's address that one household or office shares: the address itself for IPv4, the
// /64 for IPv6, of which everybody has 2^64.
func Network(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return ip
	}
	if a = a.Unmap(); a.Is4() {
		return a.String()
	}
	p, _ := a.WithZone("").Prefix(64)
	return p.String()
}
