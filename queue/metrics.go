package queue

import (
	"time"

	"wherewithal/market"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics counts what the queue does. Nil counts nothing.
type Metrics struct {
	jobs    *prometheus.CounterVec
	seconds *prometheus.HistogramVec
	waited  *prometheus.HistogramVec
	handed  prometheus.Counter
	swept   *prometheus.CounterVec
	redis   prometheus.Gauge
	leader  prometheus.Gauge
}

// NewMetrics registers the metrics; once a registry.
func NewMetrics(r prometheus.Registerer) *Metrics {
	seconds := []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2, 5, 10, 30, 60, 300}
	m := &Metrics{
		jobs: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "wherewithal_jobs_total",
			Help: "Attempts at jobs by kind and outcome (done, retry, failed, returned, superseded)."}, []string{"kind", "outcome"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "wherewithal_job_seconds",
			Help: "How long an attempt ran.", Buckets: seconds}, []string{"kind"}),
		waited: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "wherewithal_job_wait_seconds",
			Help: "From the change to the start of the first attempt.", Buckets: seconds}, []string{"kind"}),
		handed: prometheus.NewCounter(prometheus.CounterOpts{Name: "wherewithal_outbox_handed_total",
			Help: "Outbox rows handed to Redis."}),
		swept: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "wherewithal_outbox_swept_total",
			Help: "Outbox rows driven again by the sweeper (silent: the worker stopped; missing: Redis lost it)."}, []string{"why"}),
		redis: prometheus.NewGauge(prometheus.GaugeOpts{Name: "wherewithal_relay_redis_up",
			Help: "1 while the relay can hand jobs to Redis."}),
		leader: prometheus.NewGauge(prometheus.GaugeOpts{Name: "wherewithal_schedule_leader",
			Help: "1 while this process runs the schedule."}),
	}
	r.MustRegister(m.jobs, m.seconds, m.waited, m.handed, m.swept, m.redis, m.leader)
	return m
}

func (m *Metrics) began(q market.Queued, now time.Time) {
	if m != nil && q.Attempt == 1 {
		m.waited.WithLabelValues(q.Job.Kind).Observe(now.Sub(q.Queued).Seconds())
	}
}

func (m *Metrics) ended(kind, outcome string, took time.Duration) {
	if m == nil {
		return
	}
	m.jobs.WithLabelValues(kind, outcome).Inc()
	m.seconds.WithLabelValues(kind).Observe(took.Seconds())
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
