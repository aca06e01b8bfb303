package queue

import (
	"math/rand/v2"
	"time"

	"wherewithal/market"
)

// Kind is how jobs of one kind are treated.
type Kind struct {
	Queue    string          // asynq queue; kinds may share one
	Pressing string          // the queue of those of its jobs that are pressing; "": the same
	Priority int             // share of the workers' attention its queue gets when all are full
	Timeout  time.Duration   // one attempt
	Delays   []time.Duration // wait before the next attempt, by failures so far; the last is repeated
	Deadline time.Duration   // from being written to the outbox; then it fails for good
	Last     time.Duration   // from being written to the outbox: what would be tried after it is tried then; 0: no such time
	// Hours are when it may be done: at a time, or the next after it that is given. Whatever brings it at another, it waits, and that is no
	// failure. nil: at any time.
	Hours func(time.Time) time.Time
	// Tasks is in how many tasks of asynq the jobs of a claim go to Redis that has more of the kind; those in one task are done one
	// after the other. Where a claim has no more, and where this is 0, each is a task of its own.
	Tasks int
}

// Table holds the kinds a process knows.
type Table map[string]Kind

// Kinds are the jobs of the house. Letters come first: people wait for them. An index job is fast and its work can
// be rebuilt; a match job may look at 20,000 listings. A fill job goes over a need once more because an offer came that
// may serve it: one offer can cause many, for which nobody waits, so they must not stand before the match job of somebody
// who has just posted and does.
var Kinds = Table{
	market.LetterJob: {
		Queue: "letter", Pressing: "pressing", Priority: 16,
		Timeout: 11 * time.Minute, // a mail server has ten for its answer (mail.Longest)
		// The try at the letter's end is its last, and ends it. The deadline is past that, for one that Redis or a full queue held up.
		Last: market.LetterLasts, Deadline: market.LetterLasts + 2*time.Hour,
		Delays: delays("5s", "15s", "1m", "5m", "15m", "30m", "1h"), // from greylisting to a mail server down overnight
		Tasks:  24,                                                  // two for each that a worker sends at a time: 8 or 9 letters in each where 200 wait
	},
	market.MatchJob: {
		Queue: "match", Priority: 12, Timeout: time.Minute, Deadline: 7 * 24 * time.Hour,
		Delays: delays("2s", "10s", "1m", "5m", "30m", "1h"),
	},
	market.FillJob: {
		Queue: "fill", Priority: 1, Timeout: time.Minute, Deadline: 7 * 24 * time.Hour,
		Delays: delays("2s", "10s", "1m", "5m", "30m", "1h"),
	},
	market.AlertJob: { // the schedule finds whatever this one leaves
		Queue: "letter", Priority: 16, Timeout: 30 * time.Second, Deadline: time.Hour,
		Delays: delays("2s", "10s", "1m", "5m"),
	},
	market.VectorJob: { // a match job that needs it first does not wait for this one
		Queue: "vector", Priority: 2, Timeout: time.Minute, Deadline: 24 * time.Hour,
		Delays: delays("5s", "30s", "5m", "30m", "1h"),
	},
	market.RingJob: {
		Queue: "fill", Priority: 1, Timeout: 2 * time.Minute, Deadline: 24 * time.Hour,
		Delays: delays("5s", "1m", "10m", "1h"),
	},
	market.ShareJob: { // solves for 20 seconds at most; whoever finds another at it comes back
		Queue: "match", Priority: 12, Timeout: 3 * time.Minute, Deadline: time.Hour,
		Delays: delays("2s", "5s", "15s", "1m"),
	},
	market.ShareNetworkJob: {
		Queue: "fill", Priority: 1, Timeout: 3 * time.Minute, Deadline: 24 * time.Hour,
		Delays: delays("5s", "30s", "2m", "10m", "1h"),
	},
	market.ExportJob: { // a person waits for its mail, and knows that it may take a while
		Queue: "export", Priority: 1, Timeout: 10 * time.Minute, Deadline: market.ExportLasts,
		Delays: delays("10s", "1m", "10m", "1h"),
	},
	market.ScrubJob: {
		Queue: "export", Priority: 1, Timeout: 10 * time.Minute, Deadline: 24 * time.Hour,
		Delays: delays("1m", "10m", "1h"),
	},
	market.RewriteJob: { // of the largest tables each is tried for twenty seconds
		Queue: "night", Priority: 1, Timeout: 30 * time.Minute, Deadline: 5 * 24 * time.Hour,
		Delays: delays("15m", "12h"), Hours: market.AtNight, // a scrub that was at it is done by then; what fails again is for the next night
	},
	market.CompactJob: { // a worker does one of the two at a time
		Queue: "night", Priority: 1, Timeout: 15 * time.Minute, Deadline: 5 * 24 * time.Hour,
		Delays: delays("12h"), Hours: market.AtNight,
	},
	market.MandateJob: { // 500 listings at most, each in a transaction of its own
		Queue: "export", Priority: 1, Timeout: 5 * time.Minute, Deadline: 24 * time.Hour,
		Delays: delays("2s", "10s", "1m", "10m", "1h"),
	},
	market.LookJob: { // a million rows at most, some of which a slow machine looks at in ten minutes; one that dies begins anew
		Queue: "export", Priority: 1, Timeout: 2 * time.Hour, Deadline: 24 * time.Hour,
		Delays: delays("5s", "30s", "5m", "30m"),
	},
	market.ImportJob: { // 10,000 rows at most; what is left is another
		Queue: "export", Priority: 1, Timeout: 10 * time.Minute, Deadline: 24 * time.Hour,
		Delays: delays("5s", "30s", "5m", "30m"),
	},
	market.FeedJob: {
		Queue: "export", Priority: 1, Timeout: 10 * time.Minute, Deadline: 24 * time.Hour,
		Delays: delays("5s", "1m", "10m", "1h"),
	},
	market.PartyJob: { // as one of a listing
		Queue: "index", Priority: 3, Timeout: 30 * time.Second, Deadline: 24 * time.Hour,
		Delays: delays("1s", "5s", "30s", "2m", "10m", "1h"),
	},
	market.IndexJob: {
		Queue: "index", Priority: 3, Timeout: 30 * time.Second, Deadline: 24 * time.Hour,
		Delays: delays("1s", "5s", "30s", "2m", "10m", "1h"),
	},
}

