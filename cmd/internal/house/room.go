package house

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// room is how much garbage may lie about before it is collected. Without it a worker that holds 11 MB collects after every 11: that
// took a tenth of its time while it sent mails. It may take so much more memory for it, of the 1 GB that docker-compose.yml allows.
const room = 64 << 20

// usualPercent is Go's own: garbage is collected when there is as much of it as of what is in use.
const usualPercent = 100

// GiveRoom has garbage collected when there is room of it, or as much as is in use where that is more. Where GOGC is set it does
// nothing; GOMEMLIMIT is kept in any case.
func GiveRoom() {
	if os.Getenv("GOGC") == "" {
		(&collecting{percent: usualPercent}).look()
	}
}

// collecting looks after each collection what is in use since.
type collecting struct{ percent int }

// once is gone with the next collection.
type once struct{ of *collecting }

func (c *collecting) look() {
	if percent := percentOf(inUse()); percent != c.percent {
		debug.SetGCPercent(percent)
		c.percent = percent
	}
	runtime.AddCleanup(&once{c}, (*collecting).look, c)
}

// inUse is what was found in use when garbage was last collected, in bytes: of all three Go takes its percentage.
func inUse() (bytes uint64) {
	all := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/scan/stack:bytes"}, {Name: "/gc/scan/globals:bytes"}}
	metrics.Read(all)
	for _, one := range all {
		bytes += one.Value.Uint64()
	}
	return bytes
}

// percentOf what is in use room is, in steps of fifty so that it seldom changes.
func percentOf(bytes uint64) int {
	const least = 4 << 20 // Go multiplies so much by it at least
	return max(usualPercent, int(100*room/max(bytes, least))/50*50)
}
