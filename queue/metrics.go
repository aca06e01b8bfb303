package queue

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"wherewithal/market"
	"wherewithal/telemetry"
)

// Metrics counts what the queue does, beside the figures of the process. Nil counts nothing.
type Metrics struct {
	process *telemetry.Metrics
	waited  *prometheus.HistogramVec
	handed  prometheus.Counter
	swept   *prometheus.CounterVec
	redis   prometheus.Gauge
	leader  prometheus.Gauge
	turned  *prometheus.CounterVec
	givenUp *prometheus.CounterVec

	unindexed prometheus.Gauge
}

// NewMetrics adds the metrics of the queue to those of the process; once a process.
func NewMetrics(process *telemetry.Metrics) *Metrics {
	m := &Metrics{
		process: process,
		waited: prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "wherewithal", Name: "job_wait_seconds",
			Help: "From the change to the start of the first attempt.", Buckets: prometheus.ExponentialBuckets(.01, 2, 14)}, []string{"kind"}),
		handed: prometheus.NewCounter(prometheus.CounterOpts{Namespace: "wherewithal", Name: "outbox_handed_total",
			Help: "Outbox rows handed to Redis."}),
		swept: prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "wherewithal", Name: "outbox_swept_total",
			Help: "Outbox rows driven again by the sweeper (silent: the worker stopped; missing: Redis does not hold it; behind: nobody began it in a task that does not move on)."}, []string{"why"}),
		redis: prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "wherewithal", Name: "relay_redis_up",
			Help: "1 while the relay can hand jobs to Redis."}),
		leader: prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "wherewithal", Name: "schedule_leader",
			Help: "1 while this process runs the schedule."}),
		turned: prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "wherewithal", Name: "schedule_turns_total",
			Help: "Turns of the schedule's works that ended, well or not."}, []string{"work", "outcome"}),
	}
	m.unindexed = prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "wherewithal", Name: "unindexed_oldest_seconds",
		Help: "Age of the oldest change of a listing, group or network that the search index does not have, its job given up in the last 15 minutes or not at all."})
	m.givenUp = prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "wherewithal", Name: "jobs_given_up_total",
		Help: "Jobs that will not be tried again unless an operator says so."}, []string{"kind"})
	for kind := range Kinds {
		m.givenUp.WithLabelValues(kind) // from the start: the first of a kind is an increase too
	}
	process.Registry.MustRegister(m.waited, m.handed, m.swept, m.redis, m.leader, m.turned, m.givenUp, m.unindexed)
	return m
}

func (m *Metrics) began(q market.Queued, now time.Time) {
	if m != nil && q.Attempt == 1 {
		m.waited.WithLabelValues(q.Job.Kind).Observe(now.Sub(q.Queued).Seconds())
	}
}

func (m *Metrics) ended(kind, outcome string, took time.Duration) {
	if m != nil {
		m.process.Job(kind, outcome, took)
	}
}

func (m *Metrics) gaveUp(kind string) {
	if m != nil {
		m.givenUp.WithLabelValues(kind).Inc()
	}
}

func (m *Metrics) turnEnded(work string, err error) {
	outcome := "done"
	if err != nil {
		outcome = "fault"
	}
	if m != nil {
		m.turned.WithLabelValues(work, outcome).Inc()
	}
}

func (m *Metrics) handedOver(n int) {
	if m != nil {
		m.handed.Add(float64(n))
	}
}

func (m *Metrics) sweptAgain(why string, n int) {
	if m != nil {
		m.swept.WithLabelValues(why).Add(float64(n))
	}
}

func (m *Metrics) depth(waiting int64, oldest, now time.Time) {
	if m == nil {
		return
	}
	overdue := time.Duration(0)
	if !oldest.IsZero() {
		overdue = max(0, now.Sub(oldest))
	}
	m.process.Outbox(int(waiting), overdue)
}

func (m *Metrics) unindexedSince(oldest, now time.Time) {
	switch {
	case m == nil:
	case oldest.IsZero():
		m.unindexed.Set(0)
	default:
		m.unindexed.Set(max(0, now.Sub(oldest).Seconds()))
	}
}

func (m *Metrics) redisUp(up bool) {
	if m != nil {
		m.redis.Set(number(up))
	}
}

func (m *Metrics) leads(on bool) {
	if m != nil {
		m.leader.Set(number(on))
	}
}

func number(on bool) float64 {
	if on {
		return 1
	}
	return 0
}