func delays(list ...string) []time.Duration {
	out := make([]time.Duration, len(list))
	for i, s := range list {
		d, err := time.ParseDuration(s)
		if err != nil {
			panic(err) // the table above is wrong: no process should start with it
		}
		out[i] = d
	}
	return out
}

// delay is the wait after so many failures (1 or more), spread by a fifth either way so that jobs which failed
// together do not come back together.
func (k Kind) delay(failures int) time.Duration {
	if len(k.Delays) == 0 {
		return 0
	}
	d := k.Delays[min(max(failures, 1), len(k.Delays))-1]
	return time.Duration(float64(d) * (0.8 + 0.4*rand.Float64()))
}

// opens is when a job that comes at a time may be done.
func (k Kind) opens(at time.Time) time.Time {
	if k.Hours == nil {
		return at
	}
	return k.Hours(at)
}

// next is when to try again after one more failure, not before earliest. False: that would be past the deadline.
func (k Kind) next(q market.Queued, now, earliest time.Time) (time.Time, bool) {
	due := now.Add(k.delay(q.Failures + 1))
	if due.Before(earliest) {
		due = earliest
	}
	due = k.opens(k.capped(q, now, due))
	return due, due.Before(q.Queued.Add(k.Deadline))
}

// capped is a time to come, or the job's last where that is sooner.
func (k Kind) capped(q market.Queued, now, due time.Time) time.Time {
	if last := q.Queued.Add(k.Last); k.Last > 0 && now.Before(last) && due.After(last) {
		return last
	}
	return due
}

// queue is where a job of the kind waits. Another release may have put it into the other one.
func (k Kind) queue(j market.Job) string {
	if j.Pressing() && k.Pressing != "" {
		return k.Pressing
	}
	return k.Queue
}

// queues are the asynq queues with their priorities.
func (t Table) queues() map[string]int {
	m := map[string]int{}
	for _, k := range t {
		m[k.Queue] = max(m[k.Queue], k.Priority)
		if k.Pressing != "" {
			m[k.Pressing] = k.Priority
		}
	}
	return m
}
