package httpx

import (
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"
)

// Tell writes what allowances have left, as the draft of RateLimit header fields (draft-ietf-httpapi-ratelimit-headers-10)
// has it: the policy with its quota and window in seconds, and what remains with the seconds until all of it is back.
func Tell(h http.Header, lefts ...Left) {
	var policies, remains []string
	for _, l := range lefts {
		times, period := l.Rule.times()
		policies = append(policies, fmt.Sprintf("%q;q=%d;w=%d", l.Rule.Name, times, int(period.Seconds())))
		remains = append(remains, fmt.Sprintf("%q;r=%d;t=%d", l.Rule.Name, l.Left, seconds(l.Full)))
	}
	h.Set("RateLimit-Policy", strings.Join(policies, ", "))
	h.Set("RateLimit", strings.Join(remains, ", "))
}

func seconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }
