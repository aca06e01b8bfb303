package httpx

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
)

// What may be done so often in a day is counted from midnight to midnight of UTC. An allowance that comes back evenly, as those of a
// minute and an hour do, would let twice a day's quota through in a day: all of it at once, and as much again until its end.

// daily reports whether a rule is one of a day.
func (r Rule) daily() bool { return r.Minute == 0 && r.Hour == 0 }

// midnight is when the day ends.
func midnight(now time.Time) time.Time { return now.UTC().Truncate(24 * time.Hour).Add(24 * time.Hour) }

// leftOfDay is what is left of a day of which so much is used; over refuses until the next.
func leftOfDay(rule Rule, used int, over bool, now time.Time) Left {
	left, ends := Left{Left: max(0, rule.Day-used)}, midnight(now).Sub(now)
	if used > 0 {
		left.Full = ends
	}
	if over {
		left.Refuse = max(ends, time.Second)
	}
	return left
}

// takeOfDay counts so many more under a key, all or none of them, and answers how many then are counted and whether these are among them.
// The key goes when its day has ended.
var takeOfDay = redis.NewScript(`
local used, more = tonumber(redis.call('get', KEYS[1]) or '0'), tonumber(ARGV[1])
if used + more > tonumber(ARGV[2]) then return {used, 0} end
if more > 0 then
  used = redis.call('incrby', KEYS[1], more)
  redis.call('expire', KEYS[1], ARGV[3])
end
return {used, 1}`)

// sharedDay counts in Redis.
func (l *Limiter) sharedDay(ctx context.Context, rule Rule, key string, n int, now time.Time) (Left, error) {
	ends := midnight(now)
	got, err := takeOfDay.Run(ctx, l.redis, []string{"day:" + key + ":" + now.UTC().Format(time.DateOnly)}, n, rule.Day, seconds(ends.Sub(now))+60).Int64Slice()
	if err != nil {
		return Left{}, err
	}
	return leftOfDay(rule, int(got[0]), got[1] == 0, now), nil
}

// dayCount is what one process counted of a day.
type dayCount struct {
	day  time.Time // its midnight at the end
	used int
}

// askDay counts in this process; o is held.
func (o *ownLimits) askDay(rule Rule, key string, n int, now time.Time) Left {
	if o.days == nil {
		o.days = map[string]dayCount{}
	}
	count, ends := o.days[key], midnight(now)
	if !count.day.Equal(ends) {
		if len(o.days) >= mostOwn {
			o.forgetDays(ends)
		}
		count = dayCount{day: ends}
	}
	over := count.used+n > rule.Day
	if !over {
		count.used += n
		o.days[key] = count
	}
	return leftOfDay(rule, count.used, over, now)
}

// forgetDays makes room: days that have ended go, and where that is none, all, as of the other counts.
func (o *ownLimits) forgetDays(today time.Time) {
	for key, count := range o.days {
		if !count.day.Equal(today) {
			delete(o.days, key)
		}
	}
	if len(o.days) >= mostOwn {
		clear(o.days)
	}
}
