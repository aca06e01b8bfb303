package search

import (
	"github.com/prometheus/client_golang/prometheus"

	"wherewithal/telemetry"
)

// Metrics say who answers and how the engine is. Nil measures nothing.
type Metrics struct {
	answers *prometheus.CounterVec
	meant   *prometheus.CounterVec
	refused prometheus.Counter
	whole   prometheus.Gauge
}

// NewMetrics adds the metrics of two indexes to those of the process; once a process.
func NewMetrics(process *telemetry.Metrics) *Metrics {
	m := &Metrics{
		answers: prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "wherewithal", Name: "search_answers_total",
			Help: "Questions by who answered them, and why Postgres did (not_ready, resting, order, slow, fault)."}, []string{"by", "why"}),
		meant: prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "wherewithal", Name: "search_meant_total",
			Help: "Pages of words that had room, by what became of filling them up with what means nearly the same (found, nothing, unread: the model was not there or not in time, fault)."}, []string{"ended"}),
		refused: prometheus.NewCounter(prometheus.CounterOpts{Namespace: "wherewithal", Name: "search_refused_total",
			Help: "Documents that Meilisearch refused; the log names them."}),
		whole: prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "wherewithal", Name: "search_engine_whole",
			Help: "1 while Meilisearch's index is whole, as it was when it last answered a look at it."}),
	}
	m.answers.WithLabelValues("meilisearch", "")
	for _, why := range []string{"not_ready", "resting", "order", "slow", "fault"} {
		m.answers.WithLabelValues("postgres", why)
	}
	for _, ended := range []string{meantFound, meantNothing, meantUnread, meantFault} {
		m.meant.WithLabelValues(ended)
	}
	process.Registry.MustRegister(m.answers, m.meant, m.refused, m.whole)
	return m
}

func (m *Metrics) answered(by, why string) {
	if m != nil {
		m.answers.WithLabelValues(by, why).Inc()
	}
}

func (m *Metrics) filledUp(ended string) {
	if m != nil && ended != "" {
		m.meant.WithLabelValues(ended).Inc()
	}
}

func (m *Metrics) refuse(n int) {
	if m != nil {
		m.refused.Add(float64(n))
	}
}

func (m *Metrics) isWhole(whole bool) {
	switch {
	case m == nil:
	case whole:
		m.whole.Set(1)
	default:
		m.whole.Set(0)
	}
}
